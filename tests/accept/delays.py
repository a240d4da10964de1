"""How soon the rules speak that no incident and no scenario times: one fault into a healthy fleet in virtual time, over seeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Final

from msgspec.structs import replace

from console.detect import Detectors, GapEstimator, Inputs
from console.domain.frame import Column, Frame
from console.domain.view import Health
from console.sim import Fault
from tests.accept.measuring import Case, Figures
from tests.accept.proofs import spread
from tests.support.builders import POOL_8K, POOL_16K
from tests.support.healthyday import Churn, LivingFleet

SEEDS: Final = 5
_CALM_POLLS, _MOST_POLLS = 120, 120
_TO_LEARN: Final = {"latency": 400}
"""Polls of calm where a rule has to learn first what is usual."""
_CALM = {POOL_8K: 6.0, POOL_16K: 3.0}


@dataclasses.dataclass
class Setting:
    """What a fault may turn: the simulation, the Frame as it is read, and what the engine tells of itself."""

    fleet: LivingFleet
    chance: Random
    change: Callable[[Frame], Frame] = lambda frame: frame
    health: Health = dataclasses.field(default_factory=lambda: Health(loop_lag_s=0.01))
    balancer: bool = True

    @property
    def some(self) -> str:
        """Any server of the first pool."""
        return self.chance.choice([server for server, pool in self.fleet.servers.items() if pool == POOL_8K])


def _restart(now: Setting) -> None:
    now.fleet.restart(now.some)


def _slow(now: Setting) -> None:
    """First results six times as late: the simulation itself has no chance in them."""
    server = now.some

    def change(frame: Frame) -> Frame:
        row, values = frame.rows.get(server), frame.values.copy()
        assert row is not None
        values[Column.FIRST_RESULT, row.slot] *= 6.0
        return replace(frame, values=values)

    now.change = change


def _no_balancer(now: Setting) -> None:
    now.balancer = False


def _no_truth(now: Setting) -> None:
    """A fifth of all servers does not answer any more."""
    servers = sorted(now.fleet.servers)
    now.fleet.sim.do(Fault("freeze", tuple(now.chance.sample(servers, len(servers) // 5))))


def _lag(now: Setting) -> None:
    now.health = Health(loop_lag_s=0.6)


def _full(now: Setting) -> None:
    """So many of a pool are detached that what comes fills the others but one; their sessions move within 12 s."""
    for server in sorted(now.fleet.held(POOL_8K))[: 32 - 6]:
        now.fleet.detach(server)


def _leak(now: Setting) -> None:
    now.fleet.sim.do(Fault("leak", (now.some,)))


def _refuses(now: Setting) -> None:
    """A third of a pool refuses everybody: clients are turned away."""
    mine = sorted(server for server, pool in now.fleet.servers.items() if pool == POOL_8K)
    now.fleet.sim.do(Fault("refuse", tuple(now.chance.sample(mine, len(mine) // 3))))


def _frozen(now: Setting) -> None:
    """What the balancer believes of one of the emptiest stands still, and the load doubles."""
    idle = min((sessions, server) for server, sessions in now.fleet.held(POOL_8K).items())
    now.fleet.sim.do(Fault("ignore", (idle[1],)))
    now.fleet.rate.update({POOL_8K: 12.0, POOL_16K: 4.0})


def _for_ever_empty(now: Setting) -> None:
    """A server begins anew, and its first report, of no session, is the last that the balancer uses: it gets all that comes."""
    server, sim = now.some, now.fleet.sim
    now.fleet.restart(server)
    sim.at(sim.now + sim.plan.report_interval_s, Fault("ignore", (server,)))


FAULTS: Final[dict[str, Callable[[Setting], None]]] = {
    "restart": _restart,
    "latency": _slow,
    "blind (balancer)": _no_balancer,
    "blind (servers)": _no_truth,
    "sick": _lag,
    "n-plus-one": _full,
    "memory": _leak,
    "budget": _refuses,
    "stuck": _frozen,
    "hot": _for_ever_empty,
    "saturation": _frozen,
}
"""By rule, with its half in brackets."""


def timed(rule: str, seed: int) -> float | None:
    """Seconds from the fault to the first alarm of the rule; None: none came."""
    fleet = LivingFleet(seed, churn=Churn(restart_s=0.0, replace_s=0.0), rate=dict(_CALM))
    now = Setting(fleet, Random(f"{seed}:{rule}"))
    estimator, detectors = GapEstimator(), Detectors()
    began_s, calm = 0.0, _TO_LEARN.get(rule, _CALM_POLLS)
    for poll in range(calm + _MOST_POLLS):
        if poll == calm:
            FAULTS[rule](now)
            began_s = fleet.now
        frame = now.change(fleet.next(balancer=now.balancer))
        judged = detectors.step(frame, estimator.step(frame), Inputs(now.health))
        # Also where it hangs under its cause: it was found, if not told.
        if poll >= calm and any(alarm.rule == rule.partition(" ")[0] for alarm in judged.alarms):
            return fleet.now - began_s
    return None


def delays(quick: bool) -> Figures:
    """Every fault under every seed."""
    seeds = range(1, 4 if quick else 1 + SEEDS)
    jobs = [(rule, seed) for rule in FAULTS for seed in seeds]
    with ProcessPoolExecutor() as pool:
        times = list(pool.map(timed, *zip(*jobs, strict=True)))
    found = {rule: [time for (of, _), time in zip(jobs, times, strict=True) if of == rule] for rule in FAULTS}
    missed = {rule: came.count(None) for rule, came in found.items() if None in came}
    return {
        "pass": not missed,
        "limits": {"missed": 0},
        "seeds": len(seeds),
        "poll_s": 1.0,
        "report_s": 0.25,
        "first_alarm_after_fault_s": {
            rule: spread([time for time in came if time is not None]) for rule, came in found.items()
        },
        "missed": missed,
    }


CASES = (
    Case("alarms-delays", f"one fault into a healthy fleet, {SEEDS} seeds: its rule speaks, and how soon", delays, 300),
)
