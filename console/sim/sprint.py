"""One pool under least-reported in which nothing but sessions happens: as event by event, and no array operation for each."""

from __future__ import annotations

import heapq
import math
from bisect import insort
from random import Random
from typing import Final

from console.domain.texts import CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.policy import LeastReported
from console.sim.fleet import Fleet
from console.sim.servers import Servers

End = tuple[float, int, int, int, int, bool]
"""When, order of entry, pool, server, its life, whether the client already waits for its result."""
_SERVERS_PER_SESSION: Final = 20
"""To begin costs as much as so many servers do for one session, event by event."""


def fits(fleet: Fleet, seconds: float) -> bool:
    """Whether the next seconds may be run so, and whether that pays."""
    if len(fleet.pools) != 1 or not fleet.uneventful or type(fleet.balancer.balancing) is not LeastReported:
        return False
    pool = fleet.pools[0]
    ramp = pool.arrivals.ramp
    return pool.servers.plain and len(pool.servers) <= _SERVERS_PER_SESSION * max(ramp.before, ramp.after) * seconds


def sprint(fleet: Fleet, ends: list[End], entries: int, until: float) -> int:
    """Runs the only pool until then; returns the newest order of entry."""
    pool = fleet.pools[0]
    servers, arrivals, tally, lives = pool.servers, pool.arrivals, pool.tally, pool.servers.lives
    run = _Pool(servers)
    truth, limit = run.truth, run.limit
    able: list[bool] = (servers.alive & ~servers.refusing).tolist()
    while True:
        begin, end = arrivals.next_s, ends[0][0] if ends else math.inf
        if min(begin, end) > until:
            break
        if end <= begin:
            _, _, _, index, life, _ = heapq.heappop(ends)
            if lives[index] == life:
                run.hear(end)
                run.touch(index, end)
                truth[index] -= 1.0
                run.completed[index] += 1.0
                tally.completed += 1
            continue
        length_s = arrivals.pop()
        tally.asked += 1
        run.hear(begin)
        index = run.pick(fleet.rng)
        if index is None:
            tally.errors[MAXIMUM_CLIENTS] += 1
            continue
        run.touch(index, begin)
        run.routed[index] += 1.0
        run.in_flight[index] += 1.0
        if not able[index]:
            tally.errors[CANNOT_CONNECT_TO_SERVER] += 1
        elif truth[index] >= limit[index]:
            run.refused[index] += 1.0
            tally.errors[MAXIMUM_CLIENTS] += 1
        else:
            truth[index] += 1.0
            run.started[index] += 1.0
            tally.started += 1
            entries += 1
            heapq.heappush(ends, (begin + length_s, entries, 0, index, lives[index], False))
    run.give_back()
    return entries


class _Pool:
    """The columns as lists; who is believed to have how many; and the reports to come that will change anything."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self.truth: list[float] = servers.truth.tolist()
        self.limit: list[float] = servers.limit.tolist()
        self.routed: list[float] = servers.routed.tolist()
        self.in_flight: list[float] = servers.in_flight.tolist()
        self.started: list[float] = servers.started.tolist()
        self.completed: list[float] = servers.completed.tolist()
        self.refused: list[float] = servers.refused.tolist()
        self._reported: list[float] = servers.reported.tolist()
        self._due: list[float] = servers.next_due.tolist()
        self._period: list[float] = servers.period.tolist()
        members: list[int] = servers.members.tolist()
        self._member = set(members)
        self._levels: dict[float, list[int]] = {}
        for index in members:
            self._rank(index)
        news = (servers.reported != servers.truth) | (servers.in_flight > 0)
        told: list[int] = news.nonzero()[0].tolist()
        self._awaited = {index for index in told if self._due[index] < math.inf}
        self._reports: list[tuple[float, int]] = [(self._due[index], index) for index in self._awaited]
        heapq.heapify(self._reports)

    def hear(self, now: float) -> None:
        """Takes in the reports until now."""
        reports = self._reports
        while reports and reports[0][0] <= now:
            due, index = heapq.heappop(reports)
            self._awaited.discard(index)
            self.in_flight[index] = 0.0
            self._due[index] = due + self._period[index]
            if self._reported[index] != self.truth[index]:
                self._unrank(index)
                self._reported[index] = self.truth[index]
                self._rank(index)

    def touch(self, index: int, now: float) -> None:
        """Something changes there, of which its next report will tell. Those until now have been heard."""
        due = self._due[index]
        if index in self._awaited or due == math.inf:
            return
        if due <= now:
            period = self._period[index]
            self._due[index] = due = due + (math.floor((now - due) / period) + 1) * period
        self._awaited.add(index)
        heapq.heappush(self._reports, (due, index))

    def pick(self, rng: Random) -> int | None:
        """As `policy.choosing.least`."""
        if not self._levels:
            return None
        ties = self._levels[min(self._levels)]
        return ties[int(rng.random() * len(ties))]

    def give_back(self) -> None:
        """Into the columns."""
        servers = self._servers
        for column, values in (
            (servers.truth, self.truth),
            (servers.routed, self.routed),
            (servers.in_flight, self.in_flight),
            (servers.started, self.started),
            (servers.completed, self.completed),
            (servers.refused, self.refused),
            (servers.reported, self._reported),
            (servers.next_due, self._due),
        ):
            column[:] = values

    def _rank(self, index: int) -> None:
        """Among those who can take a session, by what is believed of them."""
        believed = self._reported[index]
        if index in self._member and believed == believed and not believed >= self.limit[index]:  # noqa: PLR0124  NaN
            insort(self._levels.setdefault(believed, []), index)

    def _unrank(self, index: int) -> None:
        level = self._levels.get(self._reported[index])
        if level is None or index not in level:
            return
        level.remove(index)
        if not level:
            del self._levels[self._reported[index]]
