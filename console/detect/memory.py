"""Rule `memory`: a server that nearly uses its memory up, soon will, or stalls for lack of it. A killed server takes its sessions along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat, items
from console.detect.facts import Facts, Finding, Rule, numbers
from console.detect.latch import ChatterSettings, Delay, Latches, calm_for, of_polls, polls_of
from console.detect.robust import Trail, until
from console.domain.frame import Bools, Column, Floats, count, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "memory"
_TRAIL_S, _COVERING_S, _POINTS = 60.0, 30.0, 13


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """Levels as shares of the memory limit, and the time left."""

    medium_set: float = option(0.85, low=0.1, high=1.0, sentence="From this share on it is an alarm.")
    medium_clear: float = option(0.80, low=0.1, high=1.0, sentence="It clears below this share.")
    high_set: float = option(0.92, low=0.1, high=1.0, sentence="From this share on it is of high priority.")
    high_clear: float = option(0.87, low=0.1, high=1.0, sentence="It falls back below this share.")
    eta_medium_s: float = option(
        120.0, unit="s", low=1.0, high=3600.0, sentence="So is memory that will be used up within this time .."
    )
    eta_high_s: float = option(
        45.0, unit="s", low=1.0, high=3600.0, sentence=".. and within this time, of high priority."
    )
    eta_clear_s: float = option(
        300.0, unit="s", low=1.0, high=86400.0, sentence="The time left must be longer than this."
    )
    eta_from: float = option(0.75, low=0.0, high=1.0, sentence="The time left is worked out only from this share on ..")
    eta_rise: float = option(
        0.05, low=0.0, high=1.0, sentence=".. and for a rise by at least this share within a minute."
    )
    pressure: float = option(
        0.4, low=0.01, high=1.0, sentence="A server that stalls for memory for this share of 10 s is of high priority."
    )
    polls: int = polls_of(3)
    of_polls: int = of_polls(5)
    clear_after_s: float = calm_for()


class MemoryRule(Rule):
    """Medium and high. Detached servers as well: their sessions go on, and a kill would cut them."""

    name = RULE

    def __init__(self, settings: MemorySettings, chatter: ChatterSettings | None = None) -> None:
        self._settings = settings
        delay = Delay(settings.polls, max(settings.polls, settings.of_polls), settings.clear_after_s, chatter)
        self._medium, self._high = Latches(delay), Latches(delay)
        super().__init__(self._medium, self._high)
        self._trail = Trail(_TRAIL_S, _POINTS)
        self._told: Bools = np.zeros((2, 0), dtype=np.bool_)
        """Who ever told its memory, its pressure."""
        self._taken_s = -np.inf
        """When it went on from an earlier run, whose trail it does not have."""

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        told = {slot: self._told[:, slot].tolist() for slot in slots_of(self._medium.on | self._high.on).tolist()}
        return {**super().keep(seat), "told": seat.named(told)}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        super().take(kept, seat)
        self._taken_s = seat.mono_s
        self._fit(len(seat.rows))
        for slot, told in seat.seated(kept["told"]):
            has, presses = items(told)
            self._told[:, slot] |= np.array([bool(has), bool(presses)])

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows where memory is missing in this Frame."""
        frame, settings = facts.frame, self._settings
        used, limit = frame[Column.MEMORY_USED], frame[Column.MEMORY_LIMIT]
        pressure = frame[Column.MEMORY_PRESSURE]
        anew = facts.unlisted
        self._trail.push(frame.mono_s, used, facts.broken)
        share = np.where(limit > 0, used / limit, np.nan)
        has = frame.listed & ~np.isnan(share)
        presses = frame.listed & ~np.isnan(pressure)
        known = self._complete(has, presses, anew)
        self.cannot_tell(("memory.used_bytes", "memory.limit_bytes"), frame.listed, has)
        if self._medium.idle and self._high.idle and not count(has | presses):
            for latches in self.latches:
                latches.rest(facts.elapsed_s, len(has), anew)
            return []
        eta = self._eta(used, limit, has & (share >= settings.eta_from))
        stalls = pressure >= settings.pressure
        short = frame.mono_s - self._taken_s < _COVERING_S  # too short to tell a rise is no calm
        far = (np.isnan(eta) & (not short)) | (eta > settings.eta_clear_s)
        medium = self._medium.step(
            facts.elapsed_s,
            (share >= settings.medium_set) | (eta <= settings.eta_medium_s),
            ~(share >= settings.medium_clear) & far,
            has,
            anew,
        )
        high = self._high.step(
            facts.elapsed_s,
            (share >= settings.high_set) | (eta <= settings.eta_high_s) | stalls,
            ~(share >= settings.high_clear) & far & ~stalls,
            known | (share >= settings.high_set) | stalls,
            anew,
        )
        slots = slots_of(medium | high)
        if not slots.size:
            return []
        told = numbers(
            slots,
            used_bytes=used,
            limit_bytes=limit,
            share=share,
            set_share=np.where(high, settings.high_set, settings.medium_set),
            eta_s=np.where(eta <= settings.eta_clear_s, eta, np.nan),
            pressure=pressure,
        )
        return [
            Finding(RULE, slot, Priority.HIGH if high[slot] else Priority.MEDIUM, because)
            for slot, because in zip(slots.tolist(), told, strict=True)
        ]

    def _complete(self, has: Bools, presses: Bools, anew: Bools) -> Bools:
        """Who tells all that it told before: half of it proves no calm."""
        self._fit(len(has))
        self._told = (self._told & ~anew) | np.array([has, presses])
        return (has | presses) & (has | ~self._told[0]) & (presses | ~self._told[1])

    def _fit(self, capacity: int) -> None:
        more = capacity - self._told.shape[1]
        if more > 0:
            self._told = np.concatenate([self._told, np.zeros((2, more), dtype=np.bool_)], axis=1)

    def _eta(self, used: Floats, limit: Floats, near: Bools) -> Floats:
        """Seconds until it is used up, of those that are near it and rise for good; NaN for all others."""
        eta = np.full(len(used), np.nan)
        slots = slots_of(near)
        if slots.size:
            slots = slots[used[slots] - self._trail.oldest(slots) >= self._settings.eta_rise * limit[slots]]
            eta[slots] = until(limit[slots], used[slots], self._trail.slope(slots, _COVERING_S))
        return eta
