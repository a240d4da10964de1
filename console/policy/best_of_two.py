"""The power of two choices: chance keeps the herd from forming, even on old reports."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import better_of_two, better_of_two_many
from console.policy.declaring import Declared


@dataclass(frozen=True, slots=True)
class BestOfTwo(Declared):
    """Draws two servers below their limit and takes the one with the smaller last report."""

    @property
    def name(self) -> str:
        """`best-of-two`."""
        return "best-of-two"

    def believed(self, candidates: Candidates) -> Floats:
        """The last report."""
        return candidates.reported

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """The better of two at random."""
        return better_of_two(candidates.reported, candidates.limit, rng)

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """A new draw for each."""
        return better_of_two_many(candidates.reported, candidates.limit, count, rng)


_: type[Balancing] = BestOfTwo
