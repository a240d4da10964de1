"""Rule `saturation`: an attached server that is nearly full by its own count, or soon will be. Two levels, each with its own latch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat
from console.detect.facts import Facts, Finding, Rule, numbers
from console.detect.latch import ChatterSettings, Delay, Latches, calm_for, polls_in_a_row
from console.detect.robust import Trail, until
from console.domain.frame import Bools, Column, Floats, count, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "saturation"
_TRAIL_S, _COVERING_S, _POINTS = 10.0, 5.0, 11


@dataclass(frozen=True, slots=True)
class SaturationSettings:
    """Levels as shares of the server's limit."""

    low_set: float = option(0.80, low=0.1, high=1.0, sentence="From this share on it is an alarm of low priority.")
    low_clear: float = option(0.75, low=0.1, high=1.0, sentence="It clears below this share.")
    high_set: float = option(0.95, low=0.1, high=1.0, sentence="From this share on it is an alarm of high priority.")
    high_clear: float = option(0.90, low=0.1, high=1.0, sentence="It falls back to low below this share.")
    polls: int = polls_in_a_row(2)
    clear_after_s: float = calm_for()
    eta_set_s: float = option(
        15.0, unit="s", low=1.0, high=600.0, sentence="One that will be full so soon is of high priority as well .."
    )
    eta_clear_s: float = option(120.0, unit="s", low=1.0, high=3600.0, sentence=".. until it is as far off as this.")
    eta_show_s: float = option(60.0, unit="s", low=1.0, high=3600.0, sentence="The time left is told from here on.")
    eta_spread: float = option(
        4.0,
        low=0.0,
        high=20.0,
        sentence="A rise counts only if it exceeds so many times the square root of the sessions 10 s ago.",
    )
    eta_polls: int = option(3, low=1, high=10, sentence="In so many polls in a row before the time left is an alarm.")


class SaturationRule(Rule):
    """A detached server gets nothing new: its fullness is no alarm."""

    name = RULE

    def __init__(self, settings: SaturationSettings, chatter: ChatterSettings | None = None) -> None:
        delay = Delay(settings.polls, settings.polls, settings.clear_after_s, chatter)
        self._settings = settings
        self._low, self._high = Latches(delay), Latches(delay)
        self._soon = Latches(Delay(settings.eta_polls, settings.eta_polls, settings.clear_after_s, chatter))
        super().__init__(self._low, self._high, self._soon)
        self._trail = Trail(_TRAIL_S, _POINTS)
        self._taken_s = -np.inf
        """When it went on from an earlier run, whose trail it does not have."""

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        super().take(kept, seat)
        self._taken_s = seat.mono_s

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows where truth is missing in this Frame."""
        frame, settings = facts.frame, self._settings
        truth, limit = frame[Column.TRUTH], frame[Column.LIMIT]
        self._trail.push(frame.mono_s, truth, facts.broken)
        share = np.where(limit > 0, truth / limit, np.nan)
        known = facts.attached & ~np.isnan(share)
        self.cannot_tell(("connections", "max_connections"), facts.attached, known)
        full = share >= settings.low_set
        if not count(full & known) and all(latches.idle for latches in self.latches):
            for latches in self.latches:
                latches.rest(facts.elapsed_s, len(share), facts.anew)
            return []
        low = self._low.step(facts.elapsed_s, full, share < settings.low_clear, known, facts.anew)
        high = self._high.step(
            facts.elapsed_s, share >= settings.high_set, share < settings.high_clear, known, facts.anew
        )
        eta = self._eta(truth, limit, known & full)
        short = frame.mono_s - self._taken_s < _COVERING_S  # too short to tell a rise is no calm
        far = (np.isnan(eta) & (not short)) | (eta > settings.eta_clear_s)
        soon = self._soon.step(facts.elapsed_s, eta <= settings.eta_set_s, far, known, facts.anew)
        urgent = high | soon
        slots = slots_of(low | urgent)
        if not slots.size:
            return []
        told = numbers(
            slots,
            truth=truth,
            limit=limit,
            share=share,
            set_share=np.where(high, settings.high_set, settings.low_set),
            eta_s=np.where(eta <= settings.eta_show_s, eta, np.nan),
        )
        return [
            Finding(RULE, slot, Priority.HIGH if urgent[slot] else Priority.LOW, because)
            for slot, because in zip(slots.tolist(), told, strict=True)
        ]

    def _eta(self, truth: Floats, limit: Floats, near: Bools) -> Floats:
        """Seconds until full, of those that are near it and rise by more than chance; NaN for all others."""
        eta = np.full(len(truth), np.nan)
        slots = slots_of(near)
        if slots.size:
            before = self._trail.oldest(slots)
            rises = truth[slots] - before > self._settings.eta_spread * np.sqrt(np.maximum(before, 1.0))
            slots = slots[rises]
            eta[slots] = until(limit[slots], truth[slots], self._trail.slope(slots, _COVERING_S))
        return eta
