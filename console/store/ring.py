"""One tier of history: rings of columns, written by one thread, cut by any.

A plane has the shape (ticks, slots), so that a new column is one contiguous write. The writer announces a tick before it
overwrites (`begun`) and counts it after (`last`); a reader copies first and then asks `begun` which of its ticks may have been
overwritten meanwhile. Those it reports as missing: never torn, never locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Floats
from console.domain.history import Mark, Track
from console.store.past import PastTier, side_by_side
from console.store.scale import SCALES, Packed

MAX_SERIES = 32
"""Fleet-wide series per tier; error texts come from the network, so their number is bounded."""
MARGIN_SHARE = 16
"""The ring is longer than what a cut shows by a sixteenth (at least 8 ticks): so far the writer may run ahead of a reader."""


class Ring:
    """Planes by track, marks, times and fleet-wide series of `span` readable ticks. Every page is touched at once."""

    def __init__(self, tracks: tuple[Track, ...], span: int, capacity: int) -> None:
        self.span = span
        self.size = span + max(8, span // MARGIN_SHARE)
        self.capacity = capacity
        self.planes: dict[Track, Packed] = {
            track: np.full((self.size, capacity), SCALES[track].missing, dtype=SCALES[track].dtype) for track in tracks
        }
        self.marks: NDArray[np.uint8] = np.full((self.size, capacity), Mark.ABSENT, dtype=np.uint8)
        self.wall: Floats = np.full(self.size, np.nan)
        self.mono: Floats = np.full(self.size, np.nan)
        self.series: Mapping[str, NDArray[np.float32]] = {}
        self.begun = 0
        self.last = 0

    @property
    def nbytes(self) -> int:
        """Memory of the planes and marks."""
        return sum(plane.nbytes for plane in self.planes.values()) + self.marks.nbytes

    def grown(self, capacity: int) -> Ring:
        """A copy with more slots; cuts of this one stay whole, because nobody writes it any more."""
        bigger = Ring(tuple(self.planes), self.span, capacity)
        for track, plane in self.planes.items():
            bigger.planes[track][:, : self.capacity] = plane
        bigger.marks[:, : self.capacity] = self.marks
        bigger.wall, bigger.mono = self.wall.copy(), self.mono.copy()
        bigger.series = {name: values.copy() for name, values in self.series.items()}
        bigger.begun, bigger.last = self.begun, self.last
        return bigger

    def fill(self, tier: PastTier, of: NDArray[np.intp], slots: NDArray[np.intp], mono: Floats) -> None:
        """Begins with an earlier run's ticks: columns `of` of the tier go into `slots`. Only into a ring that nobody has written."""
        ticks = min(len(tier), self.span)
        if self.last or not ticks:
            return
        here, there = side_by_side(slots), side_by_side(of)
        for track, plane in self.planes.items():
            if track in tier.planes:
                plane[:ticks, here] = tier.planes[track][-ticks:, there]
        self.marks[:ticks, here] = tier.marks[-ticks:, there]
        self.wall[:ticks], self.mono[:ticks] = tier.wall[-ticks:], mono[-ticks:]
        self.series = {}
        for name in list(tier.series)[:MAX_SERIES]:
            values = np.full(self.size, np.nan, dtype=np.float32)
            values[:ticks] = tier.series[name][-ticks:]
            self.series = {**self.series, name: values}
        self.begun = self.last = ticks

    def write(
        self,
        columns: Mapping[Track, Floats],
        marks: NDArray[np.uint8],
        wall_s: float,
        mono_s: float,
        series: Mapping[str, float],
    ) -> int:
        """Appends one column (arrays up to `capacity` long) and returns its tick."""
        tick, used = self.last, len(marks)
        at = tick % self.size
        self.begun = tick + 1
        for track, plane in self.planes.items():
            plane[at, :used] = SCALES[track].pack(columns[track])
            plane[at, used:] = SCALES[track].missing
        self.marks[at, :used] = marks
        self.marks[at, used:] = Mark.ABSENT
        self.wall[at], self.mono[at] = wall_s, mono_s
        fresh = [name for name in series if name not in self.series][: MAX_SERIES - len(self.series)]
        if fresh:  # a new mapping, because a reader may be walking over the old one
            self.series = {**self.series, **{name: np.full(self.size, np.nan, dtype=np.float32) for name in fresh}}
        for name, values in self.series.items():
            values[at] = series.get(name, np.nan)
        self.last = tick + 1
        return tick


