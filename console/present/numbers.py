"""Numbers as an operator reads them. What is not known is "-", never 0; what is not zero never reads as 0."""

from __future__ import annotations

import math
from datetime import UTC, datetime, tzinfo
from typing import Final

DASH: Final = "-"
_MINUTE_S = 60.0
_HOUR_S = 3600.0


def known(value: float | None) -> bool:
    """Whether there is a finite number."""
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """A whole number: `12`, `-`."""
    return f"{value:.0f}" if value is not None and math.isfinite(value) else DASH


def decimal(value: float | None, digits: int = 1) -> str:
    """With decimals; a small number that is not zero reads `<0.1`."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{value:.{digits}f}"
    return f"<{10**-digits:.{digits}f}" if value > 0 and float(text) == 0 else text


def signed(value: float | None) -> str:
    """With its sign: `+12`, `-3`, `0`."""
    if value is None or not math.isfinite(value):
        return DASH
    whole = round(value)
    return f"{whole:+d}" if whole else "0"


def of(value: float | None, limit: float | None) -> str:
    """`12/12`; `12` where no limit is known; `-` where nothing is."""
    if not known(value):
        return DASH
    return f"{count(value)}/{count(limit)}" if known(limit) else count(value)


def share(value: float | None, digits: int = 0) -> str:
    """A share of 0 to 1 as `45 %`; what is not zero never reads `0 %`."""
    text = decimal(None if value is None else value * 100.0, digits)
    if text == "<1":
        return "<1 %"
    return text if text == DASH else f"{text} %"


def seconds(age: float | None) -> str:
    """An age: `0.4 s`, `48 s`, `5 min 48 s`, `3 h 12 min`."""
    if age is None or not math.isfinite(age):
        return DASH
    if age < 10.0:
        return f"{max(age, 0.0):.1f} s"
    if age < 2 * _MINUTE_S:
        return f"{age:.0f} s"
    if age < 2 * _HOUR_S:
        return f"{age // _MINUTE_S:.0f} min {age % _MINUTE_S // 1:.0f} s"
    return f"{age // _HOUR_S:.0f} h {age % _HOUR_S // _MINUTE_S:.0f} min"


def whole_seconds(age: float | None) -> str:
    """An age that is looked at many at a time: `<1 s`, `3 s`, `48 s`, `5 min 48 s`. Tenths would flicker and say nothing."""
    if age is None or not math.isfinite(age):
        return DASH
    return "<1 s" if age < 1.0 else f"{age // 1:.0f} s" if age < 10.0 else seconds(age)


def left(time_s: float) -> str:
    """What is left of a time, to the second below an hour: `9:41`, `3 h 12 min`; never below 0."""
    time_s = max(0.0, time_s)
    if time_s >= _HOUR_S:
        return f"{time_s // _HOUR_S:.0f} h {time_s % _HOUR_S // _MINUTE_S:.0f} min"
    return f"{time_s // _MINUTE_S:.0f}:{time_s % _MINUTE_S // 1:02.0f}"


def size(amount: float | None) -> str:
    """Bytes as `6.4 GiB`."""
    if amount is None or not math.isfinite(amount):
        return DASH
    for unit in ("B", "KiB", "MiB"):
        if abs(amount) < 1024.0:
            return f"{amount:.0f} {unit}"
        amount /= 1024.0
    return f"{amount:.1f} GiB"


def zoned_clock(wall_s: float, zone: tzinfo | None) -> str:
    """`14:03:27 JST`; `zone` None: the machine's."""
    return _local(wall_s, zone).strftime("%H:%M:%S %Z")


def clock(wall_s: float, zone: tzinfo | None) -> str:
    """`14:03:27`."""
    return _local(wall_s, zone).strftime("%H:%M:%S")


def dated_clock(wall_s: float, zone: tzinfo | None) -> str:
    """`2025-01-21 14:03:27`."""
    return _local(wall_s, zone).strftime("%Y-%m-%d %H:%M:%S")


def utc_clock(wall_s: float) -> str:
    """`05:03:27 UTC`."""
    return datetime.fromtimestamp(wall_s, UTC).strftime("%H:%M:%S UTC")


def _local(wall_s: float, zone: tzinfo | None) -> datetime:
    return (
        datetime.fromtimestamp(wall_s, zone) if zone is not None else datetime.fromtimestamp(wall_s, UTC).astimezone()
    )
