"""Where everything of the maps' picture lies: names, maps, numbers, strip, on one shared row axis. Qt-free, in logical pixels."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

ROW_LEAST: Final = 11
"""Rows never shrink below this: then the list scrolls."""
ROW_SCROLLED: Final = 13
"""Row height when it scrolls anyway."""
ROW_MOST: Final = 24
HEAD: Final = 41
AXIS: Final = 17
READOUT: Final = 22
GAP: Final = 12
MARK: Final = 16
STRIP_MAP: Final = 20
"""Width of one map in the strip of the whole fleet."""
MAP_LEAST: Final = 60


class Span(Struct, frozen=True):
    """From x, w wide."""

    x: int
    w: int

    @property
    def end(self) -> int:
        """First pixel after it."""
        return self.x + self.w

    def holds(self, x: float) -> bool:
        """Is that pixel inside?"""
        return self.x <= x < self.end


class MapLayout(Struct, frozen=True):
    """The picture's geometry for one size and one number of rows."""

    width: int
    height: int
    body: int
    """Top of the first row."""
    row_h: int
    visible: int
    """Whole rows that fit."""
    names: Span
    maps: tuple[Span, ...]
    numbers: tuple[Span, ...]
    strip: Span | None

    @property
    def bottom(self) -> int:
        """First pixel below the rows' area: the time axis begins here."""
        return self.height - AXIS - READOUT

    def row_at(self, y: float) -> int | None:
        """Which visible row lies at `y`, counted from the top one."""
        row = int((y - self.body) // self.row_h)
        return row if 0 <= row < self.visible and y < self.bottom else None

    def map_at(self, x: float) -> int | None:
        """Which map lies at `x`."""
        return next((i for i, span in enumerate(self.maps) if span.holds(x)), None)


def lay_out(width: int, height: int, rows: int, name_px: int, number_px: tuple[int, ...], maps: int) -> MapLayout:
    """Shares out `width` x `height`: names and numbers get what they need, the maps what is left, in equal parts."""
    room = max(ROW_LEAST, height - HEAD - AXIS - READOUT)
    fits = rows * ROW_LEAST <= room
    row_h = max(ROW_LEAST, min(ROW_MOST, room // max(1, rows))) if fits else ROW_SCROLLED
    visible = min(rows, room // row_h)
    strip_w = 0 if fits else 2 * STRIP_MAP + 6
    names = Span(4, MARK + name_px)
    numbers_w = sum(number_px)
    right = width - strip_w - (GAP if strip_w else 4)
    left_of_numbers = right - numbers_w
    free = left_of_numbers - names.end - GAP - 4
    each = max(MAP_LEAST, (free - GAP * (maps - 1)) // max(1, maps))
    spans = tuple(Span(names.end + 4 + i * (each + GAP), each) for i in range(maps))
    x = max(left_of_numbers, spans[-1].end + 4) if spans else left_of_numbers
    columns: list[Span] = []
    for w in number_px:
        columns.append(Span(x, w))
        x += w
    strip = None if fits else Span(width - strip_w - 2, strip_w)
    return MapLayout(width, height, HEAD, row_h, visible, names, spans, tuple(columns), strip)
