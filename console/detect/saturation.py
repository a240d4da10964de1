"""Rule `saturation`: an attached server that is nearly full by its own count. Two levels, each with its own latch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from console.detect.facts import Facts, Finding, number
from console.detect.latch import Delay, Latches
from console.domain.frame import Column
from console.domain.options import option
from console.domain.states import Priority

RULE = "saturation"


@dataclass(frozen=True, slots=True)
class SaturationSettings:
    """Levels as shares of the server's limit."""

    low_set: float = option(0.80, low=0.1, high=1.0, sentence="From this share on it is an alarm of low priority.")
    low_clear: float = option(0.75, low=0.1, high=1.0, sentence="It clears below this share.")
    high_set: float = option(0.95, low=0.1, high=1.0, sentence="From this share on it is an alarm of high priority.")
    high_clear: float = option(0.90, low=0.1, high=1.0, sentence="It falls back to low below this share.")
    polls: int = option(2, low=1, high=10, sentence="In so many polls in a row before it is an alarm.")
    clear_after_s: float = option(
        10.0, unit="s", low=0.0, high=3600.0, sentence="Calm must last so long before it clears."
    )


class SaturationRule:
    """A detached server gets nothing new: its fullness is no alarm."""

    def __init__(self, settings: SaturationSettings) -> None:
        delay = Delay(settings.polls, settings.polls, settings.clear_after_s)
        self._settings = settings
        self._low, self._high = Latches(delay), Latches(delay)

    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows where truth is missing in this Frame."""
        frame, settings = facts.frame, self._settings
        truth, limit = frame[Column.TRUTH], frame[Column.LIMIT]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(limit > 0, truth / limit, np.nan)
            known = ~np.isnan(share) & frame.attached
            low = self._low.step(
                facts.elapsed_s, share >= settings.low_set, share < settings.low_clear, known, facts.anew
            )
            high = self._high.step(
                facts.elapsed_s, share >= settings.high_set, share < settings.high_clear, known, facts.anew
            )
        found: list[Finding] = []
        for slot in np.flatnonzero(low | high):
            because = {
                "truth": number(truth[slot]),
                "limit": number(limit[slot]),
                "share": number(share[slot]),
                "set_share": settings.high_set if high[slot] else settings.low_set,
            }
            found.append(Finding(RULE, int(slot), Priority.HIGH if high[slot] else Priority.LOW, because))
        return found
