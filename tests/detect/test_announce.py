"""What is heard, shown and spoken, and when, in virtual time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.detect.announce import Announcement, Announcer
from console.detect.flood import FloodMeter
from console.domain.states import Priority
from tests.support.alarms import HIGH, LOW, MEDIUM, Desk, opened


class Tower(Desk):
    """A desk whose happenings are announced."""

    def __init__(self) -> None:
        super().__init__()
        self.meter, self.announcer = FloodMeter(), Announcer()
        self.said: list[tuple[float, Announcement]] = []

    def hear(self, *alarms, after: float = 1.0, lost: bool = False) -> Announcement:
        happened = self.step(*alarms, after=after)
        flood = self.meter.step(happened, self.machine.cycles, self.now, self.now)
        said = self.announcer.step(happened, self.machine.cycles, self.now, flood.on, lost)
        self.said.append((self.now, said))
        return said


def test_a_high_alarm_is_shown_and_spoken_at_once_others_wait_their_turn():
    tower = Tower()
    low, medium, high = opened("hot", "a", LOW), opened("memory", "b", MEDIUM), opened("gap", "c", HIGH)
    assert (tower.hear(low).show, tower.said[-1][1].say) == (1, 1)
    waits = tower.hear(low, medium)
    assert (waits.show, waits.say, waits.sound) == (0, 0, MEDIUM), "heard at once all the same"
    at_once = tower.hear(low, medium, high)
    assert (at_once.show, at_once.name, at_once.say, at_once.say_name, at_once.urgent) == (2, "gap:c", 2, "gap:c", True)
    later = opened("skew", "d", LOW)
    assert tower.hear(low, medium, high, later, after=2.0).say == 0
    spoken = tower.hear(low, medium, high, later, after=3.0)
    assert (spoken.say, spoken.say_name, spoken.urgent, spoken.show) == (1, "skew:d", False, 0)
    assert tower.hear(low, medium, high, later, after=5.0).show == 1


def test_a_flood_is_shown_once_and_loss_of_sight_in_it_again():
    tower = Tower()
    alarms = []
    for number in range(40):
        alarms.append(opened("gap", f"s{number}", HIGH))
        tower.hear(*alarms)
    notes = [(at, said) for at, said in tower.said if said.show]
    assert [said.flood for _, said in notes] == [False] * 9 + [True], "the tenth makes it a flood, and that is told"
    spoken = [at for at, said in tower.said if said.say]
    assert all(later - before >= 5.0 for before, later in pairwise(spoken[10:]))
    assert sum(said.sound is not None for _, said in tower.said[10:]) == 0, "a minute has not passed"
    blind = tower.hear(*alarms, opened("blind", None, HIGH))
    assert (blind.show, blind.name) == (1, "blind:fleet")


def test_an_engine_that_falls_silent_is_heard_though_no_view_tells_of_it_and_goes_on_until_it_is_back():
    tower = Tower()
    gone = tower.hear(lost=True)
    assert (gone.sound, gone.own_sight, gone.lost, gone.urgent) == (HIGH, True, True, True)
    assert tower.hear(lost=True, after=30.0) == Announcement()
    again = tower.hear(lost=True, after=31.0)
    assert (again.sound, again.own_sight, again.repeated, again.lost) == (HIGH, True, True, False)
    assert tower.hear(after=61.0) == Announcement()


def test_a_high_alarm_that_is_over_does_not_hide_one_that_is_not():
    tower = Tower()
    first, second = opened("gap", "a", HIGH, since=900.0), opened("herd", "b", HIGH)
    tower.hear(first, second)
    tower.hear(second)
    assert tower.standings() == {"gap:a": "latched", "herd:b": "unacknowledged"}
    assert tower.hear(second, after=60.0).repeated
    tower.ack("herd:b")
    assert tower.hear(second, after=61.0) == Announcement(), "what is over waits, and does not call"


@given(
    st.lists(
        st.tuples(
            st.floats(0.05, 20.0),
            st.lists(st.sampled_from([LOW, MEDIUM, HIGH]), max_size=4),
            st.booleans(),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_whatever_comes_one_person_can_bear_it(steps):
    """At most one note in 10 s but for high ones outside of a flood; every new alarm is told or was in a flood; mute is silence."""
    tower, alarms = Tower(), []
    calm_note_s, muted_until_s, high_new = -1e9, -1e9, False
    for number, (after, new, mute, ack) in enumerate(steps):
        alarms += [opened("gap", f"s{number}-{index}", priority) for index, priority in enumerate(new)]
        said = tower.hear(*alarms, after=after)
        high_new = HIGH in new
        assert said.sound is None or tower.now >= muted_until_s
        if said.sound is not None and not said.repeated:
            assert new and said.sound is max(new)
        if said.repeated:
            assert any(
                cycle.waits and cycle.active and cycle.priority is Priority.HIGH for cycle in tower.machine.cycles
            )
        if said.show:
            assert high_new or said.flood or tower.now - calm_note_s >= 10.0
            calm_note_s = tower.now
        if mute:
            tower.announcer.mute(tower.now, 30.0)
            muted_until_s = tower.now + 30.0
        if ack and any(cycle.waits for cycle in tower.machine.cycles):
            tower.ack()
