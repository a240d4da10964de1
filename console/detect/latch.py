"""Set and clear levels with delays, for all slots at once: the one place where an alarm is kept from fluttering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Bools, Floats
from console.domain.options import option


@dataclass(frozen=True, slots=True)
class ChatterSettings:
    """An alarm that comes and goes too often is made to take longer to clear, and is listed."""

    cycles: int = option(3, low=1, high=10, sentence="An alarm that was raised more often than this ..")
    within_s: float = option(60.0, unit="s", low=1.0, high=3600.0, sentence=".. within this time is chattering.")
    off_s: float = option(
        60.0, unit="s", low=0.0, high=3600.0, sentence="Calm must then last so long before it clears .."
    )
    forget_s: float = option(600.0, unit="s", low=1.0, high=86400.0, sentence=".. until it was not raised for so long.")


@dataclass(frozen=True, slots=True)
class Delay:
    """On after `need` of the newest `of` samples (of <= 32), off after `off_s` seconds of calm without a break."""

    need: int = 1
    of: int = 1
    off_s: float = 10.0
    chatter: ChatterSettings | None = None
    """None: no guard."""


class Latches:
    """One latch a slot. A sample that is not known changes nothing: neither the count towards on nor the calm towards off."""

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self.on: Bools = np.zeros(0, dtype=np.bool_)
        self._bits: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._calm_s: Floats = np.zeros(0)
        self._was_calm: Bools = np.zeros(0, dtype=np.bool_)
        self._busy = False
        """Some slot is on, or counts towards it."""
        self._guard = None if delay.chatter is None else _Guard(delay.chatter)

    @property
    def chattering(self) -> Bools:
        """Those that came and went too often lately."""
        return np.zeros(len(self.on), dtype=np.bool_) if self._guard is None else self._guard.chattering

    def step(self, elapsed_s: float, wanted: Bools, calm: Bools, known: Bools, anew: Bools | None = None) -> Bools:
        """Takes one sample per slot, `elapsed_s` after the one before, and returns who is on.

        `wanted`: beyond the set level; `calm`: below the clear level. Between the two a latch stays as it is.
        `anew`: these forget all that was before this sample.
        """
        self._grow(len(wanted))
        if self._guard is not None:
            self._guard.pass_time(elapsed_s, len(wanted), anew)
        if not self._busy and not (wanted & known).any():
            return self.on
        if anew is not None:
            self.on = self.on & ~anew
            self._bits[anew] = 0
            self._calm_s[anew] = 0.0
            self._was_calm = self._was_calm & ~anew
        delay = self._delay
        mask = np.uint32((1 << delay.of) - 1)
        self._bits = np.where(known, ((self._bits << np.uint32(1)) | wanted.astype(np.uint32)) & mask, self._bits)
        rising = ~self.on & known & (_ones(self._bits, delay.of) >= delay.need)
        calm = calm & ~wanted & known
        self._calm_s = np.where(known & ~calm, 0.0, self._calm_s + np.where(calm & self._was_calm, elapsed_s, 0.0))
        self._calm_s[rising | ~self.on] = 0.0
        self._was_calm = calm
        off_s = delay.off_s if self._guard is None else self._guard.off_s(delay.off_s, rising)
        falling = self.on & calm & (self._calm_s >= off_s - 1e-9)
        self._bits = np.where(falling, np.uint32(0), self._bits)
        self.on = (self.on | rising) & ~falling
        self._busy = bool(self.on.any() or self._bits.any())
        return self.on

    def _grow(self, capacity: int) -> None:
        more = capacity - len(self.on)
        if more > 0:
            self.on = np.concatenate([self.on, np.zeros(more, dtype=np.bool_)])
            self._bits = np.concatenate([self._bits, np.zeros(more, dtype=np.uint32)])
            self._calm_s = np.concatenate([self._calm_s, np.zeros(more)])
            self._was_calm = np.concatenate([self._was_calm, np.zeros(more, dtype=np.bool_)])


class _Guard:
    """Counts how often each slot was raised lately; time is what the latches were told of."""

    def __init__(self, settings: ChatterSettings) -> None:
        self._settings = settings
        self._now_s = 0.0
        self._raised_s: Floats = np.full((settings.cycles + 1, 0), -np.inf)
        """Times of the newest risings per slot, oldest first."""
        self.chattering: Bools = np.zeros(0, dtype=np.bool_)
        self._any = False

    def pass_time(self, elapsed_s: float, capacity: int, anew: Bools | None) -> None:
        """Once per step, before anything rises."""
        self._now_s += elapsed_s
        more = capacity - self._raised_s.shape[1]
        if more > 0:
            self._raised_s = np.concatenate([self._raised_s, np.full((len(self._raised_s), more), -np.inf)], axis=1)
            self.chattering = np.concatenate([self.chattering, np.zeros(more, dtype=np.bool_)])
        if self._any:
            if anew is not None:
                self._raised_s[:, anew] = -np.inf
            self.chattering = self.chattering & (self._now_s - self._raised_s[-1] < self._settings.forget_s)
            self._any = bool((self._raised_s[-1] > self._now_s - self._settings.forget_s).any())

    def off_s(self, usual_s: float, rising: Bools) -> float | Floats:
        """Takes who rises now, and returns the calm that each needs."""
        if rising.any():
            self._any = True
            self._raised_s[:, rising] = np.roll(self._raised_s[:, rising], -1, axis=0)
            self._raised_s[-1, rising] = self._now_s
            often = self._raised_s[0] >= self._now_s - self._settings.within_s
            self.chattering = self.chattering | (rising & often)
        return np.where(self.chattering, max(usual_s, self._settings.off_s), usual_s) if self._any else usual_s


class Latch:
    """The same for one thing: the fleet, a pool, an error text."""

    def __init__(self, delay: Delay) -> None:
        self._latches = Latches(delay)

    @property
    def on(self) -> bool:
        """As of the newest sample."""
        return bool(self._latches.on.any())

    @property
    def chattering(self) -> bool:
        """It came and went too often lately."""
        return bool(self._latches.chattering.any())

    def step(self, elapsed_s: float, wanted: bool, calm: bool, known: bool = True) -> bool:
        """Takes one sample and returns whether it is on."""
        return bool(self._latches.step(elapsed_s, np.array([wanted]), np.array([calm]), np.array([known]))[0])


def _ones(bits: NDArray[np.uint32], width: int) -> NDArray[np.int64]:
    count = np.zeros(len(bits), dtype=np.int64)
    for shift in range(width):
        count += (bits >> np.uint32(shift)) & np.uint32(1)
    return count


def polls_for(seconds: float, interval_s: float) -> int:
    """An on-delay in seconds as a number of polls; at least one, at most what a latch remembers."""
    return min(max(1, round(seconds / interval_s)), 30)
