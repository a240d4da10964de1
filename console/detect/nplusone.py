"""Rule `n-plus-one`: if the largest server of a pool went now, the others could not carry its sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from console.detect.bypool import sums_by
from console.detect.carried import Plain, Seat
from console.detect.facts import Facts, Finding, Rule, lately, number
from console.detect.latch import ChatterSettings, Delay, Latch, calm_for, keep_pools, polls_for, take_pools
from console.detect.settled import settled
from console.domain.frame import Bools, Column, Floats
from console.domain.options import option
from console.domain.states import Priority

RULE = "n-plus-one"


@dataclass(frozen=True, slots=True)
class NPlusOneSettings:
    """How full the survivors may become."""

    high_set: float = option(0.95, low=0.1, high=2.0, sentence="Survivors fuller than this are an alarm.")
    clear: float = option(0.90, low=0.1, high=2.0, sentence="It clears below this share.")
    least_servers: int = option(2, low=2, high=1000, sentence="Pools with fewer attached servers are not judged.")
    delay_s: float = option(10.0, unit="s", low=0.0, high=300.0, sentence="It must last so long.")
    clear_after_s: float = calm_for()


class NPlusOneRule(Rule):
    """Medium, one alarm for each pool. Sessions that cannot be read count as they were read a few polls ago, else as believed."""

    name = RULE

    def __init__(self, settings: NPlusOneSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings, self._chatter = settings, chatter
        self._pools: dict[str | None, Latch] = {}

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """A server whose sessions or limit nobody tells is left out on both sides, and said to be unjudged."""
        frame, estimate, settings = facts.frame, facts.estimate, self._settings
        pools, pool_of = len(estimate.pools), estimate.pool_of
        sessions = lately(frame)
        sessions = np.where(np.isnan(sessions), frame[Column.BELIEVED], sessions)
        limit = frame[Column.LIMIT]
        known = facts.attached & ~np.isnan(sessions) & (limit > 0)
        used = sums_by(pool_of, np.where(known, sessions, 0.0), pools)
        slots, largest, servers = _room(pool_of, known, limit, pools)
        attached = facts.spread.servers
        told = estimate.told
        after = used / (slots - largest)
        self.cannot_tell(("connections", "max_connections"), facts.attached, known)
        for gone in self._pools.keys() - set(estimate.pools):
            del self._pools[gone]
        found: list[Finding] = []
        for index, pool in enumerate(estimate.pools):
            few = attached[index] < settings.least_servers
            judged = not few and servers[index] >= settings.least_servers
            if pool not in self._pools:
                self._pools[pool] = Latch(self._delay(frame.interval_s))
            share = float(after[index])
            wanted = bool(judged and share > settings.high_set)
            if self._pools[pool].step(facts.elapsed_s, wanted, few or share < settings.clear, told and (few or judged)):
                because = {
                    "sessions": number(used[index]),
                    "slots_after": number(slots[index] - largest[index]),
                    "share_after": number(share),
                    "largest": number(largest[index]),
                    "set_share": settings.high_set,
                }
                found.append(Finding(RULE, None, Priority.MEDIUM, because, subject=pool))
        return found

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {"pools": keep_pools(self._pools)}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        take_pools(self._pools, kept["pools"], self._delay(seat.interval_s))

    def _delay(self, interval_s: float) -> Delay:
        need = polls_for(self._settings.delay_s, interval_s)
        return Delay(need, need, self._settings.clear_after_s, self._chatter)

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """Pools."""
        return [(None, pool) for pool, latch in self._pools.items() if latch.chattering]


@settled
def _room(pool_of: NDArray[np.intp], known: Bools, limit: Floats, pools: int) -> tuple[Floats, Floats, Floats]:
    """Per pool: limits of all that are known, the largest of them, and how many they are."""
    limits = np.where(known, limit, 0.0)
    largest = np.zeros(pools + 1)
    np.maximum.at(largest, pool_of, limits)
    return sums_by(pool_of, limits, pools), largest[:pools], sums_by(pool_of, known, pools)
