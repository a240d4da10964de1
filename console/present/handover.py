"""Facts as plain text, line by line, in either language: of one server or the situation for the chat, and a page for the change of shift.

Lines are Phrases; whoever copies them fills them in and joins them with line breaks. A line that would be empty is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from msgspec import Struct

from console.domain.alarms import Suspect
from console.domain.foresight import Preview
from console.domain.frame import Column, Frame, Row
from console.domain.lifecycle import Note
from console.domain.view import View
from console.present import numbers
from console.present.foretold import names, preview_lines
from console.present.suspects import reasons
from console.present.words import ATTACHMENTS, NOT_LISTED, REACHES, joined, rule_word
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, Phrase, phrase

Lines = tuple[Phrase, ...]
_MOST: Final = 10
"""Alarms and suspects that a message for the chat lists; the page lists all."""


class Blind(Struct, frozen=True):
    """An interval in which a source could not be seen."""

    source: str
    """A server's id, or the balancer's."""
    start_wall_s: float
    end_wall_s: float | None
    """None: it still lasts."""


def of_server(
    view: View, server: str, alarms: Sequence[AlarmLine], zone: tzinfo | None, preview: Preview | None = None
) -> Lines:
    """One server. `alarms`: the open ones as the alarm list shows them; its own are picked out."""
    frame = view.frame
    row = frame.rows.get(server)
    head = phrase(
        QT_TRANSLATE_NOOP("present", "{time} {server}, pool {pool}: {state}"),
        time=numbers.zoned_clock(frame.wall_s, zone),
        server=server,
        pool=(row.pool if row is not None else None) or numbers.DASH,
        state=NOT_LISTED if row is None or not frame.listed[row.slot] else ATTACHMENTS[frame.attachment[row.slot]],
    )
    if row is None:
        return (head,)
    suspect = next((one for one in view.suspects if one.server == server), None)
    facts = reasons(suspect) if suspect is not None else _facts(frame, row)
    seen = () if not frame.reach[row.slot] else (phrase(
        QT_TRANSLATE_NOOP("present", "status: {reach}"), reach=REACHES[frame.reach[row.slot]]
    ),)  # fmt: skip
    mine = [line for line in alarms if line.target == server]
    out = _detachment(frame, server, zone)
    told = preview_lines(preview) if preview is not None else ()
    return (head, *out, *facts, *seen, *(_alarm(line) for line in mine), *told)


def of_situation(view: View, alarms: Sequence[AlarmLine], zone: tzinfo | None, preview: Preview | None = None) -> Lines:
    """The whole fleet: counts, errors, suspects with their reasons, alarms, and what would end it."""
    frame, figures = view.frame, view.figures
    listed = tuple(
        phrase(QT_TRANSLATE_NOOP("present", "{count} per minute: {error}"), count=numbers.decimal(per_min), error=text)
        for text, per_min in figures.errors_per_min.items()
        if per_min > 0
    )
    suspects = tuple(_suspect(one) for one in view.suspects[:_MOST])
    told = preview_lines(preview) if preview is not None else ()
    return (
        *_heads(view, zone),
        *listed,
        *suspects,
        *_more(len(view.suspects) - _MOST),
        *(_alarm(line) for line in alarms[:_MOST]),
        *_more(len(alarms) - _MOST),
        *_all_detached(frame, zone),
        *told,
    )


def of_shift(
    view: View, alarms: Sequence[AlarmLine], notes: Sequence[Note], blind: Sequence[Blind], zone: tzinfo | None
) -> Lines:
    """The page for the change of shift; a part without entries says so, for silence could also mean that it was not looked at."""
    frame = view.frame
    unseen = tuple(
        phrase(
            QT_TRANSLATE_NOOP("present", "{name}: {start} to {end}"),
            name=one.source,
            start=numbers.clock(one.start_wall_s, zone),
            end=phrase(QT_TRANSLATE_NOOP("present", "now"))
            if one.end_wall_s is None
            else numbers.clock(one.end_wall_s, zone),
        )
        for one in blind
    )
    written = tuple(note_line(note, zone) for note in notes)
    return (
        phrase(QT_TRANSLATE_NOOP("present", "Hand-over")),
        *_heads(view, zone),
        *_part(phrase(QT_TRANSLATE_NOOP("present", "Open alarms:")), tuple(_alarm(line) for line in alarms)),
        *_part(phrase(QT_TRANSLATE_NOOP("present", "Detached servers:")), _all_detached(frame, zone)),
        *_part(phrase(QT_TRANSLATE_NOOP("present", "Notes:")), written),
        *_part(phrase(QT_TRANSLATE_NOOP("present", "Not seen by this console:")), unseen),
    )


def note_line(note: Note, zone: tzinfo | None) -> Phrase:
    """When, by whom, about what, and the words themselves."""
    time, name = numbers.clock(note.wall_s, zone), note.by or numbers.DASH
    if note.about:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{time} {name} on {about}: {text}"),
            time=time,
            name=name,
            about=note.about,
            text=note.text,
        )
    return phrase(QT_TRANSLATE_NOOP("present", "{time} {name}: {text}"), time=time, name=name, text=note.text)


def _heads(view: View, zone: tzinfo | None) -> Lines:
    figures = view.figures
    return (
        phrase(
            QT_TRANSLATE_NOOP(
                "present", "{time}: {attached} of {servers} servers attached, {silent} silent, {lost} without status"
            ),
            time=numbers.zoned_clock(view.frame.wall_s, zone),
            attached=numbers.count(figures.attached),
            servers=numbers.count(figures.servers),
            silent=numbers.count(figures.silent),
            lost=numbers.count(figures.unreachable),
        ),
        phrase(
            QT_TRANSLATE_NOOP("present", "{sessions} sessions, {rate} new per second, {refused} refused"),
            sessions=numbers.of(figures.sessions, figures.slots),
            rate=numbers.decimal(figures.routed_per_s),
            refused=numbers.share(figures.refused_share),
        ),
    )


def _facts(frame: Frame, row: Row) -> Lines:
    at = frame.values[:, row.slot].tolist()
    return (
        phrase(
            QT_TRANSLATE_NOOP("present", "truth {truth}, belief {belief}"),
            truth=numbers.of(at[Column.TRUTH], at[Column.LIMIT]),
            belief=numbers.count(at[Column.BELIEVED]),
        ),
        phrase(QT_TRANSLATE_NOOP("present", "last report {age} ago"), age=numbers.seconds(at[Column.REPORT_AGE])),
    )


def _suspect(one: Suspect) -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP("present", "suspect {server} ({rules}): {reasons}"),
        server=one.server,
        rules=joined(tuple(rule_word(rule) for rule in one.rules)),
        reasons=joined(reasons(one)),
    )


def _alarm(line: AlarmLine) -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP("present", "{time} {priority} {rule} {target}: {sentence}"),
        time=line.time,
        priority=line.priority,
        rule=line.rule,
        target=line.target,
        sentence=line.sentence,
    )


def _all_detached(frame: Frame, zone: tzinfo | None) -> Lines:
    out = sorted(row.id for row in frame.rows if frame.detached[row.slot])
    return tuple(line for server in out for line in _detachment(frame, server, zone))


def _detachment(frame: Frame, server: str, zone: tzinfo | None) -> Lines:
    row = frame.rows.get(server)
    if row is None or not frame.detached[row.slot]:
        return ()
    detachment = frame.detachments.get(server)
    if detachment is None or detachment.at is None:
        return (
            phrase(QT_TRANSLATE_NOOP("present", "{servers} detached, nobody tells by whom"), servers=names((server,))),
        )
    who = phrase(
        QT_TRANSLATE_NOOP("present", "{server} detached at {time} by {name}: {reason}"),
        server=server,
        time=numbers.clock(detachment.at, zone),
        name=detachment.by or numbers.DASH,
        reason=detachment.reason or numbers.DASH,
    )
    if detachment.review_at is None:
        return (who,)
    review = phrase(QT_TRANSLATE_NOOP("present", "review at {time}"), time=numbers.clock(detachment.review_at, zone))
    return (joined((who, review)),)


def _more(count: int) -> Lines:
    if count <= 0:
        return ()
    return (phrase(QT_TRANSLATE_NOOP("present", "and {count} more"), count=numbers.count(count)),)


def _part(title: Phrase, lines: Lines) -> Lines:
    return (title, *(lines or (phrase(QT_TRANSLATE_NOOP("present", "none")),)))
