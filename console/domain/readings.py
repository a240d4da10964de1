"""What one answer said, decoded and checked. Missing is None, never 0. All counts are sessions, all times seconds."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from console.domain.states import Attachment


class Detachment(Struct, frozen=True):
    """Who detached a server, when (Unix seconds) and why, as the balancer tells it."""

    by: str | None
    at: float | None
    reason: str | None
    key: str | None = None
    incarnation: str | None = None
    review_at: float | None = None


class Change(Struct, frozen=True):
    """One change of the fleet, as the balancer recorded it; `time` in Unix seconds."""

    seq: int
    time: float
    kind: str
    """join, leave, attach, detach, algorithm, start."""
    server: str | None
    by: str | None
    reason: str | None
    generation: int | None
    key: str | None


class ServerEntry(Struct, frozen=True):
    """One server as the balancer lists it: belief, routed, state."""

    id: str
    attachment: Attachment
    routed_total: int
    incarnation: str | None = None
    pool: str | None = None
    address: str | None = None
    status_url: str | None = None
    max_connections: int | None = None
    weight: float | None = None
    reported_connections: int | None = None
    reported_seq: int | None = None
    report_age_s: float | None = None
    received_seq: int | None = None
    received_age_s: float | None = None
    believed_connections: float | None = None
    """What the balancer compares: whole with most algorithms, an average with some."""
    in_flight: int | None = None
    refused_total: Mapping[str, int] = field(default_factory=dict[str, int])
    detached: Detachment | None = None


class Counters(Struct, frozen=True):
    """Counters of one scope (fleet, pool or interface): errors by verbatim text, sessions by outcome. They restart with the balancer."""

    errors_total: Mapping[str, int] = field(default_factory=dict[str, int])
    sessions_total: Mapping[str, int] = field(default_factory=dict[str, int])


class FleetReading(Struct, frozen=True):
    """One answer of the balancer."""

    time: float
    balancer_id: str
    incarnation: str
    generation: int
    servers: tuple[ServerEntry, ...]
    algorithm: str | None = None
    algorithm_parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    report_interval_s: float | None = None
    etag: str | None = None
    """As the balancer sent it, quotes included; the value for If-Match."""
    fleet: Counters = field(default_factory=Counters)
    pools: Mapping[str, Counters] = field(default_factory=dict[str, Counters])
    interfaces: Mapping[str, Counters] = field(default_factory=dict[str, Counters])
    changes: tuple[Change, ...] = ()
    """The newest ones of this incarnation, oldest first."""
    changes_known: bool | None = None
    """They reach up to this reading; False: they could not be read this time; None: this balancer tells none."""


class StatusReading(Struct, frozen=True):
    """One answer of one DSRS: the truth."""

    id: str
    incarnation: str
    connections: int
    time: float | None = None
    uptime_s: float | None = None
    pool: str | None = None
    max_connections: int | None = None
    started_total: int | None = None
    completed_total: int | None = None
    refused_total: int | None = None
    cut_total: int | None = None
    session_age_p50_s: float | None = None
    session_age_p90_s: float | None = None
    session_age_max_s: float | None = None
    session_length_p50_s: float | None = None
    session_length_p90_s: float | None = None
    memory_used_bytes: int | None = None
    memory_limit_bytes: int | None = None
    memory_pressure: float | None = None
    cpu: float | None = None
    lag_s: float | None = None
    first_result_p95_s: float | None = None
    report_interval_s: float | None = None
    sent_seq: int | None = None
    sent_age_s: float | None = None
    sent_connections: int | None = None
    send_error: str | None = None
