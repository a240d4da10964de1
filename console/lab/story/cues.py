"""A scenario as a list of what is to be done when, on our clock: the live lab and the simulation play the same list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from console.lab.story.format import Scenario, Strike
from console.lab.story.timelapse import TimeLapse

_LAST_S: Final = 0.5
"""What repeats in a phase ends so long before it: the next phase begins with mended servers."""
_MARKS: Final = (6 / 32, 22 / 32, 30 / 32)
"""Where in its pool the first three stand: of 32 they are the 7th, the 23rd and the 31st, far apart on the screen."""
_STRIDE: Final = 5
"""Another seed moves them on by so many places."""


class Begin(Struct, frozen=True):
    """A phase begins: its load, and how long it takes to get there."""

    phase: int
    load: Mapping[str, float]
    over_s: float


class Cue(Struct, frozen=True):
    """Something to do, `at_s` seconds of our clock after the start."""

    at_s: float
    what: Begin | Strike


def cues(scenario: Scenario, lapse: TimeLapse) -> list[Cue]:
    """All of them, in order; of one moment, the begin of a phase first."""
    found: list[Cue] = []
    for index, phase in enumerate(scenario.phases):
        begin_s, end_s = lapse.span(index)
        found.append(Cue(begin_s, Begin(index, phase.load, phase.over_s)))
        for strike in phase.strikes:
            found += _strikes(strike, begin_s, end_s)
    return sorted(found, key=lambda cue: cue.at_s)  # stable: what stands first in the file comes first


def _strikes(strike: Strike, begin_s: float, end_s: float) -> list[Cue]:
    """One, or on and off again and again until the phase ends."""
    at_s = begin_s + strike.after_s
    if strike.every_s is None:
        mended = [] if strike.for_s is None else [Cue(at_s + strike.for_s, replace(strike, on=False))]
        return [Cue(at_s, strike), *mended]
    found: list[Cue] = []
    lasting_s = strike.for_s if strike.for_s is not None else strike.every_s / 2
    while at_s + lasting_s <= end_s - _LAST_S:
        found += (Cue(at_s, strike), Cue(at_s + lasting_s, replace(strike, on=False)))
        at_s += strike.every_s
    return found


def places(size: int, count: int | None, seed: int) -> list[int]:
    """Which of a pool's `size` servers a group of `count` is made of: far apart, another seed others. None: all of them."""
    if count is None or count >= size:
        return list(range(size))
    marks = _MARKS[:count] if count <= len(_MARKS) else [n / count for n in range(count)]
    taken: set[int] = set()
    for mark in marks:
        taken.add(next_place((int(mark * size) + _STRIDE * (seed - 1)) % size, size, taken))
    return sorted(taken)


def next_place(place: int, size: int, taken: set[int]) -> int:
    """The next place that nobody has taken; there must be one."""
    while place in taken:
        place = (place + 1) % size
    return place
