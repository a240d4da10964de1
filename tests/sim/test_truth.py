"""What must hold in every run: the same seed gives the same run, and no session is lost or counted twice."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.frame import Frame
from console.domain.lies import LIES
from console.domain.states import Verb
from console.policy import NAMES, by_name
from console.sim import Command, Fault, Join, Load, Order, Plan, PoolPlan, Resources, Simulation, Tally
from console.sim.faults import BALANCER, SERVERS

A, B = "-a-general/8k", "-a-general/16k"
ENGINES: tuple[Literal["events", "ticks"], ...] = ("events", "ticks")
IDS = tuple(f"dsrs-{n:03d}" for n in range(1, 13))
faults = st.one_of(
    st.builds(
        Fault, st.sampled_from(sorted(SERVERS)), st.lists(st.sampled_from(IDS), max_size=4).map(tuple), st.booleans()
    ),
    st.builds(Fault, st.sampled_from(sorted(BALANCER)), on=st.booleans(), mode=st.sampled_from(LIES)),
)
orders = st.one_of(
    faults,
    st.builds(Load, st.sampled_from([0.0, 1.0, 10.0]), st.sampled_from([None, A, B]), st.sampled_from([0.0, 2.0])),
    st.builds(Join, st.sampled_from([A, B]), st.integers(1, 2)),
    st.builds(Command, st.sampled_from(Verb), st.sampled_from(IDS)),
    st.sampled_from(NAMES).map(by_name),
)


def plan(algorithm: str = "least-reported", **other: Any) -> Plan:
    pools = (PoolPlan(A, 8, rate=4.0, limit=6), PoolPlan(B, 4, rate=1.0, limit=6))
    settings = {"session_s": 4.0, "leave_after_s": 3.0, "resources": Resources(capacity=4.0), "boot_s": 1.0, **other}
    return Plan(pools, balancing=by_name(algorithm), **settings)


def conserved(tally: Tally) -> None:
    assert tally.asked == tally.started + tally.refused
    assert tally.started == tally.open + tally.completed + tally.client_timeout + tally.server_death
    assert min(tally.asked, tally.started, tally.open, tally.completed, tally.client_timeout, tally.server_death) >= 0
    assert all(count >= 0 for count in tally.errors.values())
    assert tally.asked == tally.completed + tally.open + tally.lost


def same(one: Frame, two: Frame) -> bool:
    arrays = ("values", "listed", "attachment", "reach")
    return (
        all(np.array_equal(getattr(one, name), getattr(two, name), equal_nan=name == "values") for name in arrays)
        and one.balancer == two.balancer
        and one.pools == two.pools
        and one.fleet_delta == two.fleet_delta
        and one.rows.rows == two.rows.rows
    )


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=60)
@given(
    todo=st.lists(st.tuples(st.floats(0, 12), orders), max_size=12),
    algorithm=st.sampled_from(NAMES),
    seed=st.integers(0, 1000),
)
def test_whatever_happens_every_session_is_accounted_for(
    engine: Literal["events", "ticks"], todo: list[tuple[float, Order]], algorithm: str, seed: int
) -> None:
    sim = Simulation(plan(algorithm), seed, engine=engine)
    for at_s, order in todo:
        sim.at(at_s, order)
    for frame in sim.run(14):
        truth = sim.truth()
        for pool in (A, B):
            conserved(truth.tallies[pool])
            here = np.array(truth.pools) == pool
            assert truth.sessions[here].sum() == truth.tallies[pool].open
        assert (truth.sessions >= 0).all()
        assert (truth.sessions <= truth.limit).all()
        assert (truth.sessions[~truth.alive] == 0).all()
        assert frame.rows.capacity == len(truth.ids)
        counted = frame.fleet.sessions_total
        assert counted["started"] >= counted["refused"] == sum(frame.fleet.errors_total.values())
        assert (truth.routed >= 0).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_seed_gives_the_same_run_and_another_seed_another(engine: Literal["events", "ticks"]) -> None:
    def play(seed: int) -> tuple[list[Frame], Tally]:
        sim = Simulation(plan(), seed, engine=engine)
        sim.at(3.0, Fault("mute", IDS[:2]))
        sim.at(4.0, Load(12.0, A, over_s=2.0))
        sim.at(8.0, Fault("kill", IDS[:1]))
        return list(sim.run(15)), sim.truth().total

    (frames, total), (again, total_again), (other, _) = play(1), play(1), play(2)
    assert all(same(one, two) for one, two in zip(frames, again, strict=True))
    assert total == total_again
    assert not all(same(one, two) for one, two in zip(frames, other, strict=True))


def test_how_time_is_cut_into_pieces_changes_nothing() -> None:
    whole, pieces = Simulation(plan(), 5), Simulation(plan(), 5)
    for sim in (whole, pieces):
        sim.at(2.0, Fault("mute", IDS[:2]))
        sim.at(3.0, Load(8.0))
    whole.advance(20.0)
    for _ in range(80):
        pieces.advance(0.25)
    assert whole.truth().tallies == pieces.truth().tallies
    assert whole.truth().sessions.tolist() == pieces.truth().sessions.tolist()


def test_the_load_is_what_was_asked_for_in_both_engines() -> None:
    for engine in ENGINES:
        sim = Simulation(Plan((PoolPlan(A, 40, rate=20.0),), warm=False), 3, engine=engine)
        sim.advance(100.0)
        asked = sim.truth().total.asked
        assert abs(asked - 2000) < 5 * 2000**0.5
        sim.do(Load(0.0))
        sim.advance(20.0)
        assert sim.truth().total.asked == asked
        assert sim.truth().total.open == 0
        sim.do(Load(10.0, over_s=10.0))
        sim.advance(10.0)
        assert abs(sim.truth().total.asked - asked - 50) < 5 * 50**0.5
