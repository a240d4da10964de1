"""Rule `silent`: an attached server whose newest report at the balancer is overdue, or that never reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from console.detect.facts import Facts, Finding, number
from console.detect.latch import Delay, Latches
from console.domain.frame import Column
from console.domain.options import option
from console.domain.states import Priority

RULE = "silent"


@dataclass(frozen=True, slots=True)
class SilentSettings:
    """When the alarm `silent` comes and goes; how old is overdue stands with the estimate."""

    polls: int = option(1, low=1, high=10, sentence="Overdue in so many polls in a row before it is an alarm.")
    clear_after_s: float = option(
        10.0, unit="s", low=0.0, high=3600.0, sentence="Reports must be fresh for so long before it clears."
    )


class SilentRule:
    """High where the balancer still sends it new sessions, else medium."""

    def __init__(self, settings: SilentSettings) -> None:
        self._latches = Latches(Delay(settings.polls, settings.polls, settings.clear_after_s))
        self._found: dict[int, Finding] = {}
        """By slot, as of the newest answer of the balancer: while it is away, nobody knows better."""

    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows while the balancer does not answer."""
        frame, estimate = facts.frame, facts.estimate
        known = ~np.isnan(estimate.report_age) & estimate.told
        on = self._latches.step(facts.elapsed_s, estimate.silent & known, ~estimate.silent, known, facts.anew)
        found: dict[int, Finding] = {}
        for slot in np.flatnonzero(on).tolist():
            if not estimate.told and slot in self._found:
                found[slot] = self._found[slot]
                continue
            routed = float(estimate.routed_10s[slot])
            because = {
                "report_age_s": number(estimate.report_age[slot]),
                "silent_limit_s": number(estimate.silent_limit_s),
                "report_interval_s": number(estimate.interval_s),
                "routed_10s": routed,
                "truth": number(frame[Column.TRUTH][slot]),
                "belief": number(frame[Column.BELIEVED][slot]),
            }
            found[slot] = Finding(RULE, slot, Priority.HIGH if routed > 0 else Priority.MEDIUM, because)
        self._found = found
        return list(found.values())
