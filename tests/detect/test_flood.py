"""Floods, sounds and the figures of the alarm system: however many alarms come, one person gets a few lines and one sound."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.detect.announce import Announcement, Announcer
from console.detect.flood import LOGGED, FloodMeter, FloodSettings
from console.detect.performance import SHARES, Band, as_plain, as_table, performance
from console.domain.lifecycle import Flood, Raising
from console.domain.states import Priority
from tests.support.alarms import HIGH, LOW, MEDIUM, Desk, opened


class Control(Desk):
    """A desk with its flood meter and announcer."""

    def __init__(self, settings: FloodSettings | None = None) -> None:
        super().__init__()
        self.meter, self.announcer = FloodMeter(settings), Announcer()
        self.flood, self.said = Flood(), Announcement()

    def step(self, *alarms, after=1.0, sees=True):
        happened = super().step(*alarms, after=after, sees=sees)
        self.flood = self.meter.step(happened, self.machine.cycles, self.now, self.now)
        self.said = self.announcer.step(happened, self.machine.cycles, self.now, self.flood.on)
        return happened


def test_ten_in_ten_minutes_are_a_flood_until_fewer_than_five_are_left():
    control = Control()
    alarms = []
    for number in range(9):
        alarms.append(opened("gap", f"s{number}", MEDIUM, since=control.now))
        control.step(*alarms, after=30.0)
    assert not control.flood.on and control.flood.new == 9
    alarms.append(opened("silent", "s9", HIGH, since=control.now))
    control.step(*alarms, after=30.0)
    assert control.flood.on and control.flood.new == 10 and control.flood.since_wall_s == control.now
    assert [(group.cause, group.count, group.priority) for group in control.flood.groups] == [
        ("silent", 1, HIGH),
        ("gap", 9, MEDIUM),
    ]
    assert control.flood.groups[1].first == ("gap", "s0", "i1"), "the first out is kept"
    control.step(*alarms, after=450.0)
    assert control.flood.on and control.flood.new == 5
    control.step(*alarms, after=60.0)
    assert not control.flood.on and control.flood.groups == ()


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0.1, 300.0)), max_size=60))
def test_a_flood_counts_what_sounded_within_ten_minutes_and_nothing_else(frames):
    control, raised, on = Control(), [], False
    for number, (count, after) in enumerate(frames):
        control.step(*(opened("gap", f"s{number}-{index}", LOW) for index in range(count)), after=after)
        raised += [control.now] * count
        new = sum(1 for at in raised if at > control.now - 600.0)
        on = new >= 10 or (on and new >= 5)
        assert (control.flood.new, control.flood.on) == (new, on)


def test_consequences_are_grouped_under_their_cause():
    control = Control(FloodSettings(count=2))
    mass = opened("silent", None, HIGH)
    control.step(
        mass, *(opened("silent", f"s{n}", MEDIUM, under="silent:fleet") for n in range(40)), opened("memory", "m")
    )
    assert control.flood.new == 2
    groups = {group.cause: (group.count, group.waiting) for group in control.flood.groups}
    assert groups == {"silent:fleet": (41, 1), "memory": (1, 1)}


def test_a_high_alarm_sounds_once_then_every_minute_until_acknowledged():
    control = Control()
    gap = opened("gap", priority=HIGH)
    control.step(gap)
    assert (control.said.sound, control.said.show, control.said.name) == (HIGH, 1, "gap:a")
    control.step(gap, after=59.0)
    assert control.said == Announcement()
    control.step(gap, after=2.0)
    assert (control.said.sound, control.said.repeated, control.said.show) == (HIGH, True, 0)
    control.ack()
    control.step(gap, after=120.0)
    assert control.said == Announcement()


def test_mute_silences_for_a_time_and_a_high_alarm_sounds_when_it_is_over():
    control = Control()
    control.announcer.mute(control.now, 100.0)
    gap = opened("gap", priority=HIGH)
    control.step(gap, after=10.0)
    assert (control.said.sound, control.said.show) == (None, 1), "notifications go on"
    assert control.announcer.muted_s(control.now) == 90.0
    assert control.standings() == {"gap:a": "unacknowledged"}
    control.step(gap, after=91.0)
    assert control.said.sound is HIGH and control.announcer.muted_s(control.now) == 0.0


def test_loss_of_sight_has_its_own_tone_and_a_lower_alarm_its_own():
    control = Control()
    control.step(opened("hot", priority=MEDIUM))
    assert (control.said.sound, control.said.own_sight) == (MEDIUM, False)
    control.step(opened("hot", priority=MEDIUM), opened("blind", None, HIGH), opened("gap", priority=HIGH))
    assert (control.said.sound, control.said.own_sight) == (HIGH, True)


def test_whoever_misses_views_still_hears_of_what_came_and_hears_it_once():
    control, late = Control(), Announcer()
    happened = control.step(opened("gap")) + control.step(opened("gap"), opened("hot", priority=LOW))
    cycles = control.machine.cycles
    assert late.step(happened, cycles, control.now).show == 2
    assert late.step(happened, cycles, control.now + 1.0) == Announcement()


def test_ten_thousand_alarms_in_a_second_are_one_sound_one_note_and_a_few_lines():
    control = Control()
    rules = ("gap", "silent", "herd", "saturation", "memory")
    sounds = notes = 0
    alarms = []
    for part in range(10):
        alarms += [opened(rules[n % 5], f"s{part}-{n}", HIGH) for n in range(1000)]
        control.step(*alarms, after=0.1)
        sounds += control.said.sound is not None
        notes += control.said.show > 0
    assert (sounds, notes) == (1, 1)
    assert control.flood.on and control.flood.new == 10_000
    assert [group.count for group in control.flood.groups] == [2000] * 5
    assert len(control.machine.cycles) == 10_000
    assert len(control.machine.acknowledge(None, "noc-1")) == 10_000
    assert not any(cycle.waits for cycle in control.machine.cycles)
    for _ in range(3):
        control.step(*(opened("hot", f"t{control.now}-{n}", LOW) for n in range(9000)))
    assert len(control.meter.log) == LOGGED
    assert len(control.machine.cycles) <= 9000 + control.machine.settings.latched_most


def raising(wall_s: float, name: str = "gap:a", priority: Priority = LOW) -> Raising:
    return Raising(wall_s, name, name.partition(":")[0], priority)


def test_figures_against_the_bands():
    day_s, now_s = 86_400.0, 1_000_000.0
    log = [raising(now_s - day_s - 1.0)]
    log += [raising(now_s - day_s + 1.0 + n * 864.0, f"gap:s{n % 20}") for n in range(80)]
    log += [raising(now_s - 300.0 + n, f"hot:s{n}", MEDIUM) for n in range(15)]
    log += [raising(now_s - 60.0 + n, "blind:fleet", HIGH) for n in range(5)]
    log.sort(key=lambda one: one.wall_s)
    desk = Desk(now=now_s - 2 * day_s)
    stale = opened("skew", "old", LOW, since=desk.now)
    desk.step(stale)
    desk.now = now_s - 100.0
    new = {"since": desk.now}
    hot = opened("hot", under="gap:a", priority=LOW, **new)
    desk.step(stale, opened("gap", **new), hot, opened("herd", "b", **new))
    desk.machine.shelve(desk.key("herd:b"), "noc-1", "known")
    found = performance(log, desk.machine.cycles, now_s, chattering=["gap:s1"])
    value = {metric.name: metric for metric in found.metrics}
    assert found.raised == 100
    assert value["rate_per_10_min"].value == pytest.approx(100 / 144)
    assert value["rate_per_10_min"].band is Band.GOOD
    assert value["peak_per_10_min"].value == 20 and value["peak_per_10_min"].band is Band.HARD
    assert value["periods_over_10"].value == pytest.approx(1 / 144)
    assert (value["standing"].value, value["stale"].value, value["shelved"].value) == (2, 1, 1)
    assert found.stale == ("skew:old",)
    assert value["chattering"].band is Band.BAD
    assert {priority: count for priority, count, _ in found.by_priority} == {HIGH: 5, MEDIUM: 15, LOW: 80}
    assert all(share == SHARES[priority] for priority, _, share in found.by_priority)
    assert found.top[0] == ("blind:fleet", 5) and len(found.top) == 10
    lines = list(csv.DictReader(io.StringIO(as_table(found))))
    assert {line["figure"] for line in lines} >= set(value)
    assert json.loads(json.dumps(as_plain(found), allow_nan=False))["metrics"][0]["band"] == "good"


def test_a_share_of_too_few_and_a_rate_of_no_time_are_not_told():
    found = performance([], [], 1000.0, since_wall_s=1000.0)
    value = {metric.name: metric for metric in found.metrics}
    for name in ("rate_per_10_min", "top_ten_share", "high_share"):
        assert value[name].value is None and value[name].band is Band.UNKNOWN
    assert all(share is None for _, _, share in found.by_priority)


def test_an_export_holds_no_formula_of_a_hostile_name():
    found = performance([raising(999.0, "=cmd:x")], [], 1000.0)
    assert "'=cmd:x" in as_table(found) and ",=cmd" not in as_table(found)
