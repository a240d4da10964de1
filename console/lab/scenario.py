"""The demo as data: what happens when, and which servers fall silent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]
RAMP_S: Final = 5.0
_MARKS: Final = (6 / 32, 22 / 32, 30 / 32)
"""Where in its pool the silent ones stand: of 32 they are the 7th, the 23rd and the 31st, far apart on the screen."""
_STRIDE: Final = 5
"""Another seed moves them on by so many places."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demo; `at_s` counts from its start."""

    name: str
    at_s: float


Script = tuple[Step, ...]
DEMO: Final[Script] = (Step("quiet", 0.0), Step("mute", 20.0), Step("ramp", 35.0), Step("run", 40.0))


def silent_places(size: int, seed: int) -> list[int]:
    """Indexes, within a pool of that size, of those that are to fall silent; 3, fewer where the pool is smaller than 6."""
    count = min(len(_MARKS), max(1, size // 2)) if size > 1 else 0
    return [(int(mark * size) + _STRIDE * (seed - 1)) % size for mark in _MARKS[:count]]


def next_place(place: int, size: int, taken: set[int]) -> int:
    """The next place that nobody has taken."""
    while place in taken:
        place = (place + 1) % size
    return place


def guide(elapsed_s: float, muted: list[str], script: Script = DEMO) -> Json:
    """Where in the demo we are, for the strip in the window."""
    step = max(index for index, step in enumerate(script) if step.at_s <= elapsed_s)
    following = script[step + 1] if step + 1 < len(script) else None
    return {
        "schema": "guide/1",
        "step": step + 1,
        "steps": len(script),
        "name": script[step].name,
        "elapsed_s": elapsed_s,
        "next_in_s": None if following is None else following.at_s - elapsed_s,
        "muted": muted,
    }
