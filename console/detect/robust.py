"""Robust statistics without loops over servers: medians by column, and slopes that one outlier cannot bend."""

from __future__ import annotations

from collections import deque
from functools import cache

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Floats, count


def median(values: Floats) -> float:
    """Of known numbers, at least one; as `np.median`, without what that looks at first."""
    ranked: Floats = np.sort(values)
    return float((ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2.0)


def column_medians(table: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """(columns,) median of the known numbers of each column of (rows, columns), NaN where there is none, and how many there are."""
    ranked: Floats = np.sort(table, axis=0)
    counts: NDArray[np.intp] = (~np.isnan(table)).sum(axis=0)
    if not len(table):
        return np.full(len(counts), np.nan), counts
    low = np.take_along_axis(ranked, (np.maximum(counts - 1, 0) // 2)[None, :], axis=0)[0]
    high = np.take_along_axis(ranked, np.minimum(counts // 2, len(table) - 1)[None, :], axis=0)[0]
    return np.where(counts > 0, (low + high) / 2.0, np.nan), counts


@cache
def _pairs(samples: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(samples, 1)


class Trail:
    """The last `seconds` of one number per slot, thinned to `points` samples; for slopes."""

    def __init__(self, seconds: float, points: int) -> None:
        self._seconds, self._spacing_s = seconds, seconds / (points - 1)
        rows = 2 * points + 2
        """Thinning only keeps every second sample a spacing apart."""
        self._table: Floats = np.full((rows, 0), np.nan)
        self._samples: deque[tuple[float, int]] = deque()
        """Time and row of each sample, oldest first."""
        self._free = list(range(rows))

    def push(self, mono_s: float, values: Floats, broken: NDArray[np.intp]) -> None:
        """Takes the newest sample; the slots of `broken` have no past any more."""
        samples, table = self._samples, self._table
        if (more := len(values) - table.shape[1]) > 0:
            self._table = table = np.concatenate([table, np.full((len(table), more), np.nan)], axis=1)
        if broken.size:
            table[:, broken] = np.nan
        if len(samples) >= 2 and mono_s - samples[-2][0] < self._spacing_s - 1e-6:
            self._free.append(samples.pop()[1])
        row = self._free.pop()
        table[row] = values
        samples.append((mono_s, row))
        while samples[0][0] < mono_s - self._seconds - 1e-6:
            self._free.append(samples.popleft()[1])

    def _past(self, slots: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """(samples,) times and (samples, slots) values, oldest first."""
        rows = np.array([row for _, row in self._samples], dtype=np.intp)
        return np.array([at for at, _ in self._samples]), self._table[rows[:, None], slots]

    def slope(self, slots: NDArray[np.intp], covering_s: float) -> Floats:
        """Theil-Sen: the median of the slopes between all pairs of samples, per second; NaN where fewer than `covering_s` are known."""
        times, values = self._past(slots)
        known = ~np.isnan(values)
        first = np.where(known.any(axis=0), times[np.argmax(known, axis=0)], np.inf)
        enough = known[-1] & (times[-1] - first >= covering_s - 1e-6)
        left, right = _pairs(len(times))
        if not len(left) or not count(enough):
            return np.full(len(slots), np.nan)
        slopes, _ = column_medians((values[right] - values[left]) / (times[right] - times[left])[:, None])
        return np.where(enough, slopes, np.nan)

    def oldest(self, slots: NDArray[np.intp]) -> Floats:
        """The oldest known value of each."""
        _, values = self._past(slots)
        known = ~np.isnan(values)
        return values[np.argmax(known, axis=0), np.arange(len(slots))]


def until(level: Floats, value: Floats, slope: Floats) -> Floats:
    """Seconds until `value` reaches `level` at this slope; inf: never, NaN: no slope is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        eta = np.where(slope > 0, np.maximum(level - value, 0.0) / slope, np.inf)
    eta[np.isnan(slope) | np.isnan(value) | np.isnan(level)] = np.nan
    return eta
