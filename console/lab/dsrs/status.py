"""What a DSRS says of itself. A figure that this lab does not model is left out, never invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.lab.dsrs.server import Dsrs


def status(dsrs: Dsrs) -> dict[str, Any]:
    """The body of GET /v1/status."""
    now_s = dsrs.mono()
    who, sent, totals = dsrs.identity, dsrs.sent, dsrs.totals
    ages = sorted(now_s - session.since_s for session in dsrs.sessions)
    lengths = sorted(dsrs.lengths)
    answer: dict[str, Any] = {
        "schema": "dsrs/1",
        "time": dsrs.wall() + dsrs.faults.skew_s,
        "id": dsrs.faults.other_id or who.id,
        "incarnation": who.incarnation,
        "uptime_s": now_s - dsrs.started_at_s,
        "pool": who.pool,
        "connections": dsrs.connections,
        "max_connections": who.limit,
        "sessions_total": {
            "started": totals.started,
            "completed": totals.completed,
            "refused": totals.refused,
            "cut": totals.cut,
        },
        "memory": {"used_bytes": dsrs.used_bytes, "limit_bytes": dsrs.build.memory.limit_bytes},
        "cpu": {"utilisation": dsrs.queue.utilisation(now_s)},
        "recognition": {"lag_s": dsrs.queue.lag_s},
        "reporting": {
            "interval_s": who.report_interval_s,
            "last_sent_seq": sent.seq or None,
            "last_sent_age_s": None if sent.at_s is None else now_s - sent.at_s,
            "last_sent_connections": sent.connections,
            "last_error": sent.error,
        },
    }
    if (first_s := dsrs.first_result_p95_s()) is not None:
        answer["recognition"]["first_result_p95_s"] = first_s
    if ages:
        answer["session_age_s"] = {"p50": _quantile(ages, 0.5), "p90": _quantile(ages, 0.9), "max": ages[-1]}
    if lengths:
        answer["session_length_s"] = {"p50": _quantile(lengths, 0.5), "p90": _quantile(lengths, 0.9)}
    return answer


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
