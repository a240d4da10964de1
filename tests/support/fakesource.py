"""A Source without sockets: a fleet that tests change while it is polled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from console.domain.errors import SourceError
from console.domain.readings import Counters, FleetReading, ServerEntry, StatusReading
from console.domain.states import Attachment


def listed(name: str, incarnation: str | None = "i1", routed: int = 0, **more: object) -> ServerEntry:
    """A server as the balancer lists it."""
    fields: dict[str, object] = {"pool": "8k", "max_connections": 12, "believed_connections": 3, **more}
    return ServerEntry(name, Attachment.ATTACHED, routed, incarnation, **fields)  # type: ignore[arg-type]


def fleet(servers: Iterable[ServerEntry] = (), **more: object) -> FleetReading:
    """A fleet reading of balancer `b1`."""
    fields: dict[str, object] = {"time": 1.7e9, "balancer_id": "b", "incarnation": "b1", "generation": 1, **more}
    return FleetReading(servers=tuple(servers), **fields)  # type: ignore[arg-type]


def says(
    name: str, incarnation: str = "i1", connections: int = 5, started: int | None = None, **more: object
) -> StatusReading:
    """A status reading."""
    return StatusReading(name, incarnation, connections, started_total=started, **more)  # type: ignore[arg-type]


class FakeSource:
    """Answers after `delay_s` (per server or for all) with what `servers` and `statuses` say; an exception is raised."""

    def __init__(self, *names: str) -> None:
        self.servers: dict[str, ServerEntry] = {name: listed(name) for name in names}
        self.trouble: Exception | None = None
        """What the balancer does instead of answering."""
        self.statuses: dict[str, StatusReading | Exception | Callable[[], StatusReading]] = {}
        self.fleet_delay_s = 0.0
        self.delays_s: dict[str, float] = {}
        self.counters = Counters()
        self.polls: Counter[str] = Counter()
        self.at_s: dict[str, list[float]] = {}
        self.fleet_polls = 0
        self.under_way: Counter[str] = Counter()
        self.most_under_way = 0
        self.closed = False
        self.renewed = 0

    async def fleet(self) -> FleetReading:
        self.fleet_polls += 1
        await asyncio.sleep(self.fleet_delay_s)
        if self.trouble is not None:
            raise self.trouble
        return fleet(
            self.servers.values(), fleet=self.counters, time=asyncio.get_running_loop().time() + 1e-6 * self.fleet_polls
        )

    async def status(self, server: ServerEntry) -> StatusReading:
        name = server.id
        self.polls[name] += 1
        self.at_s.setdefault(name, []).append(asyncio.get_running_loop().time())
        self.under_way[name] += 1
        self.most_under_way = max(self.most_under_way, self.under_way[name])
        try:
            await asyncio.sleep(self.delays_s.get(name, 0.001))
        finally:
            self.under_way[name] -= 1
        answer = self.statuses.get(name, says(name))
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer

    def renew(self) -> None:
        self.renewed += 1

    async def close(self) -> None:
        self.closed = True


class Trouble(SourceError):
    """A failure without further meaning."""
