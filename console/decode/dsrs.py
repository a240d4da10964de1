"""A server's own word: the truth."""

from __future__ import annotations

import msgspec

from console.decode.limits import Count, Number, check_schema, decoded
from console.decode.text import clean_text, is_id
from console.domain.errors import BadAnswer
from console.domain.readings import StatusReading

_WHAT = "status"


class _Sessions(msgspec.Struct):
    started: Count | None = None
    completed: Count | None = None
    refused: Count | None = None
    cut: Count | None = None


class _Spread(msgspec.Struct):
    p50: Number | None = None
    p90: Number | None = None
    max: Number | None = None


class _Memory(msgspec.Struct):
    used_bytes: Count | None = None
    limit_bytes: Count | None = None
    pressure: Number | None = None


class _Cpu(msgspec.Struct):
    utilisation: Number | None = None


class _Recognition(msgspec.Struct):
    lag_s: Number | None = None
    first_result_p95_s: Number | None = None


class _Reporting(msgspec.Struct):
    interval_s: Number | None = None
    last_sent_seq: Count | None = None
    last_sent_age_s: Number | None = None
    last_sent_connections: Count | None = None
    last_error: str | None = None


class _Status(msgspec.Struct):
    id: str
    incarnation: str
    connections: Count
    schema: str | None = None
    time: Number | None = None
    uptime_s: Number | None = None
    pool: str | None = None
    max_connections: Count | None = None
    sessions_total: _Sessions | None = None
    session_age_s: _Spread | None = None
    session_length_s: _Spread | None = None
    memory: _Memory | None = None
    cpu: _Cpu | None = None
    recognition: _Recognition | None = None
    reporting: _Reporting | None = None


_STATUS = msgspec.json.Decoder(_Status)
# What stands for a group that was not sent: all its members missing.
_NO_SESSIONS, _NO_SPREAD, _NO_MEMORY = _Sessions(), _Spread(), _Memory()
_NO_CPU, _NO_RECOGNITION, _NO_REPORTING = _Cpu(), _Recognition(), _Reporting()


def decode_status(body: bytes) -> StatusReading:
    """The body of `GET /v1/status`. Raises BadAnswer."""
    wire = decoded(_STATUS, body, _WHAT)
    check_schema(wire.schema, "dsrs/1", _WHAT)
    if not is_id(wire.id) or not is_id(wire.incarnation):
        raise BadAnswer("The status names an id or incarnation that is no printable text of 1 to 128 characters.")
    sessions = wire.sessions_total or _NO_SESSIONS
    age = wire.session_age_s or _NO_SPREAD
    length = wire.session_length_s or _NO_SPREAD
    memory = wire.memory or _NO_MEMORY
    recognition = wire.recognition or _NO_RECOGNITION
    reporting = wire.reporting or _NO_REPORTING
    return StatusReading(
        id=wire.id,
        incarnation=wire.incarnation,
        connections=wire.connections,
        time=wire.time,
        uptime_s=wire.uptime_s,
        pool=None if wire.pool is None else clean_text(wire.pool),
        max_connections=wire.max_connections,
        started_total=sessions.started,
        completed_total=sessions.completed,
        refused_total=sessions.refused,
        cut_total=sessions.cut,
        session_age_p50_s=age.p50,
        session_age_p90_s=age.p90,
        session_age_max_s=age.max,
        session_length_p50_s=length.p50,
        session_length_p90_s=length.p90,
        memory_used_bytes=memory.used_bytes,
        memory_limit_bytes=memory.limit_bytes,
        memory_pressure=memory.pressure,
        cpu=(wire.cpu or _NO_CPU).utilisation,
        lag_s=recognition.lag_s,
        first_result_p95_s=recognition.first_result_p95_s,
        report_interval_s=reporting.interval_s,
        sent_seq=reporting.last_sent_seq,
        sent_age_s=reporting.last_sent_age_s,
        sent_connections=reporting.last_sent_connections,
        send_error=None if reporting.last_error is None else clean_text(reporting.last_error),
    )
