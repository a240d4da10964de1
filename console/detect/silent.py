"""Rule `silent`: an attached server whose newest report at the balancer is overdue, or that never reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.facts import Facts, Finding, Rule, numbers
from console.detect.latch import ChatterSettings, Delay, Latches
from console.domain.frame import Column, slots_of
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


class SilentRule(Rule):
    """High where the balancer still sends it new sessions, else medium."""

    name = RULE

    def __init__(self, settings: SilentSettings, chatter: ChatterSettings | None = None) -> None:
        self._latches = Latches(Delay(settings.polls, settings.polls, settings.clear_after_s, chatter))
        super().__init__(self._latches)
        self._found: dict[int, Finding] = {}
        """By slot, as of the newest answer of the balancer: while it is away, nobody knows better."""

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows while the balancer does not answer."""
        frame, estimate = facts.frame, facts.estimate
        known = ~np.isnan(estimate.report_age) & estimate.told
        # Who never reported is overdue by when we first saw it, and is not calm before that.
        calm = ~estimate.silent & ~np.isnan(frame[Column.REPORT_AGE])
        on = self._latches.step(facts.elapsed_s, estimate.silent & known, calm, known, facts.anew)
        self.cannot_tell(("report_age_s",), facts.attached, known)
        slots = slots_of(on)
        if not slots.size:
            self._found = {}
            return []
        told = numbers(
            slots,
            report_age_s=estimate.report_age,
            silent_limit_s=round(estimate.silent_limit_s, 4),
            report_interval_s=round(estimate.interval_s, 4),
            routed_10s=estimate.routed_10s,
            truth=frame[Column.TRUTH],
            belief=frame[Column.BELIEVED],
        )
        found: dict[int, Finding] = {}
        for slot, because in zip(slots.tolist(), told, strict=True):
            if not estimate.told and slot in self._found:
                found[slot] = self._found[slot]
                continue
            priority = Priority.HIGH if estimate.routed_10s[slot] > 0 else Priority.MEDIUM
            found[slot] = Finding(RULE, slot, priority, because)
        self._found = found
        return list(found.values())
