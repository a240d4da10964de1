"""Scenario time to our time and back: quiet parts fly by, what must show lasts at least 20 s. Pure."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from msgspec import Struct

from console.lab.story.format import SHOWN_S, Scenario


class TimeLapse(Struct, frozen=True):
    """A piecewise straight, strictly growing mapping; one piece a phase. Beyond both ends a second is a second."""

    begins_s: tuple[float, ...]
    """Scenario time of the begin of each phase, and of the end of the last."""
    ours_s: tuple[float, ...]
    """Our time of the same moments; the first is 0."""
    speed: float

    @classmethod
    def of(cls, scenario: Scenario, speed: float | None = None) -> TimeLapse:
        """The mapping of a scenario. Never slower than the scenario's own clock. Raises ValueError below a speed of 1."""
        speed = scenario.speed if speed is None else speed
        if not speed >= 1:
            raise ValueError(f"a time-lapse has a speed of 1 or more, not {speed:g}")
        begins = (*(phase.at_s for phase in scenario.phases), scenario.end_s)
        lasting = [
            max((end - begin) / speed, min(SHOWN_S, end - begin) if phase.shows else 0.0)
            for phase, begin, end in zip(scenario.phases, begins, begins[1:], strict=False)
        ]
        return cls(begins, tuple(accumulate(lasting, initial=0.0)), speed)

    @property
    def total_s(self) -> float:
        """Our seconds of the whole scenario."""
        return self.ours_s[-1]

    def ours(self, scenario_s: float) -> float:
        """Our time of a scenario time."""
        return _between(scenario_s, self.begins_s, self.ours_s)

    def scenario(self, ours_s: float) -> float:
        """The scenario time of our time."""
        return _between(ours_s, self.ours_s, self.begins_s)

    def span(self, index: int) -> tuple[float, float]:
        """Our time of the begin and the end of a phase."""
        return self.ours_s[index], self.ours_s[index + 1]

    def phase(self, ours_s: float) -> int:
        """Index of the phase at our time; before the start the first, after the end the last."""
        return min(max(bisect_right(self.ours_s, ours_s) - 1, 0), len(self.ours_s) - 2)


def _between(at: float, known: tuple[float, ...], wanted: tuple[float, ...]) -> float:
    if at <= known[0]:
        return wanted[0] + (at - known[0])
    if at >= known[-1]:
        return wanted[-1] + (at - known[-1])
    piece = bisect_right(known, at) - 1
    share = (at - known[piece]) / (known[piece + 1] - known[piece])
    return wanted[piece] + share * (wanted[piece + 1] - wanted[piece])
