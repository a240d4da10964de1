"""Alarms in their life-cycle as lines, what is said of an acknowledgement, and a flood in one sentence."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.detect.flood import FloodMeter
from console.domain.alarms import Fault, Silence
from console.domain.lifecycle import Flood, Group, LifecycleRefused
from console.domain.states import Priority
from console.domain.view import View
from console.present import Arrangement, Presenter, acknowledged, advice, cycle_of, reason
from console.present.floods import flood_line
from console.settings.guidance import guidance
from tests.support.alarms import HIGH, LOW, MEDIUM, Desk, opened
from tests.support.views import incident
from tests.support.words import english
from widgets.viewdata import NOTHING, AlarmLine, AlarmStanding, Tone


def shown(view: View, desk: Desk) -> dict[str, AlarmLine]:
    """By alarm name, in the order of the list."""
    now = replace(view, cycles=desk.machine.cycles)
    data = Presenter("tokyo").present(now, Arrangement(), view.received_mono_s, desk.now)
    return {cycle.alarm.name: line for line in data.alarms if (cycle := cycle_of(now, line.key)) is not None}


def test_lines_follow_the_life_cycle():
    view, desk = incident(ramp_polls=1)[2], Desk()
    known, over, cause = opened("gap", "a"), opened("hot", "b", LOW), opened("silent", "c")
    child = opened("saturation", "c", MEDIUM, under=cause.name)
    desk.step(known, over, cause, child)
    desk.ack("gap:a", by="noc-9")
    desk.step(known, cause, child)
    lines = shown(view, desk)
    assert [(name, line.standing) for name, line in lines.items()] == [
        ("silent:c", AlarmStanding.UNACKNOWLEDGED),
        ("hot:b", AlarmStanding.LATCHED),
        ("gap:a", AlarmStanding.ACKNOWLEDGED),
    ]
    assert english(lines["gap:a"].state).endswith("by noc-9")
    assert english(lines["hot:b"].state).startswith("over since ")
    assert lines["hot:b"].tone is Tone.NOTICE
    assert english(lines["silent:c"].sentence).endswith("also: saturation")
    desk.machine.shelve(desk.key("gap:a"), "noc-9", "disk swap")
    assert "disk swap" in english(shown(view, desk)["gap:a"].state)
    # the cause goes: what it spoke for comes out from under it, and the cause itself stays until acknowledged
    desk.step(known, child)
    after = shown(view, desk)
    assert after["silent:c"].standing is AlarmStanding.LATCHED
    assert after["saturation:c"].standing is AlarmStanding.UNACKNOWLEDGED


def test_two_incarnations_of_one_server_are_two_lines():
    view, desk = incident(ramp_polls=1)[2], Desk()
    desk.step(opened("gap", "a", incarnation="i1"))
    desk.step(opened("gap", "a", incarnation="i2"))
    now = replace(view, cycles=desk.machine.cycles)
    lines = Presenter("tokyo").present(now, Arrangement(), view.received_mono_s, desk.now).alarms
    assert {cycle.key for line in lines if (cycle := cycle_of(now, line.key))} == {
        ("gap", "a", "i1"),
        ("gap", "a", "i2"),
    }
    assert cycle_of(now, "gap\na\ni3") is None


def test_what_is_said_of_an_acknowledgement():
    one, two = ("gap", "a", "i1"), ("blind", None, None)
    assert english(acknowledged([one], kept=True)) == "Acknowledged: gap:a."
    assert english(acknowledged([two], kept=False)).startswith("Acknowledged: blind:fleet. It is not on disk")
    assert english(acknowledged([one, two], kept=True)) == "Acknowledged: 2 alarms."


def test_a_flood_names_the_worst_causes_and_counts_the_rest():
    groups = tuple(
        Group(f"gap:{n}", ("gap", n, None), Priority.HIGH, count, 1)
        for n, count in zip("abcd", (9, 1, 2, 2), strict=True)
    )
    assert flood_line(Flood(False, 3, groups=groups)) is NOTHING
    said = english(flood_line(Flood(True, 14, 1.0, groups, more_groups=2)))
    assert said == "Alarm flood, 14 new. By cause: gap a and 8 more, gap b, gap c and 1 more; other causes: 3"


def test_guidance_has_the_numbers_of_the_alarm_in_both_languages():
    alarm = replace(opened("gap", "a", HIGH), because={"truth": 12.0, "belief": 0.0})
    pages = advice("key", alarm, guidance("gap")).pages
    assert set(pages) == {"en", "ja"}
    assert pages["en"].what.startswith("a has 12 sessions, and the balancer believes in 0.")
    assert "12 件" in pages["ja"].what


def test_a_flood_is_folded_by_cause_with_the_first_out_and_acknowledged_as_one():
    view, desk, meter = incident(ramp_polls=1)[2], Desk(), FloodMeter()
    first = replace(opened("gap", "one", MEDIUM, since=1000.5), first_out=True)
    alarms = [first, *(opened("gap", f"s{n}", HIGH) for n in range(400)), opened("hot", "x", LOW)]
    flood = meter.step(desk.step(*alarms), desk.machine.cycles, desk.now, desk.now)
    now = replace(view, cycles=desk.machine.cycles, flood=flood)
    presenter = Presenter("tokyo")
    data = presenter.present(now, Arrangement(), view.received_mono_s, desk.now)
    assert [(line.target, line.tone) for line in data.alarms] == [("one", Tone.ALARM), ("x", Tone.NOTICE)]
    assert "and 400 more of this cause" in english(data.alarms[0].sentence)
    assert english(data.alarms[0].state) == "401 of 401 not acknowledged"
    assert (data.beside_alarms.total, data.beside_alarms.waiting) == (2, 402)
    keys = presenter.alarms.waiting(now, data.alarms[0].key)
    assert len(keys) == 401 and len(set(keys)) == 401
    chosen = Arrangement(alarm=data.alarms[0].key)
    (folded,) = presenter.present(now, chosen, view.received_mono_s, desk.now).beside_alarms.details
    assert english(folded).startswith("Folded here: one, s0") and english(folded).endswith("and 389 more")
    desk.machine.acknowledge(keys, "noc-1")
    after = replace(now, cycles=desk.machine.cycles, flood=meter.step((), desk.machine.cycles, desk.now, desk.now))
    lines = presenter.present(after, Arrangement(), view.received_mono_s, desk.now).alarms
    assert [(line.target, line.standing.value) for line in lines if line.standing] == [
        ("x", "unacknowledged"),
        ("one", "acknowledged"),
    ]


def test_what_is_listed_for_itself_names_its_cause_and_at_most_a_hundred_lines_are_made():
    view, desk = incident(ramp_polls=1)[2], Desk()
    desk.step(opened("gap", "c", LOW))
    desk.step(opened("gap", "c", LOW), opened("herd", "c", HIGH, under="gap:c"))
    assert english(shown(view, desk)["herd:c"].sentence).endswith("because: gap")
    desk.step(*(opened("hot", f"s{n}", LOW) for n in range(300)))
    now = replace(view, cycles=desk.machine.cycles)
    data = Presenter("tokyo").present(now, Arrangement(), view.received_mono_s, desk.now)
    assert (len(data.alarms), data.beside_alarms.total, data.beside_alarms.waiting) == (100, 302, 302)


def test_the_shelved_are_counted_listed_alone_and_say_what_is_left():
    view, desk = incident(ramp_polls=1)[2], Desk()
    desk.step(opened("gap", "a"), opened("hot", "b", LOW), opened("memory", "c", LOW))
    desk.machine.shelve(desk.key("gap:a"), "noc-9", "disk swap", 5400.0)
    desk.machine.shelve(desk.key("hot:b"), "noc-9", "rack test", 581.0)
    now = replace(view, cycles=desk.machine.cycles)
    presenter = Presenter("tokyo")
    assert presenter.present(now, Arrangement(), view.received_mono_s, desk.now).beside_alarms.shelved == 2
    data = presenter.present(now, Arrangement(only_shelved=True), view.received_mono_s + 1.0, desk.now)
    assert [line.target for line in data.alarms] == ["b", "a"], "who returns first"
    assert "9:40 left: rack test" in english(data.alarms[0].state)
    assert "1 h 29 min left" in english(data.alarms[1].state)


@pytest.mark.parametrize(
    "order",
    [
        lambda desk: desk.machine.unshelve(desk.key("gap:a"), "noc"),
        lambda desk: desk.machine.shelve(desk.key("gap:a"), "noc", "x", 1e6),
        lambda desk: desk.machine.shelve(desk.key("gap:a"), "noc", ""),
        lambda desk: desk.machine.note(desk.key("gap:a"), "noc", " "),
        lambda desk: desk.machine.note(desk.key("gap:a"), "noc", "x" * 501),
        lambda desk: desk.machine.shelve(desk.key("gap:a"), "noc", "x" * 501),
    ],
)
def test_a_refused_order_is_said_in_the_language_of_the_window(order):
    desk = Desk()
    desk.step(opened("gap", "a"))
    with pytest.raises(LifecycleRefused) as refused:
        order(desk)
    said = reason(str(refused.value))
    assert not said.verbatim and english(said) == str(refused.value)


def test_one_presenter_tells_what_is_new_of_a_line_that_stays():
    """What it remembers of the picture before is what that line still says, and nothing else."""
    view, desk = incident(ramp_polls=1)[2], Desk()
    desk.step(opened("gap", "a"), opened("silent", "a"))
    presenter = Presenter("tokyo")

    def told(now: View, later_s: float, arrangement: Arrangement | None = None) -> dict[str, AlarmLine]:
        now = replace(now, cycles=desk.machine.cycles)
        once = presenter.present(now, arrangement or Arrangement(), view.received_mono_s, desk.now + later_s).alarms
        another = Presenter("tokyo")
        anew = another.present(now, arrangement or Arrangement(), view.received_mono_s, desk.now + later_s).alarms
        assert once == anew
        return {line.key.partition("\n")[0]: line for line in once}

    first, second = told(view, 1.0), told(view, 61.0)
    assert first["gap"].age != second["gap"].age and replace(first["gap"], age="") == replace(second["gap"], age="")
    lost = replace(view, silences=(Silence("a", None, Fault.NOT_SENT, {"sent_age_s": 9.0}),))
    assert told(lost, 62.0)["silent"].sentence != second["silent"].sentence
    desk.ack("gap:a", by="noc-9")
    assert told(view, 63.0)["gap"].state != second["gap"].state
    desk.machine.shelve(desk.key("gap:a"), "noc-9", "disk swap")
    shelved = Arrangement(only_shelved=True)
    before = told(view, 64.0, shelved)["gap"].state
    desk.step(opened("gap", "a"), opened("silent", "a"), after=100.0)
    assert told(view, 64.0, shelved)["gap"].state != before, "less time is left"
