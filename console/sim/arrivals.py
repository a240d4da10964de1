"""When sessions come and how long they last: an open-loop Poisson process, the same for the same seed. Pure.

Arrivals are drawn on a scale of expected counts and mapped to time through the rate. So chance does not depend on what
becomes of the sessions, and a ramp stretches the same arrivals instead of drawing others.
"""

from __future__ import annotations

import math
from random import Random
from typing import Final

from msgspec import Struct

SPREAD: Final = 0.3
"""Session lengths are uniform within +-30 % of their mean."""


class Ramp(Struct, frozen=True):
    """A rate (per second) that goes from one value to another in a straight line, and stays there."""

    start_s: float
    before: float
    after: float
    over_s: float = 0.0

    def rate(self, at_s: float) -> float:
        """Sessions per second at that time."""
        share = 1.0 if self.over_s <= 0 else min(1.0, max(0.0, (at_s - self.start_s) / self.over_s))
        return self.before + share * (self.after - self.before)

    def expected(self, from_s: float, to_s: float) -> float:
        """Sessions to be expected between two times, `from_s` being no earlier than the start."""
        bend_s = min(max(self.start_s + self.over_s, from_s), to_s)
        sloped = (bend_s - from_s) * (self.rate(from_s) + self.rate(bend_s)) / 2
        return sloped + (to_s - bend_s) * self.after

    def when(self, from_s: float, count: float) -> float:
        """The time at which `count` sessions are to be expected since `from_s`; inf: never."""
        if from_s >= self.start_s + self.over_s:
            return from_s + count / self.after if self.after > 0 else math.inf
        bend_s = max(self.start_s + self.over_s, from_s)
        in_slope = self.expected(from_s, bend_s)
        if count > in_slope:
            return bend_s + (count - in_slope) / self.after if self.after > 0 else math.inf
        if bend_s <= from_s:
            return from_s
        rate, slope = self.rate(from_s), (self.after - self.before) / self.over_s
        # count = rate x + slope x^2 / 2, solved in the form that survives a slope of 0
        root = math.sqrt(max(0.0, rate * rate + 2 * slope * count))
        return from_s if rate + root == 0 else from_s + 2 * count / (rate + root)


class Arrival(Struct, frozen=True):
    """One session to come."""

    number: int
    at_s: float
    length_s: float


class Arrivals:
    """The sessions of one pool, one after another."""

    def __init__(self, seed: int, pool: str, rate: float, mean_s: float, start_s: float = 0.0) -> None:
        self._gaps = Random(f"{seed}:{pool}:gaps")
        self._lengths = Random(f"{seed}:{pool}:lengths")
        self._mean_s = mean_s
        self._ramp = Ramp(start_s, rate, rate)
        self._from_s: float = start_s
        self._left = self._gaps.expovariate(1.0)
        self._number = 0
        self._next_s = self._ramp.when(self._from_s, self._left)

    @property
    def ramp(self) -> Ramp:
        """The rate as it is planned."""
        return self._ramp

    @property
    def next_s(self) -> float:
        """When the next session comes; inf: not at this rate."""
        return self._next_s

    def take(self) -> Arrival:
        """The next session."""
        at_s = self._next_s
        length_s = self.pop()
        return Arrival(self._number, at_s, length_s)

    def pop(self) -> float:
        """The length of the next session, which comes at `next_s`, in seconds: cheaper than to take it."""
        self._number += 1
        self._from_s = self._next_s
        self._left = self._gaps.expovariate(1.0)
        self._next_s = self._ramp.when(self._from_s, self._left)
        return self._length()

    def change(self, now_s: float, rate: float, over_s: float = 0.0) -> None:
        """From now on the rate goes to `rate` within `over_s`. Sessions that are due must have been taken."""
        now_s = max(now_s, self._from_s)
        self._left = max(0.0, self._left - self._ramp.expected(self._from_s, now_s))
        self._from_s = now_s
        self._ramp = Ramp(now_s, self._ramp.rate(now_s), rate, over_s)
        self._next_s = self._ramp.when(self._from_s, self._left)

    def initial(self) -> list[float]:
        """What is left of the sessions that would be under way already: remaining lengths in seconds."""
        rng = Random(f"{self._lengths.random()}:initial")
        count = round(self._ramp.before * self._mean_s)
        # A long session is more likely to be met under way than a short one; of what is met, any part may be left.
        longest = 1 + SPREAD
        remaining: list[float] = []
        while len(remaining) < count:
            length = rng.uniform(1 - SPREAD, longest)
            if rng.random() * longest <= length:
                remaining.append(length * rng.random() * self._mean_s)
        return remaining

    def _length(self) -> float:
        return self._lengths.uniform(1 - SPREAD, 1 + SPREAD) * self._mean_s
