"""Two servers, or two times, on one scale: left, right, and the difference. Values only."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import NAN
from console.domain.history import History, Track

Values = NDArray[np.float64]
TRACKS: Final = (Track.TRUTH, Track.BELIEVED, Track.ROUTED, Track.GAP, Track.REPORT_AGE, Track.MEMORY)
_SIGNED: Final = (Track.GAP,)


class Compared(Struct, frozen=True, eq=False):
    """One track, both sides. Arrays of one length; NaN: missing there, and then the difference is missing too."""

    track: Track
    left: Values
    right: Values
    low: float
    high: float
    """Ends of the scale for both sides: 0 (signed tracks: minus `high`) to the largest value or limit of either; NaN: nothing is known."""

    @property
    def difference(self) -> Values:
        """right - left."""
        return self.right - self.left


def servers(history: History, left: int, right: int, first: int, last: int) -> tuple[Compared, ...]:
    """Two slots over the ticks [first, last): one value per tick."""
    slots = np.array([left, right], dtype=np.intp)
    limit = history.track(Track.LIMIT, first, last, slots)
    found: list[Compared] = []
    for track in TRACKS:
        both = history.track(track, first, last, slots)
        found.append(_compared(track, both[0], both[1], limit))
    return tuple(found)


def periods(
    history: History, left: int, left_first: int, right: int, right_first: int, ticks: int
) -> tuple[Compared, ...]:
    """Two slots, each over `ticks` ticks of its own time: one value per tick. The same slot twice: one server at two times."""
    slots = (np.array([left], dtype=np.intp), np.array([right], dtype=np.intp))
    firsts = (left_first, right_first)

    def both(track: Track) -> list[NDArray[np.float32]]:
        return [history.track(track, first, first + ticks, slot)[0] for slot, first in zip(slots, firsts, strict=True)]

    limit = np.concatenate(both(Track.LIMIT))
    found: list[Compared] = []
    for track in TRACKS:
        mine, other = both(track)
        found.append(_compared(track, mine, other, limit))
    return tuple(found)


def times(history: History, left: int, right: int, slots: NDArray[np.intp]) -> tuple[Compared, ...]:
    """Two ticks over these slots: one value per slot. Raises ValueError for a tick that history does not hold."""
    for tick in (left, right):
        if not history.first <= tick < history.last:
            raise ValueError(f"tick {tick} is not in history, which holds {history.first} to {history.last - 1}")

    def at(track: Track, tick: int) -> Values:
        return history.track(track, tick, tick + 1, slots)[:, 0].astype(np.float64)

    limit = np.concatenate([at(Track.LIMIT, left), at(Track.LIMIT, right)])
    return tuple(_compared(track, at(track, left), at(track, right), limit) for track in TRACKS)


def _compared(
    track: Track, left: NDArray[np.floating], right: NDArray[np.floating], limit: NDArray[np.floating]
) -> Compared:
    both = np.concatenate([np.abs(left), np.abs(right)]).astype(np.float64)
    if track in (Track.TRUTH, Track.BELIEVED):
        both = np.concatenate([both, limit.ravel()])
    known = both[~np.isnan(both)]
    high = float(known.max()) if known.size else NAN
    if track is Track.MEMORY and known.size:
        high = 1.0
    low = -high if track in _SIGNED else (0.0 if known.size else NAN)
    return Compared(track, left.astype(np.float64), right.astype(np.float64), low, high)
