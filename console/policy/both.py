"""Fresh reports only, and the balancer's own dispatches since."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from console.domain.options import option
from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import filling_many, least
from console.policy.declaring import Declared
from console.policy.exclude_stale import fresh_or_unknown


@dataclass(frozen=True, slots=True)
class Both(Declared):
    """exclude-stale and count-in-flight together."""

    stale_after_intervals: float = option(
        3.0, unit="report intervals", low=1.0, high=1000.0, sentence="A server whose report is older gets no sessions."
    )
    panic_share: float = option(
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        sentence="With a smaller share of fresh servers their age is ignored; 0: never.",
    )

    @property
    def name(self) -> str:
        """`both`."""
        return "both"

    @property
    def ages_count(self) -> bool:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It does."""
        return True

    def believed(self, candidates: Candidates) -> Floats:
        """Last report + in flight; NaN where the report is stale."""
        load = candidates.reported + candidates.in_flight
        return fresh_or_unknown(load, candidates, self.stale_after_intervals, self.panic_share)

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """The smallest fresh sum below the limit."""
        return least(self.believed(candidates), candidates.limit, rng)

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """Each pick counts for the next."""
        return filling_many(self.believed(candidates), candidates.limit, count, rng)


_: type[Balancing] = Both
