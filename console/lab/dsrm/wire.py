"""What DSRM says and hears, field by field. Bounds are those of `resources/openapi/dsrm.yaml`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Sequence = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
ServerId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Pool = Annotated[str, Meta(min_length=1, max_length=100)]
_PORT = r"(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"
Address = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9.\-\[\]:]{{1,90}}:{_PORT}$")]
UnixTime = Annotated[float, Meta(ge=0, le=1e11)]
Interface = Literal["websocket", "http", "direct"]
Outcome = Literal["completed", "partial_client_timeout", "partial_server_timeout", "partial_server_death", "refused"]
FAULTS: Final = ("ignore", "balancer_down", "balancer_slow", "balancer_lies", "balancer_forgets", "balancer_restarts")
"""What the lab can do to DSRM itself, and to what it makes of a server's reports."""
EventKind = Literal["join", "leave", "attach", "detach", "algorithm", "start"]


class Report(msgspec.Struct, frozen=True):
    """PUT /v1/reports/{id}."""

    incarnation: Name
    seq: Sequence
    connections: Count
    max_connections: Count
    pool: Pool
    address: Address
    status_url: Annotated[str, Meta(min_length=1, max_length=500)]


class ActionRequest(msgspec.Struct, frozen=True):
    """Body of detach, attach and cut."""

    incarnation: Name
    operator: Name
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    review_at: UnixTime | None = None


class PickRequest(msgspec.Struct, frozen=True):
    """POST /v1/pick."""

    pool: Pool
    interface: Interface


class EndRequest(msgspec.Struct, frozen=True):
    """POST /v1/sessions/{session}/end."""

    outcome: Outcome
    error: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class Picked(msgspec.Struct, frozen=True):
    """The chosen server and the name of the session."""

    server: str
    address: str
    session: str
    session_ttl_s: int


class Detached(msgspec.Struct, frozen=True):
    """Who detached a server, when and why."""

    by: str
    at: float
    reason: str
    key: str
    incarnation: str
    review_at: float | None


class ServerLine(msgspec.Struct, frozen=True):
    """One server in the fleet."""

    id: str
    incarnation: str
    pool: str
    address: str
    status_url: str
    state: Literal["attached", "detached"]
    max_connections: int
    weight: float
    reported_connections: int
    reported_seq: int
    report_age_s: float
    received_seq: int
    received_age_s: float
    believed_connections: int | float | None
    in_flight: int
    routed_total: int
    refused_total: dict[str, int]
    detached: Detached | None


class BalancerLine(msgspec.Struct, frozen=True):
    """The balancer about itself."""

    id: str
    incarnation: str
    generation: int
    algorithm: str
    algorithm_parameters: dict[str, float]
    report_interval_s: float


class Tally(msgspec.Struct):
    """Counters of one scope since DSRM's start: errors by verbatim text, sessions by outcome."""

    errors_total: dict[str, int]
    sessions_total: dict[str, int]


class Fleet(msgspec.Struct, frozen=True):
    """GET /v1/fleet."""

    schema: Literal["dsrm/1"]
    time: float
    balancer: BalancerLine
    servers: list[ServerLine]
    errors_total: dict[str, int]
    sessions_total: dict[str, int]
    pools: dict[str, Tally]
    interfaces: dict[str, Tally]


class Event(msgspec.Struct, frozen=True):
    """One change of membership or state."""

    seq: int
    time: float
    kind: EventKind
    server: str | None
    by: str | None
    reason: str | None
    generation: int
    key: str | None
