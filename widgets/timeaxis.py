"""Where the labels of a time axis go: round local times, never closer than they are wide. Qt-free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
"""Distances that people count in."""


LATEST_S: Final = 253_000_000_000.0
"""Before the year 10000, where calendars end."""

MOST_LABELS: Final = 400
"""More would mean that a clock has jumped by years: no label is better than all of them."""

LABEL_GAP_PX: Final = 6
"""Between two labels at least."""


class AxisLabel(Struct, frozen=True):
    """One label: at column `column` (0 = the first one given), reading `text`."""

    column: int
    text: str


def _local(wall_s: float) -> datetime | None:
    """Local time, or None where there is none (not known, or beyond what a calendar can hold)."""
    if not 0 <= wall_s < LATEST_S:
        return None
    return datetime.fromtimestamp(wall_s, UTC).astimezone()


def clock(wall_s: float, *, seconds: bool = True) -> str:
    """Local time of day, 24 h: `14:03:27`. Empty where the time is not known."""
    local = _local(wall_s)
    return local.strftime("%H:%M:%S" if seconds else "%H:%M") if local else ""


def zone(wall_s: float) -> str:
    """Name of the local zone at that time: `JST`."""
    local = _local(wall_s)
    return (local.tzname() or "") if local else ""


def labels(wall_s: NDArray[np.float64], column_px: float, label_px: float) -> list[AxisLabel]:
    """Labels for columns at `wall_s` (NaN: not known), `column_px` wide each, so that none comes closer than `label_px` to the next."""
    known = np.flatnonzero((wall_s >= 0) & (wall_s < LATEST_S))
    if known.size < 2 or column_px <= 0:
        return []
    first, last = int(known[0]), int(known[-1])
    span = float(wall_s[last] - wall_s[first])
    if span <= 0:
        return []
    seconds_per_px = span / ((last - first) * column_px)
    step = next((s for s in STEPS_S if s >= label_px * seconds_per_px), STEPS_S[-1])
    local = _local(float(wall_s[first]))
    offset = local.utcoffset() if local else None
    shift = offset.total_seconds() if offset is not None else 0.0
    # A clock that was set back must not send a label backwards.
    times = np.maximum.accumulate(wall_s[known])
    made: list[AxisLabel] = []
    at = float((np.floor((times[0] + shift) / step) + 1) * step - shift)
    if (times[-1] - at) / step > MOST_LABELS:
        return []
    while at <= times[-1]:
        place = int(np.searchsorted(times, at))
        column = int(known[place])
        if not made or (column - made[-1].column) * column_px >= label_px:
            made.append(AxisLabel(column, clock(at, seconds=step < 60)))
        at += step
    return made


class Moment(Struct, frozen=True):
    """A round local time and its words."""

    wall_s: float
    text: str


def moments(first_s: float, last_s: float, width_px: float, label_px: float) -> list[Moment]:
    """Round local times between two times that lie `width_px` apart, none closer than `label_px` to the next."""
    span = last_s - first_s
    local = _local(first_s)
    if not span > 0 or width_px <= 0 or local is None or _local(last_s) is None:
        return []
    step = next((s for s in STEPS_S if s >= label_px * span / width_px), STEPS_S[-1])
    if span / step > MOST_LABELS:
        return []
    offset = local.utcoffset()
    shift = offset.total_seconds() if offset is not None else 0.0
    first, last = math.ceil((first_s + shift) / step), math.floor((last_s + shift) / step)
    times = (float(number * step - shift) for number in range(first, last + 1))
    return [Moment(at, clock(at, seconds=step < 60)) for at in times]


def lefts(
    places: Sequence[float], widths: Sequence[float], begin: float, end: float, apart_px: float = LABEL_GAP_PX
) -> list[float | None]:
    """Where each label begins: in the middle of its place, within the axis; None: pushed back by the end it would run into another."""
    found: list[float | None] = []
    free = begin
    for place, width in zip(places, widths, strict=True):
        left = min(max(begin, place - width / 2), end - width)
        found.append(left if left >= free else None)
        free = left + width + apart_px if left >= free else free
    return found
