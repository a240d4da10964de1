"""What the alarm list is told beside the alarm itself: where it stands in its life-cycle, and what to do. Qt-free; see `viewdata`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

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


class AdvicePage(Struct, frozen=True):
    """Guidance in one language, filled with the alarm's numbers: shown as it is, never translated."""

    what: str
    why: str
    do: tuple[str, ...]
    where: str


class Advice(Struct, frozen=True):
    """What to do about one alarm, in every language there is; English always."""

    key: str
    """Of the `AlarmLine` that it belongs to."""
    pages: Mapping[str, AdvicePage]
    """By language: `en`, `ja`."""


class AlarmsExtra(Struct, frozen=True):
    """Beside the lines: a flood in one sentence, how many there are, and what belongs to the chosen alarm."""

    flood: Phrase = field(default=NOTHING)
    advice: Advice | None = None
    total: int | None = None
    """Lines in all, drawn or not; None: as many as are given."""
    waiting: int | None = None
    """Alarms that wait to be acknowledged, drawn or not; None: as many as the lines say."""
    shelved: int = 0
    only_shelved: bool = False
    """The lines are the shelved ones, and no others."""
    details: tuple[Phrase, ...] = ()
    """Of the chosen alarm: who else the line stands for, and the notes on it."""


class EntryKind(Enum):
    """What is being written."""

    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    """An acknowledgement with a note."""
    SHELVE = "shelve"


class EntrySubject(Struct, frozen=True):
    """What a text is about: an alarm (`key` of its line), else a server, else the situation."""

    text: Phrase
    """As it is named to the operator."""
    key: str = ""
    server: str = ""


class Written(Struct, frozen=True):
    """What an operator has written and confirmed with Enter."""

    kind: EntryKind
    subject: EntrySubject
    text: str
    seconds: float | None = None
    """How long an alarm is to be shelved."""


class SoundState(Enum):
    """Whether alarms can be heard; each has words of its own."""

    ON = "on"
    MUTED = "muted"
    """For a time, which is shown."""
    OFF = "off"
    """Switched off in the settings."""
    NONE = "none"
    """No player or no device: the console only beeps, if at all."""


class SoundData(Struct, frozen=True):
    """The state of the sounds."""

    state: SoundState = SoundState.ON
    left: str = ""
    """Of MUTED: the time that is left, `9:41`."""
