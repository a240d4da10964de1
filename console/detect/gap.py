"""Rule `gap`: the balancer believes in fewer sessions than there are, by more than chance and the age of the report explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.facts import Facts, Finding, Rule, numbers
from console.detect.latch import ChatterSettings, Delay, Latches, calm_for, of_polls, polls_of
from console.domain.frame import Column, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "gap"


@dataclass(frozen=True, slots=True)
class GapRuleSettings:
    """When the alarm `gap` comes and goes; the allowed gap itself stands with the estimate."""

    least_share: float = option(0.1, low=0.0, high=1.0, sentence="The gap must also exceed this share of the limit.")
    high_share: float = option(
        0.2, low=0.0, high=1.0, sentence="Above this share of the limit the alarm is of high priority."
    )
    high_of_truth: float = option(
        0.5, low=0.0, high=1.0, sentence="So it is above this share of the server's own count."
    )
    polls: int = polls_of(2)
    of_polls: int = of_polls(3)
    clear_share: float = option(0.5, low=0.1, high=1.0, sentence="It clears below this share of the level that set it.")
    clear_after_s: float = calm_for()


class GapRule(Rule):
    """Medium, or high where the gap is a large part of the limit or of the truth. Attached servers only."""

    name = RULE

    def __init__(self, settings: GapRuleSettings, chatter: ChatterSettings | None = None) -> None:
        self._settings = settings
        of = max(settings.polls, settings.of_polls)
        self._latches = Latches(Delay(settings.polls, of, settings.clear_after_s, chatter))
        super().__init__(self._latches)

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows where truth or belief is missing in this Frame."""
        frame, estimate, settings = facts.frame, facts.estimate, self._settings
        gap, limit, truth = estimate.gap, frame[Column.LIMIT], frame[Column.TRUTH]
        level = np.fmax(estimate.margin, limit * settings.least_share)
        known = ~(np.isnan(gap) | np.isnan(level))
        self.cannot_tell(
            ("connections", "sessions_total.started", "believed_connections", "report_age_s"), facts.attached, known
        )
        wanted, calm = gap > level, gap < level * settings.clear_share
        slots = slots_of(self._latches.step(facts.elapsed_s, wanted, calm, known, facts.anew))
        if not slots.size:
            return []
        high = (gap > limit * settings.high_share) | (gap > truth * settings.high_of_truth)
        told = numbers(
            slots,
            gap=gap,
            margin=level,
            truth=truth,
            belief=frame[Column.BELIEVED],
            limit=limit,
            compensation=estimate.compensation,
            report_age_s=estimate.report_age,
        )
        return [
            Finding(RULE, slot, Priority.HIGH if high[slot] else Priority.MEDIUM, because)
            for slot, because in zip(slots.tolist(), told, strict=True)
        ]
