"""The balancer's answers: the fleet, and what it said to a detach or attach."""

from __future__ import annotations

import msgspec

from console.decode.limits import MOST_SERVERS, Count, Number, check_bulk, check_schema, check_size, decoded, scalar
from console.decode.text import clean_text, is_id
from console.domain.errors import BadAnswer
from console.domain.readings import Counters, Detachment, FleetReading, ServerEntry
from console.domain.states import Attachment

_WHAT = "fleet"
_LONGEST_REASON = 500  # characters, as the contract allows
_LONGEST_ERROR = 512  # the longest of the service's texts has 113
_LONGEST_URL = 512
_ATTACHMENTS = {"attached": Attachment.ATTACHED, "detached": Attachment.DETACHED}


class _Detached(msgspec.Struct):
    by: str | None = None
    at: Number | None = None
    reason: str | None = None
    key: str | None = None
    incarnation: str | None = None
    review_at: Number | None = None


class _Server(msgspec.Struct):
    id: str
    state: str
    routed_total: Count
    incarnation: str | None = None
    pool: str | None = None
    address: str | None = None
    status_url: str | None = None
    max_connections: Count | None = None
    weight: Number | None = None
    reported_connections: Count | None = None
    reported_seq: Count | None = None
    report_age_s: Number | None = None
    received_seq: Count | None = None
    received_age_s: Number | None = None
    believed_connections: Number | None = None
    in_flight: Count | None = None
    refused_total: dict[str, Count] | None = None
    detached: _Detached | None = None


class _Balancer(msgspec.Struct):
    id: str
    incarnation: str
    generation: Count
    algorithm: str | None = None
    algorithm_parameters: dict[str, msgspec.Raw] | None = None
    report_interval_s: Number | None = None


class _Counters(msgspec.Struct):
    errors_total: dict[str, Count] | None = None
    sessions_total: dict[str, Count] | None = None


class _Fleet(_Counters, kw_only=True):
    time: Number
    balancer: _Balancer
    servers: list[_Server]
    schema: str | None = None
    pools: dict[str, _Counters] | None = None
    interfaces: dict[str, _Counters] | None = None


_FLEET = msgspec.json.Decoder(_Fleet)


def decode_fleet(body: bytes, etag: str | None = None) -> FleetReading:
    """The body of `GET /v1/fleet` and its ETag header. Raises BadAnswer; ids are unique and at most 10,000 in what is returned."""
    check_bulk(body, _WHAT)
    wire = decoded(_FLEET, body, _WHAT)
    check_schema(wire.schema, "dsrm/1", _WHAT)
    if len(wire.servers) > MOST_SERVERS:
        raise BadAnswer(f"The fleet lists {len(wire.servers)} servers; {MOST_SERVERS} are accepted.")
    servers = tuple(map(_entry, wire.servers))
    if len({server.id for server in servers}) != len(servers):
        raise BadAnswer("The fleet lists the same server id twice.")
    balancer = wire.balancer
    if not is_id(balancer.id) or not is_id(balancer.incarnation):
        raise BadAnswer("The fleet names its balancer by an id or incarnation that is no printable text.")
    check_size(wire.pools, _WHAT)
    check_size(wire.interfaces, _WHAT)
    check_size(balancer.algorithm_parameters, _WHAT)
    return FleetReading(
        time=wire.time,
        balancer_id=balancer.id,
        incarnation=balancer.incarnation,
        generation=balancer.generation,
        servers=servers,
        algorithm=_clean(balancer.algorithm),
        algorithm_parameters={
            clean_text(name): scalar(value) for name, value in (balancer.algorithm_parameters or {}).items()
        },
        report_interval_s=balancer.report_interval_s,
        etag=etag if etag is not None and _is_etag(etag) else f'"{balancer.incarnation}.{balancer.generation}"',
        fleet=_counters(wire),
        pools={clean_text(name): _counters(counters) for name, counters in (wire.pools or {}).items()},
        interfaces={clean_text(name): _counters(counters) for name, counters in (wire.interfaces or {}).items()},
    )


def _entry(wire: _Server) -> ServerEntry:
    if not is_id(wire.id):
        raise BadAnswer(
            f"The fleet lists a server id that is no printable text of 1 to 128 characters: {wire.id[:40]!a}."
        )
    if wire.refused_total is not None:
        check_size(wire.refused_total, _WHAT)
    gone = wire.detached
    return ServerEntry(
        wire.id,
        _ATTACHMENTS.get(wire.state, Attachment.UNKNOWN),
        wire.routed_total,
        _clean(wire.incarnation),
        _clean(wire.pool),
        _clean(wire.address),
        _clean(wire.status_url, _LONGEST_URL),
        wire.max_connections,
        wire.weight,
        wire.reported_connections,
        wire.reported_seq,
        wire.report_age_s,
        wire.received_seq,
        wire.received_age_s,
        wire.believed_connections,
        wire.in_flight,
        _cleaned(wire.refused_total),
        None
        if gone is None
        else Detachment(
            by=_clean(gone.by),
            at=gone.at,
            reason=_clean(gone.reason, _LONGEST_REASON),
            key=_clean(gone.key),
            incarnation=_clean(gone.incarnation),
            review_at=gone.review_at,
        ),
    )


def _counters(wire: _Counters) -> Counters:
    check_size(wire.errors_total, _WHAT)
    check_size(wire.sessions_total, _WHAT)
    return Counters(_cleaned(wire.errors_total), _cleaned(wire.sessions_total))


def _cleaned(table: dict[str, int] | None) -> dict[str, int]:
    """Names made fit to be shown; two that become the same are added up."""
    result: dict[str, int] = {}
    for name, count in (table or {}).items():
        name = clean_text(name, _LONGEST_ERROR)  # noqa: PLW2901  only the clean name is ever used
        result[name] = result.get(name, 0) + count
    return result


def _clean(text: str | None, longest: int = 128) -> str | None:
    return None if text is None else clean_text(text, longest)


def _is_etag(text: str) -> bool:
    """A strong entity tag of sane size: it goes back verbatim in If-Match."""
    return 2 < len(text) <= 200 and text.isascii() and text.isprintable() and text[0] == text[-1] == '"'
