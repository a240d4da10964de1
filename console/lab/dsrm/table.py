"""DSRM's table: who is in the fleet, what it believes of them, whom it picks. No I/O; times are passed in."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

import numpy as np

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab import ids
from console.lab.dsrm import wire
from console.lab.dsrm.counters import Counters
from console.lab.problem import Problem, invalid
from console.policy import Balancing, Candidates

_EVENTS_KEPT: Final = 10_000
SESSION_TTL_S: Final = 86_400
"""A session may last 24 h; one that nobody ended is forgotten then."""
_REFUSED_BY: Final = {
    MAXIMUM_CLIENTS: "maximum_clients",
    CANNOT_CONNECT_TO_SERVER: "connect",
    CANNOT_CONNECT: "no_answer",
}


class Instant(NamedTuple):
    """One moment on both clocks: seconds that never step, and Unix seconds for labels."""

    mono_s: float
    wall_s: float


@dataclass(slots=True)
class Server:
    """One row."""

    id: str
    report: wire.Report
    reported_at_s: float
    """Monotonic, when the report came."""
    detached: wire.Detached | None = None
    in_flight: int = 0
    routed_total: int = 0
    refused_total: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_REFUSED_BY.values(), 0))

    @property
    def attached(self) -> bool:
        """Whether it may be picked."""
        return self.detached is None


@dataclass(frozen=True, slots=True)
class _Routed:
    server: Server
    interface: wire.Interface
    at_s: float


class Table:
    """Reports, picks and outcomes come in; the fleet comes out. The generation counts changes of membership and state only."""

    def __init__(self, balancing: Balancing, report_interval_s: float, rng: Random, now: Instant) -> None:
        self.balancing = balancing
        self.report_interval_s = report_interval_s
        self.incarnation = ids.incarnation(now.wall_s, rng)
        self.generation = 1
        self.counters = Counters()
        self._rng = rng
        self._servers: dict[str, Server] = {}
        self._former: dict[str, str] = {}
        self._sessions: dict[str, _Routed] = {}
        self._events: deque[wire.Event] = deque(maxlen=_EVENTS_KEPT)
        self._add_event("start", None, now)

    @property
    def etag(self) -> str:
        """`"<incarnation>.<generation>"`, quotes included."""
        return f'"{self.incarnation}.{self.generation}"'

    def __iter__(self) -> Iterator[Server]:
        return iter(self._servers.values())

    def get(self, server: str) -> Server | None:
        """The row of an id."""
        return self._servers.get(server)

    def attached_in(self, pool: str) -> list[Server]:
        """The rows of a pool that may be picked."""
        return [row for row in self if row.attached and row.report.pool == pool]

    # Reports

    def report(self, server: str, report: wire.Report, now: Instant) -> None:
        """Takes a report: the first of an incarnation joins; one that is not newer, or of a former life, is ignored."""
        row = self._servers.get(server)
        if row is None or row.report.incarnation != report.incarnation:
            if row is not None and self._former.get(server) == report.incarnation:
                return
            self._join(server, report, row, now)
        elif report.pool != row.report.pool:
            raise invalid("pool", "A server keeps its pool for life; another pool needs a new incarnation.")
        elif report.seq > row.report.seq:
            row.report = report
            row.reported_at_s = now.mono_s
            row.in_flight = 0

    def _join(self, server: str, report: wire.Report, before: Server | None, now: Instant) -> None:
        if before is not None:
            self._former[server] = before.report.incarnation
        self._servers[server] = Server(server, report, now.mono_s)
        self.counters.open_pool(report.pool)
        self._change("join", server, now)

    def overdue(self, now: Instant, leave_after_s: float) -> list[Server]:
        """Rows without a report for so long: they leave if they also refuse connections."""
        return [row for row in self if now.mono_s - row.reported_at_s > leave_after_s]

    def leave(self, row: Server, now: Instant) -> None:
        """Strikes a row out, if it is still the one in the table."""
        if self._servers.get(row.id) is row:
            del self._servers[row.id]
            self._former.pop(row.id, None)
            self._change("leave", row.id, now)

    # Sessions

    def pick(self, request: wire.PickRequest, now: Instant) -> wire.Picked:
        """Routes a session. 503 `no_available_server` where each attached server is at its limit by this table."""
        self.counters.started(request.pool, request.interface)
        rows = self.attached_in(request.pool)
        chosen = self.balancing.pick(_candidates(rows, now), self._rng)
        if chosen is None:
            self.counters.ended(request.pool, request.interface, "refused", MAXIMUM_CLIENTS)
            message = "Each attached server of the pool is at its limit."
            raise Problem(503, "no_available_server", message, {"pool": request.pool, "attached": len(rows)})
        row = rows[chosen]
        row.in_flight += 1
        row.routed_total += 1
        session = ids.session_id(now.wall_s, self._rng)
        self._sessions[session] = _Routed(row, request.interface, now.mono_s)
        return wire.Picked(row.id, row.report.address, session, SESSION_TTL_S)

    def end(self, session: str, request: wire.EndRequest) -> None:
        """Counts an outcome, once. 404 for a session that is unknown or already ended."""
        routed = self._sessions.get(session)
        if routed is None:
            raise Problem(404, "unknown_session", "There is no such session, or it has ended already.")
        self.counters.ended(routed.server.report.pool, routed.interface, request.outcome, request.error)
        del self._sessions[session]
        if request.outcome == "refused" and request.error in _REFUSED_BY:
            routed.server.refused_total[_REFUSED_BY[request.error]] += 1

    def forget_sessions(self, now: Instant) -> None:
        """Drops sessions past their time to live (the oldest come first)."""
        expired = [name for name, routed in self._sessions.items() if now.mono_s - routed.at_s > SESSION_TTL_S]
        for name in expired:
            del self._sessions[name]

    # Attach and detach

    def detach(self, row: Server, request: wire.ActionRequest, key: str, now: Instant) -> None:
        """Takes a server out of the picks; its sessions go on."""
        row.detached = wire.Detached(
            request.operator, now.wall_s, request.reason, key, row.report.incarnation, request.review_at
        )
        self._change("detach", row.id, now, request.operator, request.reason, key)

    def attach(self, row: Server, request: wire.ActionRequest, key: str, now: Instant) -> None:
        """Puts a server back."""
        row.detached = None
        self._change("attach", row.id, now, request.operator, request.reason, key)

    # What it tells

    def fleet(self, now: Instant) -> wire.Fleet:
        """The whole table."""
        beliefs = self._beliefs(now)
        return wire.Fleet(
            schema="dsrm/1",
            time=now.wall_s,
            balancer=wire.BalancerLine(
                id="dsrm-1",
                incarnation=self.incarnation,
                generation=self.generation,
                algorithm=self.balancing.name,
                algorithm_parameters=dict(self.balancing.parameters),
                report_interval_s=self.report_interval_s,
            ),
            servers=[_line(row, beliefs[row.id], now) for row in self],
            errors_total=self.counters.fleet.errors_total,
            sessions_total=self.counters.fleet.sessions_total,
            pools=self.counters.pools,
            interfaces=self.counters.interfaces,
        )

    def line(self, row: Server, now: Instant) -> wire.ServerLine:
        """One server as in the fleet; its belief is null once it has left."""
        return _line(row, self._beliefs(now).get(row.id, math.nan), now)

    def events(self, after: int, limit: int) -> tuple[int, list[wire.Event], int]:
        """Oldest kept number, events after `after` (at most `limit`), and the number to go on from."""
        oldest = self._events[0].seq
        skip = max(0, after - oldest + 1)
        found = [self._events[index] for index in range(skip, min(skip + limit, len(self._events)))]
        return oldest, found, found[-1].seq if found else after

    def newest_events(self, count: int) -> list[wire.Event]:
        """The last few, oldest first."""
        return list(self._events)[-count:]

    def _beliefs(self, now: Instant) -> dict[str, float]:
        by_pool: dict[str, list[Server]] = {}
        for row in self:
            by_pool.setdefault(row.report.pool, []).append(row)
        beliefs: dict[str, float] = {}
        for rows in by_pool.values():
            values = self.balancing.believed(_candidates(rows, now)).tolist()
            beliefs.update(zip((row.id for row in rows), values, strict=True))
        return beliefs

    def _change(
        self,
        kind: wire.EventKind,
        server: str,
        now: Instant,
        by: str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> None:
        self.generation += 1
        self._add_event(kind, server, now, by, reason, key)

    def _add_event(
        self,
        kind: wire.EventKind,
        server: str | None,
        now: Instant,
        by: str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> None:
        seq = self._events[-1].seq + 1 if self._events else 1
        self._events.append(wire.Event(seq, now.wall_s, kind, server, by, reason, self.generation, key))


def _candidates(rows: list[Server], now: Instant) -> Candidates:
    columns = np.empty((4, len(rows)))
    for index, row in enumerate(rows):
        report = row.report
        columns[:, index] = (report.connections, now.mono_s - row.reported_at_s, row.in_flight, report.max_connections)
    return Candidates(*columns)


def _line(row: Server, believed: float, now: Instant) -> wire.ServerLine:
    report = row.report
    age_s = now.mono_s - row.reported_at_s
    return wire.ServerLine(
        id=row.id,
        incarnation=report.incarnation,
        pool=report.pool,
        address=report.address,
        status_url=report.status_url,
        state="attached" if row.attached else "detached",
        max_connections=report.max_connections,
        weight=1.0,
        reported_connections=report.connections,
        reported_seq=report.seq,
        report_age_s=age_s,
        received_seq=report.seq,
        received_age_s=age_s,
        believed_connections=None if math.isnan(believed) else int(believed) if believed.is_integer() else believed,
        in_flight=row.in_flight,
        routed_total=row.routed_total,
        refused_total=row.refused_total,
        detached=row.detached,
    )
