"""What is learned of arrivals and session lengths: right in calm and in a ramp, said to be assumed where nothing is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from console.decide.flows import ASSUMED_MARGIN, FlowKeeper
from console.domain.foresight import Known
from console.domain.frame import Column
from console.sim import Load, Plan, PoolPlan, Simulation
from tests.support.builders import POOL_8K, FrameMaker, make_fleet

SESSION_S = 12.0


def learned(seed: int, polls: int, rate: float, then: float | None = None, after: int = 0) -> FlowKeeper:
    sim, keeper = Simulation(Plan((PoolPlan(POOL_8K, 24, rate),), session_s=SESSION_S), seed), FlowKeeper()
    for frame in sim.run(polls):
        keeper.step(frame)
    if then is not None:
        sim.do(Load(then))
    for frame in sim.run(after):
        keeper.step(frame)
    return keeper


def test_rate_and_length_are_learned_in_calm_and_ten_seconds_into_a_ramp() -> None:
    calm, ramp = [], []
    for seed in range(8):
        calm.append(learned(seed, 120, 4.0).flows()[POOL_8K])
        ramp.append(learned(seed, 120, 1.0, 12.0, 10).flows()[POOL_8K])
    assert all(flow.known is Known.MEASURED for flow in calm + ramp)
    assert np.mean([flow.rate for flow in calm]) == pytest.approx(4.0, rel=0.1)
    assert np.mean([flow.session_s for flow in calm]) == pytest.approx(SESSION_S, rel=0.1)
    # Open sessions over arrivals would say 6 s here, the mean rate of the last minute 3 a second.
    assert np.mean([flow.rate for flow in ramp]) == pytest.approx(12.0, rel=0.1)
    assert np.mean([flow.session_s for flow in ramp]) == pytest.approx(SESSION_S, rel=0.1)


def test_what_servers_tell_counts_more_and_nothing_known_is_said() -> None:
    frames, keeper = FrameMaker(), FlowKeeper(assumed_session_s=90.0)
    fleet = make_fleet(4, pools=[POOL_8K], truth=5)
    keeper.step(frames.make(fleet))
    flow = keeper.flows()[POOL_8K]
    assert math.isnan(flow.rate) and flow.known is Known.ASSUMED
    assert (flow.session_s, flow.session_margin) == (90.0, ASSUMED_MARGIN)
    told = make_fleet(4, pools=[POOL_8K], truth=5, values={Column.SESSION_LENGTH_P50: 33.0})
    keeper.step(frames.make(told))
    flow = keeper.flows()[POOL_8K]
    assert (flow.session_s, flow.known) == (33.0, Known.TOLD) and flow.session_margin < ASSUMED_MARGIN


def test_what_never_ends_lasts_longer_than_we_have_looked() -> None:
    frames, keeper = FrameMaker(), FlowKeeper(assumed_session_s=10.0)
    for _ in range(100):
        keeper.step(frames.make(make_fleet(4, pools=[POOL_8K], truth=5)))
    flow = keeper.flows()[POOL_8K]
    assert flow.known is Known.ASSUMED and flow.session_s >= 95.0


def test_polls_without_an_answer_are_no_calm() -> None:
    """What came meanwhile is told by the next answer, and spread over all of the time."""
    frames, keeper = FrameMaker(), FlowKeeper()
    asked = 0
    for poll in range(40):
        asked += 6
        fleet = make_fleet(3, pools=[POOL_8K], routed_total=asked // 3)
        keeper.step(frames.make(fleet, balancer=poll % 4 != 1))
    assert keeper.flows()[POOL_8K].rate == pytest.approx(6.0, rel=0.1)


def test_memory_is_bounded_and_a_pool_that_goes_is_forgotten() -> None:
    frames, keeper = FrameMaker(), FlowKeeper()
    for _ in range(300):
        keeper.step(frames.make(make_fleet(2)))
    assert len(keeper.flows()) == 2
    assert len(keeper._began) <= 180  # pyright: ignore[reportPrivateUsage]  the bound is what is tested


def test_ages_follow_what_began() -> None:
    """A server that began five sessions three polls ago and five now holds a young and an older half."""
    frames, keeper = FrameMaker(), FlowKeeper()
    total, truth = 0, 0
    frame = frames.make(make_fleet(1, pools=[POOL_8K], truth=0, started_total=0))
    keeper.step(frame)
    for begun in (5, 0, 0, 5):
        total, truth = total + begun, truth + begun
        frame = frames.make(make_fleet(1, pools=[POOL_8K], truth=truth, started_total=total))
        keeper.step(frame)
    ages = keeper.ages(frame)[:, 0]
    assert ages[0] < 1.0
    assert 3.0 <= ages[1] <= ages[2] <= 4.0
