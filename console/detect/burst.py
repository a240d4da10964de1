"""More events than usual: a count over 10 s against what the last quarter of an hour leads one to expect, as a Poisson z."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from msgspec import Struct

from console.detect.carried import Plain, amount, items, seconds

WINDOW_S: Final = 10.0
BASE_S: Final = 900.0
_LEAST_BASE_S: Final = 60.0
"""A base of less than a minute counts as a minute: a console that has only just started expects nothing."""


class Rate(Struct, frozen=True):
    """One count and what was to be expected."""

    count: int
    expected: float
    z: float


class Burst:
    """The counts of one name. While its alarm is on the base learns nothing, so that a long burst never becomes usual by itself."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float, int]] = deque()
        self._base: deque[tuple[float, int]] = deque()
        """(seconds, count) of what left the window, merged to about 10 s."""
        self._base_s, self._base_count, self._count = 0.0, 0, 0

    def push(self, mono_s: float, since_s: float, count: int, learns: bool) -> Rate:
        """Takes what came between two times; `learns`: what leaves the window goes into the base."""
        self._recent.append((mono_s, since_s, count))
        self._count += count
        while len(self._recent) > 1 and self._recent[0][0] <= mono_s - WINDOW_S + 1e-6:
            until_s, from_s, old = self._recent.popleft()
            self._count -= old
            if learns:
                self._learn(until_s - from_s, old)
        # One entry may be longer than the window: a slow poll, or the first reading after the balancer was out of sight.
        covered_s = max(WINDOW_S, mono_s - self._recent[0][1])
        expected = self._base_count / max(self._base_s, _LEAST_BASE_S) * covered_s
        return Rate(self._count, expected, (self._count - expected) / math.sqrt(max(expected, 1.0)))

    def keep(self) -> list[Plain]:
        """What is usual: seconds and counts, oldest first."""
        return [[round(spent_s, 3), count] for spent_s, count in self._base]

    def take(self, kept: Plain) -> None:
        """Goes on from there, unless it has learned something already."""
        if not self._base:
            for one in items(kept):
                spent_s, count = items(one)
                self._learn(seconds(spent_s), int(amount(count, 0.0)))

    def _learn(self, seconds: float, count: int) -> None:
        self._base_s += seconds
        self._base_count += count
        if self._base and self._base[-1][0] < WINDOW_S:
            last_s, last = self._base.pop()
            seconds, count = seconds + last_s, count + last
        self._base.append((seconds, count))
        while len(self._base) > 1 and self._base_s - self._base[0][0] >= BASE_S:
            old_s, old = self._base.popleft()
            self._base_s -= old_s
            self._base_count -= old
