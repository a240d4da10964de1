"""The blindness ledger as CSV, JSON and lines: what leaves the console says what it could not see."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from console.domain.cells import cell
from console.domain.lifecycle import Blindness


def as_table(intervals: Iterable[Blindness]) -> str:
    """CSV with CRLF, times in UTC: `source,server,from,to,seconds,cause`; what still lasts has no end."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(["source", "server", "from", "to", "seconds", "cause"])
    for one in intervals:
        lasted_s = seconds_of(one)
        lines.writerow(
            [
                one.source.value,
                cell(one.server or ""),
                _utc(one.start_wall_s),
                "" if one.end_wall_s is None else _utc(one.end_wall_s),
                "" if lasted_s is None else f"{lasted_s:.3f}",
                one.cause,
            ]
        )
    return out.getvalue()


def as_plain(intervals: Iterable[Blindness]) -> list[dict[str, object]]:
    """For JSON; what still lasts has no end and no length."""
    return [
        {
            "source": one.source.value,
            "server": one.server,
            "start_wall_s": one.start_wall_s,
            "end_wall_s": one.end_wall_s,
            "seconds": seconds_of(one),
            "cause": one.cause,
        }
        for one in intervals
    ]


def as_lines(intervals: Iterable[Blindness]) -> str:
    """For people: one interval a line, in UTC."""
    lines: list[str] = []
    for one in intervals:
        end = "now" if one.end_wall_s is None else _utc(one.end_wall_s)
        name = "".join(char if char.isprintable() else "?" for char in one.server or one.source.value)
        lines.append(f"{_utc(one.start_wall_s)} to {end}  {name}  {one.cause}\n")
    return "".join(lines)


def seconds_of(one: Blindness) -> float | None:
    """How long it lasted, on the monotonic clock; None: it still does."""
    return None if one.end_mono_s is None else one.end_mono_s - one.start_mono_s


def _utc(wall_s: float) -> str:
    return datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="milliseconds")
