"""Rule `hot`: a server far fuller than its pool, by median and MAD, so that several hot ones cannot hide each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.bypool import by_slot, medians_by_pool, sums_by
from console.detect.facts import Facts, Finding, Rule, numbers
from console.detect.latch import ChatterSettings, Delay, Latches, calm_for, of_polls, polls_of
from console.detect.recent import Tally
from console.domain.frame import Column, count, or_else, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "hot"
_SIGMA = 0.6745
"""MAD of a normal distribution by its standard deviation."""

_STARTED = "started"
"""Sessions that were asked for."""
_SPREAD = 3.0
"""Standard deviations of the sessions that may come within one report interval .."""
_SKEW = (_SPREAD**2 - 1.0) / 6.0
""".. and by what a count of few scatters further upwards than downwards: Cornish and Fisher's next term, of a Poisson count."""


@dataclass(frozen=True, slots=True)
class HotSettings:
    """How far from the pool's median counts as hot."""

    z_set: float = option(3.5, low=1.0, high=30.0, sentence="Robust standard deviations above the pool's median ..")
    times_median: float = option(1.5, low=1.0, high=10.0, sentence=".. at so many times that median ..")
    above_median: float = option(0.1, low=0.0, high=1.0, sentence=".. and above it by this share of the limit.")
    bursts: float = option(
        2.0,
        unit="report intervals",
        low=0.0,
        high=10.0,
        sentence=".. and by more than what its pool gets in so long, as all of that may go to the emptiest.",
    )
    z_clear: float = option(2.5, low=0.0, high=30.0, sentence="It clears below so many robust standard deviations.")
    floor: float = option(
        0.02,
        low=0.001,
        high=0.5,
        sentence="Least spread of a pool as a share of the limit, however alike its servers are.",
    )
    least_servers: int = option(5, low=3, high=1000, sentence="Smaller pools are not judged.")
    polls: int = polls_of(3)
    of_polls: int = of_polls(5)
    clear_after_s: float = calm_for()


class HotRule(Rule):
    """Medium. Attached servers only."""

    name = RULE

    def __init__(self, settings: HotSettings, chatter: ChatterSettings | None = None) -> None:
        self._settings = settings
        of = max(settings.polls, settings.of_polls)
        self._latches = Latches(Delay(settings.polls, of, settings.clear_after_s, chatter))
        super().__init__(self._latches)
        self._asked: dict[str | None, tuple[Tally, Tally]] = {}
        """New sessions of each pool by the balancer's own counters, over 10 s and a minute."""
        self._first_s: float | None = None
        self._before_s: float | None = None

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows where truth is missing in this Frame."""
        frame, estimate, settings = facts.frame, facts.estimate, self._settings
        pools, pool_of = len(estimate.pools), estimate.pool_of
        truth, limit = frame[Column.TRUTH], frame[Column.LIMIT]
        self._count(facts)
        load, median = facts.spread.load, facts.spread.usual
        has = ~np.isnan(load)
        many = by_slot(facts.spread.loads, pool_of) >= settings.least_servers
        known = has & many
        self.cannot_tell(("connections", "max_connections"), facts.attached, known)
        above = load - median
        if self._first_s is None:
            self._first_s = frame.mono_s - frame.interval_s
        # Who has watched for less than a report interval does not know yet how much comes in one.
        early = frame.mono_s - self._first_s < estimate.interval_s
        stands_out = (above >= settings.above_median) & (load >= settings.times_median * median)
        # One session more or less is never news, nor is the chance in a number of sessions.
        floor = np.maximum(settings.floor, np.sqrt(np.maximum(median * limit, 1.0)) / limit)
        if self._latches.idle and (early or not count(stands_out & (_SIGMA * above / floor > settings.z_set))):
            self._latches.rest(facts.elapsed_s, len(load), facts.anew)
            return []
        mad = by_slot(medians_by_pool(np.abs(above), pool_of, estimate.members)[0], pool_of)
        # Between two reports all that comes may go to one server that seems the emptiest: no fault of that server.
        rate = np.fmax(
            facts.spread.came / estimate.seconds_10,
            sums_by(pool_of, estimate.routed_60s, pools) / estimate.seconds_60,
        )
        # Servers that begin a new life get most of what comes, and what they got at first is told by no difference.
        rate = np.fmax(rate, [self._rate(pool) for pool in estimate.pools])
        came = by_slot(rate, pool_of) * estimate.interval_s * settings.bursts
        burst = or_else(came + _SPREAD * np.sqrt(came) + _SKEW) / limit
        z = _SIGMA * above / np.maximum(mad, floor)
        wanted = (z > settings.z_set) & stands_out & (above >= burst)
        calm = (z < settings.z_clear) | ~many
        on = self._latches.step(facts.elapsed_s, wanted & known, calm, has, facts.anew)
        slots = slots_of(on)
        told = numbers(
            slots, truth=truth, limit=limit, share=load, median_share=median, mad=mad, floor=floor, burst=burst, z=z
        )
        return [
            Finding(RULE, slot, Priority.MEDIUM, because) for slot, because in zip(slots.tolist(), told, strict=True)
        ]

    def _count(self, facts: Facts) -> None:
        frame = facts.frame
        if not facts.estimate.told:
            return
        since_s = frame.mono_s - frame.interval_s if self._before_s is None else self._before_s
        self._before_s = frame.mono_s
        for gone in self._asked.keys() - set(facts.estimate.pools):
            del self._asked[gone]
        for pool in facts.estimate.pools:
            delta = None if pool is None else frame.pools_delta.get(pool)
            if delta is not None:
                for tally in self._asked.setdefault(pool, (Tally(10.0), Tally(60.0))):
                    tally.push(frame.mono_s, since_s, {_STARTED: delta.sessions_total.get(_STARTED, 0)})

    def _rate(self, pool: str | None) -> float:
        """Per second; NaN where the balancer does not count by pool."""
        tallies = self._asked.get(pool, ())
        return max((tally.sums().get(_STARTED, 0) / max(tally.covered_s, 1e-3) for tally in tallies), default=np.nan)
