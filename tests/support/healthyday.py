"""A healthy fleet that lives: servers restart, leave and join, and one day all of them are replaced one after the other.

Every server also tells what a real one does: what it sent, its memory, its first results, its clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
from msgspec.structs import replace

from console.detect import Detectors, GapEstimator, Inputs
from console.domain.alarms import AlarmState
from console.domain.frame import Column, Frame
from console.domain.view import Health
from console.sim import Fault, Join, Leave, Resources, Restart
from tests.support.builders import POOL_8K, POOL_16K
from tests.support.incident import VirtualFleet

GIB = float(1 << 30)


@dataclass(frozen=True)
class Churn:
    """Seconds between two events of a kind; 0: never. `deploy_at_s`: when a rolling deployment of all servers begins."""

    restart_s: float = 600.0
    replace_s: float = 1200.0
    deploy_at_s: float = -1.0
    deploy_step_s: float = 15.0


class LivingFleet(VirtualFleet):
    """`next` as of the virtual fleet; `lives` counts the restarts so far."""

    def __init__(
        self,
        seed: int = 1,
        *,
        churn: Churn | None = None,
        lost_reports: float = 0.0,
        limit: int = 12,
        **options: Any,
    ) -> None:
        """`lost_reports`: the share of reports that never arrive."""
        machine = Resources(capacity=float(limit), idle_bytes=1.5 * GIB, session_bytes=4.2 * GIB / limit)
        super().__init__(seed, limit=limit, resources=machine, **options)
        self.random = Random(f"{seed}:life")
        self.churn = churn or Churn()
        self.lives = 0
        self._lost = lost_reports
        self._deploying: Iterator[str] = iter(())
        self._due = {
            "restart": self.churn.restart_s or float("inf"),
            "replace": self.churn.replace_s or float("inf"),
            "deploy": self.churn.deploy_at_s if self.churn.deploy_at_s >= 0 else float("inf"),
        }

    @property
    def servers(self) -> dict[str, str]:
        """Pool by id, of all that live."""
        truth = self.sim.truth()
        return {
            server: pool
            for server, pool, alive in zip(truth.ids, truth.pools, truth.alive.tolist(), strict=True)
            if alive
        }

    def next(self, *, balancer: bool = True) -> Frame:
        """One poll interval later, with whatever was due in it."""
        if self.now >= self._due["restart"]:
            self._due["restart"] = self.now + self.random.expovariate(1 / self.churn.restart_s)
            self.restart(self.random.choice(list(self.servers)))
        if self.now >= self._due["replace"]:
            self._due["replace"] = self.now + self.random.expovariate(1 / self.churn.replace_s)
            self.replace(self.random.choice(list(self.servers)))
        if self.now >= self._due["deploy"]:
            self._deploying = iter(list(self.servers))
            self._due["deploy"] = float("inf")
            self._due["step"] = self.now
        if self.now >= self._due.get("step", float("inf")):
            self._due["step"] = self.now + self.churn.deploy_step_s
            server = next(self._deploying, None)
            if server is None:
                del self._due["step"]
            elif server in self.servers:
                self.restart(server)
        self._lose_reports()
        return self._told(super().next(balancer=balancer))

    def restart(self, server: str) -> None:
        """A new life of the same id: its sessions are over, it starts empty."""
        self.sim.do(Restart(server))
        self.lives += 1

    def replace(self, server: str) -> None:
        """It leaves for good, and a new id joins its pool."""
        pool = self.servers[server]
        self.sim.do(Leave(server))
        self.sim.do(Join(pool))

    def _lose_reports(self) -> None:
        plan = self.sim.plan
        share = self._lost * plan.poll_s / plan.report_interval_s
        unlucky = tuple(server for server in self.servers if share and self.random.random() < share)
        if unlucky:
            self.sim.do(Fault("lost_report", unlucky))
            self.sim.at(self.now + plan.report_interval_s, Fault("lost_report", unlucky, on=False))

    def _told(self, frame: Frame) -> Frame:
        """With what the simulation has no chance in: the time to a first result, and clocks that are a little off."""
        values, told = frame.values.copy(), np.isfinite(frame[Column.TRUTH])
        for column, low, high in ((Column.FIRST_RESULT, 0.4, 0.6), (Column.SKEW, -0.05, 0.05)):
            drawn = [self.random.uniform(low, high) for _ in range(frame.rows.capacity)]
            values[column] = np.where(told, drawn, np.nan)
        values.flags.writeable = False
        return replace(frame, values=values)


@dataclass(frozen=True)
class Cell:
    """One point of the grid. `rate`: new sessions per second of the first pool of 32; the second has half of it."""

    report_s: float
    poll_s: float
    limit: int
    session_s: float
    rate: float

    @property
    def herd_number(self) -> float:
        """H of the first pool: what comes in one report interval by the headroom of one server."""
        headroom = self.limit - self.rate * self.session_s / 32
        return self.rate * self.report_s / headroom if headroom > 0 else float("inf")

    def __str__(self) -> str:
        return f"limit {self.limit}, {self.rate:g}/s, report {self.report_s:g} s, poll {self.poll_s:g} s"


@dataclass
class Found:
    """What was raised in one run. A restart that happened is no false alarm."""

    false: dict[str, int]
    restarts: int
    lives: int
    polls: int
    examples: list[str] = field(default_factory=list)


def run_cell(cell: Cell, seed: int, seconds: float, lost_reports: float = 0.0) -> Found:
    """Virtual time of health, with churn, restarts and one rolling deployment."""
    step_s = min(15.0, seconds / 2 / 64)
    fleet = LivingFleet(
        seed,
        churn=Churn(restart_s=600.0, replace_s=1200.0, deploy_at_s=seconds / 4, deploy_step_s=step_s),
        lost_reports=lost_reports,
        report_interval=cell.report_s,
        interval=cell.poll_s,
        limit=cell.limit,
        session_s=cell.session_s,
        rate={POOL_8K: cell.rate, POOL_16K: cell.rate / 2},
    )
    fleet.advance(2 * cell.session_s)
    estimator, detectors, inputs = GapEstimator(), Detectors(), Inputs(Health(loop_lag_s=0.01))
    counts: Counter[str] = Counter()
    examples: list[str] = []
    polls = int(seconds / cell.poll_s)
    for _ in range(polls):
        frame = fleet.next()
        judgement = detectors.step(frame, estimator.step(frame), inputs)
        for change in judgement.changes:
            if change.state is AlarmState.RAISED:
                counts[change.rule] += 1
                if change.rule != "restart" and len(examples) < 5:
                    examples.append(f"{fleet.now:.0f} s {change.name} {dict(change.because)}")
    return Found(
        {rule: n for rule, n in counts.items() if rule != "restart"}, counts["restart"], fleet.lives, polls, examples
    )
