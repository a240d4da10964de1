"""From a pooled window to the pixels of one map: colour table, row gaps, hatches and signs. numpy only, in device pixels."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from widgets.planes import Window
from widgets.tokens import Lut
from widgets.viewdata import GAP_ZERO, CellState

Pixels = NDArray[np.uint32]

SIGN_LEVEL: Final = 64
"""A gap at least this far from zero (half of the scale) carries its sign as a glyph, so that a grey print keeps it."""
SIGN_EVERY: Final = 26
"""Pixels between two glyphs of a row."""

_HATCHED: Final = (CellState.DETACHED, CellState.NO_DATA, CellState.BLIND)


class Ink(Struct, frozen=True, eq=False):
    """What a map is drawn with, as 0xffRRGGBB."""

    table: NDArray[np.uint32]
    """(256,)"""
    ground: int
    hatch: int
    sign: int


def packed(table: Lut) -> NDArray[np.uint32]:
    """(256, 4) RGBA as 256 numbers 0xAARRGGBB."""
    wide = table.astype(np.uint32)
    place = np.array([16, 8, 0, 24], dtype=np.uint32)
    return np.bitwise_or.reduce(wide << place, axis=1).astype(np.uint32)


class HatchCache:
    """Hatch masks of the size in use; made anew when a map changes its size."""

    def __init__(self) -> None:
        self._masks: dict[tuple[CellState, int, int, float], NDArray[np.bool_]] = {}

    def mask(self, state: CellState, height: int, width: int, scale: float) -> NDArray[np.bool_]:
        """(height, width) where the state's hatch has ink."""
        key = (state, height, width, scale)
        if key not in self._masks:
            if len(self._masks) > 12:
                self._masks.clear()
            self._masks[key] = hatch_mask(state, height, width, scale)
        return self._masks[key]


def hatch_mask(state: CellState, height: int, width: int, scale: float = 1.0) -> NDArray[np.bool_]:
    """Ink of a state's hatch: `/` detached, `\\` no data, `x` blind; anchored at the map's corner so that it does not crawl."""
    period, pen = max(4, round(6 * scale)), max(1, round(scale))
    y, x = np.ogrid[:height, :width]
    rising, falling = (x + y) % period < pen, (x - y) % period < pen
    if state is CellState.BLIND:
        return rising | falling
    return rising if state is CellState.DETACHED else falling


def compose(
    window: Window,
    edges: NDArray[np.int_],
    column_px: int,
    width: int,
    ink: Ink,
    hatches: HatchCache,
    *,
    signs: bool,
    scale: float = 1.0,
) -> Pixels:
    """(edges[-1], width) pixels. Row i lies between edges[i] and edges[i + 1]; the newest column ends at the right edge."""
    rows, columns = window.levels.shape
    height = int(edges[-1]) if len(edges) else 0
    if not rows or not columns or not height:
        return np.full((height, width), ink.ground, dtype=np.uint32)
    shown = min(columns, -(-width // column_px))
    levels, states = window.levels[:, columns - shown :], window.states[:, columns - shown :]
    wide = ink.table.take(levels)
    if column_px > 1:
        wide = np.repeat(wide, column_px, axis=1)[:, -width:]
    absent = states == CellState.ABSENT
    if absent.any():
        wide[np.repeat(absent, column_px, axis=1)[:, -width:]] = ink.ground
    heights: NDArray[np.int_] = edges[1:] - edges[:-1]
    left = width - wide.shape[1]
    row_of_y = np.repeat(np.arange(rows, dtype=np.intp), heights)
    pixels = wide.take(row_of_y, axis=0)
    if left:
        pixels = np.concatenate([np.full((height, left), ink.ground, dtype=np.uint32), pixels], axis=1)
    for state in _HATCHED:
        hit = states == state
        lines = hit.any(axis=1)
        if not lines.any():
            continue
        at = np.flatnonzero(lines[row_of_y])
        where = np.repeat(hit, column_px, axis=1)[:, -width:][row_of_y[at]]
        where &= hatches.mask(state, height, width, scale)[at, left:]
        part = pixels[at, left:]
        part[where] = ink.hatch
        pixels[at, left:] = part
    if heights.min() >= 9:
        pixels[edges[1:] - 1] = ink.ground
    if signs:
        _stamp_signs(pixels, levels, edges, column_px, ink.sign)
    return pixels


def _stamp_signs(
    pixels: Pixels, levels: NDArray[np.uint8], edges: NDArray[np.int_], column_px: int, colour: int
) -> None:
    """Puts `+` and `-`, five pixels wide, over large gaps at even distances from the right edge."""
    width = pixels.shape[1]
    at = np.arange(width - 1 - SIGN_EVERY // 2, 4, -SIGN_EVERY, dtype=np.intp)
    column = levels.shape[1] - 1 - (width - 1 - at) // column_px
    at, column = at[column >= 0], column[column >= 0]
    size = levels[:, column].astype(np.int16) - GAP_ZERO
    row, which = np.nonzero(np.abs(size) >= SIGN_LEVEL)
    if not row.size:
        return
    y = (edges[row] + edges[row + 1] - 1) // 2
    x = at[which]
    plus = size[row, which] > 0
    for step in range(-2, 3):
        pixels[y, np.clip(x + step, 0, width - 1)] = colour
        pixels[np.clip(y[plus] + step, 0, pixels.shape[0] - 1), x[plus]] = colour
