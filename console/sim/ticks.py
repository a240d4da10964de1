"""The engine for very large fleets: time goes in small steps, and each step is a few array operations per pool."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from console.domain.frame import Bools, Floats
from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.policy.balancing import Indexes
from console.sim.arrivals import SPREAD
from console.sim.fleet import Fleet, Pool
from console.sim.plan import ANSWER_S

_STEPS_PER_REPORT: Final = 2
_MOST_STEPS: Final = 200_000


class TickEngine:
    """Advances a fleet in steps of half a report interval. Within a step ends come first, then reports, then arrivals."""

    def __init__(self, fleet: Fleet) -> None:
        plan = fleet.plan
        self._fleet = fleet
        self._step_s = plan.report_interval_s / _STEPS_PER_REPORT
        self._rng = np.random.default_rng([fleet.seed, len(fleet.pools)])
        longest_s = plan.session_s * (1 + SPREAD) + fleet.patience_s() + ANSWER_S
        self._ring = math.ceil(longest_s / self._step_s) + 2
        assert self._ring < _MOST_STEPS, "sessions are too long for so short a report interval"
        self._tick = 0
        self._offset_s = 0.0
        self._ends = [self._zeros(pool) for pool in fleet.pools]
        self._waits = [self._zeros(pool) for pool in fleet.pools]
        """Sessions by step in which they end, per server; those that already wait for a late result apart."""
        self._lives = [np.array(pool.servers.lives) for pool in fleet.pools]
        self._turns = [pool.servers.turns for pool in fleet.pools]
        self._initial = [pool.arrivals.initial() if plan.warm else [] for pool in fleet.pools]

    def under_way(self, number: int, servers: Indexes, until: Floats) -> None:
        """Sessions that are open from the start, and when each ends."""
        self._make_room(number)
        steps = np.clip(np.ceil(until / self._step_s), 1, self._ring - 1).astype(np.intp)
        np.add.at(self._ends[number], ((self._tick + steps) % self._ring, servers), 1)

    def advance(self, now: float, until: float) -> None:
        """From `now` to `until`; a rest shorter than a step is kept for the next time."""
        self._offset_s += until - now
        steps = math.floor(self._offset_s / self._step_s + 1e-9)
        begin = until - self._offset_s
        self._offset_s -= steps * self._step_s
        for n in range(1, steps + 1):
            self._tick += 1
            self._step(begin + n * self._step_s)

    def _step(self, now: float) -> None:
        fleet = self._fleet
        fleet.chores(now)
        for number, pool in enumerate(fleet.pools):
            self._make_room(number)
            servers = pool.servers
            servers.refresh(now)
            servers.look(now)
            self._forget_the_dead(number)
            self._end(number)
            self._begin(number, now)

    def _end(self, number: int) -> None:
        pool, slot = self._fleet.pools[number], self._tick % self._ring
        due, waited = self._ends[number][slot], self._waits[number][slot]
        whole = due + waited
        lags = self._lags(number)
        if lags is not None:
            patience = self._fleet.patience_s()
            late = (lags > 0) & (due > 0)
            for index in np.flatnonzero(late).tolist():
                later = math.ceil(min(float(lags[index]), patience) / self._step_s) + self._tick
                self._waits[number][later % self._ring, index] += due[index]
            whole = np.where(late, 0, due) + np.where(lags <= patience, waited, 0)
            partial = np.where(lags <= patience, 0, waited)
            pool.servers.truth -= partial
            pool.tally.client_timeout += int(partial.sum())
        pool.servers.truth -= whole
        pool.servers.completed += whole
        pool.tally.completed += int(whole.sum())
        due[:] = 0
        waited[:] = 0

    def _begin(self, number: int, now: float) -> None:
        pool, fleet = self._fleet.pools[number], self._fleet
        ramp = pool.arrivals.ramp
        expected = ramp.expected(max(now - self._step_s, ramp.start_s), max(now, ramp.start_s))
        lengths = self._rng.uniform(1 - SPREAD, 1 + SPREAD, self._rng.poisson(expected)) * fleet.plan.session_s
        if self._initial[number]:
            share = math.ceil(len(self._initial[number]) * self._step_s / max(ANSWER_S - now, self._step_s))
            begun, self._initial[number] = self._initial[number][:share], self._initial[number][share:]
            lengths = np.concatenate([lengths, begun])
        if not len(lengths):
            return
        pool.tally.asked += len(lengths)
        if not fleet.balancer.answers:
            pool.tally.errors[CANNOT_CONNECT] += len(lengths)
            return
        servers = pool.servers
        balancing = fleet.balancer.balancing
        known = servers.known(now, fleet.plan.report_interval_s, ages=balancing.ages_count)
        chosen = balancing.pick_many(known, len(lengths), self._rng)
        found = chosen >= 0
        pool.tally.errors[MAXIMUM_CLIENTS] += len(lengths) - int(np.count_nonzero(found))
        chosen, lengths = servers.members[chosen[found]], lengths[found]
        counts = np.bincount(chosen, minlength=len(servers))
        servers.routed += counts
        servers.in_flight += counts
        unable = self._fleet.unable(number)[chosen]
        if unable.any() or (servers.truth + counts > servers.limit).any():
            taken = self._admitted(pool, chosen, unable)
            chosen, lengths = chosen[taken], lengths[taken]
            counts = np.bincount(chosen, minlength=len(servers))
        servers.truth += counts
        servers.started += counts
        pool.tally.started += len(chosen)
        steps = np.maximum(np.rint(lengths / self._step_s).astype(np.intp), 1)
        np.add.at(self._ends[number], ((self._tick + steps) % self._ring, chosen), 1)

    def _admitted(self, pool: Pool, chosen: Indexes, unable: Bools) -> Bools:
        """Who gets in, first come first served; the others are counted by their text."""
        servers = pool.servers
        order = np.argsort(chosen, kind="stable")
        ordered = chosen[order]
        place = np.empty(len(chosen))
        place[order] = np.arange(len(chosen)) - np.searchsorted(ordered, ordered)
        full = ~unable & (place >= (servers.limit - servers.truth)[chosen])
        closed = unable & (~servers.alive | servers.refusing)[chosen]
        pool.tally.errors[MAXIMUM_CLIENTS] += int(np.count_nonzero(full))
        pool.tally.errors[CANNOT_CONNECT_TO_SERVER] += int(np.count_nonzero(closed))
        pool.tally.errors[CANNOT_CONNECT] += int(np.count_nonzero(unable & ~closed))
        servers.refused += np.bincount(chosen[full], minlength=len(servers))
        return ~(unable | full)

    def _lags(self, number: int) -> Floats | None:
        """Seconds by which the results of each lag behind; None: nobody's do."""
        servers, resources = self._fleet.pools[number].servers, self._fleet.plan.resources
        if resources is None and not servers.frozen.any():
            return None
        lags = np.zeros(len(servers)) if resources is None else servers.backlog / (resources.capacity * servers.speed)
        return np.where(servers.frozen, np.inf, lags)

    def _forget_the_dead(self, number: int) -> None:
        """Sessions of a life that is over were counted when it ended; another may have begun since."""
        servers = self._fleet.pools[number].servers
        if servers.turns == self._turns[number]:
            return
        self._turns[number] = servers.turns
        lives = np.array(servers.lives)
        over = lives != self._lives[number]
        if over.any():
            self._ends[number][:, over] = 0
            self._waits[number][:, over] = 0
            self._lives[number] = lives

    def _make_room(self, number: int) -> None:
        have, servers = self._ends[number].shape[1], len(self._fleet.pools[number].servers)
        if have < servers:
            more = ((0, 0), (0, servers - have))
            self._ends[number] = np.pad(self._ends[number], more)
            self._waits[number] = np.pad(self._waits[number], more)
            newcomers = self._fleet.pools[number].servers.lives[have:]
            self._lives[number] = np.concatenate([self._lives[number], newcomers])

    def _zeros(self, pool: Pool) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        return np.zeros((self._ring, len(pool.servers)), dtype=np.int32)
