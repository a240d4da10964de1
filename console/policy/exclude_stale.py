"""Last reports, but only fresh ones: a server that has fallen silent gets nothing."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from console.domain.options import option
from console.policy.balancing import Balancing, Candidates, Floats, Indexes
from console.policy.choosing import least, least_many, stale
from console.policy.declaring import Declared


def fresh_or_unknown(believed: Floats, candidates: Candidates, after_intervals: float, panic_share: float) -> Floats:
    """`believed`, NaN where the report is stale. Where fewer than `panic_share` of all are fresh, as it came: old news beats none."""
    old = stale(candidates, after_intervals)
    if not len(old) or len(old) - np.count_nonzero(old) < panic_share * len(old):
        return believed
    return np.where(old, np.nan, believed)


@dataclass(frozen=True, slots=True)
class ExcludeStale(Declared):
    """As least-reported, without the servers whose newest report is too old. It still counts none of its own dispatches."""

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
        """`exclude-stale`."""
        return "exclude-stale"

    @property
    def ages_count(self) -> bool:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It does."""
        return True

    def believed(self, candidates: Candidates) -> Floats:
        """The last report; NaN where it is stale."""
        return fresh_or_unknown(candidates.reported, candidates, self.stale_after_intervals, self.panic_share)

    def pick(self, candidates: Candidates, rng: Random) -> int | None:
        """The smallest fresh report below the limit."""
        return least(self.believed(candidates), candidates.limit, rng)

    def pick_many(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Indexes:
        """All of them among the same smallest fresh reports."""
        return least_many(self.believed(candidates), candidates.limit, count, rng)


_: type[Balancing] = ExcludeStale
