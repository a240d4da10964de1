"""One DSRS: its sessions, what it says of itself, and the ways it can fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from console.lab import openmetrics
from console.lab.dsrs import framing
from console.lab.dsrs.session import Session
from console.lab.dsrs.status import Model, status
from console.lab.http.messages import Outcome, Reply, Request, Switch
from console.lab.http.server import HttpServer
from console.lab.openmetrics import Family, exposition
from console.lab.problem import Problem, invalid, read, reader

Clock = Callable[[], float]
_LENGTHS_KEPT: Final = 256
_NAME = Annotated[str, Meta(min_length=1, max_length=100)]


class Opening(msgspec.Struct, frozen=True):
    """Body of POST /v1/sessions."""

    session: _NAME
    pool: _NAME
    format: _NAME


_OPENING: Final = reader(Opening)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who it is, for one life."""

    id: str
    incarnation: str
    pool: str
    limit: int
    report_interval_s: float


@dataclass(slots=True)
class Totals:
    """Counters of one life."""

    started: int = 0
    completed: int = 0
    refused: int = 0
    cut: int = 0


@dataclass(slots=True)
class Sent:
    """The newest report that left; `at_s` is monotonic, None before the first."""

    seq: int = 0
    at_s: float | None = None
    connections: int | None = None
    error: str | None = None


@dataclass(slots=True)
class Faults:
    """What is wrong with it, by the lab's will. Freezing is the HTTP server's own."""

    muted: bool = False
    other_id: str | None = None
    skew_s: float = 0.0


@dataclass(slots=True, eq=False)
class Dsrs:
    """One server on one port. `mono` and `wall` are its clocks; `token` is demanded for sessions and cuts (None: open)."""

    identity: Identity
    mono: Clock
    wall: Clock
    token: str | None = None
    model: Model = field(default_factory=Model)
    port: int = 0
    totals: Totals = field(default_factory=Totals)
    sent: Sent = field(default_factory=Sent)
    faults: Faults = field(default_factory=Faults)
    sessions: set[Session] = field(default_factory=set[Session])
    lengths: deque[float] = field(default_factory=lambda: deque[float](maxlen=_LENGTHS_KEPT))
    started_at_s: float = 0.0
    http: HttpServer = field(init=False)

    def __post_init__(self) -> None:
        self.http = HttpServer(self._serve)

    async def start(self, host: str) -> None:
        """Opens its port."""
        self.started_at_s = self.mono()
        self.port = await self.http.start(host)

    def stop(self, reset: bool = False) -> None:
        """Closes its port and its connections."""
        self.http.stop(reset)

    def cut(self) -> int:
        """Ends each session at once, with an error frame; how many there were."""
        doomed = list(self.sessions)
        for session in doomed:
            session.cut()
        self.totals.cut += len(doomed)
        return len(doomed)

    def ended(self, session: Session, completed: bool) -> None:
        """A session is over."""
        self.sessions.discard(session)
        if completed:
            self.totals.completed += 1
            self.lengths.append(self.mono() - session.since_s)

    def _serve(self, request: Request) -> Outcome:
        match request.method, request.path:
            case "GET", "/v1/status":
                return Reply(msgspec.json.encode(status(self)))
            case "POST", "/v1/sessions":
                return self._open(request)
            case "POST", "/v1/cut":
                self._demand_token(request)
                return Reply(msgspec.json.encode({"cut": self.cut()}))
            case "GET", "/metrics":
                return Reply(self._metrics(), content_type=openmetrics.CONTENT_TYPE)
            case _, "/v1/status" | "/v1/sessions" | "/v1/cut" | "/metrics":
                raise Problem(405, "method_not_allowed", "This address does not take this method.")
            case _:
                raise Problem(404, "not_found", "There is nothing at this address.")

    def _open(self, request: Request) -> Outcome:
        self._demand_token(request)
        if (request.header(b"upgrade") or "").lower() != framing.PROTOCOL or not request.upgrade:
            raise Problem(426, "upgrade_required", f"Open a session with Upgrade: {framing.PROTOCOL}.")
        opening: Opening = read(_OPENING, request.body)
        if opening.pool != self.identity.pool:
            raise invalid("pool", f"This server serves {self.identity.pool}.")
        if len(self.sessions) >= self.identity.limit:
            self.totals.refused += 1
            details = {"connections": len(self.sessions), "max_connections": self.identity.limit}
            raise Problem(503, "full", "The server is at its limit.", details)
        session = Session(self, opening.session, self.mono())
        self.sessions.add(session)
        self.totals.started += 1
        return Switch(framing.PROTOCOL, session)

    def _demand_token(self, request: Request) -> None:
        if self.token is not None and request.header(b"authorization") != f"Bearer {self.token}":
            raise Problem(401, "unauthenticated", "The service token is needed: Authorization: Bearer <token>.")

    def _metrics(self) -> bytes:
        def family(name: str, kind: str, text: str, value: float) -> Family:
            return Family(f"dsrs_{name}", kind, text, [({"pool": self.identity.pool}, value)])

        used = self.model.used_bytes(len(self.sessions))
        return exposition(
            [
                family("connections", "gauge", "Clients being served.", len(self.sessions)),
                family("max_connections", "gauge", "Most clients it takes.", self.identity.limit),
                family("memory_used_bytes", "gauge", "Memory used.", used),
                family("memory_limit_bytes", "gauge", "Memory it may use.", self.model.limit_bytes),
                family("sessions_started", "counter", "Sessions taken.", self.totals.started),
                family("sessions_completed", "counter", "Sessions served to their end.", self.totals.completed),
                family("sessions_refused", "counter", "Sessions refused at the limit.", self.totals.refused),
                family("sessions_cut", "counter", "Sessions cut on request.", self.totals.cut),
            ]
        )
