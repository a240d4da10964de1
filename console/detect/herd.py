"""Rule `herd`: one server gets far more of its pool's new sessions than its weight deserves, or a pool uses few of its servers.

A server that has only just joined gets all new sessions until it is as full as the others: that is balancing, and no herd.
So a herd must also have taken a part of the headroom between the pool's median and the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.bypool import sums_by
from console.detect.carried import Plain, Seat
from console.detect.facts import Facts, Finding, Rule, number, numbers
from console.detect.latch import (
    ChatterSettings,
    Delay,
    Latch,
    Latches,
    calm_for,
    keep_pools,
    polls_in_a_row,
    take_pools,
)
from console.detect.spread import LEAST_SAMPLE, Spread
from console.domain.frame import Column, count, or_else, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "herd"
_HAIR = 1.0 + 1e-9
"""So that rounding never hides a pool from the closer look."""


@dataclass(frozen=True, slots=True)
class HerdSettings:
    """When the spread of new sessions is an alarm."""

    z_set: float = option(
        6.0, low=2.0, high=30.0, sentence="Standard deviations beyond the fair share, over 10 s, from which a server .."
    )
    times_fair: float = option(3.0, low=1.5, high=100.0, sentence=".. that also got so many times its fair share ..")
    headroom: float = option(
        0.5,
        low=0.0,
        high=0.9,
        sentence=".. and filled this part of the room between its pool's median and its limit is a herd.",
    )
    z_clear: float = option(3.0, low=0.0, high=30.0, sentence="It clears below so many standard deviations ..")
    clear_fair: float = option(2.0, low=1.0, high=100.0, sentence=".. and so many times the fair share.")
    effective: float = option(
        0.5, low=0.05, high=0.95, sentence="A pool that uses less than this share of its servers herds .."
    )
    effective_clear: float = option(0.6, low=0.05, high=1.0, sentence=".. until it uses more than this share.")
    polls: int = polls_in_a_row(2)
    clear_after_s: float = calm_for()


class HerdRule(Rule):
    """High. Of a server, and of a pool."""

    name = RULE

    def __init__(self, settings: HerdSettings, chatter: ChatterSettings | None = None) -> None:
        self._settings = settings
        self._delay = Delay(settings.polls, settings.polls, settings.clear_after_s, chatter)
        self._servers = Latches(self._delay)
        super().__init__(self._servers)
        self._pools: dict[str | None, Latch] = {}

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Below 50 sessions in 10 s there is no verdict on a server; what is on is held."""
        frame, estimate, settings = facts.frame, facts.estimate, self._settings
        spread = facts.spread
        counted = facts.attached & ~np.isnan(frame[Column.ROUTED])
        told = estimate.told and estimate.counts_routed
        far = spread.z > settings.z_set
        if self._servers.idle and not (told and count(far)):
            on = self._servers.rest(facts.elapsed_s, len(far), facts.anew)
        else:
            enough = spread.all_of_mine >= LEAST_SAMPLE
            known = counted & enough & ~np.isnan(spread.z) & spread.several & told
            times = spread.share / spread.fair
            fills = ~(spread.taken <= settings.headroom)  # what is not known does not excuse
            wanted = far & known & (times >= settings.times_fair) & fills
            calm = (spread.z < settings.z_clear) & (times < settings.clear_fair)
            # Where too few come for a verdict, none herds: a small number that no longer flows there is calm.
            few = counted & ~enough & told
            on = self._servers.step(facts.elapsed_s, wanted, (calm & known) | few, known | few, facts.anew)
        if estimate.told and not estimate.counts_routed:
            self.cannot_tell(("routed_total",))
        else:
            self.cannot_tell(("connections",), facts.attached, ~(np.isnan(spread.load) | np.isnan(spread.z)))
            if not count(spread.came >= LEAST_SAMPLE):
                self.can_tell()  # nothing flows: there is nothing to judge
        found: list[Finding] = []
        if (slots := slots_of(on)).size:
            told_of = numbers(
                slots,
                routed_10s=estimate.routed_10s,
                routed_share=spread.share,
                fair_share=spread.fair,
                z=spread.z,
                truth=frame[Column.TRUTH],
                limit=frame[Column.LIMIT],
                headroom_taken=spread.taken,
            )
            found = [Finding(RULE, slot, Priority.HIGH, why) for slot, why in zip(slots.tolist(), told_of, strict=True)]
        return found + self._of_pools(facts, spread, told and bool(count(counted)))

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {**super().keep(seat), "pools": keep_pools(self._pools)}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        super().take(kept, seat)
        take_pools(self._pools, kept["pools"], self._delay)

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """Servers and pools."""
        return super().chattering() + [(None, pool) for pool, latch in self._pools.items() if latch.chattering]

    def _of_pools(self, facts: Facts, spread: Spread, told: bool) -> list[Finding]:
        found: list[Finding] = []
        settings, pool_of, pools = self._settings, facts.estimate.pool_of, facts.estimate.pools
        for gone in self._pools.keys() - set(pools):
            del self._pools[gone]
        fullest = np.full(len(pools) + 1, -np.inf)
        narrow = count(spread.n_eff < settings.effective * spread.n_fair * _HAIR)
        if narrow or any(not latch.idle for latch in self._pools.values()):
            np.maximum.at(fullest, pool_of, np.minimum(or_else(spread.taken, -np.inf), np.finfo(np.float64).max))
        unknown = sums_by(pool_of, facts.attached & np.isnan(spread.load), len(pools))
        for index, pool in enumerate(pools):
            n_eff, n_fair = float(spread.n_eff[index]), float(spread.n_fair[index])
            share = n_eff / n_fair if n_fair > 0 else np.nan
            latch = self._pools.setdefault(pool, Latch(self._delay))
            hurts = fullest[index] > settings.headroom
            spared = not hurts and not unknown[index]  # one that cannot be read may be the one that suffers
            few = spread.servers[index] <= 1 or np.isnan(share)
            wanted = not few and share < settings.effective and bool(hurts)
            calm = few or share > settings.effective_clear or spared
            if latch.step(facts.elapsed_s, wanted, calm, told):
                because = {
                    "n_eff": number(n_eff),
                    "n_fair": number(n_fair),
                    "servers": number(spread.servers[index]),
                    "routed_10s": number(spread.came[index]),
                    "headroom_taken": number(max(float(fullest[index]), 0.0)),
                }
                found.append(Finding(RULE, None, Priority.HIGH, because, subject=pool))
        return found
