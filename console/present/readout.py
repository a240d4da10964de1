"""All values of one cell in one line: who, when, and each number with its source."""

from __future__ import annotations

from datetime import tzinfo

from console.domain.frame import Row
from console.domain.history import Mark, Track
from console.domain.view import View
from console.present import numbers
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, phrase


def readout(view: View, slot: int, tick: int, zone: tzinfo | None) -> Phrase:
    """The line for a slot and a tick; NOTHING where there is no such cell."""
    history = view.history
    row = _row(view, slot)
    if row is None or not history.first <= tick < history.last:
        return NOTHING
    slots = slice(slot, slot + 1)

    def value(track: Track) -> float:
        return float(history.track(track, tick, tick + 1, slots)[0, 0])

    marks = int(history.marks(tick, tick + 1, slots)[0, 0])
    wall = float(history.wall(tick, tick + 1)[0])
    if marks & Mark.ABSENT:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{server}  {time}: not in the fleet then"),
            server=row.id,
            time=_moment(wall, zone),
        )
    return phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "{server}  {time}: truth {truth}, belief {belief}, gap {gap}, routed {routed}, report {age} old, {state}",
        ),
        server=row.id,
        time=_moment(wall, zone),
        truth=numbers.of(value(Track.TRUTH), value(Track.LIMIT)),
        belief=numbers.count(value(Track.BELIEVED)),
        gap=numbers.signed(value(Track.GAP)),
        routed=numbers.count(value(Track.ROUTED)),
        age=numbers.seconds(value(Track.REPORT_AGE)),
        state=_state(marks),
    )


def _moment(wall_s: float, zone: tzinfo | None) -> str:
    """Local time with its zone, and UTC beside it where that is another one: `14:03:27 JST (05:03:27 UTC)`."""
    local, utc = numbers.zoned_clock(wall_s, zone), numbers.utc_clock(wall_s)
    return local if local.split()[0] == utc.split()[0] else f"{local} ({utc})"


def _row(view: View, slot: int) -> Row | None:
    rows = view.frame.rows.rows
    return rows[slot] if 0 <= slot < min(len(rows), view.history.capacity) else None


def _state(marks: int) -> Phrase:
    if marks & Mark.NO_TRUTH and marks & Mark.NO_BELIEF:
        return phrase(QT_TRANSLATE_NOOP("present", "nothing was seen"))
    if marks & Mark.NO_TRUTH:
        return phrase(QT_TRANSLATE_NOOP("present", "its status could not be read"))
    if marks & Mark.NO_BELIEF:
        return phrase(QT_TRANSLATE_NOOP("present", "the balancer did not answer"))
    if marks & Mark.DETACHED:
        return phrase(QT_TRANSLATE_NOOP("present", "detached"))
    if marks & Mark.SILENT:
        return phrase(QT_TRANSLATE_NOOP("present", "attached, silent"))
    return phrase(QT_TRANSLATE_NOOP("present", "attached"))
