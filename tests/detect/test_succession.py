"""Rules go on where an earlier run was: what they wait for, and for how long still, on other clocks and in other slots."""

from __future__ import annotations

import json
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.detect import DetectSettings
from console.detect.carried import Seat
from console.detect.gap import GapRuleSettings
from console.detect.latch import ChatterSettings, Delay, Latch, Latches
from console.detect.silent import SilentSettings
from console.domain.frame import Row
from console.domain.readings import Detachment
from tests.support.builders import Server, make_fleet
from tests.support.judged import Judged

DAY_S = 86_400.0
LATE = Server("dsrs-001", truth=9, belief=9, age=40.0)
FRESH = replace(LATE, age=1.0)


def seat(*names: str) -> Seat:
    return Seat(tuple(Row(slot, name, "1", None, 0) for slot, name in enumerate(names)), 5.0, 1.0)


@given(
    samples=st.lists(st.sampled_from(["over", "between", "calm", "unknown"]), min_size=2, max_size=60),
    cut=st.integers(1, 59),
    need=st.integers(1, 3),
    guarded=st.booleans(),
    off_s=st.sampled_from([0.0, 3.0, 10.0]),
)
def test_a_latch_that_was_handed_over_does_what_one_does_that_was_blind_for_a_moment(
    samples: list[str], cut: int, need: int, guarded: bool, off_s: float
) -> None:
    delay = Delay(need, 3, off_s, ChatterSettings(cycles=1, within_s=20.0, forget_s=30.0) if guarded else None)
    whole, many, one = Latch(delay), Latches(delay), Latch(delay)
    for number, sample in enumerate(samples):
        if number == cut:
            whole.step(0.0, wanted=False, calm=False, known=False)
            kept, alone = json.loads(json.dumps([many.keep(seat("a")), one.keep()]))
            many, one = Latches(delay), Latch(delay)
            many.take(kept, seat("nobody", "a"))
            one.take(alone)
            many.rest(0.0, 2)
        wanted, calm, known = sample == "over", sample == "calm", sample != "unknown"
        on = whole.step(1.0, wanted, calm, known)
        here = 0 if number < cut else 1
        flags = [np.array([value and slot == here for slot in range(here + 1)]) for value in (wanted, calm, known)]
        assert many.step(1.0, *flags)[here] == one.step(1.0, wanted, calm, known) == on
        assert one.chattering == whole.chattering == bool(many.chattering[here])


def test_calm_goes_on_from_its_seconds_and_a_day_without_a_console_proves_none() -> None:
    watch = Judged(LATE, *make_fleet(6)[1:])
    watch.poll(3)
    assert watch.open == {"silent:dsrs-001"}
    watch.fleet[0] = FRESH
    watch.poll(7)  # six seconds of calm: the first sample proves none
    watch.begin_anew(DAY_S)
    assert watch.until(lambda: not watch.open) == 5, "four seconds are left, and the first sample proves none"


@pytest.mark.parametrize("handed", [True, False])
def test_samples_towards_on_are_not_lost_and_time_is_none(handed: bool) -> None:
    watch = Judged(*make_fleet(6))
    watch.poll(2)
    watch.fleet[0] = replace(watch.fleet[0], truth=11)
    watch.poll()
    assert not watch.open, "one of the two samples that it takes"
    watch.begin_anew(DAY_S, None if handed else [])
    watch.poll()
    assert watch.open == ({"saturation:dsrs-001"} if handed else set())


def test_another_life_of_a_server_inherits_nothing() -> None:
    watch = Judged(LATE, *make_fleet(6)[1:])
    watch.poll(3)
    watch.fleet[0] = replace(FRESH, incarnation="another")
    watch.begin_anew(1.0)
    watch.poll()
    assert not watch.open


def test_a_chattering_alarm_still_takes_its_minute() -> None:
    watch = Judged(LATE, *make_fleet(6)[1:])
    for _ in range(5):
        watch.fleet[0] = LATE
        watch.poll()
        watch.fleet[0] = FRESH
        watch.until(lambda: not watch.open)
        if watch.now.chattering:
            break
    watch.fleet[0] = LATE
    watch.poll()
    assert watch.now.chattering == ("silent:dsrs-001",)
    watch.begin_anew(DAY_S)
    watch.fleet[-1] = FRESH
    assert watch.until(lambda: not watch.open) == 61
    watch.begin_anew(DAY_S)
    watch.poll()
    assert watch.now.chattering == ("silent:dsrs-001",)


