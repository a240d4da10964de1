"""Time is a port: ages and deadlines from the monotonic clock, the wall clock for labels only."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks in seconds."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        ...

    def wall(self) -> float:
        """Unix seconds, for labels."""
        ...


class MachineClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        return time.monotonic()

    def wall(self) -> float:
        """Unix seconds, for labels."""
        return time.time()  # noqa: TID251  the one place that reads it
