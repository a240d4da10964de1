"""Figures of the alarm system itself, against the bands of EEMUA 191 and ISA-18.2: is it still worth listening to?

Sources of the bands:

- rate per 10 minutes: EEMUA 191 (average rate: below 1 acceptable, 2 over-demanding) and ISA-18.2, table of performance metrics
  (about 1 is acceptable, about 2 the most that is manageable).
- peak of 10 minutes, share of 10-minute periods with more than 10: ISA-18.2 (at most 10; below 1 % of the periods).
- standing alarms: EEMUA 191 (below 10).
- stale alarms (active for over 24 h): ISA-18.2 (fewer than 5 on any day).
- chattering alarms: ISA-18.2 (none).
- share of the ten most frequent: ISA-18.2 (below 1 % to 5 %).
- priorities: ISA-18.2, three priorities (about 80 % low, 15 % medium, 5 % high).
- shelved alarms: a limit of this console (30), as neither document gives a number.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from msgspec import Struct

from console.domain.cells import cell
from console.domain.lifecycle import Cycle, Raising, Standing
from console.domain.states import Priority

PERIOD_S: Final = 600.0
STALE_S: Final = 86_400.0
SHARES: Final = {Priority.LOW: 0.80, Priority.MEDIUM: 0.15, Priority.HIGH: 0.05}
"""ISA-18.2, three priorities."""
LEAST_SAMPLE: Final = 20
"""Below so many alarms a share says nothing."""


class Band(Enum):
    """How a figure stands to its band."""

    GOOD = "good"
    HARD = "hard"
    """Manageable, and no better."""
    BAD = "bad"
    UNKNOWN = "unknown"
    """Too little to judge by."""


class Metric(Struct, frozen=True):
    """One figure. `good`: up to here; `most`: up to here it is manageable. Value None: cannot be told."""

    name: str
    value: float | None
    unit: str
    good: float
    most: float
    source: str

    @property
    def band(self) -> Band:
        """Where the value lies."""
        if self.value is None:
            return Band.UNKNOWN
        if self.value <= self.good:
            return Band.GOOD
        return Band.HARD if self.value <= self.most else Band.BAD


class Performance(Struct, frozen=True):
    """The page of alarm figures."""

    from_wall_s: float
    to_wall_s: float
    raised: int
    metrics: tuple[Metric, ...]
    by_priority: tuple[tuple[Priority, int, float | None], ...]
    """Priority, number, share of all; to be held against SHARES."""
    top: tuple[tuple[str, int], ...]
    """The ten most frequent, with how often."""
    stale: tuple[str, ...]
    """Active for more than 24 h, oldest first."""
    chattering: tuple[str, ...]
    standing: int
    shelved: int


def performance(
    log: Sequence[Raising],
    cycles: Iterable[Cycle],
    wall_s: float,
    *,
    chattering: Iterable[str] = (),
    shelved_most: int = 30,
    over_s: float = 86_400.0,
    since_wall_s: float | None = None,
) -> Performance:
    """Judges the last `over_s` seconds of the log (oldest first); `since_wall_s`: nobody watched before that.

    Periods are aligned to the end, so that the newest one is whole.
    """
    begin_s = max(wall_s - over_s, since_wall_s if since_wall_s is not None else wall_s - over_s)
    first = bisect_left(log, begin_s, key=lambda one: one.wall_s)
    recent = [one for one in log[first:] if one.wall_s <= wall_s]
    seconds = max(0.0, wall_s - begin_s)
    periods = max(1, -int(-seconds // PERIOD_S))
    per_period = Counter(min(periods - 1, int((wall_s - one.wall_s) // PERIOD_S)) for one in recent)
    crowded = sum(1 for count in per_period.values() if count > 10)
    names = Counter(one.name for one in recent)
    top = tuple(sorted(names.items(), key=lambda item: (-item[1], item[0]))[:10])
    listed = [cycle for cycle in cycles if cycle.standing is not Standing.SUPPRESSED]
    shelved = sum(1 for cycle in listed if cycle.standing is Standing.SHELVED)
    standing = [cycle for cycle in listed if cycle.active and cycle.standing is not Standing.SHELVED]
    stale = sorted(
        (cycle for cycle in standing if wall_s - cycle.came_wall_s > STALE_S), key=lambda one: one.came_wall_s
    )
    chatter = tuple(sorted(chattering))
    enough = len(recent) >= LEAST_SAMPLE
    counts = Counter(one.priority for one in recent)
    metrics = (
        Metric("rate_per_10_min", len(recent) / (seconds / PERIOD_S) if seconds else None, "alarms", 1, 2, "EEMUA 191"),
        Metric("peak_per_10_min", max(per_period.values(), default=0), "alarms", 10, 20, "EEMUA 191, ISA-18.2"),
        Metric("periods_over_10", crowded / periods, "share", 0.01, 0.05, "ISA-18.2"),
        Metric("standing", len(standing), "alarms", 9, 20, "EEMUA 191"),
        Metric("stale", len(stale), "alarms", 4, 10, "ISA-18.2"),
        Metric("chattering", len(chatter), "alarms", 0, 0, "ISA-18.2"),
        Metric(
            "top_ten_share",
            sum(count for _, count in top) / len(recent) if enough else None,
            "share",
            0.01,
            0.05,
            "ISA-18.2",
        ),
        Metric("high_share", counts[Priority.HIGH] / len(recent) if enough else None, "share", 0.05, 0.15, "ISA-18.2"),
        Metric("shelved", shelved, "alarms", shelved_most // 2, shelved_most, "this console"),
    )
    return Performance(
        from_wall_s=begin_s,
        to_wall_s=wall_s,
        raised=len(recent),
        metrics=metrics,
        by_priority=tuple(
            (priority, counts[priority], counts[priority] / len(recent) if recent else None)
            for priority in sorted(Priority, reverse=True)
        ),
        top=top,
        stale=tuple(cycle.alarm.name for cycle in stale),
        chattering=chatter,
        standing=len(standing),
        shelved=shelved,
    )


def as_table(found: Performance) -> str:
    """The figures as CSV with CRLF: `figure,value,unit,good,most,band,source`; a missing value is an empty cell."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(["figure", "value", "unit", "good", "most", "band", "source"])
    for metric in found.metrics:
        value = "" if metric.value is None else f"{metric.value:.6g}"
        lines.writerow([metric.name, value, metric.unit, metric.good, metric.most, metric.band.value, metric.source])
    for priority, count, share in found.by_priority:
        lines.writerow([f"priority_{priority.word}", count, "alarms", "", "", "", ""])
        lines.writerow(
            [
                f"priority_{priority.word}_share",
                "" if share is None else f"{share:.6g}",
                "share",
                SHARES[priority],
                "",
                "",
                "ISA-18.2",
            ]
        )
    for place, (name, count) in enumerate(found.top, 1):
        lines.writerow([f"top_{place}", count, cell(name), "", "", "", ""])
    return out.getvalue()


