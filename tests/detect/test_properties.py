"""What holds for every rule: less data is never calmer, nothing flaps inside its band, a replay says the same."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from console.detect import TITLES, Detectors, GapEstimator, Inputs
from console.detect.latch import ChatterSettings, Delay, Latches
from console.domain.alarms import Alarm
from console.domain.frame import Column, Frame
from console.domain.readings import Counters
from console.domain.states import Reach
from console.domain.texts import ERROR_TEXTS
from console.domain.view import Health
from tests.support.builders import POOL_8K, FrameMaker, Server, make_fleet
from tests.support.incident import FULL, NIGHT, VirtualFleet

GIB = float(1 << 30)
MASKED = st.sets(st.sampled_from(list(Column)), min_size=1)


@cache
def sick_fleet() -> tuple[Frame, ...]:
    """Frames of a fleet in which nearly everything is wrong and stays so: 60 to make it known, 40 more."""
    frames = FrameMaker(report_interval=1.0)
    fleet = make_fleet(32, truth=2, limit=12, seq=1)
    herd, memory, stalls, gone, off = fleet[0], fleet[4], fleet[5], fleet[6], fleet[7]
    errors = dict.fromkeys(ERROR_TEXTS, 0)
    sessions = {"started": 0, "refused": 0}
    made: list[Frame] = []
    for poll in range(100):
        for server in fleet:
            server.seq = (server.seq or 0) + 1
            server.started_total = poll
            server.values = {
                Column.SKEW: 0.0,
                Column.FIRST_RESULT: 0.4,
                Column.MEMORY_PRESSURE: 0.0,
                Column.UPTIME: poll,
            }
        if poll > 5:
            herd.truth, herd.belief, herd.age, herd.seq = 12, 0, 5.0 + poll, 7
            herd.routed_total += 12
            memory.memory = 7.8 * GIB, 8 * GIB
            stalls.values = {**stalls.values, Column.MEMORY_PRESSURE: 0.6}
            gone.attached, gone.routed_total = poll <= 10, gone.routed_total + 1
            off.values = {**off.values, Column.SKEW: 9.0}
            for server in fleet[16:]:
                server.truth = server.belief = 12
            errors = {text: count + 2 for text, count in errors.items()}
            sessions["refused"] += 6
        sessions["started"] += 12
        made.append(frames.make(fleet, errors=dict(errors), sessions=dict(sessions)))
    return tuple(made)


def opened(frames: list[Frame], health: list[Health | None]) -> tuple[set[str], list[Alarm]]:
    estimator, detectors = GapEstimator(), Detectors()
    changes: list[Alarm] = []
    for frame, how in zip(frames, health, strict=True):
        judgement = detectors.step(frame, estimator.step(frame), Inputs(how))
        changes += judgement.changes
    return {alarm.name for alarm in judgement.alarms}, changes


ILL = Health(loop_lag_s=2.0)


def test_nearly_every_rule_is_on_in_that_fleet() -> None:
    names, _ = opened(list(sick_fleet()[:60]), [ILL] * 60)
    assert {name.partition(":")[0] for name in names} >= {
        "silent", "stuck", "gap", "herd", "saturation", "memory", "errors", "budget", "ineffective", "sick", "skew",
        "n-plus-one",
    }  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(columns=MASKED, servers=st.sampled_from(["all", "some"]), told=st.booleans(), measured=st.booleans())
@example(columns=set(Column), servers="all", told=False, measured=False)
@example(columns={Column.ROUTED}, servers="all", told=True, measured=True)
@example(columns={Column.REPORTED_SEQ, Column.TRUTH}, servers="all", told=True, measured=True)
@example(columns={Column.MEMORY_USED}, servers="all", told=True, measured=False)
def test_no_alarm_is_calmer_with_less_data(columns: set[Column], servers: str, told: bool, measured: bool) -> None:
    whole = list(sick_fleet())
    before, _ = opened(whole[:60], [ILL] * 60)
    masked: list[Frame] = []
    for frame in whole[60:]:
        values = frame.values.copy()
        values[np.ix_([int(column) for column in columns], range(0, values.shape[1], 1 if servers == "all" else 2))] = (
            np.nan
        )
        balancer = frame.balancer if told else structs.replace(frame.balancer, reach=Reach.TIMEOUT, misses=9, age_s=9.0)
        delta = frame.fleet_delta if told else None
        masked.append(structs.replace(frame, values=values, balancer=balancer, fleet_delta=delta))
    after, _ = opened(whole[:60] + masked, [ILL] * 60 + [ILL if measured else None] * 40)
    assert before <= after


@given(
    history=st.lists(st.sampled_from(["over", "between", "calm", "unknown"]), max_size=60),
    inside=st.lists(st.sampled_from(["between", "unknown"]), min_size=1, max_size=60),
    guarded=st.booleans(),
)
def test_nothing_flaps_inside_its_band(history: list[str], inside: list[str], guarded: bool) -> None:
    latches = Latches(Delay(2, 3, 10.0, ChatterSettings() if guarded else None))

    def step(sample: str) -> bool:
        return bool(
            latches.step(
                1.0, np.array([sample == "over"]), np.array([sample == "calm"]), np.array([sample != "unknown"])
            )[0]
        )

    for sample in history:
        step(sample)
    # The polls that were over may still be among the newest three: one that is counted may come, none may go.
    states = [step(sample) for sample in inside]
    assert sorted(states) == states and len(set(states[2:])) <= 1


@given(runs=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 14)), min_size=5, max_size=20))
def test_chatter_is_guarded_at_more_than_three_cycles_a_minute_and_not_before(runs: list[tuple[int, int]]) -> None:
    guard = ChatterSettings()
    latches = Latches(Delay(1, 1, 2.0, guard))
    now, risen, was = 0.0, [], False
    for over, calm in runs:
        for sample in [True] * over + [False] * calm:
            now += 1.0
            on = bool(latches.step(1.0, np.array([sample]), np.array([not sample]), np.array([True]))[0])
            if on and not was:
                risen.append(now)
                often = len(risen) > guard.cycles and now - risen[-1 - guard.cycles] <= guard.within_s
                assert bool(latches.chattering[0]) or not often
                assert (
                    often
                    or not latches.chattering[0]
                    or any(b - a <= guard.within_s for a, b in zip(risen, risen[guard.cycles :], strict=False))
                )
            was = on


def test_the_same_frames_say_the_same_with_the_numbers_that_made_it_so() -> None:
    fleet = VirtualFleet(3, rate=NIGHT)
    frames = list(fleet.run(20))
    fleet.mute(*fleet.idle(3))
    fleet.rate.update(FULL)
    frames += list(fleet.run(40))
    first, again = opened(frames, [None] * 60), opened(frames, [None] * 60)
    assert first == again and len(first[1]) > 6
    for alarm in first[1]:
        because = alarm.because
        assert because and alarm.rule in TITLES
        if alarm.rule == "gap" and alarm.state.value == "raised":
            assert because["gap"] > because["margin"]
            assert because["gap"] == round(because["truth"] - because["belief"] - because["compensation"], 4)


def test_a_part_of_a_pool_without_ids_or_pools_breaks_nothing() -> None:
    fleet = [
        Server("a", pool=None),
        Server("b", pool=None, limit=None),
        Server("c", truth=None, age=None, pool=POOL_8K),
    ]
    frames = FrameMaker(report_interval=None)
    made = [frames.make(fleet, pools={POOL_8K: Counters()}, balancer=poll % 3 > 0) for poll in range(30)]
    assert opened(made, [None] * 30)[0] <= {"silent:c"}
