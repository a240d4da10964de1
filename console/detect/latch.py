"""Set and clear levels with delays, for all slots at once: the one place where an alarm is kept from fluttering."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.detect.carried import Plain, Seat, items, seconds
from console.domain.frame import Bools, Floats, count, slots_of
from console.domain.options import option

_ONE: Final = np.uint32(1)


@dataclass(frozen=True, slots=True)
class ChatterSettings:
    """An alarm that comes and goes too often is made to take longer to clear, and is listed."""

    cycles: int = option(3, low=1, high=10, sentence="An alarm that was raised more often than this ..")
    within_s: float = option(60.0, unit="s", low=1.0, high=3600.0, sentence=".. within this time is chattering.")
    off_s: float = option(
        60.0, unit="s", low=0.0, high=3600.0, sentence="Calm must then last so long before it clears .."
    )
    forget_s: float = option(600.0, unit="s", low=1.0, high=86400.0, sentence=".. until it was not raised for so long.")


class Delay(Struct, frozen=True):
    """On after `need` of the newest `of` samples (of <= 32), off after `off_s` seconds of calm without a break."""

    need: int = 1
    of: int = 1
    off_s: float = 10.0
    chatter: ChatterSettings | None = None
    """None: no guard."""


def polls_in_a_row(default: int) -> Any:
    """The setting `polls` of a rule that waits for so many without a break."""
    return option(default, low=1, high=10, sentence="In so many polls in a row before it is an alarm.")


def polls_of(default: int) -> Any:
    """The setting `polls` of a rule that waits for so many of `of_polls`."""
    return option(default, low=1, high=10, sentence="In so many polls ..")


def of_polls(default: int) -> Any:
    """The setting `of_polls`: what a latch remembers."""
    return option(default, low=1, high=30, sentence=".. of so many before it is an alarm.")


def calm_for(default: float = 10.0) -> Any:
    """The setting `clear_after_s`."""
    return option(default, unit="s", low=0.0, high=3600.0, sentence="Calm must last so long before it clears.")


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
    def idle(self) -> bool:
        """Nobody is on, or counts towards it: only what is wanted now matters."""
        return not self._busy

    def rest(self, elapsed_s: float, capacity: int, anew: Bools | None = None) -> Bools:
        """A step of idle latches in which nobody is wanted."""
        self._grow(capacity)
        if self._guard is not None:
            self._guard.pass_time(elapsed_s, capacity, anew)
        return self.on

    @property
    def quiet(self) -> bool:
        """Nobody came and went too often lately."""
        return self._guard is None or not self._guard.any_chatters

    @property
    def chattering(self) -> Bools:
        """Those that came and went too often lately."""
        return np.zeros(len(self.on), dtype=np.bool_) if self._guard is None else self._guard.chattering

    def step(self, elapsed_s: float, wanted: Bools, calm: Bools, known: Bools, anew: Bools | None = None) -> Bools:
        """Takes one sample per slot, `elapsed_s` after the one before, and returns who is on.

        `wanted`: beyond the set level; `calm`: below the clear level. Between the two a latch stays as it is.
        `anew`: these forget all that was before this sample.
        """
        self.rest(elapsed_s, len(wanted), anew)
        if not self._busy and not count(wanted & known):
            return self.on
        on = self.on
        if anew is not None and count(anew):
            on = on & ~anew
            self._bits[anew] = 0
            self._calm_s[anew] = 0.0
            self._was_calm = self._was_calm & ~anew
        delay = self._delay
        mask = np.uint32((1 << delay.of) - 1)
        self._bits = np.where(known, ((self._bits << _ONE) | wanted) & mask, self._bits)
        rising = known & ~on & (np.bitwise_count(self._bits) >= delay.need)
        off_s = delay.off_s if self._guard is None else self._guard.off_s(delay.off_s, rising)
        calm = calm & ~wanted & known
        if count(on):
            held = on & (calm | ~known)
            self._calm_s = np.where(held, self._calm_s + (calm & self._was_calm) * elapsed_s, 0.0)
            falling = on & calm & (self._calm_s >= off_s - 1e-9)
            self._bits[falling] = 0
            self.on = (on | rising) & ~falling
        else:
            self._calm_s[:] = 0.0
            self.on = rising
        self._was_calm = calm
        self._busy = bool(count(self.on) or np.count_nonzero(self._bits))
        return self.on

    def keep(self, seat: Seat) -> dict[str, Plain]:
        """By name, those who are not at rest: on, the newest samples, seconds of calm, what the guard knows."""
        guard, kept = self._guard, dict[int, Plain]()
        lively = self.on | (self._bits != 0)
        if guard is not None:
            lively = lively | guard.remembers
        for slot in slots_of(lively).tolist():
            past = [] if guard is None else guard.keep(slot)
            kept[slot] = [bool(self.on[slot]), int(self._bits[slot]), round(float(self._calm_s[slot]), 3), past]
        return seat.named(kept)

    def take(self, kept: Plain, seat: Seat) -> None:
        """Goes on from what was kept, but for who is not at rest here. The first calm sample proves no time before it."""
        self._grow(len(seat.rows))
        for slot, (on, bits, calm_s, past) in seat.seated(kept):
            if self.on[slot] or self._bits[slot]:
                continue
            self.on[slot], self._bits[slot] = bool(on), int(bits) & ((1 << self._delay.of) - 1)
            self._calm_s[slot] = seconds(calm_s) if on else 0.0
            self._busy = self._busy or bool(self.on[slot] or self._bits[slot])
            if self._guard is not None:
                self._guard.take(slot, past, len(seat.rows))

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
        self.any_chatters = False
        """Whether `chattering` has any."""

    def pass_time(self, elapsed_s: float, capacity: int, anew: Bools | None) -> None:
        """Once per step, before anything rises."""
        self._now_s += elapsed_s
        if capacity > len(self.chattering):
            more = capacity - len(self.chattering)
            self._raised_s = np.concatenate([self._raised_s, np.full((len(self._raised_s), more), -np.inf)], axis=1)
            self.chattering = np.concatenate([self.chattering, np.zeros(more, dtype=np.bool_)])
        if self._any:
            if anew is not None:
                self._raised_s[:, anew] = -np.inf
            self.chattering = self.chattering & (self._now_s - self._raised_s[-1] < self._settings.forget_s)
            self._any = bool(count(self._raised_s[-1] > self._now_s - self._settings.forget_s))
            self.any_chatters = bool(count(self.chattering))

    @property
    def remembers(self) -> Bools:
        """Those that were raised lately, or chatter."""
        return self.chattering | (self._raised_s[-1] > self._now_s - self._settings.forget_s)

    def keep(self, slot: int) -> list[Plain]:
        """Whether it chatters, and how long ago it was raised, oldest first."""
        return [bool(self.chattering[slot]), _ago(self._raised_s[:, slot].tolist(), self._now_s)]

    def take(self, slot: int, kept: Plain, capacity: int) -> None:
        """Goes on from there."""
        chatters, ago = items(kept)
        self.pass_time(0.0, capacity, None)
        times = _since(ago, self._now_s)[-len(self._raised_s) :]
        self._raised_s[len(self._raised_s) - len(times) :, slot] = times
        self.chattering[slot] = bool(chatters)
        self._any = self._any or bool(times)
        self.any_chatters = self.any_chatters or bool(chatters)

    def off_s(self, usual_s: float, rising: Bools) -> float | Floats:
        """Takes who rises now, and returns the calm that each needs."""
        if count(rising):
            self._any = True
            self._raised_s[:, rising] = np.roll(self._raised_s[:, rising], -1, axis=0)
            self._raised_s[-1, rising] = self._now_s
            often = self._raised_s[0] >= self._now_s - self._settings.within_s
            self.chattering = self.chattering | (rising & often)
            self.any_chatters = bool(count(self.chattering))
        return np.where(self.chattering, max(usual_s, self._settings.off_s), usual_s) if self._any else usual_s


class Latch:
    """The same for one thing: the fleet, a pool, an error text. In plain numbers, as arrays of one are slow."""

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self.on = False
        """As of the newest sample."""
        self.chattering = False
        """It came and went too often lately."""
        self._bits = 0
        self._calm_s = 0.0
        self._was_calm = False
        self._now_s = 0.0
        cycles = 0 if delay.chatter is None else delay.chatter.cycles
        self._raised_s: deque[float] = deque([-math.inf] * (cycles + 1), maxlen=cycles + 1)

    @property
    def idle(self) -> bool:
        """It is off, and does not count towards on."""
        return not (self.on or self._bits)

    def keep(self) -> Plain:
        """As one of `Latches`; None: at rest, and not raised lately."""
        ago = _ago(self._raised_s, self._now_s)
        if self.idle and not ago:
            return None
        return [self.on, self._bits, round(self._calm_s, 3), [self.chattering, ago]]

    def take(self, kept: Plain) -> None:
        """Goes on from what was kept, unless it is not at rest here."""
        if kept is None or not self.idle:
            return
        on, bits, calm_s, (chatters, ago) = items(kept)
        self.on, self._bits = bool(on), int(bits) & ((1 << self._delay.of) - 1)
        self._calm_s = seconds(calm_s) if on else 0.0
        self._raised_s.extend(_since(ago, self._now_s))
        self.chattering = bool(chatters)

    def step(self, elapsed_s: float, wanted: bool, calm: bool, known: bool = True) -> bool:
        """Takes one sample and returns whether it is on."""
        delay, guard = self._delay, self._delay.chatter
        self._now_s += elapsed_s
        if self.chattering and guard is not None and self._now_s - self._raised_s[-1] >= guard.forget_s:
            self.chattering = False
        if not (self.on or self._bits or (wanted and known)):
            return False
        if known:
            self._bits = ((self._bits << 1) | bool(wanted)) & ((1 << delay.of) - 1)
        rising = bool(not self.on and known and self._bits.bit_count() >= delay.need)
        calm = bool(calm and not wanted and known)
        if known and not calm:
            self._calm_s = 0.0
        elif calm and self._was_calm:
            self._calm_s += elapsed_s
        if rising or not self.on:
            self._calm_s = 0.0
        self._was_calm = calm
        if rising and guard is not None:
            self._raised_s.append(self._now_s)
            self.chattering = self.chattering or self._raised_s[0] >= self._now_s - guard.within_s
        off_s = max(delay.off_s, guard.off_s) if self.chattering and guard is not None else delay.off_s
        falling = self.on and calm and self._calm_s >= off_s - 1e-9
        if falling:
            self._bits = 0
        self.on = (self.on or rising) and not falling
        return self.on


def keep_pools(latches: Mapping[str | None, Latch]) -> list[Plain]:
    """By pool, those not at rest."""
    return [[pool, kept] for pool, latch in latches.items() if (kept := latch.keep()) is not None]


def take_pools(latches: dict[str | None, Latch], kept: Plain, delay: Delay) -> None:
    """Goes on from there."""
    for one in items(kept):
        pool, state = items(one)
        latches.setdefault(None if pool is None else str(pool), Latch(delay)).take(state)


def _ago(times_s: Iterable[float], now_s: float) -> list[float]:
    """Seconds ago of what ever was."""
    return [round(now_s - at, 3) for at in times_s if math.isfinite(at)]


def _since(ago: Plain, now_s: float) -> list[float]:
    return [now_s - seconds(one) for one in items(ago)]


def polls_for(seconds: float, interval_s: float) -> int:
    """An on-delay in seconds as a number of polls; at least one, at most what a latch remembers."""
    return min(max(1, round(seconds / interval_s)), 30)
