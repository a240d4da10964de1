"""Set and clear levels with delays, for all slots at once: the one place where an alarm is kept from fluttering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Bools, Floats


@dataclass(frozen=True, slots=True)
class Delay:
    """On after `need` of the newest `of` samples (of <= 32), off after `off_s` seconds of calm without a break."""

    need: int = 1
    of: int = 1
    off_s: float = 10.0


class Latches:
    """One latch a slot. A sample that is not known changes nothing: neither the count towards on nor the calm towards off."""

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self.on: Bools = np.zeros(0, dtype=np.bool_)
        self._bits: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._calm_s: Floats = np.zeros(0)
        self._was_calm: Bools = np.zeros(0, dtype=np.bool_)

    def step(self, elapsed_s: float, wanted: Bools, calm: Bools, known: Bools, anew: Bools | None = None) -> Bools:
        """Takes one sample per slot, `elapsed_s` after the one before, and returns who is on.

        `wanted`: beyond the set level; `calm`: below the clear level. Between the two a latch stays as it is.
        `anew`: these forget all that was before this sample.
        """
        self._grow(len(wanted))
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
        falling = self.on & calm & (self._calm_s >= delay.off_s - 1e-9)
        self._bits = np.where(falling, np.uint32(0), self._bits)
        self.on = (self.on | rising) & ~falling
        return self.on

    def _grow(self, capacity: int) -> None:
        more = capacity - len(self.on)
        if more > 0:
            self.on = np.concatenate([self.on, np.zeros(more, dtype=np.bool_)])
            self._bits = np.concatenate([self._bits, np.zeros(more, dtype=np.uint32)])
            self._calm_s = np.concatenate([self._calm_s, np.zeros(more)])
            self._was_calm = np.concatenate([self._was_calm, np.zeros(more, dtype=np.bool_)])


class Latch:
    """The same for one thing: the fleet."""

    def __init__(self, delay: Delay) -> None:
        self._latches = Latches(delay)

    def step(self, elapsed_s: float, wanted: bool, calm: bool, known: bool = True) -> bool:
        """Takes one sample and returns whether it is on."""
        return bool(self._latches.step(elapsed_s, np.array([wanted]), np.array([calm]), np.array([known]))[0])


def _ones(bits: NDArray[np.uint32], width: int) -> NDArray[np.int64]:
    count = np.zeros(len(bits), dtype=np.int64)
    for shift in range(width):
        count += (bits >> np.uint32(shift)) & np.uint32(1)
    return count
