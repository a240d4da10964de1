"""What a cut of history answers. The rings behind it live in store; nobody else may write them."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Floats


class Track(Enum):
    """What is kept per server and tick."""

    TRUTH = "truth"
    """Sessions."""
    BELIEVED = "believed"
    """Sessions."""
    ROUTED = "routed"
    """New sessions since the tick before."""
    LIMIT = "limit"
    """Sessions."""
    GAP = "gap"
    """Sessions, signed: truth - belief - what may have arrived since the report (alarm rule `gap`)."""
    REPORT_AGE = "report_age"
    """Seconds."""
    MEMORY = "memory"
    """Used share of the limit, 0 to 1."""


class Mark:
    """Bits of the state plane, one uint8 per server and tick."""

    ABSENT = 1
    """Nobody held the slot, or another holder did."""
    NO_TRUTH = 2
    """Its status could not be read."""
    NO_BELIEF = 4
    """The balancer told nothing of it (the poll failed)."""
    DETACHED = 8
    SILENT = 16
    """Its report is older than the alarm limit."""
    BORN = 32
    """First tick of a new incarnation: the line breaks here."""


class History(Protocol):
    """A cut: ticks `first` (oldest) up to `last` (newest + 1). One tick per Frame; numbers never repeat."""

    @property
    def first(self) -> int:
        """Oldest tick that can be read."""
        ...

    @property
    def last(self) -> int:
        """Newest tick + 1."""
        ...

    @property
    def capacity(self) -> int:
        """Slots."""
        ...

    def wall(self, first: int, last: int) -> Floats:
        """Unix seconds of the ticks [first, last)."""
        ...

    def mono(self, first: int, last: int) -> Floats:
        """Monotonic seconds of the ticks [first, last)."""
        ...

    def track(self, track: Track, first: int, last: int, slots: NDArray[np.intp] | slice = ...) -> NDArray[np.float32]:
        """Values of shape (slots, last - first); NaN: missing. A copy."""
        ...

    def marks(self, first: int, last: int, slots: NDArray[np.intp] | slice = ...) -> NDArray[np.uint8]:
        """`Mark` bits of shape (slots, last - first). A copy."""
        ...

    @property
    def series_names(self) -> tuple[str, ...]:
        """Fleet-wide series that are kept: `started`, `refused`, `error:<verbatim text>`, each per tick."""
        ...

    def series(self, name: str, first: int, last: int) -> Floats:
        """One of them over the ticks [first, last); NaN: not known. A copy."""
        ...
