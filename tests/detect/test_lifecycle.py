"""The life-cycle after ISA-18.2: every sequence of events leaves it in a legal state, nothing gets calmer by being explained or kept."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from console.detect.lifecycle import Lifecycle
from console.detect.roll import LifecycleSettings
from console.detect.standing import standing_of
from console.domain.alarms import Alarm
from console.domain.lifecycle import Cycle, Happening, LifecycleRefused, Memory, Remark, Standing, Turn
from console.domain.states import Priority
from tests.support.alarms import HIGH, LOW, MEDIUM, Desk, opened, turns

LEGAL = {
    Turn.RAISED: {Standing.UNACKNOWLEDGED, Standing.SHELVED},
    Turn.CLIMBED: {Standing.UNACKNOWLEDGED},
    Turn.OTHER_CAUSE: {Standing.UNACKNOWLEDGED},
    Turn.SUPPRESSED: {Standing.SUPPRESSED, Standing.SHELVED},
    Turn.RELEASED: {Standing.UNACKNOWLEDGED, Standing.ACKNOWLEDGED, Standing.SHELVED},
    Turn.CLEARED: {Standing.LATCHED, Standing.NORMAL, Standing.SHELVED},
    Turn.ACKNOWLEDGED: {Standing.ACKNOWLEDGED, Standing.NORMAL},
    Turn.SHELVED: {Standing.SHELVED},
    Turn.UNSHELVED: {Standing.UNACKNOWLEDGED, Standing.ACKNOWLEDGED, Standing.SUPPRESSED, Standing.NORMAL},
    Turn.NOTED: set(Standing) - {Standing.NORMAL},
    Turn.FORGOTTEN: {Standing.NORMAL},
}


def kept(memory: Memory) -> Memory:
    """Through the bytes that a file holds."""
    return msgspec.json.decode(msgspec.json.encode(memory), type=Memory)


def same(cycle: Cycle) -> Cycle:
    """Without what a restart may change: who waits for his rule's word."""
    return replace(cycle, hold_s=0.0)


SOURCES = [("silent", None), ("silent", "a"), ("silent", "b"), ("gap", "a"), ("saturation", "a"), ("herd", "b")]
UNDER = {("silent", "a"): "silent:fleet", ("silent", "b"): "silent:fleet", ("saturation", "a"): "gap:a"}
PICK = st.sampled_from(SOURCES)


