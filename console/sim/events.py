"""The exact engine: from one arrival or end of a session to the next."""

from __future__ import annotations

import heapq
import math

from console.domain.frame import Floats
from console.policy.balancing import Indexes
from console.sim.fleet import CHORES_S, Fleet
from console.sim.plan import ANSWER_S
from console.sim.sprint import End, fits, sprint


class EventEngine:
    """Advances a fleet event by event. The order of what happens at one moment is the order of entry."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._ends: list[End] = []
        self._begins: list[tuple[float, int]] = []
        """Sessions under way at the start: when they come, pool; the rest of their lengths stands in `_rest`."""
        self._rest: dict[int, list[float]] = {}
        self._entries = 0
        self._chores_s = CHORES_S
        if fleet.plan.warm:
            for number, pool in enumerate(fleet.pools):
                self._rest[number] = left = pool.arrivals.initial()
                self._begins += [(ANSWER_S * n / len(left), number) for n in range(len(left))]
            self._begins.sort(reverse=True)

    def under_way(self, number: int, servers: Indexes, until: Floats) -> None:
        """Sessions that are open from the start, and when each ends."""
        lives = self._fleet.pools[number].servers.lives
        whose: list[int] = servers.tolist()
        for index, at in zip(whose, until.tolist(), strict=True):
            self._push(at, number, index, lives[index], waiting=False)

    def advance(self, now: float, until: float) -> None:
        """From `now` to `until`."""
        fleet, ends = self._fleet, self._ends
        if not self._begins and fits(fleet, until - now):
            self._entries = sprint(fleet, ends, self._entries, until)
            while self._chores_s <= until:
                self._chores_s += CHORES_S
            return
        arrivals = [pool.arrivals for pool in fleet.pools]
        next_s = [arrival.next_s for arrival in arrivals]
        while True:
            first = min(next_s)
            begin = self._begins[-1][0] if self._begins else math.inf
            end = ends[0][0] if ends else math.inf
            at = min(first, begin, end, self._chores_s)
            if at > until:
                return
            if at == end:
                self._end(*heapq.heappop(ends))
            elif at == self._chores_s:
                fleet.chores(at)
                self._chores_s += CHORES_S
            elif at == begin:
                number = self._begins.pop()[1]
                self._begin(number, at, self._rest[number].pop())
            else:
                number = next_s.index(first)
                self._begin(number, at, arrivals[number].pop())
                next_s[number] = arrivals[number].next_s

    def _begin(self, number: int, now: float, length_s: float) -> None:
        index = self._fleet.take_in(number, now)
        if index is not None:
            self._push(now + length_s, number, index, self._fleet.pools[number].servers.lives[index], waiting=False)

    def _end(self, at: float, _entry: int, number: int, index: int, life: int, waiting: bool) -> None:
        fleet = self._fleet
        if fleet.pools[number].servers.lives[index] != life:
            return  # cut when its server died, and counted then
        lag, patience = fleet.lag(number, index), fleet.patience_s()
        if lag > 0 and not waiting:
            self._push(at + min(lag, patience), number, index, life, waiting=True)
        else:
            fleet.end(number, index, at, whole=not waiting or lag <= patience)

    def _push(self, at: float, number: int, index: int, life: int, *, waiting: bool) -> None:
        self._entries += 1
        heapq.heappush(self._ends, (at, self._entries, number, index, life, waiting))
