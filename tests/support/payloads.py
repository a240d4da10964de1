"""Bodies and answers of the contract, as bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]


def server(name: str = "dsrs-001", **fields: Any) -> Json:
    """One server of a fleet; `fields` replace or add, None leaves out nothing but says null."""
    return {
        "id": name,
        "incarnation": "i1",
        "pool": "-a-general/8k",
        "address": "127.0.0.1:21001",
        "status_url": "http://127.0.0.1:21001/v1/status",
        "state": "attached",
        "max_connections": 12,
        "weight": 1.0,
        "reported_connections": 3,
        "reported_seq": 11,
        "report_age_s": 0.31,
        "received_seq": 11,
        "received_age_s": 0.31,
        "believed_connections": 3,
        "in_flight": 1,
        "routed_total": 100,
        "refused_total": {"maximum_clients": 0},
        "detached": None,
        **fields,
    }


def fleet(servers: Iterable[Json] = (), *, balancer: Mapping[str, Any] | None = None, **fields: Any) -> Json:
    """A fleet."""
    return {
        "schema": "dsrm/1",
        "time": 1737400029.125,
        "balancer": {
            "id": "dsrm-1",
            "incarnation": "b1",
            "generation": 7,
            "algorithm": "least-reported",
            "algorithm_parameters": {},
            "report_interval_s": 0.5,
            **(balancer or {}),
        },
        "servers": list(servers),
        "errors_total": {"s can't connect to recognizer server": 0},
        "sessions_total": {"started": 100, "completed": 90, "refused": 0},
        **fields,
    }


def status(name: str = "dsrs-001", **fields: Any) -> Json:
    """A status."""
    return {
        "schema": "dsrs/1",
        "time": 1737400029.130,
        "id": name,
        "incarnation": "i1",
        "uptime_s": 81.4,
        "pool": "-a-general/8k",
        "connections": 11,
        "max_connections": 12,
        "sessions_total": {"started": 5120, "completed": 5100, "refused": 3, "cut": 0},
        "session_age_s": {"p50": 6.1, "p90": 11.0, "max": 14.2},
        "session_length_s": {"p50": 11.8, "p90": 15.1},
        "memory": {"used_bytes": 6871947673, "limit_bytes": 8589934592, "pressure": 0.12},
        "cpu": {"utilisation": 0.93},
        "recognition": {"lag_s": 0.42, "first_result_p95_s": 0.9},
        "reporting": {
            "interval_s": 0.5,
            "last_sent_seq": 4711,
            "last_sent_age_s": 0.31,
            "last_sent_connections": 3,
            "last_error": None,
        },
        **fields,
    }


def body(document: Json) -> bytes:
    """As a server would write it."""
    return json.dumps(document).encode()


def http(content: bytes | Json, status_line: str = "200 OK", *headers: str, length: bool = True) -> bytes:
    """A whole HTTP/1.1 answer, with a Content-Length unless told otherwise."""
    content = content if isinstance(content, bytes) else body(content)
    lines = [f"HTTP/1.1 {status_line}", "Content-Type: application/json", *headers]
    if length:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + content
