"""The maps' memory: for each map a plane of levels and a plane of states, one row a slot, one column a poll. Qt-free.

Rings of `columns` ticks that grow in slots. Cutting a window pools it to pixels so that no hot cell is lost: load by its
maximum, gap by the value largest in size, both over cells that have a value; a state only where no pooled cell is OK.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from widgets.viewdata import GAP_ZERO, CellState, ColumnBlock, MapKind

U8 = NDArray[np.uint8]
Slots = NDArray[np.intp]

COLUMNS: Final = 3600
"""One hour at one poll a second."""

BUCKET: Final = 60
"""Ticks that the overview keeps as one."""


def zero_level(kind: MapKind) -> int:
    """The level that stands for no load, or no gap."""
    return GAP_ZERO if kind is MapKind.GAP else 0


class Window(Struct, frozen=True, eq=False):
    """A cut, pooled: levels and states of shape (rows, columns). Column j holds the ticks [first + j*per, first + (j+1)*per)."""

    levels: U8
    states: U8
    first: int
    per: int


class _Plane:
    """One map's rings, and the overview's buckets."""

    def __init__(self, kind: MapKind, columns: int) -> None:
        self.kind = kind
        self.levels: U8 = np.zeros((0, columns), dtype=np.uint8)
        self.states: U8 = np.zeros((0, columns), dtype=np.uint8)
        self.buckets = -(-columns // BUCKET)
        self.high: U8 = np.zeros((0, self.buckets), dtype=np.uint8)
        self.low: U8 = np.zeros((0, self.buckets), dtype=np.uint8)

    def grow(self, slots: int) -> None:
        """Makes room for `slots` rows; new ones were never there."""
        old, columns = self.levels.shape
        levels = np.full((slots, columns), zero_level(self.kind), dtype=np.uint8)
        states = np.full((slots, columns), CellState.ABSENT, dtype=np.uint8)
        levels[:old], states[:old] = self.levels, self.states
        self.levels, self.states = levels, states
        high = np.full((slots, self.buckets), zero_level(self.kind), dtype=np.uint8)
        low = high.copy()
        high[:old], low[:old] = self.high, self.low
        self.high, self.low = high, low

    def clear(self, at: NDArray[np.intp], state: CellState) -> None:
        """Empties the ring's columns `at`."""
        self.levels[:, at] = zero_level(self.kind)
        self.states[:, at] = state

    def forget_bucket(self, bucket: int) -> None:
        """A bucket of the overview begins anew."""
        self.high[:, bucket % self.buckets] = zero_level(self.kind)
        self.low[:, bucket % self.buckets] = zero_level(self.kind)

    def note(self, bucket: int, at: NDArray[np.intp]) -> None:
        """Takes the ring's columns `at` into their bucket."""
        column, levels = bucket % self.buckets, self.levels[:, at]
        np.maximum(self.high[:, column], levels.max(axis=1), out=self.high[:, column])
        np.minimum(self.low[:, column], levels.min(axis=1), out=self.low[:, column])

    def put(self, at: NDArray[np.intp], levels: U8, states: U8) -> None:
        """Writes columns; a cell without a value gets the zero level, so that pooling never sees a stray number."""
        slots = levels.shape[0]
        valued = (states == CellState.OK) | (states == CellState.DETACHED)
        self.levels[:slots, at] = np.where(valued, levels, zero_level(self.kind))
        self.states[:slots, at] = states
        if slots < self.levels.shape[0]:
            self.levels[slots:, at] = zero_level(self.kind)
            self.states[slots:, at] = CellState.ABSENT


