"""One number for each pool from one for each slot, and back: without loops over servers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Bools, Floats

_FEW: Final = 8
"""Pools that are sorted one by one: half the time of one sort by both."""


def medians_by_pool(
    values: Floats, pool_of: NDArray[np.intp], members: Sequence[NDArray[np.intp]]
) -> tuple[Floats, Floats]:
    """(pools,) median of the known values of each pool, NaN where it has none, and how many there are. `members`: its slots."""
    if len(members) <= _FEW:
        medians, counts = np.empty(len(members)), np.empty(len(members))
        for at, mine in enumerate(members):
            ranked: Floats = np.sort(values[mine])  # NaN comes last
            counts[at] = known = int(ranked.searchsorted(np.nan))
            medians[at] = (ranked[(known - 1) // 2] + ranked[known // 2]) / 2.0 if known else np.nan
        return medians, counts
    has = np.flatnonzero(~np.isnan(values))
    of, mine = pool_of[has], values[has]
    counts = np.bincount(of, minlength=len(members))[: len(members)]
    if not len(mine):
        return np.full(len(members), np.nan), counts.astype(np.float64)
    ranked = mine[np.lexsort((mine, of))]
    starts = np.cumsum(counts) - counts
    last = len(ranked) - 1
    low = np.minimum(starts + np.maximum(counts - 1, 0) // 2, last)
    high = np.minimum(starts + counts // 2, last)
    return np.where(counts > 0, (ranked[low] + ranked[high]) / 2.0, np.nan), counts.astype(np.float64)


def sums_by(group: NDArray[np.intp], values: Floats | Bools, groups: int) -> Floats:
    """(groups,) sum of the values of each group; those of group number `groups` (free slots) are left out."""
    sums = np.bincount(group, weights=values, minlength=groups + 1)[:groups]
    return sums.astype(np.float64, copy=False)  # whole numbers only where there is no slot at all


def by_slot(per_pool: Floats, pool_of: NDArray[np.intp]) -> Floats:
    """(capacity,) from one number per pool; NaN on free slots."""
    padded = np.empty(len(per_pool) + 1)
    padded[:-1], padded[-1] = per_pool, np.nan
    return padded.take(pool_of)
