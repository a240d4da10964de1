"""A healthy fleet that lives: servers restart, leave and join, and one day all of them are replaced one after the other.

Every server also tells what a real one does: what it sent, its memory, its first results, its clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from console.detect import Detectors, GapEstimator, Inputs
from console.domain.alarms import AlarmState
from console.domain.frame import Column, Frame
from console.domain.view import Health
from tests.support.builders import POOL_8K, POOL_16K, Server
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
        self, seed: int = 1, *, churn: Churn | None = None, lost_reports: float = 0.0, **options: object
    ) -> None:
        """`lost_reports`: the share of reports that never arrive."""
        self._lost = lost_reports
        self._lives: dict[str, int] = {}
        self._born: dict[str, float] = {}
        super().__init__(seed, **options)  # type: ignore[arg-type]
        self.churn = churn or Churn()
        self.lives = 0
        self._joined = len(self.nodes)
        self._deploying: Iterator[str] = iter(())
        self._due = {
            "restart": self.churn.restart_s or float("inf"),
            "replace": self.churn.replace_s or float("inf"),
            "deploy": self.churn.deploy_at_s if self.churn.deploy_at_s >= 0 else float("inf"),
        }

    def next(self, *, balancer: bool = True) -> Frame:
        """One poll interval later, with whatever was due in it."""
        if self.now >= self._due["restart"]:
            self._due["restart"] = self.now + self.random.expovariate(1 / self.churn.restart_s)
            self.restart(self.random.choice(list(self.nodes)))
        if self.now >= self._due["replace"]:
            self._due["replace"] = self.now + self.random.expovariate(1 / self.churn.replace_s)
            self.replace(self.random.choice(list(self.nodes)))
        if self.now >= self._due["deploy"]:
            self._deploying = iter(list(self.nodes))
            self._due["deploy"] = float("inf")
            self._due["step"] = self.now
        if self.now >= self._due.get("step", float("inf")):
            self._due["step"] = self.now + self.churn.deploy_step_s
            server = next(self._deploying, None)
            if server is None:
                del self._due["step"]
            elif server in self.nodes:
                self.restart(server)
        return super().next(balancer=balancer)

    def restart(self, server: str) -> None:
        """A new life of the same id: its sessions are lost, it starts empty, reports and is known at once."""
        node = self.nodes[server]
        self.tallies[node.pool].completed += node.truth
        self._lives[server] = self._lives.get(server, 0) + 1
        self._born[server] = self.now
        self.lives += 1
        node.truth = node.belief = node.seq = node.routed = node.started = 0
        node.reported_at, node.seen, node.seen_at = self.now, (0, 0), self.now
        self.frames.generation += 1

    def replace(self, server: str) -> None:
        """It leaves for good, and a new id joins its pool."""
        pool = self.nodes[server].pool
        self.restart(server)
        self.lives -= 1
        node = self.nodes.pop(server)
        self._joined += 1
        node.id = f"dsrs-{self._joined:03d}"
        self.nodes[node.id] = node
        node.pool = pool
        self._born[node.id] = self.now
        self._at(self.now + self.random.uniform(0, self.report_interval), "report", node.id)
        self._at(self.now + node.phase % self.frames.interval, "poll", node.id)

    def _at(self, when: float, kind: str, name: str) -> None:
        """A session's end belongs to the life in which it began."""
        super()._at(when, kind, f"{name}#{self._lives.get(name, 0)}" if kind == "end" else name)

    def _on_end(self, name: str) -> None:
        server, _, life = name.partition("#")
        if server in self.nodes and life == str(self._lives.get(server, 0)):
            super()._on_end(server)

    def _on_report(self, name: str) -> None:
        if name not in self.nodes:
            return
        if self._lost and self.random.random() < self._lost:
            self._at(self.now + self.report_interval, "report", name)
        else:
            super()._on_report(name)

    def _on_poll(self, name: str) -> None:
        if name in self.nodes:
            super()._on_poll(name)

    def _server(self, node: object) -> Server:
        server = super()._server(node)  # type: ignore[arg-type]
        server.incarnation = f"inc-{self._lives.get(server.id, 0)}"
        truth = server.truth or 0.0
        server.memory = (1.5 * GIB + truth / self.limit * 4.2 * GIB, 8.0 * GIB)
        server.values = {
            Column.SENT_SEQ: float(server.seq or 0),
            Column.SENT_AGE: max(0.0, (server.age or 0.0) - server.truth_age),
            Column.SENT_CONNECTIONS: float(server.belief or 0.0),
            Column.UPTIME: self.now - self._born.get(server.id, -1000.0),
            Column.FIRST_RESULT: 0.4 + 0.2 * self.random.random(),
            Column.SKEW: self.random.uniform(-0.05, 0.05),
        }
        return server


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
        judgement = detectors.step(frame, estimator.step(frame), None, inputs)
        for change in judgement.changes:
            if change.state is AlarmState.RAISED:
                counts[change.rule] += 1
                if change.rule != "restart" and len(examples) < 5:
                    examples.append(f"{fleet.now:.0f} s {change.name} {dict(change.because)}")
    return Found(
        {rule: n for rule, n in counts.items() if rule != "restart"}, counts["restart"], fleet.lives, polls, examples
    )