class Planes:
    """All maps over the newest `columns` ticks. `first` is the oldest tick that can be read, `last` the newest + 1."""

    def __init__(self, columns: int = COLUMNS) -> None:
        self.columns = columns
        self.first = 0
        self.last = 0
        self._planes = {kind: _Plane(kind, columns) for kind in MapKind}
        self._wall = np.full(columns, np.nan)
        self._newest_bucket = -1

    @property
    def slots(self) -> int:
        """Rows that have memory."""
        return self._planes[MapKind.TRUTH].levels.shape[0]

    def append(self, block: ColumnBlock) -> None:
        """Takes new columns. Ticks that were skipped count as blind; a block that is older than the ring starts it anew."""
        count = int(block.wall_s.shape[0])
        if count == 0:
            return
        slots = max(levels.shape[0] for levels in block.levels.values())
        if slots > self.slots:
            for plane in self._planes.values():
                plane.grow(max(slots, self.slots * 3 // 2))
        first, last = block.first, block.first + count
        if self.last == self.first or first < self.first or first - self.last >= self.columns:
            self._restart(first)
        if first > self.last:
            skipped = self._at(np.arange(self.last, first))
            for plane in self._planes.values():
                plane.clear(skipped, CellState.BLIND)
            self._wall[skipped] = np.nan
        keep = min(count, self.columns)
        at = self._at(np.arange(last - keep, last))
        for kind, plane in self._planes.items():
            if kind in block.levels:
                plane.put(at, block.levels[kind][:, count - keep :], block.states[kind][:, count - keep :])
            else:
                plane.clear(at, CellState.ABSENT)
        self._wall[at] = block.wall_s[count - keep :]
        self._note_buckets(last - keep, last)
        self.last = max(self.last, last)
        self.first = max(self.first, self.last - self.columns)

    def wall(self, first: int, last: int) -> NDArray[np.float64]:
        """Unix seconds of the ticks [first, last); NaN where nothing is known."""
        ticks = np.arange(first, last)
        wall = self._wall[self._at(ticks)].copy()
        wall[(ticks < self.first) | (ticks >= self.last)] = np.nan
        return wall

    def cell(self, kind: MapKind, slot: int, tick: int) -> tuple[int, CellState]:
        """Level and state of one cell; absent outside of the memory."""
        if not (self.first <= tick < self.last and 0 <= slot < self.slots):
            return zero_level(kind), CellState.ABSENT
        plane, at = self._planes[kind], tick % self.columns
        return int(plane.levels[slot, at]), CellState(int(plane.states[slot, at]))

    def window(self, kind: MapKind, slots: Slots, first: int, last: int, height: int, width: int) -> Window:
        """The rows `slots`, in that order, over the ticks [first, last), pooled to at most `height` x `width`.

        Buckets of ticks are aligned to whole multiples of their size, so that the picture does not shimmer as time goes on;
        ticks outside of the memory are absent."""
        per = max(1, -(-(last - first) // max(1, width)))
        start = first - first % per
        stop = max(start + per, -(-last // per) * per)
        levels, states = self._cut(kind, slots, start, stop)
        outside = _outside(start, stop, first, last)
        levels[:, outside], states[:, outside] = zero_level(kind), CellState.ABSENT
        if per > 1:
            levels = _pool_levels(kind, levels, per)
            states = _pool_states(states, per)
        if len(slots) > height > 0:
            edges = (np.arange(height) * len(slots)) // height
            levels = _reduce_rows(kind, levels, edges)
            states = _reduce_row_states(states, edges)
        return Window(levels, states, start, per)

    def overview(self, kind: MapKind, slots: Slots, height: int, width: int = 0) -> U8:
        """The rows `slots` over the whole memory, oldest first, pooled to (at most `height`, about `width`; 0: all buckets).

        Cheap: `append` keeps the buckets."""
        plane = self._planes[kind]
        fold = max(1, plane.buckets // width) if width else 1
        if not len(slots) or self.last == self.first:
            return np.zeros((0, plane.buckets // fold), dtype=np.uint8)
        newest = (self.last - 1) // BUCKET
        order = np.arange(newest - plane.buckets + 1, newest + 1)[plane.buckets % fold :] % plane.buckets
        chosen = np.clip(slots, 0, max(0, self.slots - 1))
        edges = (np.arange(height) * len(slots)) // height if len(slots) > height > 0 else None

        def pooled(plane: U8, ufunc: np.ufunc) -> U8:
            folded = _fold(plane[:, order], fold, ufunc)[chosen]
            return folded if edges is None else ufunc.reduceat(folded, edges, axis=0)

        high = pooled(plane.high, np.maximum)
        return _larger(high, pooled(plane.low, np.minimum)) if kind is MapKind.GAP else high

    def _note_buckets(self, first: int, last: int) -> None:
        """Takes the ticks [first, last) into the overview."""
        for bucket in range(first // BUCKET, (last - 1) // BUCKET + 1):
            start, stop = max(first, bucket * BUCKET), min(last, (bucket + 1) * BUCKET)
            at = self._at(np.arange(start, stop))
            for plane in self._planes.values():
                if bucket > self._newest_bucket:
                    plane.forget_bucket(bucket)
                plane.note(bucket, at)
            self._newest_bucket = max(self._newest_bucket, bucket)

    def _cut(self, kind: MapKind, slots: Slots, start: int, stop: int) -> tuple[U8, U8]:
        """Copies of levels and states over [start, stop), absent where there is no memory."""
        shape = (len(slots), stop - start)
        levels = np.full(shape, zero_level(kind), dtype=np.uint8)
        states = np.full(shape, CellState.ABSENT, dtype=np.uint8)
        low, high = max(start, self.first), min(stop, self.last)
        known = (slots >= 0) & (slots < self.slots)
        if low >= high or not known.any():
            return levels, states
        plane = self._planes[kind]
        chosen = slots[known]
        rows: slice | NDArray[np.bool_] = slice(None) if known.all() else known
        at, cut = low % self.columns, low - start
        head = min(high - low, self.columns - at)
        levels[rows, cut : cut + head] = plane.levels[chosen, at : at + head]
        states[rows, cut : cut + head] = plane.states[chosen, at : at + head]
        rest = high - low - head
        if rest > 0:
            levels[rows, cut + head : cut + head + rest] = plane.levels[chosen, :rest]
            states[rows, cut + head : cut + head + rest] = plane.states[chosen, :rest]
        return levels, states

    def _at(self, ticks: NDArray[np.int_]) -> NDArray[np.intp]:
        return (ticks % self.columns).astype(np.intp)

    def _restart(self, first: int) -> None:
        self.first = self.last = first
        everything = np.arange(self.columns, dtype=np.intp)
        for plane in self._planes.values():
            plane.clear(everything, CellState.ABSENT)
        self._wall[:] = np.nan
        self._newest_bucket = first // BUCKET - 1
        for plane in self._planes.values():
            for bucket in range(plane.buckets):
                plane.forget_bucket(bucket)


def _outside(start: int, stop: int, first: int, last: int) -> NDArray[np.bool_]:
    ticks = np.arange(start, stop)
    return (ticks < first) | (ticks >= last)


def _larger(high: U8, low: U8) -> U8:
    """Of the highest and the lowest gap level, the one further from zero."""
    up, down = high.astype(np.int16) - GAP_ZERO, GAP_ZERO - low.astype(np.int16)
    return np.where(up >= down, high, low)


def _fold(plane: U8, per: int, ufunc: np.ufunc) -> U8:
    """Reduces each run of `per` columns to one. Strided slices: four times faster than a reduction over a short last axis."""
    folded = plane[:, 0::per].copy()
    for step in range(1, per):
        ufunc(folded, plane[:, step::per], out=folded)
    return folded


def _pool_levels(kind: MapKind, levels: U8, per: int) -> U8:
    high = _fold(levels, per, np.maximum)
    return _larger(high, _fold(levels, per, np.minimum)) if kind is MapKind.GAP else high


def _pool_states(states: U8, per: int) -> U8:
    if not states.any():
        return np.zeros((states.shape[0], states.shape[1] // per), dtype=np.uint8)
    lowest = _fold(states, per, np.minimum)
    return np.where(lowest == CellState.OK, np.uint8(CellState.OK), _fold(states, per, np.maximum))


def _reduce_rows(kind: MapKind, levels: U8, edges: NDArray[np.int_]) -> U8:
    high = np.maximum.reduceat(levels, edges, axis=0)
    return _larger(high, np.minimum.reduceat(levels, edges, axis=0)) if kind is MapKind.GAP else high


def _reduce_row_states(states: U8, edges: NDArray[np.int_]) -> U8:
    lowest = np.minimum.reduceat(states, edges, axis=0)
    return np.where(lowest == CellState.OK, np.uint8(CellState.OK), np.maximum.reduceat(states, edges, axis=0))
