"""Where a series of counts changes: change points by seeded binary segmentation on the Poisson likelihood of a poll's count.

Kovacs, Li, Buhlmann, Munk, "Seeded binary segmentation" (2020): candidate intervals of halving length, the best split of each by its
gain in likelihood, the narrowest first. Deterministic, O(n log n), exact on the sums; a poll without figures weighs nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import Floats

Whole = NDArray[np.intp]
_LEAST: Final = 1
"""Polls of the shortest segment: a burst within one poll is one."""
_SHORTEST: Final = 60
"""Polls of the shortest candidate interval; what lies within one is found by halving what is left."""


class Segment(Struct, frozen=True):
    """Polls [begin, end) of one level."""

    begin: int
    end: int
    count: float
    of: float

    @property
    def share(self) -> float:
        """count / of; 0 where nothing came."""
        return self.count / self.of if self.of else 0.0


def segments(count: Floats, of: Floats, penalty: float | None = None) -> tuple[Segment, ...]:
    """The levels of `count` out of `of`, poll by poll; NaN: not known. `penalty`: gain in log likelihood that a change must bring."""
    known = ~(np.isnan(count) | np.isnan(of))
    hits = np.where(known, count, 0.0)
    size = len(hits)
    if not size:
        return ()
    total = np.concatenate([[0.0], np.cumsum(np.where(known, np.maximum(of, hits), 0.0))])
    sums = np.concatenate([[0.0], np.cumsum(hits)]), np.concatenate([[0.0], np.cumsum(known.astype(np.float64))])
    least = 3.0 * float(np.log(max(size, 2))) if penalty is None else penalty
    cuts = _settled(sums, _completed(sums, _cuts(sums, size, least), least), least)
    return tuple(
        Segment(begin, end, float(sums[0][end] - sums[0][begin]), float(total[end] - total[begin]))
        for begin, end in pairwise([0, *cuts, size])
    )


def _cuts(sums: tuple[Floats, Floats], size: int, least: float) -> list[int]:
    """Narrowest over threshold: of all intervals with a split that is worth it, the shortest wins, and blocks those that hold it."""
    found: list[tuple[int, float, int, int, int]] = []
    for begin, end in _seeds(size):
        at, gain = _split(sums, begin, end)
        if gain > least:
            found.append((end - begin, -gain, begin, end, at))
    cuts: list[int] = []
    for _, _, begin, end, at in sorted(found):
        if not any(begin < cut < end for cut in cuts):
            cuts.append(at)
    return sorted(cuts)


def _completed(sums: tuple[Floats, Floats], cuts: list[int], least: float) -> list[int]:
    """Splits what can still be split with gain."""
    size = len(sums[0]) - 1
    todo = list(pairwise([0, *cuts, size]))
    done = list(cuts)
    while todo:
        begin, end = todo.pop()
        at, gain = _split(sums, begin, end)
        if gain > least:
            done.append(at)
            todo += [(begin, at), (at, end)]
    return sorted(done)


def _settled(sums: tuple[Floats, Floats], cuts: list[int], least: float) -> list[int]:
    """Each cut at its best place between its neighbours; those that then bring too little are dropped, the weakest first."""
    size = len(sums[0]) - 1
    while cuts:
        for _ in range(3):
            before = list(cuts)
            for number in range(len(cuts)):
                low = cuts[number - 1] if number else 0
                high = cuts[number + 1] if number + 1 < len(cuts) else size
                cuts[number] = _split(sums, low, high)[0]
            if cuts == before:
                break
        bounds = [0, *cuts, size]
        gains = [_split(sums, bounds[place], bounds[place + 2])[1] for place in range(len(cuts))]
        weakest = int(np.argmin(gains))
        if gains[weakest] > least:
            break
        del cuts[weakest]
    return cuts


def _seeds(size: int) -> list[tuple[int, int]]:
    """The whole, and overlapping intervals of halving length."""
    found: list[tuple[int, int]] = [(0, size)]
    length = float(size)
    while length > 2 * _SHORTEST:
        length /= 2
        count = 2 * int(np.ceil(size / length)) - 1
        whole = int(np.ceil(length))
        step = (size - whole) / max(count - 1, 1)
        found += [(begin := int(number * step), begin + whole) for number in range(count)]
    return [(begin, end) for begin, end in dict.fromkeys(found) if end - begin >= 2 * _LEAST]


def _split(sums: tuple[Floats, Floats], begin: int, end: int) -> tuple[int, float]:
    """The best place to cut [begin, end), and what it gains."""
    inner = np.arange(begin + _LEAST, end - _LEAST + 1)
    if not len(inner):
        return begin, -1.0
    hits, polls = sums
    left = _likelihood(hits[inner] - hits[begin], polls[inner] - polls[begin])
    right = _likelihood(hits[end] - hits[inner], polls[end] - polls[inner])
    both = _likelihood(hits[end : end + 1] - hits[begin], polls[end : end + 1] - polls[begin])[0]
    gains = left + right - both
    best = int(np.argmax(gains))
    return int(inner[best]), float(gains[best])


def _likelihood(hits: Floats, polls: Floats) -> Floats:
    """Largest log likelihood of `hits` events in so many polls, but for what does not depend on the cuts."""
    return np.where(hits > 0, hits * np.log(np.maximum(hits, 1e-300) / np.maximum(polls, 1.0)), 0.0) - hits
