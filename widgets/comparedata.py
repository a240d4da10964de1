"""View data of two servers, or of one at two times, side by side. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from widgets.phrases import Phrase


@dataclass(frozen=True, slots=True, eq=False)
class CompareTrack:
    """One quantity on both sides, oldest first; NaN is missing. `low` and `high` are the ends of the scale of both."""

    word: Phrase
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    difference: NDArray[np.float64]
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class CompareData:
    """Both names, and the quantities from top to bottom."""

    names: tuple[Phrase, Phrase]
    tracks: tuple[CompareTrack, ...]
