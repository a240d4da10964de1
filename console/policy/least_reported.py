"""The balancer of the incident: it compares last reports and nothing else, so a silent server looks idle for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from console.policy.balancing import Balancing, Candidates, Floats, least


@dataclass(frozen=True, slots=True)
class LeastReported:
    """Picks the smallest last report, however old, and counts none of its own dispatches. Ties at random."""

    @property
    def name(self) -> str:
        """`least-reported`."""
        return "least-reported"

    @property
    def parameters(self) -> Mapping[str, float]:
        """It has none."""
        return {}

    def believed(self, candidates: Candidates) -> Floats:
        """The last report."""
        return candidates.reported

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """The smallest last report below the limit."""
        return least(candidates.reported, candidates.limit, rng)


_: type[Balancing] = LeastReported