class Cut:
    """A reader's cut of one tier: fulfils `console.domain.history.History`. Everything it hands out is a copy."""

    __slots__ = ("_capacity", "_first", "_last", "_ring", "_start")

    def __init__(self, ring: Ring, capacity: int, start: NDArray[np.int64]) -> None:
        self._ring = ring
        self._capacity = capacity
        self._last = ring.last
        self._first = max(0, ring.last - ring.span)
        self._start = start

    @property
    def first(self) -> int:
        """Oldest tick that can be read."""
        return self._first

    @property
    def last(self) -> int:
        """Newest tick + 1."""
        return self._last

    @property
    def capacity(self) -> int:
        """Slots of the Frame that this was cut with."""
        return self._capacity

    @property
    def series_names(self) -> tuple[str, ...]:
        """Names of the fleet-wide series kept so far."""
        return tuple(self._ring.series)

    def wall(self, first: int, last: int) -> Floats:
        """Unix seconds of the ticks [first, last); NaN where nothing is kept."""
        return self._line(self._ring.wall, first, last)

    def mono(self, first: int, last: int) -> Floats:
        """Monotonic seconds of the ticks [first, last); NaN where nothing is kept."""
        return self._line(self._ring.mono, first, last)

    def series(self, name: str, first: int, last: int) -> Floats:
        """A fleet-wide series over [first, last); NaN where it is not known."""
        values = self._ring.series.get(name)
        if values is None:
            return np.full(max(0, last - first), np.nan)
        return self._line(values, first, last)

    def track(
        self, track: Track, first: int, last: int, slots: NDArray[np.intp] | slice = slice(None)
    ) -> NDArray[np.float32]:
        """Values of shape (slots, last - first); NaN: missing. A track that this tier does not keep is missing throughout."""
        plane = self._ring.planes.get(track)
        if plane is None:
            return np.full((len(self._start[: self._capacity][slots]), max(0, last - first)), np.nan, dtype=np.float32)
        scale = SCALES[track]
        return scale.unpack(self._block(plane, scale.missing, scale.missing, first, last, slots))

    def marks(self, first: int, last: int, slots: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.uint8]:
        """`Mark` bits of shape (slots, last - first)."""
        return np.ascontiguousarray(self._block(self._ring.marks, Mark.ABSENT, Mark.ABSENT, first, last, slots))

    def _kept(self, first: int, last: int) -> tuple[int, int]:
        low = min(max(first, self._first), self._last)
        return low, max(low, min(last, self._last))

    def _lapped(self, low: int, high: int) -> int:
        """How many of the oldest ticks in [low, high) the writer may have overwritten by now."""
        return min(max(0, self._ring.begun - self._ring.size - low), high - low)

    def _line(self, source: NDArray[Any], first: int, last: int) -> Floats:
        out = np.full(max(0, last - first), np.nan)
        low, high = self._kept(first, last)
        if high > low:
            values = source.take(np.arange(low, high), mode="wrap").astype(np.float64)
            values[: self._lapped(low, high)] = np.nan
            out[low - first : high - first] = values
        return out

    def _block(
        self, plane: NDArray[Any], missing: int, absent: int, first: int, last: int, slots: NDArray[np.intp] | slice
    ) -> NDArray[Any]:
        start = self._start[: self._capacity][slots]
        out = np.full((max(0, last - first), len(start)), missing, dtype=plane.dtype)
        low, high = self._kept(first, last)
        if high > low and len(start):
            size, at = self._ring.size, low - first
            begin = low % size
            head = min(high - low, size - begin)
            view = plane[:, : self._capacity]
            out[at : at + head] = view[begin : begin + head][:, slots]
            if head < high - low:
                out[at + head : high - first] = view[: high - low - head][:, slots]
            out[at : at + self._lapped(low, high)] = missing
            for column in np.flatnonzero(start > low):  # before that tick another server held the slot
                out[at : min(int(start[column]), high) - first, column] = absent
        return out.T
