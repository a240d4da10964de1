"""What the parts of a replay window are given. Qt-free."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from widgets.phrases import NOTHING, Phrase
from widgets.viewdata import TimeBand, TimeMark, Tone

SPEEDS: Final = (1, 2, 5, 10, 30, 60)


class PlayData(Struct, frozen=True):
    """Where a replay stands. Times are wall seconds of the recording."""

    first_s: float
    last_s: float
    judged_s: float
    """Up to here it can be looked at; the rest is being judged."""
    head_s: float
    place: Phrase
    """Date, time and number of the moment."""
    playing: bool = False
    speed: int = 1
    marks: tuple[TimeMark, ...] = ()
    bands: tuple[TimeBand, ...] = ()
    other_s: float | None = None
    """The marked moment; None: none is."""
    verdict: Phrase = NOTHING
    """How the alarms found again compare with the recorded ones, or how far that is."""
    verdict_tone: Tone = Tone.QUIET
    more_before: bool = False
    """There is an alarm before this moment .."""
    more_after: bool = False
    """.. and one after it."""


class CompareLine(Struct, frozen=True):
    """One figure, or one server, at two moments."""

    name: Phrase
    then: str
    now: str
    change: str = ""
    tone: Tone = Tone.QUIET


class CompareData(Struct, frozen=True):
    """Two moments side by side."""

    then: str
    """Local time of the marked one .."""
    now: str
    """.. and of the one that is shown."""
    between: Phrase
    figures: tuple[CompareLine, ...]
    servers: tuple[CompareLine, ...]
    """Those that changed most."""


class Knob(Struct, frozen=True):
    """A setting of a rule that can be asked for anew."""

    key: str
    """`rule.key`, as in the settings file."""
    rule: Phrase
    value: str
    """As recorded."""
    unit: str = ""
    sentence: Phrase = NOTHING


class WhatIfLine(Struct, frozen=True):
    """One alarm under the changed settings."""

    text: Phrase
    tone: Tone
    at_s: float | None = None
    """When it would have fired; None: it would not have."""


class WhatIfData(Struct, frozen=True):
    """The panel that asks "what if"."""

    knobs: tuple[Knob, ...] = ()
    algorithms: tuple[str, ...] = ()
    busy: float | None = None
    """Share that is judged; None: nothing is under way."""
    asked: Phrase = NOTHING
    """What the lines answer."""
    lines: tuple[WhatIfLine, ...] = ()
    problem: Phrase = NOTHING
