"""A forked future is run without a look at every server for each session, and comes to the same."""

from __future__ import annotations

import numpy as np
import pytest

from console.domain.states import Verb
from console.policy import LeastReported, by_name
from console.sim import Fault, Load, Plan, PoolPlan, Simulation, fork
from console.sim.sprint import fits

POOL = "-a-general/8k"


def future(seed: int, *, polled: bool, algorithm: str = "least-reported") -> Simulation:
    """Of a fleet with three silent servers; one of them is detached, one is dead."""
    sim = Simulation(Plan((PoolPlan(POOL, 24, 0.7),)), seed)
    sim.advance(30.0)
    silent = sim.idle(3, POOL)
    sim.do(Fault("mute", tuple(silent)))
    sim.do(Load(9.0, POOL))
    sim.advance(4.5)
    balancing = LeastReported() if algorithm == "least-reported" else by_name(algorithm)
    made = fork(sim.next(), balancing, {POOL: 9.0}, 12.0, seed=seed, polled=polled)
    made.do(Fault("kill", (silent[1],)))
    made.ask(Verb.DETACH, silent[0])
    return made


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_of_a_future_are_the_same_at_every_moment(seed: int) -> None:
    plain, usual = future(seed, polled=False), future(seed, polled=True)
    assert fits(plain.fleet, 1.0) and not fits(usual.fleet, 1.0)
    for look in range(60):
        if look == 20:
            for sim in (plain, usual):
                sim.do(Fault("refuse", (sim.fleet.pools[0].servers.ids[5],)))
        if look == 40:  # from here on in the usual way in both
            for sim in (plain, usual):
                sim.do(Fault("late_report", (sim.fleet.pools[0].servers.ids[7],)))
            assert not fits(plain.fleet, 1.0)
        plain.advance(0.5)
        usual.advance(0.5)
        one, other = plain.fleet.pools[0], usual.fleet.pools[0]
        for column in ("truth", "routed", "started", "completed", "refused"):
            assert np.array_equal(getattr(one.servers, column), getattr(other.servers, column)), (look, column)
        assert one.tally == other.tally
    tally = plain.fleet.pools[0].tally
    assert tally.refused and tally.completed


@pytest.mark.parametrize("algorithm", ["best-of-two", "count-in-flight"])
def test_another_algorithm_is_run_in_the_usual_way(algorithm: str) -> None:
    assert not fits(future(1, polled=False, algorithm=algorithm).fleet, 1.0)
