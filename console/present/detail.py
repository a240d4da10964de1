"""Everything about the chosen server, from memory: three separate states, its numbers, and its last ten minutes."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.domain.frame import Column, Row
from console.domain.history import Mark, Track
from console.domain.states import Attachment, Reach, Verb
from console.present import numbers
from console.present.acting import act_button
from console.present.cutting import cut_button
from console.present.forensics import verdict
from console.present.foreseen import foretold
from console.present.gates import marks
from console.present.glance import Glance
from console.present.manual import manual
from console.present.reasons import reason
from console.present.words import REACHES, TONES
from widgets.viewdata import QT_TRANSLATE_NOOP, ActionCard, DetailData, Fact, Phrase, Tone, phrase, verbatim

SPAN_S: Final = 600.0
"""The curves show ten minutes."""


def detail(glance: Glance, server: str, cards: tuple[ActionCard, ...], zone: tzinfo | None) -> DetailData | None:
    """The chosen server, or None where no row has that id any more."""
    view = glance.view
    row = view.frame.rows.get(server)
    if row is None:
        return None
    history = view.history
    ticks = max(1, round(SPAN_S / view.frame.interval_s))
    first, last, slots = max(history.first, history.last - ticks), history.last, slice(row.slot, row.slot + 1)
    mine = tuple(card for card in cards if card.server == server)
    foreign = (history.marks(first, last, slots)[0] & Mark.ABSENT) != 0

    def curve(track: Track) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        values = history.track(track, first, last, slots)[0]
        return np.where(foreign, np.float32(np.nan), values)

    act = act_button(glance, server)
    return DetailData(
        server=server,
        pool=row.pool or "",
        tone=max((TONES[alarm.priority] for alarm in glance.alarms.get(server, ())), default=Tone.QUIET),
        states=states(glance, row, zone),
        facts=facts(glance, row),
        wall_s=history.wall(first, last),
        truth=curve(Track.TRUTH),
        belief=curve(Track.BELIEVED),
        routed=curve(Track.ROUTED),
        limit=glance.at(row, Column.LIMIT),
        button=act,
        # The way back stands where the Detach was, in the left column: one Undo a server.
        actions=tuple(replace(card, undo=None) for card in mine),
        note=_note(glance, row),
        gates=marks(glance.view.appraisals.get(server)),
        cut=cut_button(glance, server),
        verdict=verdict(glance.view, server),
        foretold=foretold(glance, server),
        review_s=view.review_s if act.verb == Verb.DETACH.value and act.enabled else None,
        manual=manual(glance, server, zone),
    )


def states(glance: Glance, row: Row, zone: tzinfo | None) -> tuple[Fact, ...]:
    """Attached? Receiving? Empty? Three facts, never one word: each comes from another source."""
    return (_attached(glance, row, zone), _receiving(glance, row), _empty(glance, row))


def _attached(glance: Glance, row: Row, zone: tzinfo | None) -> Fact:
    frame = glance.view.frame
    tip = phrase(QT_TRANSLATE_NOOP("present", "Source: the balancer"))
    if not frame.listed[row.slot]:
        return Fact(phrase(QT_TRANSLATE_NOOP("present", "Not listed by the balancer")), numbers.DASH, Tone.UNKNOWN, tip)
    match Attachment(int(frame.attachment[row.slot])):
        case Attachment.ATTACHED:
            return Fact(phrase(QT_TRANSLATE_NOOP("present", "Attached: may be picked")), "", Tone.QUIET, tip)
        case Attachment.UNKNOWN:
            return Fact(phrase(QT_TRANSLATE_NOOP("present", "Attached? Not told")), numbers.DASH, Tone.UNKNOWN, tip)
        case Attachment.DETACHED:
            told = frame.detachments.get(row.id)
            if told is None:
                return Fact(phrase(QT_TRANSLATE_NOOP("present", "Detached: never picked")), "", Tone.NOTICE, tip)
            return Fact(
                phrase(QT_TRANSLATE_NOOP("present", "Detached by {who}"), who=told.by or numbers.DASH),
                numbers.clock(told.at, zone) if told.at is not None else numbers.DASH,
                Tone.NOTICE,
                verbatim(told.reason) if told.reason else tip,
            )


def _receiving(glance: Glance, row: Row) -> Fact:
    routed = float(glance.routed_per_s[row.slot])
    tip = phrase(QT_TRANSLATE_NOOP("present", "Source: the balancer's counter of sessions sent, last 10 s"))
    if not np.isfinite(routed):
        return Fact(phrase(QT_TRANSLATE_NOOP("present", "Receiving? Not known")), numbers.DASH, Tone.UNKNOWN, tip)
    # The mean of 10 s still holds what came before a detach: against that one, only the newest polls count.
    against = bool(glance.view.frame.detached[row.slot])
    if routed > 0 and not (against and _calm(glance, row)):
        return Fact(
            phrase(QT_TRANSLATE_NOOP("present", "Receives new sessions")),
            f"{numbers.decimal(routed)} /s",
            Tone.WARN if against else Tone.QUIET,
            tip,
        )
    return Fact(phrase(QT_TRANSLATE_NOOP("present", "Receives nothing new")), "0 /s", Tone.QUIET, tip)


def _calm(glance: Glance, row: Row) -> bool:
    """Nothing was sent to it in the two newest polls."""
    history = glance.view.history
    first = max(history.first, history.last - 2)
    return not (history.track(Track.ROUTED, first, history.last, slice(row.slot, row.slot + 1)) > 0).any()


def _empty(glance: Glance, row: Row) -> Fact:
    truth = glance.at(row, Column.TRUTH)
    tip = phrase(QT_TRANSLATE_NOOP("present", "Source: the server's own status"))
    if truth is None:
        age = glance.at(row, Column.TRUTH_AGE)
        last = glance.at(row, Column.LAST_TRUTH)
        if last is None or age is None:
            return Fact(phrase(QT_TRANSLATE_NOOP("present", "Empty? Not known")), numbers.DASH, Tone.UNKNOWN, tip)
        return Fact(
            phrase(QT_TRANSLATE_NOOP("present", "Empty? Not known; {age} ago it held"), age=numbers.seconds(age)),
            numbers.count(last),
            Tone.UNKNOWN,
            tip,
        )
    if truth > 0:
        return Fact(phrase(QT_TRANSLATE_NOOP("present", "Holds sessions")), numbers.count(truth), Tone.QUIET, tip)
    drained = glance.view.frame.detached[row.slot]
    word = QT_TRANSLATE_NOOP("present", "Empty: drained") if drained else QT_TRANSLATE_NOOP("present", "Empty")
    return Fact(phrase(word), "0", Tone.QUIET, tip)


def facts(glance: Glance, row: Row) -> tuple[Fact, ...]:
    """Its numbers with their sources; what nobody tells reads "-"."""
    frame = glance.view.frame
    at = glance.at
    silent = bool(glance.silent[row.slot])
    margin = float(glance.view.gap_margin[row.slot]) if row.slot < len(glance.view.gap_margin) else np.nan
    gap = float(glance.view.gap[row.slot]) if row.slot < len(glance.view.gap) else np.nan
    wide = gap > margin
    reach = Reach(int(frame.reach[row.slot]))
    used, limit = at(row, Column.MEMORY_USED), at(row, Column.MEMORY_LIMIT)
    return (
        Fact(phrase(QT_TRANSLATE_NOOP("present", "truth")), numbers.of(at(row, Column.TRUTH), at(row, Column.LIMIT))),
        Fact(
            phrase(QT_TRANSLATE_NOOP("present", "belief")),
            numbers.count(at(row, Column.BELIEVED)),
            Tone.ALARM if wide else Tone.QUIET,
        ),
        Fact(
            phrase(QT_TRANSLATE_NOOP("present", "gap (margin)")),
            f"{numbers.signed(gap)} ({numbers.decimal(margin)})",
            Tone.ALARM if wide else Tone.QUIET,
        ),
        Fact(
            phrase(QT_TRANSLATE_NOOP("present", "last report")),
            numbers.seconds(at(row, Column.REPORT_AGE)),
            Tone.ALARM if silent else Tone.QUIET,
            phrase(
                QT_TRANSLATE_NOOP("present", "Silent from {limit} on"),
                limit=numbers.seconds(glance.view.silent_limit_s),
            ),
        ),
        Fact(phrase(QT_TRANSLATE_NOOP("present", "sent since that report")), numbers.count(at(row, Column.IN_FLIGHT))),
        Fact(
            phrase(QT_TRANSLATE_NOOP("present", "memory")),
            f"{numbers.size(used)} / {numbers.size(limit)}" if used is not None else numbers.DASH,
        ),
        Fact(phrase(QT_TRANSLATE_NOOP("present", "CPU")), numbers.share(at(row, Column.CPU))),
        Fact(phrase(QT_TRANSLATE_NOOP("present", "recognition lag")), numbers.seconds(at(row, Column.LAG))),
        Fact(
            phrase(QT_TRANSLATE_NOOP("present", "session age p50 / p90")),
            f"{numbers.seconds(at(row, Column.SESSION_AGE_P50))} / {numbers.seconds(at(row, Column.SESSION_AGE_P90))}",
        ),
        Fact(phrase(QT_TRANSLATE_NOOP("present", "up for")), numbers.seconds(at(row, Column.UPTIME))),
        Fact(phrase(QT_TRANSLATE_NOOP("present", "incarnation")), row.incarnation or numbers.DASH),
        Fact(phrase(QT_TRANSLATE_NOOP("present", "address")), row.address or numbers.DASH),
        Fact(
            phrase(QT_TRANSLATE_NOOP("present", "status: {reach}"), reach=REACHES[reach]),
            numbers.seconds(at(row, Column.TRUTH_AGE)),
            Tone.QUIET if reach is Reach.OK else Tone.UNKNOWN,
            phrase(QT_TRANSLATE_NOOP("present", "The status poll of this server, and the age of its newest answer")),
        ),
    )


def _note(glance: Glance, row: Row) -> Phrase:
    return reason(glance.view.frame.notes.get(row.id, ""))
