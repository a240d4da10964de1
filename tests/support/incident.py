"""The incident in virtual time, as Frames: a fleet that picks by last report, three muted servers, a ramp.

Same numbers as the lab's defaults (two pools of 32, limit 12, sessions of 12 s +-30 %, R 0.25 s, T 1 s). The balancer is read at
the Frame, each server's status at its own phase within the interval before it, as a collector does. No sleeping, no sockets.

    fleet = VirtualFleet(seed=1); fleet.run(20); fleet.mute("dsrs-003"); fleet.rate[POOL_8K] = 12.0; frame = fleet.next()
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from console.domain.frame import Frame
from console.domain.readings import Counters
from console.domain.texts import ERROR_TEXTS, MAXIMUM_CLIENTS
from tests.support.builders import POOL_8K, POOL_16K, FrameMaker, Server

NIGHT = {POOL_8K: 1.0, POOL_16K: 1.0}
FULL = {POOL_8K: 12.0, POOL_16K: 4.0}


@dataclass
class _Node:
    id: str
    pool: str
    phase: float
    truth: int = 0
    belief: int = 0
    seq: int = 0
    reported_at: float = 0.0
    routed: int = 0
    started: int = 0
    muted: bool = False
    attached: bool = True
    seen: tuple[int, int] = (0, 0)
    """Truth and started at its newest status poll."""
    seen_at: float = 0.0


@dataclass
class _Tally:
    started: int = 0
    completed: int = 0
    refused: int = 0
    errors: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ERROR_TEXTS, 0))

    def counters(self) -> Counters:
        sessions = {"started": self.started, "completed": self.completed, "refused": self.refused}
        return Counters(dict(self.errors), sessions)


class VirtualFleet:
    """An event simulation; `next` runs it for one poll interval and returns the Frame."""

    def __init__(
        self,
        seed: int = 1,
        *,
        per_pool: int = 32,
        pools: Sequence[str] = (POOL_8K, POOL_16K),
        report_interval: float = 0.25,
        interval: float = 1.0,
        limit: int = 12,
        session_s: float = 12.0,
        rate: dict[str, float] | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.rate = dict(rate or NIGHT)
        """New sessions per second by pool; may be changed at any time."""
        self.limit, self.session_s, self.report_interval = limit, session_s, report_interval
        self.frames = FrameMaker(interval=interval, report_interval=report_interval)
        self.nodes = {
            f"dsrs-{index + 1:03d}": _Node(f"dsrs-{index + 1:03d}", pool, self.random.uniform(0, interval))
            for index, pool in enumerate(pool for pool in pools for _ in range(per_pool))
        }
        self.tallies = {pool: _Tally() for pool in pools}
        self.now = 0.0
        self._events: list[tuple[float, int, str, str]] = []
        self._count = 0
        for node in self.nodes.values():
            self._at(self.random.uniform(0, report_interval), "report", node.id)
            self._at(node.phase, "poll", node.id)
        for pool in pools:
            self._at(self.random.expovariate(max(self.rate.get(pool, 0.0), 1.0)), "arrival", pool)

    def mute(self, *servers: str, on: bool = True) -> None:
        """Their reports stop (or come again); their sessions go on."""
        for server in servers:
            self.nodes[server].muted = on

    def detach(self, server: str, *, on: bool = True) -> None:
        """As an operator's detach (`on`) or attach would."""
        self.nodes[server].attached = not on
        self.frames.generation += 1

    def idle(self, count: int, pool: str = POOL_8K) -> list[str]:
        """The first `count` servers of a pool that have no session and are believed to have none."""
        return [node.id for node in self.nodes.values() if node.pool == pool and not node.truth and not node.belief][
            :count
        ]

    def run(self, polls: int) -> Iterator[Frame]:
        """The next `polls` Frames."""
        for _ in range(polls):
            yield self.next()

    def next(self, *, balancer: bool = True) -> Frame:
        """One poll interval later. `balancer` False: its poll fails."""
        self.advance(self.frames.interval)
        tallies = {pool: tally.counters() for pool, tally in self.tallies.items()}
        return self.frames.make(
            [self._server(node) for node in self.nodes.values()],
            balancer=balancer,
            errors=_sum([counters.errors_total for counters in tallies.values()]),
            sessions=_sum([counters.sessions_total for counters in tallies.values()]),
            pools=tallies,
        )

    def advance(self, seconds: float) -> None:
        """Lets virtual time pass without a Frame."""
        until = self.now + seconds
        while self._events and self._events[0][0] <= until:
            self.now, _, kind, name = heapq.heappop(self._events)
            getattr(self, f"_on_{kind}")(name)
        self.now = until

    def _at(self, when: float, kind: str, name: str) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, kind, name))

    def _on_report(self, name: str) -> None:
        node = self.nodes[name]
        self._at(self.now + self.report_interval * self.random.uniform(0.95, 1.05), "report", name)
        if not node.muted:
            node.belief, node.reported_at, node.seq = node.truth, self.now, node.seq + 1

    def _on_poll(self, name: str) -> None:
        node = self.nodes[name]
        node.seen, node.seen_at = (node.truth, node.started), self.now
        self._at(self.now + self.frames.interval, "poll", name)

    def _on_arrival(self, pool: str) -> None:
        rate = self.rate.get(pool, 0.0)
        self._at(self.now + (self.random.expovariate(rate) if rate > 0 else 1.0), "arrival", pool)
        if rate <= 0:
            return
        tally = self.tallies[pool]
        tally.started += 1
        eligible = [
            node for node in self.nodes.values() if node.pool == pool and node.attached and node.belief < self.limit
        ]
        least = min((node.belief for node in eligible), default=None)
        chosen = self.random.choice([node for node in eligible if node.belief == least]) if eligible else None
        if chosen is not None:
            chosen.routed += 1
        if chosen is None or chosen.truth >= self.limit:
            tally.refused += 1
            tally.errors[MAXIMUM_CLIENTS] += 1
            return
        chosen.truth, chosen.started = chosen.truth + 1, chosen.started + 1
        self._at(self.now + self.session_s * self.random.uniform(0.7, 1.3), "end", chosen.id)

    def _on_end(self, name: str) -> None:
        node = self.nodes[name]
        node.truth -= 1
        self.tallies[node.pool].completed += 1

    def _server(self, node: _Node) -> Server:
        return Server(
            node.id,
            truth=node.seen[0],
            started_total=node.seen[1],
            belief=node.belief,
            routed_total=node.routed,
            limit=self.limit,
            age=self.now - node.reported_at,
            seq=node.seq,
            pool=node.pool,
            attached=node.attached,
            truth_age=self.now - node.seen_at,
        )


def _sum(counts: Sequence[dict[str, int]] | list) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
