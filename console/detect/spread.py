"""How the new sessions of each pool spread over its servers, by weight: the numbers under `herd` and the forecast."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.detect.estimate import Estimate
from console.detect.robust import medians_by_group
from console.domain.frame import Bools, Column, Floats, Frame, or_else

LEAST_SAMPLE = 50
"""Sessions below which nothing is said about how they spread; two for each server are needed as well."""


class Spread(Struct, frozen=True, eq=False):
    """Per pool: (pools,). Per slot: (capacity,). NaN: cannot be told."""

    came: Floats
    """Per pool: new sessions over 10 s on its attached servers."""
    servers: Floats
    """Per pool: attached."""
    n_eff: Floats
    """Per pool, over 10 s, else 60 s where more are needed for a verdict."""
    n_fair: Floats
    """Per pool: the same if each got what its weight deserves."""
    fair: Floats
    """Per slot: its share by weight of the sessions of its pool."""
    share: Floats
    """Per slot: what it got of them over 10 s."""
    z: Floats
    """Per slot: standard deviations beyond the fair share."""
    load: Floats
    """Per slot: truth by limit."""
    loads: Floats
    """Per pool: how many of those are known."""
    usual: Floats
    """Per slot: median of that in its pool."""
    taken: Floats
    """Per slot: part of the headroom above the median that it has used up."""

    @staticmethod
    def of(frame: Frame, estimate: Estimate, attached: Bools) -> Spread:
        """Of one Frame."""
        pools, pool_of = len(estimate.pools), estimate.pool_of
        weight = np.where(attached, or_else(frame[Column.WEIGHT], 1.0), 0.0)
        sums = sums_by(pool_of, weight, pools)
        servers = sums_by(pool_of, attached, pools)
        routed = np.where(attached, estimate.routed_10s, 0.0)
        came = sums_by(pool_of, routed, pools)
        with np.errstate(divide="ignore", invalid="ignore"):
            fair = weight / by_slot(sums, pool_of)
            n_fair = sums**2 / sums_by(pool_of, weight**2, pools)
            all_of_mine = by_slot(came, pool_of)
            share = np.where(attached, routed / all_of_mine, np.nan)
            z = (routed - all_of_mine * fair) / np.sqrt(all_of_mine * fair * (1.0 - fair))
            load = frame[Column.TRUTH] / frame[Column.LIMIT]
            load[~attached | ~np.isfinite(load)] = np.nan
            medians, loads = medians_by_group(load, ~np.isnan(load), pool_of, pools)
            usual = by_slot(medians, pool_of)
            taken = (load - usual) / (1.0 - usual)
        return Spread(
            came, servers, _n_eff(estimate, attached, pool_of, pools, servers), n_fair, fair, share, z, load, loads,
            usual, taken,
        )  # fmt: skip


def _n_eff(estimate: Estimate, attached: Bools, pool_of: NDArray[np.intp], pools: int, servers: Floats) -> Floats:
    least = np.maximum(float(LEAST_SAMPLE), 2.0 * servers)
    result = np.full(pools, np.nan)
    for window in (estimate.routed_60s, estimate.routed_10s):  # the newer one wins where it suffices
        counts = np.where(attached, window, 0.0)
        total, pairs = sums_by(pool_of, counts, pools), sums_by(pool_of, counts * (counts - 1.0), pools)
        with np.errstate(divide="ignore", invalid="ignore"):
            n_eff = np.minimum(total * (total - 1.0) / pairs, servers)
        result = np.where((total >= least) & (pairs > 0), n_eff, result)
    return result


def sums_by(group: NDArray[np.intp], values: Floats | Bools, groups: int) -> Floats:
    """(groups,) sum of the values of each group; those of group number `groups` (free slots) are left out."""
    return np.bincount(group, weights=values, minlength=groups + 1)[:groups].astype(np.float64)


def by_slot(per_pool: Floats, pool_of: NDArray[np.intp]) -> Floats:
    """(capacity,) from one number per pool; NaN on free slots."""
    padded = np.empty(len(per_pool) + 1)
    padded[:-1], padded[-1] = per_pool, np.nan
    return padded.take(pool_of)
