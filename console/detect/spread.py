"""How the new sessions of each pool spread over its servers, by weight: the numbers under `herd` and the forecast."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.detect.bypool import by_slot, medians_by_pool, sums_by
from console.detect.estimate import Estimate
from console.detect.settled import settled
from console.domain.frame import Bools, Column, Floats, Frame, count, or_else

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
    routed: Floats
    """Per slot: new sessions over 10 s, of attached servers; 0 of all others."""
    all_of_mine: Floats
    """Per slot: what came to its pool."""
    z: Floats
    """Per slot: standard deviations beyond the fair share."""
    load: Floats
    """Per slot: truth by limit, of attached servers."""
    loads: Floats
    """Per pool: how many of those are known."""
    usual: Floats
    """Per slot: median of that in its pool."""
    attached: Bools
    several: Bools
    """Per slot: its pool has more than one attached server."""

    @staticmethod
    def of(frame: Frame, estimate: Estimate, attached: Bools) -> Spread:
        """Of one Frame. Divides by what may be 0 or unknown: numpy's warnings of it are off around a call."""
        pool_of = estimate.pool_of
        due = _deserts(pool_of, attached, frame[Column.WEIGHT], estimate.servers)
        routed, came = estimate.routed_10s * attached, estimate.came
        all_of_mine = by_slot(came, pool_of)
        expected = all_of_mine * due.fair
        load = frame[Column.TRUTH] / frame[Column.LIMIT]
        load[~(attached & np.isfinite(load))] = np.nan
        medians, loads = medians_by_pool(load, pool_of, estimate.members)
        return Spread(
            came=came,
            servers=estimate.servers,
            n_eff=_n_eff(estimate, attached, due, routed, came),
            n_fair=due.n_fair,
            fair=due.fair,
            routed=routed,
            all_of_mine=all_of_mine,
            z=(routed - expected) / np.sqrt(expected * (1.0 - due.fair)),
            load=load,
            loads=loads,
            usual=by_slot(medians, pool_of),
            attached=attached,
            several=due.several,
        )

    @property
    def share(self) -> Floats:
        """Per slot: what it got of its pool's new sessions over 10 s."""
        return np.where(self.attached, self.routed / self.all_of_mine, np.nan)

    @property
    def taken(self) -> Floats:
        """Per slot: part of the headroom above the median that it has used up."""
        return (self.load - self.usual) / (1.0 - self.usual)


class _Deserts(Struct, frozen=True, eq=False):
    """What the servers deserve, as long as nobody joins, leaves or gets another weight. Shapes as of `Spread`."""

    n_fair: Floats
    fair: Floats
    several: Bools
    least: Floats
    """Per pool: sessions from which there is a verdict on how they spread."""


@settled
def _deserts(pool_of: NDArray[np.intp], attached: Bools, told_weight: Floats, servers: Floats) -> _Deserts:
    weight = np.where(attached, or_else(told_weight, 1.0), 0.0)
    pools = len(servers)
    sums = sums_by(pool_of, weight, pools)
    return _Deserts(
        n_fair=sums**2 / sums_by(pool_of, weight**2, pools),
        fair=weight / by_slot(sums, pool_of),
        several=by_slot(servers, pool_of) > 1,
        least=np.maximum(float(LEAST_SAMPLE), 2.0 * servers),
    )


def _n_eff(estimate: Estimate, attached: Bools, due: _Deserts, routed: Floats, came: Floats) -> Floats:
    n_eff, tells = _effective(estimate, due, routed, came)
    if count(tells) == len(tells):
        return n_eff
    longer = estimate.routed_60s * attached
    slower, suffices = _effective(estimate, due, longer, sums_by(estimate.pool_of, longer, len(tells)))
    return np.where(tells, n_eff, np.where(suffices, slower, np.nan))


def _effective(estimate: Estimate, due: _Deserts, counts: Floats, total: Floats) -> tuple[Floats, Bools]:
    """Per pool: servers that would make as many pairs of sessions meet by chance (inverse Simpson index), and whether it counts."""
    pairs = sums_by(estimate.pool_of, counts * (counts - 1.0), len(total))
    return np.minimum(total * (total - 1.0) / pairs, estimate.servers), (total >= due.least) & (pairs > 0)
