"""How a believed load becomes a choice: the least, the better of two, or by lot. One form for one pick, one for many."""

from __future__ import annotations

from random import Random

import numpy as np

from console.policy.balancing import NOBODY, Candidates, Floats, Indexes


def takers(believed: Floats, limit: Floats) -> Indexes:
    """Indexes of those whose belief is known and below their limit (NaN: no limit)."""
    # Both comparisons are False where either side is NaN.
    return np.flatnonzero((believed < limit) | (np.isnan(limit) & ~np.isnan(believed)))


def stale(candidates: Candidates, after_intervals: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whose newest report is older than so many report intervals; nobody's, where the interval is not known."""
    return candidates.report_age_s > after_intervals * candidates.report_interval_s


def least(believed: Floats, limit: Floats, rng: Random) -> int | None:
    """Index of the smallest belief below its limit, ties at random; None where nobody qualifies."""
    ties = _lowest(believed, limit)
    # As randrange, without its checks: this is the hot path of a simulation.
    return int(ties[int(rng.random() * len(ties))]) if len(ties) else None


def least_many(believed: Floats, limit: Floats, count: int, rng: np.random.Generator) -> Indexes:
    """`least`, `count` times, while the belief stays as it is: each of them draws among the same ties."""
    ties = _lowest(believed, limit)
    return ties[rng.integers(len(ties), size=count)] if len(ties) else _nobody(count)


def _lowest(believed: Floats, limit: Floats) -> Indexes:
    """Indexes of the smallest beliefs of those that can take a session."""
    if not len(believed):
        return _nobody(0)
    smallest = float(believed[believed.argmin()])
    if smallest < np.inf:  # not where a belief is unknown
        ties: Indexes = (believed == smallest).nonzero()[0]
        if not np.count_nonzero(limit.take(ties) <= smallest):
            return ties
    loads = np.where(np.isnan(believed) | (believed >= limit), np.inf, believed)
    smallest = np.minimum.reduce(loads)
    return (loads == smallest).nonzero()[0] if smallest < np.inf else _nobody(0)


def filling_many(believed: Floats, limit: Floats, count: int, rng: np.random.Generator) -> Indexes:
    """`least`, `count` times, each pick adding 1 to the belief of the picked: as water finds the lowest places.

    Every place is a (server, level); the picks are the `count` lowest levels in order, equal levels in random order.
    """
    open_ = takers(believed, limit)
    if not len(open_) or not count:
        return _nobody(count)
    loads = believed[open_]
    room = np.ceil(np.where(np.isnan(limit[open_]), np.inf, limit[open_]) - loads)

    def places(level: int) -> Floats:
        return np.clip(np.floor(lowest + level - loads) + 1, 0, room)

    lowest, low, high = loads.min(), 0, count
    while low < high:  # the lowest level by which everybody has a place
        middle = (low + high) // 2
        low, high = (low, middle) if places(middle).sum() >= count else (middle + 1, high)
    per_server = places(low).astype(np.intp)
    which = np.repeat(np.arange(len(open_)), per_server)
    step = np.arange(len(which)) - np.repeat(np.cumsum(per_server) - per_server, per_server)
    order = np.lexsort((rng.random(len(which)), loads[which] + step))[:count]
    picked = _nobody(count)
    picked[: len(order)] = open_[which[order]]
    return picked


def better_of_two(believed: Floats, limit: Floats, rng: Random) -> int | None:
    """The less loaded of two drawn at random among those below their limit, ties at random."""
    open_ = takers(believed, limit)
    if not len(open_):
        return None
    first = rng.randrange(len(open_))
    second = (first + rng.randrange(1, len(open_))) % len(open_) if len(open_) > 1 else first
    # Which of the two was drawn first is chance, so a tie needs no other.
    return int(min(open_[first], open_[second], key=lambda index: believed[index]))


def better_of_two_many(believed: Floats, limit: Floats, count: int, rng: np.random.Generator) -> Indexes:
    """`better_of_two`, `count` times, while the belief stays as it is."""
    open_ = takers(believed, limit)
    if not len(open_):
        return _nobody(count)
    first = rng.integers(len(open_), size=count)
    second = (first + rng.integers(1, len(open_), size=count)) % len(open_) if len(open_) > 1 else first
    loads = believed[open_]
    return open_[np.where(loads[first] <= loads[second], first, second)]


def by_lot(weights: Floats, rng: Random) -> int | None:
    """An index, drawn in proportion to its weight (at least 0); None where all weights are 0."""
    scale: Floats = np.cumsum(weights)
    if not len(scale) or scale[-1] <= 0:
        return None
    # `right`: a weight of 0 covers nothing. The product may be rounded up to the very end.
    drawn = min(rng.random() * float(scale[-1]), float(np.nextafter(scale[-1], 0)))
    return int(np.searchsorted(scale, drawn, side="right"))


def by_lot_many(weights: Floats, count: int, rng: np.random.Generator) -> Indexes:
    """`by_lot`, `count` times."""
    scale: Floats = np.cumsum(weights)
    if not len(scale) or scale[-1] <= 0:
        return _nobody(count)
    drawn: Floats = np.minimum(rng.random(count) * scale[-1], np.nextafter(scale[-1], 0))
    return scale.searchsorted(drawn, side="right")


def _nobody(count: int) -> Indexes:
    return np.full(count, NOBODY, dtype=np.intp)
