"""One algorithm's own fleet: who would hold and get how many sessions, were it the balancer's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from msgspec import Struct

from console.domain.frame import Bools, Floats
from console.policy import Balancing, Candidates
from console.policy.balancing import Indexes


@dataclass(slots=True, eq=False)
class RealPool:
    """What is real in one pool, for all shadows alike. Columns by `picks`, the slots that can be picked."""

    name: str | None
    picks: Indexes
    reporting: Indexes
    """Slots whose report came."""
    age: Floats
    limit: Floats
    most: Floats
    """The limit; inf: none."""
    since: Floats
    asked: int = 0
    """Sessions that came in this poll."""


class Staged(Struct, frozen=True, eq=False):
    """A fleet as of the newest poll, per slot; free slots hold 0."""

    truth: Floats
    reported: Floats
    in_flight: Floats
    believed: Floats
    """As its algorithm compares them; NaN: not known to it, never picked."""
    routed: Floats
    """In this poll, and so the three below."""
    started: Floats
    asked: Mapping[str | None, int]
    """By pool."""
    refused: Mapping[str | None, int]


class ShadowFleet:
    """Steps pool by pool in each poll."""

    def __init__(self, balancing: Balancing, seed: int) -> None:
        self.balancing = balancing
        self._seed = seed
        self.truth = self.reported = self.in_flight = self.routed = self.started = np.zeros(0)
        self.refused = 0.0
        self._before = self.routed, self.started
        self._turned: dict[str | None, int] = {}

    @cached_property
    def rng(self) -> np.random.Generator:
        """Made with the first draw: no start waits for numpy's generators."""
        return np.random.default_rng(self._seed)

    def fit(self, capacity: int) -> None:
        """Room for so many slots."""
        more = capacity - len(self.truth)
        if more > 0:
            self.truth, self.reported, self.in_flight, self.routed, self.started = (
                np.concatenate([column, np.zeros(more)])
                for column in (self.truth, self.reported, self.in_flight, self.routed, self.started)
            )

    def restart(self, slots: Indexes | Bools, truth: Floats, reported: Floats) -> None:
        """These are as they really are, and a poll begins."""
        self.truth[slots], self.reported[slots] = truth[slots], reported[slots]
        self.in_flight[slots] = self.routed[slots] = self.started[slots] = 0.0
        self.rest()

    def rest(self) -> None:
        """A poll begins, or one in which nothing is known to happen."""
        self._before = self.routed.copy(), self.started.copy()
        self._turned = {}

    def end(self, share: float) -> None:
        """So much of what is open ends, by chance."""
        self.truth = self.truth - self.rng.binomial(self.truth.astype(np.int64), share)

    def poll(self, pool: RealPool, counts: Sequence[int], interval_s: float) -> None:
        """A poll in one pool, part by part: reports, then arrivals. Reports tell something new only after arrivals."""
        truth, reported, reporting, news = self.truth, self.reported, pool.reporting, True
        before = self.refused
        for count in counts:
            if news:
                reported[reporting], self.in_flight[reporting] = truth[reporting], 0.0
            news = count > 0
            if news:
                self._arrive(pool, count, interval_s)
        self._turned[pool.name] = round(self.refused - before)

    def staged(self, pools: Sequence[RealPool], interval_s: float) -> Staged:
        """After the poll."""
        believed = self.reported.copy()
        for pool in pools:
            believed[pool.picks] = self.balancing.believed(self._known(pool, interval_s))
        return Staged(
            truth=self.truth.copy(),
            reported=self.reported.copy(),
            in_flight=self.in_flight.copy(),
            believed=believed,
            routed=self.routed - self._before[0],
            started=self.started - self._before[1],
            asked={pool.name: pool.asked for pool in pools},
            refused=dict(self._turned),
        )

    def _known(self, pool: RealPool, interval_s: float) -> Candidates:
        picks = pool.picks
        return Candidates(self.reported[picks], pool.age, self.in_flight[picks], pool.limit, pool.since, interval_s)

    def _arrive(self, pool: RealPool, count: int, interval_s: float) -> None:
        picks = pool.picks
        if not len(picks):
            self.refused += count
            return
        chosen = self.balancing.pick_many(self._known(pool, interval_s), count, self.rng)
        chosen = chosen[chosen >= 0]
        got = np.bincount(chosen, minlength=len(picks))
        held = self.truth[picks]
        taken = np.minimum(got, np.maximum(pool.most - held, 0.0))
        self.truth[picks] = held + taken
        self.in_flight[picks] += got
        self.routed[picks] += got
        self.started[picks] += taken
        self.refused += count - float(taken.sum())
