"""Last reports and the balancer's own dispatches since: a silent server fills up in the table as it does in truth."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import filling_many, least
from console.policy.declaring import Declared


@dataclass(frozen=True, slots=True)
class CountInFlight(Declared):
    """Compares last report + sessions sent since. Of a silent server it never learns that sessions end: it errs on the safe side."""

    @property
    def name(self) -> str:
        """`count-in-flight`."""
        return "count-in-flight"

    def believed(self, candidates: Candidates) -> Floats:
        """Last report + in flight."""
        return candidates.reported + candidates.in_flight

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """The smallest sum below the limit."""
        return least(self.believed(candidates), candidates.limit, rng)

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """Each pick counts for the next."""
        return filling_many(self.believed(candidates), candidates.limit, count, rng)


_: type[Balancing] = CountInFlight