def test_the_budgets_windows_are_carried_and_grow_older() -> None:
    watch = Judged(*make_fleet(6), interval=5.0)

    def calls(failed: int):
        def each() -> None:
            watch.sessions["started"] += 50
            watch.sessions["refused"] += failed

        return each

    watch.poll(100, each=calls(5))
    assert watch.open == {"budget:fleet"}
    left = watch.left()
    watch.begin_anew(60.0, left)
    watch.poll(3, each=calls(5))
    assert watch.open == {"budget:fleet"}
    assert watch.alarm("budget:fleet").because["failed_share"] == pytest.approx(0.1, abs=0.01)
    watch.begin_anew(7 * 3600.0, left)
    watch.poll(3, each=calls(0))
    assert watch.open == {"budget:fleet"}, "time that nobody saw is no calm"
    assert watch.until(lambda: not watch.open) == 11, "all that had failed is older than the windows: a minute of calm"


def test_a_detach_without_effect_a_restart_and_a_belief_that_stands_still_go_on() -> None:
    watch = Judged(*make_fleet(6, seq=1), report_interval=5.0)
    watch.detachments = {"dsrs-002": Detachment("noc-1", "hot", 0.0)}
    watch.fleet[1] = replace(watch.fleet[1], attached=False)
    watch.poll(20)
    for _ in range(3):
        watch.fleet[1] = replace(watch.fleet[1], routed_total=watch.fleet[1].routed_total + 2)
        watch.poll()
    watch.fleet[2] = replace(watch.fleet[2], incarnation="2", truth=0, belief=0)
    watch.poll()
    assert watch.open == {"ineffective:dsrs-002", "restart:dsrs-003"}
    for _ in range(8):  # of the 10 s that belief may stand still
        watch.fleet[3] = replace(watch.fleet[3], truth=30, seq=2, routed_total=watch.fleet[3].routed_total + 9)
        watch.poll()
    before = {alarm.name: alarm.because for alarm in watch.now.alarms}
    assert "stuck:dsrs-004" not in before
    watch.begin_anew(DAY_S)
    watch.poll()
    assert {"ineffective:dsrs-002", "restart:dsrs-003"} <= watch.open
    assert watch.alarm("restart:dsrs-003").because == before["restart:dsrs-003"]
    watch.until(lambda: "stuck:dsrs-004" in watch.open, most=5)


def test_what_is_of_other_thresholds_or_another_version_is_dropped_with_a_sentence() -> None:
    watch = Judged(LATE, *make_fleet(6)[1:])
    watch.poll(3)
    left = watch.left()
    watch.fleet[0] = FRESH
    watch.begin_anew(1.0, left, DetectSettings(gap=GapRuleSettings(least_share=0.2)))
    watch.poll()
    assert watch.open == {"silent:dsrs-001"}, "its own thresholds are the same"
    assert watch.detectors.take_remarks() == ()
    watch.begin_anew(1.0, left, DetectSettings(silent=SilentSettings(clear_after_s=5.0)))
    watch.poll()
    (sentence,) = watch.detectors.take_remarks()
    assert sentence == "Running delays of silent were kept under other thresholds: they begin anew."
    assert not watch.open and watch.detectors.take_remarks() == ()
    watch.begin_anew(1.0, [{**part, "version": 2} for part in left])
    watch.poll()
    (sentence,) = watch.detectors.take_remarks()
    assert not watch.open and "another version" in sentence


def test_nothing_is_left_before_what_an_earlier_run_left_is_taken_over() -> None:
    watch = Judged(LATE, *make_fleet(6)[1:])
    watch.poll(3)
    watch.begin_anew(1.0)
    watch.poll(balancer=False)
    assert watch.detectors.keep(watch.frame) is None
    watch.poll()
    assert watch.detectors.keep(watch.frame) is not None and watch.open == {"silent:dsrs-001"}


JUNK = st.sampled_from([None, True, -1, 0, 1e308, "x", [], {}, [1], {"a": [1]}, [[None]]])


@settings(max_examples=25)
@given(data=st.data())
def test_a_damaged_state_is_dropped_and_told_and_breaks_nothing(data: st.DataObject) -> None:
    watch = Judged(LATE, *make_fleet(3)[1:])
    watch.poll(2)
    left = watch.left()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(left))
        for _ in range(data.draw(st.integers(0, 6))):
            inner = [
                value
                for value in (at.values() if isinstance(at, dict) else at)
                if isinstance(value, dict | list) and value
            ]
            if not inner:
                break
            at = data.draw(st.sampled_from(inner))
        keys = sorted(at) if isinstance(at, dict) else range(len(at))
        at[data.draw(st.sampled_from(keys))] = deepcopy(data.draw(JUNK))
    watch.begin_anew(1.0, left)
    watch.poll(3)
    assert all(sentence.endswith("begin anew.") for sentence in watch.detectors.take_remarks())
    assert "silent:dsrs-001" in watch.open, "it is silent whatever was left"
    json.dumps(watch.left(), allow_nan=False)