class Machine(RuleBasedStateMachine):
    """Frames, orders, time and restarts in any order, with alarms as the book gives them: a priority only climbs while open."""

    @initialize()
    def begin(self) -> None:
        self.settings = LifecycleSettings(shelved_most=2, latched_most=10, hold_s=5.0, shelf_s=60.0)
        self.machine = Lifecycle(self.settings)
        self.now, self.open, self.number = 1000.0, dict[tuple[str, str | None], Alarm](), 0
        self.restarted = False

    def take(self, happenings: tuple[Happening, ...]) -> None:
        for one in happenings:
            assert one.standing in LEGAL[one.turn], one
            assert one.number == self.number + 1
            self.number = one.number
            if one.audible:
                assert one.standing is Standing.UNACKNOWLEDGED, one

    @rule(
        found=st.dictionaries(PICK, st.tuples(st.sampled_from(Priority), st.sampled_from(["x", "y"])), max_size=6),
        after=st.sampled_from([0.0, 1.0, 1.0, 7.0, 90.0]),
        life=st.sampled_from(["i1", "i1", "i2"]),
    )
    def frame(self, found: dict, after: float, life: str) -> None:
        self.now += after
        names = {f"{rule}:{server or 'fleet'}" for rule, server in found}
        now = {}
        for source, (priority, cause) in found.items():
            rule, server = source
            old = self.open.get(source)
            under = UNDER.get(source) if UNDER.get(source) in names else None
            new = opened(rule, server, priority, under=under, cause=cause, incarnation=life, since=self.now)
            if old is not None and old.incarnation == new.incarnation:
                began = {"since_wall_s": old.since_wall_s, "since_mono_s": old.since_mono_s}
                new = replace(new, priority=max(old.priority, priority), **began)
                new = old if new == old else new
            now[source] = new
        self.open = now
        self.take(self.machine.step(now.values(), self.now, self.now))
        self.restarted = False
        listed = {cycle.key: cycle for cycle in self.machine.cycles}
        for alarm in now.values():
            cycle = listed[alarm.key]
            assert cycle.active and cycle.priority >= alarm.priority
            assert replace(cycle.alarm, under=alarm.under) == alarm
            if cycle.suppressed:
                over = next(other.alarm for other in listed.values() if other.alarm.name == cycle.alarm.under)
                assert listed[over.key].priority >= cycle.priority
                assert listed[over.key].shelf is None or over.rule == alarm.rule
            elif cycle.acknowledgement is None and cycle.shelf is None:
                assert cycle.told
        for key, cycle in listed.items():
            assert cycle.active == (key in {alarm.key for alarm in now.values()} or cycle.hold_s > 0)

    @rule(source=PICK, what=st.sampled_from(["ack", "all", "shelve", "unshelve", "note"]), data=st.data())
    def order(self, source: tuple[str, str | None], what: str, data: st.DataObject) -> None:
        keys = [cycle.key for cycle in self.machine.cycles if cycle.key[:2] == source]
        key = data.draw(st.sampled_from(keys)) if keys else (*source, "nobody")
        before = self.machine.cycles
        try:
            match what:
                case "ack":
                    self.take(self.machine.acknowledge([key], "noc-1", "seen"))
                    assert all(cycle.key != key or not cycle.waits for cycle in self.machine.cycles)
                case "all":
                    self.take(self.machine.acknowledge(None, "noc-1"))
                    assert not any(cycle.waits for cycle in self.machine.cycles)
                case "shelve":
                    self.take(self.machine.shelve(key, "noc-1", "known", data.draw(st.sampled_from([None, 5.0]))))
                case "unshelve":
                    self.take(self.machine.unshelve(key, "noc-2"))
                case _:
                    self.take(self.machine.note(key, "noc-1", "a word"))
        except LifecycleRefused as refused:
            assert str(refused).endswith(".") and "\n" not in str(refused)
            assert self.machine.cycles == before

    @rule(away=st.sampled_from([0.0, 3.0, 120.0]))
    def restart(self, away: float) -> None:
        """Killed, and begun anew from what was on the disk."""
        before = self.machine.memory()
        self.now += away
        self.machine = Lifecycle(self.settings)
        self.machine.restore(kept(before), self.now, self.now)
        self.number, self.restarted = 0, True
        if away == 0.0:
            assert [same(one) for one in self.machine.cycles] == [same(one) for one in before.cycles]
        assert {one.key: one.acknowledgement for one in self.machine.cycles} == {
            one.key: one.acknowledgement for one in before.cycles
        }
        assert not self.machine.take_changed()

    @invariant()
    def is_legal(self) -> None:
        cycles = self.machine.cycles
        assert len({cycle.key for cycle in cycles}) == len(cycles)
        for cycle in cycles:
            assert cycle.standing is standing_of(cycle) is not Standing.NORMAL
            assert cycle.active or not (cycle.suppressed or cycle.hold_s)
            assert cycle.came_wall_s <= self.now and cycle.priority >= cycle.alarm.priority
        assert sum(cycle.shelf is not None for cycle in cycles) <= self.settings.shelved_most
        assert sum(cycle.standing is Standing.LATCHED for cycle in cycles) <= self.settings.latched_most
        waiting = [cycle.waits for cycle in cycles]
        assert waiting == sorted(waiting, reverse=True)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=120, stateful_step_count=30, deadline=None, derandomize=True)


def test_an_alarm_goes_the_whole_way_round() -> None:
    desk = Desk()
    assert turns(desk.step(opened("gap"))) == [("gap:a", "raised", True)]
    assert desk.standings() == {"gap:a": "unacknowledged"}
    assert turns(desk.ack(note="on it")) == [("gap:a", "acknowledged", False)]
    assert desk["gap:a"].acknowledgement is not None and desk["gap:a"].acknowledgement.text == "on it"
    assert desk.step(opened("gap")) == ()
    assert turns(desk.step()) == [("gap:a", "cleared", False)]
    assert desk.standings() == {}


def test_what_is_over_and_not_acknowledged_stays_at_its_highest_and_comes_back_as_one() -> None:
    desk = Desk()
    desk.step(opened("gap", priority=HIGH))
    desk.step()
    assert desk.standings() == {"gap:a": "latched"}
    assert turns(desk.step(opened("gap", priority=MEDIUM))) == [("gap:a", "raised", True)]
    assert (desk["gap:a"].priority, desk["gap:a"].times) == (HIGH, 2)
    desk.step()
    desk.ack()
    desk.step(opened("gap", priority=MEDIUM))
    assert desk["gap:a"].priority is MEDIUM


@pytest.mark.parametrize(
    ("then", "turn"),
    [
        (opened("gap", priority=HIGH, cause="x"), "climbed"),
        (opened("gap", priority=MEDIUM, cause="y"), "other_cause"),
    ],
)
@pytest.mark.parametrize("before", ["ack", "shelve"])
def test_a_new_cause_behind_an_acknowledged_or_shelved_alarm_alarms_anew(then: Alarm, turn: str, before: str) -> None:
    desk = Desk()
    desk.step(opened("gap", priority=MEDIUM, cause="x"))
    if before == "ack":
        desk.ack(note="known")
    else:
        desk.machine.shelve(desk.key("gap:a"), "noc-1", "known")
    assert turns(desk.step(then))[-1] == ("gap:a", turn, True)
    assert desk.standings() == {"gap:a": "unacknowledged"}
    assert [note.text for note in desk["gap:a"].notes] == ["known"]


