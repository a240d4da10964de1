"""The lab's DSRM, whole, in virtual time, behind a network that loses requests, loses answers, is late, and a balancer that starts anew.

Every request goes through DSRM's own ASGI application. Nothing here knows what a console is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from console.domain.errors import DeadlinePassed, Unreachable
from console.lab.dsrm import wire
from console.lab.dsrm.access import Access
from console.lab.dsrm.actions import Actions
from console.lab.dsrm.app import Operations, build
from console.lab.dsrm.mischief import Mischief
from console.lab.dsrm.table import Instant, Server, Table
from console.net.wire import HttpAnswer
from console.policy import LeastReported
from tests.support.register import Happening
from tests.support.virtualtime import VirtualClock

REPORT_S = 3.0


@dataclass(frozen=True)
class Commit:
    """One detach or attach that changed the table, with what there was just before."""

    at_s: float
    verb: str
    server: str
    pool: str
    by: str
    key: str
    life: str
    generation: int
    attached_before: frozenset[str]
    """Of the pool."""
    pool_size: int


@dataclass
class Weather:
    """Chances per request, and how late what is not lost is."""

    lose_request: float = 0.03
    lose_answer: float = 0.05
    slow: float = 0.05
    """Up to `slow_s` instead of a few milliseconds, each way."""
    slow_s: float = 4.0


@dataclass
class Fleet:
    """The servers as they are: pool, incarnation, whether they report."""

    pools: dict[str, str]
    lives: dict[str, int] = field(default_factory=dict)
    muted: set[str] = field(default_factory=set)


class Balancer:
    """DSRM on a virtual clock. `stamp` numbers everything that happens, in one order."""

    def __init__(self, clock: VirtualClock, dice: Random, fleet: Fleet, weather: Weather, per_minute: int = 0) -> None:
        self.clock, self.dice, self.fleet, self.weather = clock, dice, fleet, weather
        self.table = Table(LeastReported(), REPORT_S, Random(dice.random()), self.now())
        self.actions = Actions(self.table, per_minute)
        self.mischief = Mischief(self.table, self.actions, self.now, clock.loop.call_later)
        self._app = build(Operations(self.table, self.actions, self.now, self._no_cut, self.mischief), Access(None))
        self.commits: list[Commit] = []
        self.happenings: dict[str, list[Happening]] = {server: [] for server in fleet.pools}
        self.starts: list[tuple[float, str, str]] = []
        """When, the life that ended, the one that began."""
        self._stamp = 0
        self._seq = 0
        self._standing_still_s = 0.0
        self._lines: set[asyncio.Future[HttpAnswer]] = set()
        self.report()

    def now(self) -> Instant:
        return Instant(self.clock.monotonic(), self.clock.wall())

    def stamp(self) -> int:
        self._stamp += 1
        return self._stamp

    # What the servers and fate do

    def report(self) -> None:
        """One report of everybody that is not muted."""
        for server, pool in self.fleet.pools.items():
            if server not in self.fleet.muted:
                self._report(server, pool)

    def _report(self, server: str, pool: str) -> None:
        self._seq += 1
        before = self.table.generation
        incarnation = f"{server}.{self.fleet.lives.get(server, 1)}"
        place = (pool, "127.0.0.1:9", "http://127.0.0.1:9/v1/status")
        self.table.report(server, wire.Report(incarnation, self._seq, 3, 12, *place), self.now())
        if self.table.generation != before:
            self._happened(server, "join")

    def replace(self, server: str) -> None:
        """Dies and comes back as another incarnation, at once."""
        self.fleet.lives[server] = self.fleet.lives.get(server, 1) + 1
        self._report(server, self.fleet.pools[server])

    def start_anew(self, *, forgets: bool) -> None:
        """A restart: all connections are cut, keys are forgotten, and perhaps the table."""
        before = self.table.incarnation
        kind = "balancer_forgets" if forgets else "balancer_restarts"
        self.mischief.strike({"kind": kind, "on": True, "seconds": None, "mode": "", "servers": []})
        self.starts.append((self.clock.monotonic(), before, self.table.incarnation))
        for server in self.fleet.pools:
            self._happened(server, "start", forgets=forgets)
        for line in tuple(self._lines):
            if not line.done():
                line.set_exception(Unreachable("the balancer reset the connection"))
        self._lines.clear()

    def stand_still(self, seconds: float) -> None:
        """Takes requests in, and answers none of them for so long."""
        self._standing_still_s = self.clock.monotonic() + seconds

    def _happened(self, server: str, kind: str, *, forgets: bool = False) -> None:
        told = Happening(self.stamp(), kind, self.table.incarnation, self.table.generation, forgets)
        self.happenings[server].append(told)

    # The network

    async def exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], deadline_s: float
    ) -> HttpAnswer:
        """One request and its answer. Raises SourceError; the request may still arrive then."""
        line: asyncio.Future[HttpAnswer] = self.clock.loop.create_future()
        self._lines.add(line)
        if self.dice.random() >= self.weather.lose_request:
            call = (method, path, body, {name.lower(): value for name, value in headers.items()})
            self.clock.loop.call_later(self._delay_s(), self._arrive, line, call)
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.shield(line)
        except TimeoutError:
            raise DeadlinePassed(f"The balancer gave no whole answer within {deadline_s:g} s.") from None
        finally:
            if line.done() and not line.cancelled():
                line.exception()  # looked at, whoever waited for it
            self._lines.discard(line)

    def _delay_s(self) -> float:
        slow = self.dice.random() < self.weather.slow
        return self.dice.uniform(0.0, self.weather.slow_s if slow else 0.03)

    def _arrive(self, line: asyncio.Future[HttpAnswer], call: tuple[str, str, bytes, dict[str, str]]) -> None:
        left_s = self._standing_still_s - self.clock.monotonic()
        if left_s > 0:
            self.clock.loop.call_later(left_s, self._arrive, line, call)
            return
        if line.done() and line.exception() is not None:
            return  # its connection was reset before it was read
        answer = self._served(*call)
        if self.dice.random() >= self.weather.lose_answer:
            self.clock.loop.call_later(self._delay_s(), self._deliver, line, answer)

    @staticmethod
    def _deliver(line: asyncio.Future[HttpAnswer], answer: HttpAnswer) -> None:
        if not line.done():
            line.set_result(answer)

    def _served(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> HttpAnswer:
        changes = method == "POST"
        rows = {row.id: (row.report.pool, row.attached) for row in self.table} if changes else {}
        seq = self.table.log.newest(1)[0].seq
        answer = _whole(self._app, method, path, body, headers)
        for event in self.table.log.after(seq, 10)[1] if changes else ():
            assert event.server is not None and event.key is not None and event.by is not None
            pool = rows[event.server][0]
            mates = [name for name, (its, _) in rows.items() if its == pool]
            attached = frozenset(name for name in mates if rows[name][1])
            self.commits.append(
                Commit(
                    self.clock.monotonic(), event.kind, event.server, pool, event.by, event.key,
                    self.table.incarnation, event.generation, attached, len(mates),
                )
            )  # fmt: skip
        return answer

    @staticmethod
    async def _no_cut(_row: Server) -> int:
        raise AssertionError("nobody cuts here")


def _whole(app: Any, method: str, path: str, body: bytes, headers: dict[str, str]) -> HttpAnswer:
    """One request through an ASGI application that never has to wait."""
    sent: list[dict[str, Any]] = []
    plain, _, query = path.partition("?")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": plain, "raw_path": plain.encode(), "query_string": query.encode(),
        "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    _to_its_end(app(scope, receive, send))
    start, rest = sent[0], sent[1:]
    return HttpAnswer(start["status"], list(start["headers"]), b"".join(part.get("body", b"") for part in rest))


def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise AssertionError("DSRM waits for something, and virtual time does not go on meanwhile")


Sender = Callable[[str, str, bytes, Mapping[str, str], float], Coroutine[Any, Any, HttpAnswer]]
