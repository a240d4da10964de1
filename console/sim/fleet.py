"""The fleet and its balancer at one moment, and what can happen to them. Time is handed in; the engines decide when."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

import numpy as np

from console.domain.lies import Lie
from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.policy import Balancing
from console.sim.arrivals import Arrivals
from console.sim.plan import ANSWER_S, Plan
from console.sim.servers import Servers
from console.sim.tally import Tally

CHORES_S: Final = 0.25
"""Deaths, births, departures and waiting audio are looked at so often by the engine that goes from event to event."""


class Pool:
    """One pool: its servers, its sessions to come, its tally."""

    def __init__(self, servers: Servers, arrivals: Arrivals) -> None:
        self.servers = servers
        self.arrivals = arrivals
        self.tally = Tally()
        self.base = Tally()
        """As of the balancer's newest start: its counters count from here."""

    @property
    def name(self) -> str:
        """As in `-a-general/8k`."""
        return self.servers.name


class Balancer:
    """The balancer's own state."""

    def __init__(self, balancing: Balancing) -> None:
        self.balancing = balancing
        self.lives = 1
        self.generation = 1
        self.down = False
        self.slow_s = 0.0
        self.lie: Lie | None = None
        self.takes_back_s = 0.0
        self.shown: dict[str, bool] = {}
        """What it shows of whom instead of the truth: id -> attached. Only a liar has any."""

    @property
    def answers(self) -> bool:
        """Whether a front door gets an answer in time."""
        return not self.down and self.slow_s < ANSWER_S


