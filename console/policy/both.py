"""Fresh reports only, and the balancer's own dispatches since."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import filling_many
from console.policy.exclude_stale import ExcludeStale, fresh_or_unknown


@dataclass(frozen=True, slots=True)
class Both(ExcludeStale):
    """exclude-stale and count-in-flight together: the smallest fresh sum below the limit."""

    @property
    @override
    def name(self) -> str:
        """`both`."""
        return "both"

    @override
    def believed(self, candidates: Candidates) -> Floats:
        """Last report + in flight; NaN where the report is stale."""
        load = candidates.reported + candidates.in_flight
        return fresh_or_unknown(load, candidates, self.stale_after_intervals, self.panic_share)

    @override
    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """Each pick counts for the next."""
        return filling_many(self.believed(candidates), candidates.limit, count, rng)


_: type[Balancing] = Both
