"""Sums over the last seconds, per slot. Counts are whole numbers, so that a running sum in float64 stays exact."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Floats


class Recent:
    """Running sum per slot of what came in the last `seconds`. NaN adds nothing. The newest entry always counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.total: Floats = np.zeros(0)
        """(capacity,) sum over the window; replaced, never changed in place."""
        self._entries: deque[tuple[float, float, Floats]] = deque()

    def push(self, mono_s: float, since_s: float, values: Floats) -> None:
        """Adds what came between `since_s` and `mono_s`, and drops what is older than the window."""
        self.fit(len(values))
        added = np.nan_to_num(values, nan=0.0)
        self.total = self.total + added
        self._entries.append((mono_s, since_s, added))
        # An entry counts while its end lies inside the window; a hair of jitter must not halve a window of one poll.
        while len(self._entries) > 1 and self._entries[0][0] <= mono_s - self.seconds + 1e-6:
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

    def push(self, mono_s: float, since_s: float, counts: Mapping[str, int]) -> None:
        """Adds what came between `since_s` and `mono_s`, and drops what is older than the window."""
        self._entries.append((mono_s, since_s, counts))
        while len(self._entries) > 1 and self._entries[0][0] <= mono_s - self.seconds + 1e-6:
            self._entries.popleft()

    @property
    def covered_s(self) -> float:
        """Seconds between the oldest entry's begin and the newest one's end."""
        return self._entries[-1][0] - self._entries[0][1] if self._entries else 0.0

    def sums(self) -> dict[str, int]:
        """Sum by name over the window."""
        sums: dict[str, int] = {}
        for _, _, counts in self._entries:
            for name, count in counts.items():
                sums[name] = sums.get(name, 0) + count
        return sums