def test_another_life_of_the_server_alarms_anew() -> None:
    desk = Desk()
    desk.step(opened("gap", incarnation="i1"))
    desk.ack()
    assert turns(desk.step(opened("gap", incarnation="i2"))) == [("gap:a", "raised", True), ("gap:a", "cleared", False)]
    assert desk.standings() == {"gap:a": "unacknowledged"}


def test_acknowledging_silence_does_not_acknowledge_what_it_leads_to() -> None:
    desk = Desk()
    desk.step(opened("gap", priority=HIGH))
    desk.ack()
    happened = desk.step(opened("gap", priority=HIGH), opened("saturation", priority=HIGH, under="gap:a"))
    assert turns(happened) == [("saturation:a", "raised", True)]
    assert desk.standings() == {"saturation:a": "unacknowledged", "gap:a": "acknowledged"}


def test_a_consequence_is_quiet_until_it_is_worse_than_its_cause_or_its_cause_goes() -> None:
    desk = Desk()
    gap, low = opened("gap", priority=MEDIUM), opened("saturation", priority=LOW, under="gap:a")
    desk.step(gap, low)
    assert desk.standings() == {"gap:a": "unacknowledged", "saturation:a": "suppressed"}
    worse = desk.step(gap, replace(low, priority=HIGH))
    assert turns(worse) == [("saturation:a", "climbed", True)]
    desk = Desk()
    desk.step(gap, low)
    assert ("saturation:a", "released", True) in turns(desk.step(replace(low, under=None)))
    desk = Desk()
    desk.step(gap, low)
    desk.step(gap)
    assert desk.standings() == {"gap:a": "unacknowledged"}, "what never sounded for itself is not latched"


def test_a_shelf_ends_by_its_time_and_shelving_a_cause_hides_no_consequence() -> None:
    desk = Desk()
    gap, full = opened("gap", priority=HIGH), opened("saturation", priority=LOW, under="gap:a")
    desk.step(gap, full)
    desk.machine.shelve(desk.key("gap:a"), "noc-1", "known since Monday", 120.0)
    assert turns(desk.step(gap, full)) == [("saturation:a", "released", True)]
    desk.step(after=60.0)
    assert desk.standings() == {"saturation:a": "latched", "gap:a": "shelved"}
    desk.step(gap, after=30.0)
    assert desk.standings()["gap:a"] == "shelved", "it stays so when the alarm comes and goes"
    assert turns(desk.step(gap, after=30.0)) == [("gap:a", "unshelved", True)]
    assert desk["gap:a"].standing is Standing.UNACKNOWLEDGED


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (lambda desk, key: desk.machine.shelve(key, "noc-1", " "), "A reason is needed"),
        (
            lambda desk, key: desk.machine.shelve(key, "noc-1", "x", 28_801),
            "can be shelved for 1 second to 480 minutes",
        ),
        (lambda desk, key: desk.machine.unshelve(key, "noc-1"), "gap:a is not shelved"),
        (lambda desk, key: desk.machine.acknowledge([("gap", "z", None)], "noc-1"), "gap:z is not among the alarms"),
        (lambda desk, key: desk.machine.acknowledge([key], "\n"), "Nobody was named"),
        (lambda desk, key: desk.machine.acknowledge([key], "noc-1", "x" * 501), "may have 500 characters"),
        (lambda desk, key: desk.machine.note(None, "noc-1", ""), "A note is needed"),
    ],
)
def test_an_order_that_cannot_be_followed_says_why(order, sentence: str) -> None:
    desk = Desk()
    desk.step(opened("gap"))
    with pytest.raises(LifecycleRefused, match=sentence):
        order(desk, desk.key("gap:a"))
    assert desk.standings() == {"gap:a": "unacknowledged"}


def test_what_people_write_is_one_line_without_anything_that_a_terminal_obeys() -> None:
    desk = Desk()
    desk.step(opened("gap"))
    desk.machine.note(desk.key("gap:a"), "noc\x1b[2J", "two\nlines\u2028\ud800")
    assert desk["gap:a"].notes[0].by == "noc [2J" and desk["gap:a"].notes[0].text == "two lines ?"


