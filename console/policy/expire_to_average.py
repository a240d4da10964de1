"""Weights by free places; whoever has no fresh report, or only just began to report, gets the average weight.

The three ideas of gRPC's weighted round robin (gRFC A58): expiry, blackout, and the average for those without a weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from console.domain.options import option
from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import by_lot, by_lot_many, stale
from console.policy.declaring import Declared


@dataclass(frozen=True, slots=True)
class ExpireToAverage(Declared):
    """Draws by lot in proportion to free places. A silent server goes on with a fair share instead of all or nothing."""

    expiry_intervals: float = option(
        3.0,
        unit="report intervals",
        low=1.0,
        high=1000.0,
        sentence="An older report is forgotten; the average stands in.",
    )
    blackout_intervals: float = option(
        40.0,
        unit="report intervals",
        low=0.0,
        high=10_000.0,
        sentence="So long after it joined, or came back, the average stands in for a server's own reports.",
    )

    @property
    def name(self) -> str:
        """`expire-to-average`."""
        return "expire-to-average"

    @property
    def ages_count(self) -> bool:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It does."""
        return True

    def believed(self, candidates: Candidates) -> Floats:
        """The last report, or the average of those that count; where none counts, the average of all last reports."""
        reported = candidates.reported
        counts = self._counts(candidates)
        known = reported[counts] if counts.any() else reported[~np.isnan(reported)]
        if not len(known):
            return np.full(len(candidates), np.nan)
        return np.where(counts, reported, known.mean())

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """By lot."""
        return by_lot(self._weights(candidates), rng)

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """By lot, each."""
        return by_lot_many(self._weights(candidates), count, rng)

    def _counts(self, candidates: Candidates) -> NDArray[np.bool_]:
        """Whose own report is used."""
        own = ~np.isnan(candidates.reported) & ~stale(candidates, self.expiry_intervals)
        if candidates.reporting_s is not None:
            own &= ~(candidates.reporting_s < self.blackout_intervals * candidates.report_interval_s)
        return own

    def _weights(self, candidates: Candidates) -> Floats:
        """Free places; a server without a limit has as many as the most loaded one would leave it, and one more."""
        believed = self.believed(candidates)
        known = believed[~np.isnan(believed)]
        if not len(known):
            return np.zeros(len(candidates))
        limit = np.where(np.isnan(candidates.limit), known.max() + 1.0, candidates.limit)
        return np.clip(limit - believed, 0.0, None)


_: type[Balancing] = ExpireToAverage
