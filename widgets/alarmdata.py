"""What the alarm list is told beside the alarm itself: where it stands in its life-cycle, and what to do. Qt-free; see `viewdata`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from widgets.phrases import NOTHING, Phrase


class AlarmStanding(Enum):
    """Where an alarm stands. Each has a shape and words; colour is never alone."""

    UNACKNOWLEDGED = "unacknowledged"
    """Filled mark in full colour."""
    ACKNOWLEDGED = "acknowledged"
    """Outlined mark, grey words."""
    LATCHED = "latched"
    """Over, and nobody has acknowledged it: outlined mark with a core, and it stays."""
    SHELVED = "shelved"
    """Set aside for a time: a bar, grey words."""

    @property
    def waits(self) -> bool:
        """Whether it waits to be acknowledged."""
        return self in (AlarmStanding.UNACKNOWLEDGED, AlarmStanding.LATCHED)


@dataclass(frozen=True, slots=True)
class AdvicePage:
    """Guidance in one language, filled with the alarm's numbers: shown as it is, never translated."""

    what: str
    why: str
    do: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about one alarm, in every language there is; English always."""

    key: str
    """Of the `AlarmLine` that it belongs to."""
    pages: Mapping[str, AdvicePage]
    """By language: `en`, `ja`."""


@dataclass(frozen=True, slots=True)
class AlarmsExtra:
    """Beside the lines: a flood in one sentence, and the advice on the chosen alarm."""

    flood: Phrase = field(default=NOTHING)
    advice: Advice | None = None