def test_after_a_restart_what_was_active_waits_for_its_rule_and_only_while_there_is_sight() -> None:
    desk = Desk()
    desk.step(opened("gap"))
    desk.ack(note="mine")
    again = Desk(LifecycleSettings(hold_s=10.0), now=desk.now + 5.0)
    again.machine.restore(kept(desk.machine.memory()), again.now, again.now)
    assert again.step(after=4.0) == () and again.standings() == {"gap:a": "acknowledged"}
    assert again.step(after=60.0, sees=False) == ()
    assert again.step(opened("gap"), after=4.0) == (), "confirmed: the same alarm, still acknowledged"
    assert turns(again.step()) == [("gap:a", "cleared", False)]
    third = Desk(LifecycleSettings(hold_s=10.0), now=desk.now + 5.0)
    third.machine.restore(kept(desk.machine.memory()), third.now, third.now)
    third.step(after=4.0)
    left_s = third["gap:a"].hold_s
    fourth = Desk(LifecycleSettings(hold_s=10.0), now=third.now)
    fourth.machine.restore(kept(third.machine.memory()), fourth.now, fourth.now)
    assert fourth["gap:a"].hold_s == left_s < 10.0, "what runs is kept as the seconds that are left"
    fourth.step(after=left_s + 1.0)
    fourth.step()
    assert fourth.standings() == {}


def test_after_a_restart_a_consequence_that_comes_before_its_cause_stays_quiet() -> None:
    gap, full = opened("gap", priority=HIGH), opened("saturation", priority=LOW, under="gap:a")
    desk = Desk()
    desk.step(gap, full)
    desk.ack()
    again = Desk(LifecycleSettings(hold_s=10.0), now=desk.now)
    again.machine.restore(kept(desk.machine.memory()), again.now, again.now)
    early = opened("saturation", priority=LOW)
    assert again.step(early) == () and again.step(early) == ()
    assert again.step(gap, full) == ()
    assert again.standings() == {"gap:a": "acknowledged", "saturation:a": "suppressed"}
    third = Desk(LifecycleSettings(hold_s=10.0), now=desk.now)
    third.machine.restore(kept(desk.machine.memory()), third.now, third.now)
    third.step(early)
    assert ("saturation:a", "released", True) in turns(third.step(early, after=20.0)), "its cause was not confirmed"


def test_a_shelf_runs_on_while_nobody_watches_whatever_the_wall_clock_does() -> None:
    desk = Desk()
    desk.step(opened("gap"))
    desk.machine.shelve(desk.key("gap:a"), "noc-1", "known", 100.0)
    for later, left_s in ((30.0, 70.0), (-3600.0, 100.0), (1000.0, 0.0)):
        again = Lifecycle()
        again.restore(kept(desk.machine.memory()), desk.now + later, 5.0)
        shelf = again.cycles[0].shelf
        assert shelf is not None and shelf.remaining_s == pytest.approx(left_s)


def test_too_many_latched_ones_are_forgotten_oldest_first_and_said_to_be() -> None:
    desk, forgotten = Desk(LifecycleSettings(latched_most=10)), []
    for number in range(16):
        forgotten += [one.name for one in desk.step(opened("gap", f"s{number:02d}")) if one.turn is Turn.FORGOTTEN]
    assert [cycle.alarm.server for cycle in desk.machine.cycles] == [f"s{number:02d}" for number in range(5, 16)]
    assert forgotten == [f"gap:s{number:02d}" for number in range(5)]


def test_memory_of_an_earlier_run_that_comes_late_is_laid_under_what_was_found_since() -> None:
    desk = Desk()
    desk.step(opened("gap"), opened("herd", priority=MEDIUM))
    desk.ack(note="mine")
    memory = kept(desk.machine.memory())
    late = Desk(now=desk.now)
    late.step(opened("gap"), opened("herd", priority=HIGH))
    late.machine.restore(memory, late.now, late.now)
    assert late.standings() == {"herd:a": "unacknowledged", "gap:a": "acknowledged"}
    assert set(late.machine.take_changed()) == {late.key("gap:a"), late.key("herd:a")}


def test_the_fast_way_to_acknowledge_says_what_the_slow_one_says() -> None:
    desk = Desk()
    desk.step(replace(opened("gap", "a"), first_out=True), opened("hot", "b"), opened("memory", "c"))
    desk.machine.note(desk.key("gap:a"), "noc-1", "look")
    desk.step(opened("hot", "b", HIGH))
    said = Remark(desk.now + 1.0, "noc-1", "known")
    for cycle in desk.machine.cycles:
        standing = Standing.ACKNOWLEDGED if cycle.active else Standing.NORMAL
        slow = replace(cycle, acknowledgement=said, standing=standing, since_wall_s=said.wall_s)
        assert cycle.acknowledged(said) == slow and standing_of(slow) is standing
