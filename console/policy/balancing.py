"""What a balancer knows of the servers it may pick, and what an algorithm makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The attached servers of one pool, as columns of one length. NaN: the balancer cannot tell."""

    reported: Floats
    """Sessions in the newest report; NaN: it never reported."""
    report_age_s: Floats
    """Seconds since that report."""
    in_flight: Floats
    """Sessions sent to it since that report."""
    limit: Floats
    """Most sessions it takes; NaN: no limit."""

    def __len__(self) -> int:
        return len(self.reported)


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

    def believed(self, candidates: Candidates) -> Floats:
        """Sessions per candidate as `pick` compares them; NaN: unknown, never picked."""
        ...

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """Index of the chosen candidate; None where each is at its limit, unknown, or there is none."""
        ...


def least(believed: Floats, limit: Floats, rng: Random) -> int | None:
    """Index of the smallest belief below its limit, ties at random; None where nobody qualifies."""
    open_ = ~(np.isnan(believed) | (believed >= limit))
    if not open_.any():
        return None
    smallest = believed[open_].min()
    ties = np.flatnonzero(open_ & (believed == smallest))
    return int(ties[rng.randrange(len(ties))])
