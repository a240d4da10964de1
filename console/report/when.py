"""Times and numbers as a report writes them, in two languages. The zone is handed in: the same file gives the same text everywhere."""

from __future__ import annotations

import math
from datetime import datetime, tzinfo
from typing import Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_JA: Final = "月火水木金土日"
DASH: Final = "-"


class Times:
    """Writes moments of one zone. `fine`: with seconds."""

    def __init__(self, language: str, zone: tzinfo, *, fine: bool) -> None:
        self.language = language
        self._zone = zone
        self._fine = fine

    def date(self, wall_s: float) -> str:
        """`January 21, 2025 (Tuesday)`."""
        at = self._at(wall_s)
        if self.language == "ja":
            return f"{at.year}年{at.month}月{at.day}日({_DAYS_JA[at.weekday()]})"
        return f"{_MONTHS[at.month - 1]} {at.day}, {at.year} ({_DAYS[at.weekday()]})"

    def clock(self, wall_s: float) -> str:
        """`04:07`, to the nearest minute, or with seconds where the report is fine."""
        if self._fine:
            return f"{self._at(round(wall_s)):%H:%M:%S}"
        return f"{self._at(60 * math.floor(wall_s / 60 + 0.5)):%H:%M}"

    def exact(self, wall_s: float) -> str:
        """`04:07:29`."""
        return f"{self._at(round(wall_s)):%H:%M:%S}"

    def moment(self, wall_s: float) -> str:
        """`2025-01-24 17:35`."""
        return f"{self._at(wall_s):%Y-%m-%d %H:%M}"

    def dated(self, wall_s: float) -> str:
        """Date and clock."""
        return f"{self.date(wall_s)} {self.clock(wall_s)}"

    def ending(self, start_wall_s: float, end_wall_s: float) -> str:
        """The clock, with the date where it is another one."""
        same = self._at(start_wall_s).date() == self._at(end_wall_s).date()
        return self.clock(end_wall_s) if same else self.dated(end_wall_s)

    def length(self, seconds: float) -> str:
        """`2 h 26 min`, `34 s`."""
        units = ("時間", "分", "秒") if self.language == "ja" else (" h", " min", " s")
        whole = round(seconds)
        if whole < 100:
            return f"{whole}{units[2]}"
        minutes = round(seconds / 60)
        hours, rest = divmod(minutes, 60)
        join = "" if self.language == "ja" else " "
        return join.join(
            [*([f"{hours}{units[0]}"] if hours else []), *([f"{rest}{units[1]}"] if rest or not hours else [])]
        )

    def zone_name(self, wall_s: float) -> str:
        """`JST, UTC+09:00`."""
        at = self._at(wall_s)
        offset = at.strftime("%z")
        name = at.tzname() or ""
        sign = f"UTC{offset[:3]}:{offset[3:5]}"
        return sign if not name or name.startswith(("UTC", "+", "-")) else f"{name}, {sign}"

    def _at(self, wall_s: float) -> datetime:
        return datetime.fromtimestamp(wall_s, self._zone)


def percent(share: float, digits: int = 1) -> str:
    """`4.7%` of 0.047; a dash where it is not known."""
    return DASH if math.isnan(share) else f"{100 * share:.{digits}f}%"


def availability(value: float) -> str:
    """`99.213%` of 99.213, never rounded up to 100."""
    if math.isnan(value):
        return DASH
    return "100%" if value == 100 else f"{min(math.floor(value * 1000) / 1000, 99.999):.3f}%"


def count(value: float) -> str:
    """A whole number; a dash where it is not known."""
    return DASH if math.isnan(value) else f"{round(value)}"


def seconds(value: float, language: str) -> str:
    """`2.4 s`."""
    return DASH if math.isnan(value) else f"{value:.1f}{'秒' if language == 'ja' else ' s'}"
