"""What would happen next: a simulation that starts from what one Frame shows, truth and belief apart as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from console.domain.frame import Column, Floats, Frame
from console.policy import Balancing
from console.policy.balancing import Indexes
from console.sim.arrivals import SPREAD
from console.sim.plan import Plan, PoolPlan
from console.sim.simulation import Simulation

_QUANTILES: Final = np.array((0.0, 0.5, 0.9, 1.0))


def fork(
    frame: Frame,
    balancing: Balancing,
    rates: Mapping[str, float],
    session_s: float,
    *,
    seed: int = 1,
    engine: Literal["events", "ticks"] = "events",
    interval_s: float | None = None,
    truth: Floats | None = None,
    ages: Floats | None = None,
    polled: bool = True,
) -> Simulation:
    """The fleet of a Frame, from now on. Raises ValueError where the Frame shows no server of a pool, or no report interval.

    `rates`: new sessions per second by pool ("": of the servers without one); pools without a rate are left out. What the caller
    knows better than the Frame, NaN where it does not: `interval_s` of the reports, `truth` in sessions per slot, and `ages` of the
    open sessions (p50, p90, maximum; (3, slots), only where the server does not tell its own). Servers that are silent now stay so.
    Where the truth is missing the newest known stands in, then the report, then the average of the pool. The tallies begin with
    the sessions that are open: use `since`. Not `polled`: nobody asks the servers, which is cheaper; its Frames would show no truth.
    """
    interval_s = frame.balancer.report_interval_s or interval_s
    if interval_s is None:
        raise ValueError("the balancer does not tell its report interval, so nothing can be foretold")
    slots = {
        pool: np.array([row.slot for row in frame.rows if (row.pool or "") == pool and frame.listed[row.slot]])
        for pool in rates
    }
    if empty := [pool for pool, held in slots.items() if not len(held)]:
        raise ValueError(f"the Frame lists no server of the pool {empty[0]}")
    plan = Plan(
        tuple(PoolPlan(pool, len(held), rates[pool]) for pool, held in slots.items()),
        balancing=balancing,
        report_interval_s=interval_s,
        session_s=session_s,
        poll_s=frame.interval_s,
        leave_after_s=math.inf,  # whom the balancer still lists although it is silent, it will go on listing
        warm=False,
    )
    names = {pool: [_id(frame, slot) for slot in held.tolist()] for pool, held in slots.items()}
    sim = Simulation(plan, seed, engine=engine, mono_s=frame.mono_s, wall_s=frame.wall_s, names=names)
    rng = np.random.default_rng([seed, frame.seq])
    for number, held in enumerate(slots.values()):
        _adopt(sim, number, frame, held, truth, ages, rng)
        if not polled:
            sim.fleet.pools[number].servers.next_poll[:] = math.inf
    return sim


def _id(frame: Frame, slot: int) -> str:
    row = frame.rows.rows[slot]
    assert row is not None, "listed slots have holders"
    return row.id


def _adopt(
    sim: Simulation,
    number: int,
    frame: Frame,
    slots: Indexes,
    better: Floats | None,
    learned: Floats | None,
    rng: np.random.Generator,
) -> None:
    pool = sim.fleet.pools[number]
    servers = pool.servers
    reported = frame[Column.REPORTED][slots]
    truth = frame[Column.TRUTH][slots] if better is None else better[slots]
    for stand_in in (frame[Column.TRUTH][slots], frame[Column.LAST_TRUTH][slots], reported):
        truth = np.where(np.isnan(truth), stand_in, truth)
    known = truth[~np.isnan(truth)]
    truth = np.where(np.isnan(truth), np.rint(known.mean()) if len(known) else 0.0, truth)
    servers.truth[:] = servers.started[:] = truth
    servers.limit[:] = frame[Column.LIMIT][slots]
    servers.reported[:] = reported
    servers.in_flight[:] = np.nan_to_num(frame[Column.IN_FLIGHT][slots])
    servers.attached[:] = frame.attached[slots]
    servers.changed()
    servers.adopt(frame[Column.REPORT_AGE][slots], np.nan_to_num(frame[Column.REPORTED_SEQ][slots]), 0.0)
    pool.tally.asked = pool.tally.started = int(truth.sum())
    ages = frame.values[[Column.SESSION_AGE_P50, Column.SESSION_AGE_P90, Column.SESSION_AGE_MAX]][:, slots]
    if learned is not None:
        ages = np.where(np.isnan(ages).any(axis=0), learned[:, slots], ages)
    counts = truth.astype(np.intp)
    left_s = remaining(counts, ages, sim.plan.session_s, rng)
    sim.engine.under_way(number, np.repeat(np.arange(len(counts)), counts), left_s)


def remaining(counts: Indexes, quantiles: Floats, mean_s: float, rng: np.random.Generator) -> Floats:
    """Seconds that the open sessions still last, server by server: from p50, p90 and maximum of their ages, (3, servers).

    Where one of those is NaN: as met at random.
    """
    ends, total = np.cumsum(counts), int(counts.sum())
    # Each server draws twice for all of its sessions, and then comes the next.
    before, mine = np.repeat(ends - counts, counts), np.repeat(counts, counts)
    drawn = rng.random(2 * total)
    first = before + np.arange(total)
    one, two = drawn[first], drawn[first + mine]
    low, high = mean_s * (1 - SPREAD), mean_s * (1 + SPREAD)
    # A long session is more likely to be met than a short one; any part of it may be left.
    met = np.sqrt(low**2 + (high**2 - low**2) * one) * two
    known = np.vstack([np.zeros(len(counts)), quantiles]).repeat(counts, axis=1)
    part = _QUANTILES.searchsorted(one, side="right") - 1
    here = np.arange(total)
    below, above = known[part, here], known[part + 1, here]
    ages = (above - below) / (_QUANTILES[part + 1] - _QUANTILES[part]) * (one - _QUANTILES[part]) + below
    least = np.clip(ages, low, high)
    told = np.maximum(least + (high - least) * two - ages, 0.0)
    return np.where(np.isnan(known).any(axis=0), met, told)
