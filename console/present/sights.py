"""What a timeline shows besides refused sessions and alarms: intervals without sight, and what people wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from console.domain.lifecycle import Blindness, Note, Unseen
from console.domain.view import View
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, TimeBand, TimeMark, Tone, phrase

_MOST: Final = 50
_TOLD: Final = 80
"""Characters of a note on the line; the alarm list has all of it."""

STOOD_STILL: Final = phrase(QT_TRANSLATE_NOOP("present", "the console stood still"))
NO_BALANCER: Final = phrase(QT_TRANSLATE_NOOP("present", "blind: the balancer did not answer"))
NO_SERVERS: Final = phrase(QT_TRANSLATE_NOOP("present", "blind: most servers did not answer"))


def bands(ledger: Iterable[Blindness], first_s: float, last_s: float) -> tuple[TimeBand, ...]:
    """Intervals in which the whole fleet was out of sight; single servers are told by their rows."""
    found = [
        TimeBand(max(first_s, one.start_wall_s), min(last_s, end), _word(one.source))
        for one in ledger
        if one.source is not Unseen.SERVER
        and (end := last_s if one.end_wall_s is None else one.end_wall_s) > first_s
        and one.start_wall_s < last_s
    ]
    return tuple(found[-_MOST:])


def note_marks(view: View) -> list[TimeMark]:
    """What the operators wrote."""
    return [note_mark(note) for note in view.notes[-_MOST:]]


def note_mark(note: Note) -> TimeMark:
    """Verbatim, with who wrote it and on what."""
    text = note.text if len(note.text) <= _TOLD else f"{note.text[: _TOLD - 1]}…"
    said = phrase(
        QT_TRANSLATE_NOOP("present", "note by {who} on {about}: {text}")
        if note.about
        else QT_TRANSLATE_NOOP("present", "note by {who}: {text}"),
        who=note.by,
        about=note.about,
        text=text,
    )
    return TimeMark(note.wall_s, said, Tone.NOTICE)


def _word(source: Unseen) -> Phrase:
    return STOOD_STILL if source is Unseen.ALL else NO_BALANCER
