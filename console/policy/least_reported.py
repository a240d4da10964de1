"""The balancer of the incident: it compares last reports and nothing else, so a silent server looks idle for ever."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import least, least_many
from console.policy.declaring import Declared


@dataclass(frozen=True, slots=True)
class LeastReported(Declared):
    """Picks the smallest last report, however old, and counts none of its own dispatches. Ties at random."""

    @property
    def name(self) -> str:
        """`least-reported`."""
        return "least-reported"

    def believed(self, candidates: Candidates) -> Floats:
        """The last report."""
        return candidates.reported

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """The smallest last report below the limit."""
        return least(candidates.reported, candidates.limit, rng)

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """All of them among the same smallest reports: this is the herd."""
        return least_many(candidates.reported, candidates.limit, count, rng)


_: type[Balancing] = LeastReported
