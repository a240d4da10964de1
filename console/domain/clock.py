"""Time is a port: ages and deadlines from the monotonic clock, the wall clock for labels only."""

from __future__ import annotations

import time
from typing import Final, Protocol, runtime_checkable

_BOOT: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)
"""Linux only."""


class Clock(Protocol):
    """Two clocks in seconds."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        ...

    def wall(self) -> float:
        """Unix seconds, for labels."""
        ...


@runtime_checkable
class SleepAware(Protocol):
    """A Clock that knows for how long the machine was suspended."""

    def suspended(self) -> float:
        """Seconds since the machine's start in which it was suspended; it only grows."""
        ...


def suspended_s(clock: Clock) -> float:
    """Seconds in which the machine was suspended so far; 0 where nobody can tell."""
    return clock.suspended() if isinstance(clock, SleepAware) else 0.0


class MachineClock:
    """The machine's own clocks.

    On Linux the monotonic clock, and every timer, stands still in suspend; the boot clock goes on. Ages must not be younger for a
    sleep, so `monotonic` is the boot clock where there is one.
    """

    def monotonic(self) -> float:
        """Seconds on a clock that never steps, and goes on in suspend where the system can tell."""
        return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)

    def suspended(self) -> float:
        """Boot clock less monotonic clock; 0 where there is no boot clock."""
        return 0.0 if _BOOT is None else max(0.0, time.clock_gettime(_BOOT) - time.monotonic())

    def wall(self) -> float:
        """Unix seconds, for labels."""
        return time.time()  # noqa: TID251  the one place that reads it
