"""Robust statistics without loops over servers: medians by pool and by column, and slopes that one outlier cannot bend."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Bools, Floats, count

_FEW: Final = 8
"""Groups that are sorted one by one."""


def medians_by_group(values: Floats, known: Bools, group: NDArray[np.intp], groups: int) -> tuple[Floats, Floats]:
    """(groups,) median of the known values of each group, NaN where it has none, and how many there are."""
    of, mine = group[known], values[known]
    counts = np.bincount(of, minlength=groups)[:groups]
    if not len(mine):
        return np.full(groups, np.nan), counts.astype(np.float64)
    if groups <= _FEW:  # half the time of one sort by both
        ranked: Floats = np.concatenate([np.sort(mine[of == index]) for index in range(groups)])
    else:
        ranked = mine[np.lexsort((mine, of))]
    starts = np.cumsum(counts) - counts
    last = len(ranked) - 1
    low = np.minimum(starts + np.maximum(counts - 1, 0) // 2, last)
    high = np.minimum(starts + counts // 2, last)
    return np.where(counts > 0, (ranked[low] + ranked[high]) / 2.0, np.nan), counts.astype(np.float64)


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


class Trail:
    """The last `seconds` of one number per slot, thinned to `points` samples; for slopes."""

    def __init__(self, seconds: float, points: int) -> None:
        self._seconds, self._spacing_s = seconds, seconds / (points - 1)
        self._samples: deque[tuple[float, Floats]] = deque()

    def push(self, mono_s: float, values: Floats, broken: NDArray[np.intp]) -> None:
        """Takes the newest sample; the slots of `broken` have no past any more."""
        samples = self._samples
        if samples and len(samples[0][1]) < len(values):
            more = np.full(len(values) - len(samples[0][1]), np.nan)
            self._samples = samples = deque((at, np.concatenate([old, more])) for at, old in samples)
        if broken.size:
            for _, old in samples:
                old[broken] = np.nan
        if len(samples) >= 2 and mono_s - samples[-2][0] < self._spacing_s - 1e-6:
            samples.pop()
        samples.append((mono_s, values.copy()))
        while samples[0][0] < mono_s - self._seconds - 1e-6:
            samples.popleft()

    def slope(self, slots: NDArray[np.intp], covering_s: float) -> Floats:
        """Theil-Sen: the median of the slopes between all pairs of samples, per second; NaN where fewer than `covering_s` are known."""
        times = np.array([at for at, _ in self._samples])
        values = np.array([sample[slots] for _, sample in self._samples]).reshape(len(times), len(slots))
        known = ~np.isnan(values)
        first = np.where(known.any(axis=0), times[np.argmax(known, axis=0)], np.inf)
        enough = known[-1] & (times[-1] - first >= covering_s - 1e-6)
        left, right = np.triu_indices(len(times), 1)
        if not len(left) or not count(enough):
            return np.full(len(slots), np.nan)
        slopes, _ = column_medians((values[right] - values[left]) / (times[right] - times[left])[:, None])
        return np.where(enough, slopes, np.nan)

    def oldest(self, slots: NDArray[np.intp]) -> Floats:
        """The oldest known value of each."""
        values = np.array([sample[slots] for _, sample in self._samples]).reshape(len(self._samples), len(slots))
        known = ~np.isnan(values)
        return values[np.argmax(known, axis=0), np.arange(len(slots))]


def until(level: Floats, value: Floats, slope: Floats) -> Floats:
    """Seconds until `value` reaches `level` at this slope; inf: never, NaN: no slope is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        eta = np.where(slope > 0, np.maximum(level - value, 0.0) / slope, np.inf)
    eta[np.isnan(slope) | np.isnan(value) | np.isnan(level)] = np.nan
    return eta
