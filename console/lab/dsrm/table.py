"""DSRM's table: who is in the fleet, what it believes of them, whom it picks. No I/O; times are passed in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from msgspec import Struct

from console.domain.texts import MAXIMUM_CLIENTS
from console.lab import ids
from console.lab.dsrm import wire
from console.lab.dsrm.counters import Counters
from console.lab.dsrm.events import EventLog
from console.lab.dsrm.rows import REFUSED_BY, Instant, Server, candidates, line, pause_s
from console.lab.problem import Problem, invalid
from console.policy import Balancing

__all__ = ["SESSION_TTL_S", "Instant", "Server", "Table"]

SESSION_TTL_S: Final = 86_400
"""A session may last 24 h; one that nobody ended is forgotten then."""


class _Routed(Struct, frozen=True):
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
        self.log = EventLog()
        self.log.add("start", now.wall_s, self.generation)

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
        """The rows of a pool that are shown as attached."""
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
        elif report.seq > row.received.seq:
            row.take(report, now.mono_s, pause_s(self.report_interval_s))

    def _join(self, server: str, report: wire.Report, before: Server | None, now: Instant) -> None:
        if before is not None:
            self._former[server] = before.report.incarnation
        self._servers[server] = Server.joining(server, report, now.mono_s)
        self.counters.open_pool(report.pool)
        self._change("join", server, now)

    def overdue(self, now: Instant, leave_after_s: float) -> list[Server]:
        """Rows without a report for so long: they leave if they also refuse connections."""
        return [row for row in self if now.mono_s - row.received_at_s > leave_after_s]

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
        rows = [row for row in self if row.picked and row.report.pool == request.pool]
        chosen = self.balancing.pick(candidates(rows, now, self.report_interval_s), self._rng)
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
        if request.outcome == "refused" and request.error in REFUSED_BY:
            routed.server.refused_total[REFUSED_BY[request.error]] += 1

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

    # What the lab does to it

    def use(self, balancing: Balancing, now: Instant, by: str | None = None) -> None:
        """Picks by another algorithm from now on."""
        before, self.balancing = self.balancing.name, balancing
        settings = ", ".join(f"{name} {value:g}" for name, value in balancing.parameters.items())
        reason = f"{before} -> {balancing.name}" + (f" ({settings})" if settings else "")
        self._change("algorithm", None, now, by, reason)

    def restart(self, now: Instant, *, forgets: bool) -> None:
        """As a process that starts anew: another incarnation, counters and events from the beginning, no session known.

        `forgets`: the table is empty, and servers join, attached, with their next reports. Else rows, reports and detached states stay.
        """
        self.incarnation = ids.incarnation(now.wall_s, self._rng)
        self.generation = 1
        self.counters = Counters()
        self._sessions.clear()
        if forgets:
            self._servers.clear()
            self._former.clear()
        for row in self:
            row.count_anew()
            self.counters.open_pool(row.report.pool)
        self.log = EventLog()
        self.log.add("start", now.wall_s, self.generation)

    def ignore(self, servers: Iterable[str], on: bool) -> list[str]:
        """Receives reports of these servers without using them, or uses them again; those that it knows."""
        known = [row for server in servers if (row := self._servers.get(server)) is not None]
        for row in known:
            row.ignored = on
        return [row.id for row in known]

    def undo(self, row: Server, detached: bool, now: Instant) -> None:
        """Takes a detach (or an attach) back on its own account."""
        if detached is row.attached:
            return
        row.detached = (
            None if detached else wire.Detached("dsrm", now.wall_s, "taken back", "", row.report.incarnation, None)
        )
        self._change("attach" if detached else "detach", row.id, now, "dsrm", "taken back")

    def trust_all(self) -> None:
        """What it shows is what it does again."""
        for row in self:
            row.routed_anyway = None

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
            servers=[line(row, beliefs[row.id], now) for row in self],
            errors_total=self.counters.fleet.errors_total,
            sessions_total=self.counters.fleet.sessions_total,
            pools=self.counters.pools,
            interfaces=self.counters.interfaces,
        )

    def line(self, row: Server, now: Instant) -> wire.ServerLine:
        """One server as in the fleet; its belief is null once it has left."""
        return line(row, self._beliefs(now).get(row.id, math.nan), now)

    def events(self, after: int, limit: int) -> tuple[int, list[wire.Event], int]:
        """Oldest kept number, events after `after` (at most `limit`), and the number to go on from."""
        return self.log.after(after, limit)

    def newest_events(self, count: int) -> list[wire.Event]:
        """The last few, oldest first."""
        return self.log.newest(count)

    def _beliefs(self, now: Instant) -> dict[str, float]:
        by_pool: dict[str, list[Server]] = {}
        for row in self:
            by_pool.setdefault(row.report.pool, []).append(row)
        beliefs: dict[str, float] = {}
        for rows in by_pool.values():
            values = self.balancing.believed(candidates(rows, now, self.report_interval_s)).tolist()
            beliefs.update(zip((row.id for row in rows), values, strict=True))
        return beliefs

    def _change(
        self,
        kind: wire.EventKind,
        server: str | None,
        now: Instant,
        by: str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> None:
        self.generation += 1
        self.log.add(kind, now.wall_s, self.generation, server, by, reason, key)
