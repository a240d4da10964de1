"""Which part of the time a map shows. Whole pixels a tick, or whole ticks a pixel, so that columns stay crisp. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SCALES: Final = (
    (12, 1),
    (8, 1),
    (6, 1),
    (4, 1),
    (3, 1),
    (2, 1),
    (1, 1),
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 6),
    (1, 9),
    (1, 12),
    (1, 18),
    (1, 30),
)
"""(pixels, ticks): so many pixels show so many ticks; one of the two is 1."""

AUTO_FIRST: Final = 2
AUTO_LAST: Final = 6
"""While young, a picture fills its map: from 6 px a tick down to 1 px a tick, then it scrolls."""


@dataclass(slots=True)
class TimeView:
    """Scale and position on the time axis, shared by all maps."""

    scale: int = AUTO_FIRST
    auto: bool = True
    """The scale follows the length of the history, until somebody zooms."""
    end: int | None = None
    """Tick after the last one shown; None: follows the newest."""

    @property
    def live(self) -> bool:
        """The newest tick is at the right edge."""
        return self.end is None

    @property
    def column_px(self) -> int:
        """Pixels of one drawn column."""
        return SCALES[self.scale][0]

    @property
    def per(self) -> int:
        """Ticks in one drawn column."""
        return SCALES[self.scale][1]

    def fit(self, ticks: int, width_px: int) -> None:
        """Picks the largest scale at which the history fits, while the scale is automatic."""
        if not self.auto:
            return
        fitting = (i for i in range(AUTO_FIRST, AUTO_LAST + 1) if ticks * SCALES[i][0] <= width_px)
        self.scale = max(self.scale, next(fitting, AUTO_LAST))

    def stop(self, newest: int) -> int:
        """Tick after the last one shown, on a whole column. `newest`: newest tick + 1."""
        end = newest if self.end is None else min(self.end, newest)
        return -(-end // self.per) * self.per

    def start(self, newest: int, width_px: int) -> int:
        """First tick shown in `width_px` pixels; may lie before the history."""
        return self.stop(newest) - -(-width_px // self.column_px) * self.per

    def zoom(self, steps: int, anchor: int | None, newest: int, width_px: int) -> None:
        """Zooms in (`steps` > 0) or out, keeping tick `anchor` where it is; without an anchor, or live, the right edge stays."""
        before = self.scale
        self.auto = False
        self.scale = min(len(SCALES) - 1, max(0, self.scale - steps))
        if self.end is None or anchor is None or self.scale == before:
            return
        old_px, old_per = SCALES[before]
        right_px = (self.end - anchor) * old_px / old_per
        self._move(round(anchor + right_px * self.per / self.column_px), 0, newest, width_px)

    def pan(self, ticks: int, first: int, newest: int, width_px: int) -> None:
        """Moves the view by `ticks` (negative: into the past). At the newest it follows again."""
        end = newest if self.end is None else self.end
        self._move(end + ticks, first, newest, width_px)

    def follow(self) -> None:
        """Back to the newest."""
        self.end = None

    def tick_at(self, x_px: float, newest: int, width_px: int) -> int:
        """Tick under pixel `x_px` of a map; for pooled columns the first one of the column."""
        columns_from_right = int((width_px - 1 - x_px) // self.column_px) + 1
        return self.stop(newest) - columns_from_right * self.per

    def x_of(self, tick: int, newest: int, width_px: int) -> int:
        """Left pixel of the column that holds `tick`."""
        return width_px - -(-(self.stop(newest) - tick) // self.per) * self.column_px

    def _move(self, end: int, first: int, newest: int, width_px: int) -> None:
        span = -(-width_px // self.column_px) * self.per
        lowest = min(newest, first + span // 2)
        self.end = None if end >= newest else max(lowest, end)
