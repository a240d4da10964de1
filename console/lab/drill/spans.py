"""The phases of a scenario on our clock."""

from __future__ import annotations

from console.lab.drill.samples import Span
from console.lab.story.format import Scenario
from console.lab.story.timelapse import TimeLapse


def spans(scenario: Scenario, lapse: TimeLapse) -> tuple[Span, ...]:
    """One a phase, in order."""
    return tuple(
        Span(phase.name, *lapse.span(index), scenario.clock(phase.at_s), phase.shows)
        for index, phase in enumerate(scenario.phases)
    )