def as_lines(found: Performance) -> str:
    """The same for people: one figure a line, with its band."""
    lines = [f"{found.raised} alarms in {(found.to_wall_s - found.from_wall_s) / 3600:.0f} h"]
    for one in found.metrics:
        value = "-" if one.value is None else f"{one.value:.4g}"
        lines.append(f"{one.band.value:8}{one.name:18}{value:>8} {one.unit:7} good up to {one.good:g} ({one.source})")
    lines += [f"{count:8d} {name}" for name, count in found.top]
    printable = ("".join(char if char.isprintable() else "?" for char in line) for line in lines)
    return "".join(f"{line}\n" for line in printable)


def as_plain(found: Performance) -> dict[str, object]:
    """The same for JSON; a missing value is None."""
    return {
        "from_wall_s": found.from_wall_s,
        "to_wall_s": found.to_wall_s,
        "raised": found.raised,
        "metrics": [
            {
                "name": one.name, "value": one.value, "unit": one.unit, "good": one.good, "most": one.most,
                "band": one.band.value, "source": one.source,
            }
            for one in found.metrics
        ],
        "by_priority": {
            priority.word: {"count": count, "share": share, "wanted_share": SHARES[priority]}
            for priority, count, share in found.by_priority
        },
        "top": [{"name": name, "count": count} for name, count in found.top],
        "stale": list(found.stale),
        "chattering": list(found.chattering),
        "standing": found.standing,
        "shelved": found.shelved,
    }  # fmt: skip
