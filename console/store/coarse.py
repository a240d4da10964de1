"""Folds ticks into the columns of the coarse tier, so that nothing hot is lost: largest, sum, largest in size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import Floats, Frame, or_else
from console.domain.history import Mark, Track

_ANY: Final = Mark.DETACHED | Mark.SILENT | Mark.BORN
"""Bits that a column has where one of its ticks has them; the others need all of its ticks."""


def _larger_in_size(a: Floats, b: Floats) -> Floats:
    return np.where(np.isnan(a) | (np.abs(b) > np.abs(a)), b, a)


def _sum(a: Floats, b: Floats) -> Floats:
    return np.where(np.isnan(a), b, a + or_else(b))


_FOLD: Final[Mapping[Track, Callable[[Floats, Floats], Floats]]] = {
    Track.TRUTH: np.fmax,
    Track.BELIEVED: np.fmax,
    Track.ROUTED: _sum,
    Track.GAP: _larger_in_size,
}


class CoarseColumn(Struct, frozen=True, eq=False):
    """One finished column."""

    columns: Mapping[Track, Floats]
    marks: NDArray[np.uint8]
    wall_s: float
    mono_s: float
    series: Mapping[str, float]


class Coarse:
    """Collects ticks until `width_s` of monotonic time are over, then yields one column."""

    def __init__(self, width_s: float) -> None:
        self._width_s = width_s
        self._columns: dict[Track, Floats] = {}
        self._any: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
        self._all: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
        self._series: dict[str, float] = {}
        self._begun: tuple[float, float] | None = None

    def add(
        self, columns: Mapping[Track, Floats], marks: NDArray[np.uint8], frame: Frame, series: Mapping[str, float]
    ) -> Iterator[CoarseColumn]:
        """Takes one tick; yields the column that it closes, if any."""
        if self._begun is not None and not 0 <= frame.mono_s - self._begun[0] < self._width_s:
            marks_so_far = (self._any & np.uint8(_ANY)) | (self._all & np.uint8(0xFF ^ _ANY))
            yield CoarseColumn(self._columns, marks_so_far, self._begun[1], self._begun[0], self._series)
            self._begun = None
        if self._begun is None:
            self._begun = frame.mono_s, frame.wall_s
            self._columns = {track: values.copy() for track, values in columns.items()}
            self._any, self._all = marks.copy(), marks.copy()
            self._series = dict(series)
            return
        short = len(marks) - len(self._any)
        if short > 0:
            self._columns = {track: _longer(values, short, np.nan) for track, values in self._columns.items()}
            self._any, self._all = _longer(self._any, short, 0), _longer(self._all, short, 0xFF)
        self._columns = {track: _FOLD[track](values, columns[track]) for track, values in self._columns.items()}
        self._any, self._all = self._any | marks, self._all & marks
        for name, value in series.items():
            self._series[name] = self._series.get(name, 0.0) + value

    def forget(self, slots: NDArray[np.intp]) -> None:
        """Another server took these slots: what was collected of the one before is dropped."""
        slots = slots[slots < len(self._any)]
        for values in self._columns.values():
            values[slots] = np.nan
        self._any[slots], self._all[slots] = 0, 0xFF


def _longer(values: NDArray[Any], more: int, fill: float) -> NDArray[Any]:
    return np.concatenate([values, np.full(more, fill, dtype=values.dtype)])
