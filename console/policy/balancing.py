"""What a balancer knows of the servers it may pick, and what an algorithm makes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Final, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indexes = NDArray[np.intp]
NOBODY: Final = -1
"""In the answer of `pick_many`: this one found no server."""


class Candidates(Struct, frozen=True, eq=False):
    """The attached servers of one pool, as columns of one length. NaN: the balancer cannot tell."""

    reported: Floats
    """Sessions in the newest report; NaN: it never reported."""
    report_age_s: Floats
    """Seconds since that report."""
    in_flight: Floats
    """Sessions sent to it since that report."""
    limit: Floats
    """Most sessions it takes; NaN: no limit."""
    reporting_s: Floats | None = None
    """Seconds since it joined, or since its reports came again after a pause of more than `PAUSE_INTERVALS`. None: not kept."""
    report_interval_s: float = math.nan
    """How often servers are to report; NaN: not known, and then no report counts as stale."""

    def __len__(self) -> int:
        return len(self.reported)


PAUSE_INTERVALS: Final = 3.0
"""Report intervals without a report after which a server counts as having been away."""


class Balancing(Protocol):
    """One algorithm. It holds parameters only: what it knows comes in, what it chose goes out."""

    @property
    def name(self) -> str:
        """Its name on the wire, as in `least-reported`."""
        ...

    @property
    def parameters(self) -> Mapping[str, float]:
        """Its settings, as the balancer lists them."""
        ...

    @property
    def ages_count(self) -> bool:
        """Whether it looks at ages at all; where it does not, who is in a hurry may leave them unknown."""
        ...

    def believed(self, candidates: Candidates) -> Floats:
        """Sessions per candidate as `pick` compares them; NaN: unknown, never picked."""
        ...

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """Index of the chosen candidate; None where each is at its limit, unknown, or there is none."""
        ...

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """`count` picks in a row between which no report comes in; `NOBODY` where there is none. As `pick`, and cheaper."""
        ...
