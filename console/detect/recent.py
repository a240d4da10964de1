"""Sums over the last seconds, per slot. Counts are whole numbers, so that a running sum in float64 stays exact."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Floats

HAIR_S: Final = 1e-6
"""So much jitter must not halve a window of one poll."""


class Recent:
    """Running sum per slot of what came in the last `seconds`. The newest entry always counts.

    Windows may share their entries, as long as they forget the same slots.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.total: Floats = np.zeros(0)
        """(capacity,) sum over the window; replaced, never changed in place."""
        self._entries: deque[tuple[float, float, Floats]] = deque()

    def push(self, mono_s: float, since_s: float, added: Floats) -> None:
        """Adds what came between `since_s` and `mono_s` (nothing is 0, not NaN), and drops what is older than the window."""
        self.fit(len(added))
        self.total = self.total + added
        self._entries.append((mono_s, since_s, added))
        # An entry counts while its end lies inside the window.
        while len(self._entries) > 1 and self._entries[0][0] <= mono_s - self.seconds + HAIR_S:
            self.total = self.total - self._entries.popleft()[2]

    def fit(self, capacity: int) -> None:
        """Grows to that many slots; they have had nothing yet."""
        more = capacity - len(self.total)
        if more > 0:
            self.total = np.concatenate([self.total, np.zeros(more)])
            self._entries = deque(
                (at, since, np.concatenate([old, np.zeros(more)])) for at, since, old in self._entries
            )

    @property
    def covered_s(self) -> float:
        """Seconds between the oldest entry's begin and the newest one's end."""
        return self._entries[-1][0] - self._entries[0][1] if self._entries else 0.0

    def forget(self, slots: NDArray[np.intp]) -> None:
        """Another server took these slots."""
        slots = slots[slots < len(self.total)]
        if slots.size:
            for _, _, values in self._entries:
                values[slots] = 0.0
            self.total = self.total.copy()
            self.total[slots] = 0.0


class Tally:
    """The same for numbers by name (errors by text, sessions by outcome)."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._entries: deque[tuple[float, float, Mapping[str, int]]] = deque()
        self._sums: dict[str, int] = {}
        self._named: dict[str, int] = {}
        """In how many entries each name is."""

    def push(self, mono_s: float, since_s: float, counts: Mapping[str, int]) -> None:
        """Adds what came between `since_s` and `mono_s`, and drops what is older than the window."""
        self._entries.append((mono_s, since_s, counts))
        for name, count in counts.items():
            self._sums[name] = self._sums.get(name, 0) + count
            self._named[name] = self._named.get(name, 0) + 1
        while len(self._entries) > 1 and self._entries[0][0] <= mono_s - self.seconds + HAIR_S:
            for name, count in self._entries.popleft()[2].items():
                self._sums[name] -= count
                self._named[name] -= 1
                if not self._named[name]:
                    del self._sums[name], self._named[name]

    @property
    def covered_s(self) -> float:
        """Seconds between the oldest entry's begin and the newest one's end."""
        return self._entries[-1][0] - self._entries[0][1] if self._entries else 0.0

    def sums(self) -> Mapping[str, int]:
        """Sum by name over the window; it goes on changing, so copy what you keep."""
        return self._sums