class Fleet:
    """Everything but the queue of what comes next."""

    def __init__(self, plan: Plan, seed: int, names: Mapping[str, Sequence[str]] | None = None) -> None:
        """`names`: ids by pool, as many as the plan says; None: `dsrs-001` and so on, over the pools in their order."""
        self.plan = plan
        self.seed = seed
        self.rng = Random(f"{seed}:fleet")
        self.balancer = Balancer(plan.balancing)
        self.pools: list[Pool] = []
        self.home: dict[str, tuple[int, int]] = {}
        """Id -> index of its pool, index in it."""
        self._booting: list[tuple[float, int]] = []
        self._promises: list[tuple[float, str, bool]] = []
        """What the balancer will do later: when, to whom, attached."""
        self._looked_s = 0.0
        jitter, interval_s = plan.report_jitter, plan.report_interval_s
        for number, pool in enumerate(plan.pools):
            servers = Servers(pool.name, pool.limit, interval_s, jitter, plan.poll_s, self.rng)
            arrivals = Arrivals(seed, pool.name, pool.rate, plan.session_s)
            self.pools.append(Pool(servers, arrivals))
            self.join(number, pool.servers, 0.0, names=None if names is None else names[pool.name], settled=True)

    # Sessions

    def take_in(self, number: int, now: float) -> int | None:
        """One session of a pool, from the balancer's pick to the server's word; the index of its server, None: refused."""
        pool = self.pools[number]
        pool.tally.asked += 1
        servers = pool.servers
        if not self.balancer.answers:
            return self._refuse(pool, CANNOT_CONNECT)
        servers.refresh(now)
        balancing = self.balancer.balancing
        known = servers.known(now, self.plan.report_interval_s, ages=balancing.ages_count)
        index = balancing.pick(known, self.rng)
        if index is None:
            return self._refuse(pool, MAXIMUM_CLIENTS)
        if not servers.whole:
            index = int(servers.members[index])
        servers.routed[index] += 1
        servers.in_flight[index] += 1
        if servers.next_poll[index] <= now:
            servers.settle(index, now)
        if not self._answers(servers, index):
            return self._refuse(pool, self._why(servers, index))
        if servers.truth[index] >= servers.limit[index]:
            servers.refused[index] += 1
            return self._refuse(pool, MAXIMUM_CLIENTS)
        if not self._keeps_up(servers, index):
            return self._refuse(pool, CANNOT_CONNECT)
        servers.truth[index] += 1
        servers.started[index] += 1
        pool.tally.started += 1
        return index

    def end(self, number: int, index: int, now: float, *, whole: bool) -> None:
        """A session is over; `whole`: with all of its result."""
        pool = self.pools[number]
        pool.servers.settle(index, now)
        pool.servers.truth[index] -= 1
        if whole:
            pool.tally.completed += 1
            pool.servers.completed[index] += 1
        else:
            pool.tally.client_timeout += 1

    def lag(self, number: int, index: int) -> float:
        """Seconds that a result of this server lags behind; inf: it never comes."""
        servers = self.pools[number].servers
        if servers.frozen[index]:
            return np.inf
        if self.plan.resources is None:
            return 0.0
        return float(servers.backlog[index] / (self.plan.resources.capacity * servers.speed[index]))

    def patience_s(self) -> float:
        """How long a client waits for its result."""
        return ANSWER_S if self.plan.resources is None else self.plan.resources.client_timeout_s

    def unable(self, number: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Per server: whether opening a session there is refused or not answered, other than by its limit."""
        servers = self.pools[number].servers
        unable = ~servers.alive | servers.frozen | servers.refusing
        if self.plan.resources is not None:
            unable |= servers.backlog > ANSWER_S * self.plan.resources.capacity * servers.speed
        return unable

    def _answers(self, servers: Servers, index: int) -> bool:
        return bool(servers.alive[index] and not servers.frozen[index] and not servers.refusing[index])

    def _keeps_up(self, servers: Servers, index: int) -> bool:
        """An opening waits behind the audio that is queued already; one that waits too long is given up."""
        resources = self.plan.resources
        return resources is None or bool(servers.backlog[index] <= ANSWER_S * resources.capacity * servers.speed[index])

    def _why(self, servers: Servers, index: int) -> str:
        closed = not servers.alive[index] or servers.refusing[index]
        return CANNOT_CONNECT_TO_SERVER if closed else CANNOT_CONNECT

    def _refuse(self, pool: Pool, text: str) -> None:
        pool.tally.errors[text] += 1

    # Servers

    def join(
        self, number: int, count: int, now: float, *, names: Sequence[str] | None = None, settled: bool = False
    ) -> list[str]:
        """New servers with new ids; `settled`: the balancer knows them at once."""
        found = self._new_names(count) if names is None else list(names)
        for name, index in zip(found, self.pools[number].servers.add(found, now, settled=settled), strict=True):
            self.home[name] = number, index
        return found

    def _new_names(self, count: int) -> list[str]:
        numbers = itertools.count(len(self.home) + 1)
        fresh = (name for number in numbers if (name := f"dsrs-{number:03d}") not in self.home)
        return list(itertools.islice(fresh, count))

    def kill(self, number: int, index: int, now: float) -> None:
        """Its process dies: its sessions are cut, its port is closed; the balancer learns nothing."""
        pool = self.pools[number]
        servers = pool.servers
        if not servers.alive[index]:
            return
        servers.stop(index, now)
        pool.tally.server_death += int(servers.truth[index])
        self._end_life(servers, index)
        if self.plan.boot_s is not None:
            heapq.heappush(self._booting, (now + self.plan.boot_s, number))

    def _end_life(self, servers: Servers, index: int) -> None:
        servers.odd.pop(index, None)
        servers.truth[index] = servers.backlog[index] = servers.leaked[index] = 0.0
        servers.alive[index] = False
        servers.next_life(index)  # ends of its sessions find nobody

    def retire(self, number: int, index: int, now: float) -> None:
        """A planned end, and nobody's loss: its sessions count as completed, and it says goodbye, so its row goes at once."""
        servers = self.pools[number].servers
        if servers.alive[index]:
            self._finish(number, index, now)
            servers.leave(index)
            self.balancer.generation += 1

    def restart_server(self, number: int, index: int, now: float) -> None:
        """A planned restart: sessions count as completed; the balancer hears of the new life with its first report."""
        if self.pools[number].servers.alive[index]:
            self._finish(number, index, now)
        self.pools[number].servers.begin(index, now)

    def _finish(self, number: int, index: int, now: float) -> None:
        pool = self.pools[number]
        pool.servers.stop(index, now)
        pool.tally.completed += int(pool.servers.truth[index])
        self._end_life(pool.servers, index)

    def revive(self, number: int, index: int, now: float) -> None:
        """The same id starts again as a new incarnation."""
        if not self.pools[number].servers.alive[index]:
            self.pools[number].servers.begin(index, now)

    def chores(self, now: float) -> None:
        """Replacements boot, the dead leave the table, promises are kept, waiting audio grows or shrinks."""
        while self._booting and self._booting[0][0] <= now:
            self.join(heapq.heappop(self._booting)[1], 1, now)
        while self._promises and self._promises[0][0] <= now:
            _, server, attached = heapq.heappop(self._promises)
            self.set_attached(server, attached=attached)
        passed_s, self._looked_s = now - self._looked_s, now
        for number, pool in enumerate(self.pools):
            servers = pool.servers
            if not servers.alive.all():
                self._strike_out(servers, now)
            if self.plan.resources is not None:
                self._work(number, passed_s, now)

    @property
    def uneventful(self) -> bool:
        """Whether nothing is due but sessions and reports: nobody boots, nothing was promised, no chore does anything."""
        plan = self.plan
        if self._booting or self._promises or plan.resources is not None or not self.balancer.answers:
            return False
        return plan.leave_after_s == math.inf or all(bool(pool.servers.alive.all()) for pool in self.pools)

    def _strike_out(self, servers: Servers, now: float) -> None:
        silent = now - np.fmax(servers.received_at, servers.since) > self.plan.leave_after_s
        for index in np.flatnonzero(servers.listed & ~servers.alive & silent).tolist():
            servers.leave(index)
            self.balancer.generation += 1

    def _work(self, number: int, passed_s: float, now: float) -> None:
        """Waiting audio and memory of all servers; who has filled its memory dies."""
        resources, servers = self.plan.resources, self.pools[number].servers
        assert resources is not None
        served = np.where(servers.frozen, 0.0, resources.capacity * servers.speed)
        np.maximum(servers.backlog + passed_s * (servers.truth - served), 0.0, out=servers.backlog)
        servers.backlog[servers.truth == 0] = 0.0
        servers.leaked += passed_s * servers.leak
        for index in np.flatnonzero(servers.alive & (self.memory(number) >= resources.memory_limit)).tolist():
            self.kill(number, index, now)

    def memory(self, number: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Bytes per server; NaN where machines have no bounds."""
        servers, resources = self.pools[number].servers, self.plan.resources
        if resources is None:
            return np.full(len(servers), np.nan)
        return (
            resources.idle_bytes
            + servers.truth * resources.session_bytes
            + servers.backlog * resources.audio_bytes
            + servers.leaked
        )

    # The balancer

    def set_attached(self, server: str, *, attached: bool) -> None:
        """What the balancer does with a server, from now on."""
        number, index = self.home[server]
        servers = self.pools[number].servers
        if servers.listed[index] and servers.attached[index] != attached:
            servers.attached[index] = attached
            servers.changed()
            self.balancer.generation += 1

    def promise(self, server: str, at: float, *, attached: bool) -> None:
        """The same, later."""
        heapq.heappush(self._promises, (at, server, attached))

    def restart(self, now: float, *, forgets: bool) -> None:
        """The balancer starts anew: counters from 0; `forgets`: its table is empty, servers join with their next report."""
        self.balancer.lives += 1
        self.balancer.generation = 1
        self.balancer.shown.clear()
        self._promises.clear()
        for pool in self.pools:
            pool.servers.refresh(now)
            pool.base = pool.tally.copy()
            pool.servers.restart(forgets=forgets)
