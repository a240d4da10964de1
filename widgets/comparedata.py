"""View data of two servers, or of one at two times, side by side. Qt-free."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from widgets.phrases import Phrase


class CompareTrack(Struct, frozen=True, eq=False):
    """One quantity on both sides, oldest first; NaN is missing. `low` and `high` are the ends of the scale of both."""

    word: Phrase
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    difference: NDArray[np.float64]
    low: float
    high: float


class CompareData(Struct, frozen=True, eq=False):
    """Both names, and the quantities from top to bottom."""

    names: tuple[Phrase, Phrase]
    tracks: tuple[CompareTrack, ...]
