"""Planned ends and restarts, and what a server tells of itself."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from console.domain.errors import SettingsError
from console.domain.frame import Column
from console.sim import Fault, Join, Leave, Plan, PoolPlan, Restart, Simulation

POOL = "-a-general/8k"
Way = Literal["events", "ticks"]


def living(engine: Way, servers: int = 6) -> Simulation:
    """It has run for half a minute: two sessions a second, twelve seconds each."""
    sim = Simulation(Plan((PoolPlan(POOL, servers, rate=2.0),)), seed=3, engine=engine)
    for _ in sim.run(30):
        pass
    return sim


@pytest.mark.parametrize("engine", ["events", "ticks"])
def test_a_planned_restart_is_a_new_life_and_nobody_loses_a_session(engine: Way) -> None:
    sim = living(engine)
    before = sim.frame()
    server = max((row.id for row in before.rows), key=lambda name: before.at(name, Column.TRUTH))
    assert before.at(server, Column.TRUTH) > 0
    sim.do(Restart(server))
    after = sim.next()
    old, new = before.rows.get(server), after.rows.get(server)
    assert old is not None and new is not None
    assert new.slot == old.slot and new.epoch != old.epoch and new.incarnation != old.incarnation
    assert after.listed[new.slot] and after.at(server, Column.UPTIME) < 1.0
    for _ in sim.run(60):
        truth = sim.truth()
        assert (truth.sessions >= 0).all(), "sessions of the former life end nowhere"
        assert truth.sessions.sum() == truth.total.open
    assert truth.total.server_death == 0 and truth.total.lost == truth.total.refused


@pytest.mark.parametrize("engine", ["events", "ticks"])
def test_who_leaves_is_listed_no_more_and_who_joins_is_new(engine: Way) -> None:
    sim = living(engine)
    generation = sim.frame().balancer.generation
    sim.do(Leave("dsrs-002"))
    sim.do(Join(POOL))
    left = sim.truth()
    frame = [*sim.run(5)][-1]
    assert generation is not None and frame.balancer.generation is not None
    assert frame.balancer.generation > generation
    listed = {row.id for row in frame.rows if frame.listed[row.slot]}
    assert listed == {f"dsrs-{number:03d}" for number in (1, 3, 4, 5, 6, 7)}
    assert sim.truth().started[1] == left.started[1], "nothing is sent there any more"
    assert sim.truth().total.server_death == 0
    with pytest.raises(SettingsError, match="no server 'dsrs-099'"):
        sim.do(Leave("dsrs-099"))


def test_a_wrong_clock_is_told_until_it_is_mended() -> None:
    sim = living("events")
    sim.do(Fault("skew", ("dsrs-001",), seconds=-90.0))
    frame = sim.next()
    assert frame.at("dsrs-001", Column.SKEW) == -90.0
    assert np.nansum(np.abs(frame[Column.SKEW])) == 90.0
    sim.do(Fault("skew", ("dsrs-001",), on=False))
    assert sim.next().at("dsrs-001", Column.SKEW) == 0.0
