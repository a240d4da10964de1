"""What a DSRS says of itself. A figure that this lab does not model is left out, never invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.lab.dsrs.server import Dsrs

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Model:
    """Memory of a server: the acoustic model, and buffers per session. Full (12 sessions) it uses 71 % of its limit."""

    base_bytes: int = 1536 * _MIB
    per_session_bytes: int = 360 * _MIB
    limit_bytes: int = 8192 * _MIB

    def used_bytes(self, sessions: int) -> int:
        """Memory used with so many sessions."""
        return self.base_bytes + sessions * self.per_session_bytes


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
        "connections": len(ages),
        "max_connections": who.limit,
        "sessions_total": {
            "started": totals.started,
            "completed": totals.completed,
            "refused": totals.refused,
            "cut": totals.cut,
        },
        "memory": {"used_bytes": dsrs.model.used_bytes(len(ages)), "limit_bytes": dsrs.model.limit_bytes},
        "reporting": {
            "interval_s": who.report_interval_s,
            "last_sent_seq": sent.seq or None,
            "last_sent_age_s": None if sent.at_s is None else now_s - sent.at_s,
            "last_sent_connections": sent.connections,
            "last_error": sent.error,
        },
    }
    if ages:
        answer["session_age_s"] = {"p50": _quantile(ages, 0.5), "p90": _quantile(ages, 0.9), "max": ages[-1]}
    if lengths:
        answer["session_length_s"] = {"p50": _quantile(lengths, 0.5), "p90": _quantile(lengths, 0.9)}
    return answer


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
