"""The herd in virtual time: some servers fall silent at low load, then the load comes. Shared by tests and the accept case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from console.policy import by_name
from console.sim import Fault, Load, Plan, PoolPlan, Simulation, Truth

POOL = "-a-general/8k"
CALM_S, SILENT_S, RAMP_S = 30.0, 15.0, 120.0


@dataclass(frozen=True)
class Herd:
    """Shares are 0 to 1; sessions are means over the ramp."""

    before: float
    """Refused before the ramp."""
    refused: float
    """Refused in the ramp."""
    to_muted: float
    """Share of the dispatches in the ramp that went to the silent servers."""
    on_muted: float
    on_healthy: float
    full: float
    """Servers that were at their limit in at least half of the looks, one a second."""


def herd(
    algorithm: str,
    seed: int,
    *,
    servers: int = 43,
    muted: int = 2,
    rate: float = 16.0,
    report_interval_s: float = 0.5,
    engine: Literal["events", "ticks"] = "events",
) -> Herd:
    """One run: 30 s of 1 session a second, the silence, 15 s later the ramp to `rate` for two minutes."""
    plan = Plan((PoolPlan(POOL, servers, rate=1.0),), balancing=by_name(algorithm), report_interval_s=report_interval_s)
    sim = Simulation(plan, seed, engine=engine)
    sim.advance(CALM_S)
    silent = sim.idle(muted, POOL)
    sim.do(Fault("mute", tuple(silent)))
    sim.advance(SILENT_S)
    start = sim.truth()
    who = np.isin(start.ids, silent)
    sim.do(Load(rate))
    looks: list[Truth] = []
    for _ in range(int(RAMP_S)):
        sim.advance(1.0)
        looks.append(sim.truth())
    end = sim.truth()
    came, routed = end.total.since(start.total), end.routed - start.routed
    sessions = np.array([look.sessions for look in looks])
    often_full = np.mean([look.overloaded for look in looks], axis=0) >= 0.5
    return Herd(
        before=start.total.refused / start.total.asked,
        refused=came.refused / came.asked,
        to_muted=float(routed[who].sum() / routed.sum()),
        on_muted=float(sessions[:, who].mean()),
        on_healthy=float(sessions[:, ~who].mean()),
        full=int(np.count_nonzero(often_full)),
    )


def mean(runs: list[Herd]) -> Herd:
    """The mean of each figure."""
    names = ("before", "refused", "to_muted", "on_muted", "on_healthy", "full")
    return Herd(**{name: float(np.mean([getattr(run, name) for run in runs])) for name in names})
