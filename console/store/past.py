"""History of an earlier run, to begin with: the same planes as the rings hold, by server id instead of by slot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import Floats
from console.domain.history import Track
from console.store.scale import Packed


class PastTier(Struct, frozen=True, eq=False):
    """Ticks of one tier, oldest first. Planes have the shape (ticks, servers) and are packed as SCALES say."""

    planes: Mapping[Track, Packed]
    marks: NDArray[np.uint8]
    wall: Floats
    series: Mapping[str, NDArray[np.float32]]

    def __len__(self) -> int:
        return len(self.wall)


class Past(Struct, frozen=True, eq=False):
    """Both tiers. `servers` are the columns of the planes."""

    servers: tuple[str, ...]
    fine: PastTier
    day: PastTier


def side_by_side(places: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """The same places as a slice where each follows on the one before, as they mostly do: an array is then copied, not picked from."""
    if len(places) and (np.diff(places) == 1).all():
        return slice(int(places[0]), int(places[-1]) + 1)
    return places
