"""What would happen next, from a Frame alone: as what does happen, truth and belief apart as they are."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from console.domain.frame import Column
from console.domain.states import Verb
from console.policy import LeastReported, by_name
from console.sim import Fault, Load, Plan, PoolPlan, Simulation, fork
from tests.support.builders import FrameMaker, make_fleet

POOL, OTHER = "-a-general/8k", "-a-general/16k"
SESSION_S = 12.0


def incident(seed: int, after_s: float = 20.0) -> Simulation:
    """Two servers fell silent at night; the ramp has come and the herd is on them."""
    sim = Simulation(Plan((PoolPlan(POOL, 32, 1.0), PoolPlan(OTHER, 8, 1.0))), seed)
    sim.advance(25.0)
    sim.next()
    sim.do(Fault("mute", tuple(sim.idle(2, POOL))))
    sim.advance(10.0)
    sim.do(Load(12.0, POOL))
    sim.advance(after_s)
    return sim


def rates() -> dict[str, float]:
    return {POOL: 12.0, OTHER: 1.0}


def refused(sim: Simulation, seconds: float = 60.0) -> float:
    before = sim.truth().total
    sim.advance(seconds)
    came = sim.truth().total.since(before)
    return came.refused / came.asked


@pytest.mark.parametrize("engine", ["events", "ticks"])
def test_it_starts_where_the_frame_is(engine: Literal["events", "ticks"]) -> None:
    sim = incident(1)
    gone = sim.truth().ids[5]
    sim.ask(Verb.DETACH, gone)
    frame = sim.next()
    what_if = fork(frame, LeastReported(), rates(), SESSION_S, engine=engine)
    twin = what_if.frame()
    assert [row.id for row in twin.rows] == [row.id for row in frame.rows]
    for column in (Column.REPORTED, Column.IN_FLIGHT, Column.LIMIT, Column.BELIEVED):
        assert np.array_equal(twin[column], frame[column]), column
    assert what_if.truth().sessions.tolist() == frame[Column.TRUTH].tolist()
    assert np.allclose(twin[Column.REPORT_AGE], frame[Column.REPORT_AGE], atol=1e-6)
    assert set(twin.detachments) == {gone}
    assert twin.mono_s == frame.mono_s
    later = what_if.next()
    silent = frame[Column.REPORT_AGE] > 5
    assert silent.sum() == 2
    assert (later[Column.REPORT_AGE][silent] > 6).all(), "who is silent stays silent"
    assert (later[Column.REPORT_AGE][~silent] < 0.5).all()
    assert (later[Column.REPORTED_SEQ][~silent] > frame[Column.REPORTED_SEQ][~silent]).all()
    assert later.at(gone, Column.ROUTED) == 0


@pytest.mark.parametrize("engine", ["events", "ticks"])
def test_it_foretells_the_herd_and_what_a_detach_does(engine: Literal["events", "ticks"]) -> None:
    """Means of 5 seeds, 60 s ahead: as is, with both detached, and with another algorithm."""
    actual, as_is, detached, other = [], [], [], []
    for seed in range(5):
        sim = incident(seed)
        frame = sim.next()
        as_is.append(refused(fork(frame, LeastReported(), rates(), SESSION_S, seed=seed, engine=engine)))
        cured = fork(frame, LeastReported(), rates(), SESSION_S, seed=seed, engine=engine)
        for row in frame.rows:
            if frame.at(row.id, Column.REPORT_AGE) > 5:
                assert cured.ask(Verb.DETACH, row.id).status == 200
        detached.append(refused(cured))
        other.append(refused(fork(frame, by_name("both"), rates(), SESSION_S, seed=seed, engine=engine)))
        actual.append(refused(sim))
    assert abs(np.mean(as_is) - np.mean(actual)) < 0.06
    assert np.mean(actual) > 0.3
    assert np.mean(detached) < 0.01
    assert np.mean(other) < 0.01


def test_open_sessions_end_in_their_time() -> None:
    sim = incident(3)
    sim.do(Load(0.0))
    frame = sim.next()
    what_if = fork(frame, LeastReported(), {POOL: 0.0, OTHER: 0.0}, SESSION_S)
    open_now = what_if.truth().total.open
    assert open_now == frame[Column.TRUTH].sum()
    what_if.advance(0.3 * SESSION_S)
    assert 0.25 * open_now < what_if.truth().total.open < 0.95 * open_now
    what_if.advance(SESSION_S)
    assert what_if.truth().total.open == 0


def test_ages_say_how_long_the_sessions_still_last() -> None:
    old = {Column.SESSION_AGE_P50: 11.0, Column.SESSION_AGE_P90: 14.0, Column.SESSION_AGE_MAX: 15.0}
    young = {Column.SESSION_AGE_P50: 0.1, Column.SESSION_AGE_P90: 0.2, Column.SESSION_AGE_MAX: 0.3}
    left = []
    for ages in (old, young):
        frame = FrameMaker().make(make_fleet(20, pools=[POOL], truth=10, values=ages))
        what_if = fork(frame, LeastReported(), {POOL: 0.0}, SESSION_S)
        what_if.advance(6.0)
        left.append(what_if.truth().total.open)
    assert left[0] < 60
    assert left[1] == 200


def test_missing_truth_has_stand_ins_and_a_missing_pool_is_said() -> None:
    fleet = make_fleet(4, pools=[POOL], truth=6)
    fleet[1].truth, fleet[1].belief = None, 3
    fleet[2].truth, fleet[2].belief, fleet[2].age = None, None, None
    frame = FrameMaker().make(fleet)
    sim = fork(frame, LeastReported(), {POOL: 1.0}, SESSION_S)
    assert sim.truth().sessions.tolist() == [6, 3, 5, 6]
    with pytest.raises(ValueError, match="lists no server of the pool -a-general/16k"):
        fork(frame, LeastReported(), {OTHER: 1.0}, SESSION_S)
    dumb = FrameMaker(report_interval=None).make(fleet)
    with pytest.raises(ValueError, match="does not tell its report interval"):
        fork(dumb, LeastReported(), {POOL: 1.0}, SESSION_S)
