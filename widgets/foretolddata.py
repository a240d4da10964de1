"""View data of what is foretold: the card of one server's detach, the strip over the suspects. Plain values, no Qt."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from widgets.phrases import NOTHING, Phrase


class Weight(IntEnum):
    """How much a line wants the eye; the same steps as `viewdata.Tone`, which cannot be named here."""

    QUIET = 0
    NOTICE = 1
    WARN = 2
    ALARM = 3
    UNKNOWN = 4


class ToldLine(Struct, frozen=True):
    """One sentence."""

    text: Phrase
    weight: Weight = Weight.QUIET
    tip: Phrase = NOTHING


class ForetoldRow(Struct, frozen=True):
    """One future: how full its fullest server is, at each mark and at its peak."""

    word: Phrase
    cells: tuple[str, ...]
    """Per cent of its slots, without the sign."""
    loud: tuple[bool, ...]
    """Where it is full."""


class ForetoldData(Struct, frozen=True):
    """What happens if one server is detached. Without rows: `note` says why, or that it is being worked out."""

    server: str
    age: str = ""
    """Of what it was foretold from."""
    marks: tuple[Phrase, ...] = ()
    """Heads of the cells."""
    rows: tuple[ForetoldRow, ...] = ()
    lines: tuple[ToldLine, ...] = ()
    """What follows from it, the most important first."""
    grounds: tuple[Phrase, ...] = ()
    """How good earlier forecasts were, and what had to be assumed."""
    note: Phrase = NOTHING


class HerdData(Struct, frozen=True):
    """Where the new sessions will do harm first, and what would end it."""

    title: ToldLine
    line: Phrase = NOTHING
    """The figures behind it."""
    ends: Phrase = NOTHING
    """The smallest set whose detach ends it."""
