"""Pages of facts: the change of shift, what other algorithms would have done, and one server beside another or beside itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

import numpy as np
from msgspec import Struct

from console.decide import compare
from console.domain.foresight import Shadow, ShadowView
from console.domain.history import Track
from console.domain.states import Attachment
from console.domain.view import View
from console.present import numbers
from console.present.handover import Blind, Lines, of_shift
from widgets.comparedata import CompareData, CompareTrack
from widgets.pagedata import PageData, PageRow, PageTable
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, AlarmLine, Phrase, Tone, phrase, verbatim

SPAN_S: Final = 300.0
"""What is compared are the last five minutes."""
BEFORE_S: Final = (60.0, 300.0, 600.0, 1800.0)
"""Back to which a server may be compared with itself."""
MOST_CHOICES: Final = 200
_TRACKS: Final = {
    Track.TRUTH: phrase(QT_TRANSLATE_NOOP("present", "truth")),
    Track.BELIEVED: phrase(QT_TRANSLATE_NOOP("present", "belief")),
    Track.ROUTED: phrase(QT_TRANSLATE_NOOP("present", "routed / poll")),
    Track.GAP: phrase(QT_TRANSLATE_NOOP("present", "gap")),
    Track.REPORT_AGE: phrase(QT_TRANSLATE_NOOP("present", "report age, s")),
    Track.MEMORY: phrase(QT_TRANSLATE_NOOP("present", "memory, %")),
}
_PERCENT: Final = (Track.MEMORY,)


def shift_lines(view: View, alarms: Sequence[AlarmLine], zone: tzinfo | None) -> Lines:
    """The page for the change of shift as lines of text."""
    blind = tuple(
        Blind(one.server or view.frame.balancer.id or numbers.DASH, one.start_wall_s, one.end_wall_s)
        for one in view.ledger
    )
    return of_shift(view, alarms, view.notes, blind, zone)


def shift_page(view: View, alarms: Sequence[AlarmLine], zone: tzinfo | None) -> PageData:
    """The same as a page."""
    title, *rest = shift_lines(view, alarms, zone)
    table = PageTable(NOTHING, (NOTHING,), tuple(PageRow((line,)) for line in rest))
    said = phrase(QT_TRANSLATE_NOOP("present", "For whoever takes over: copy it into the chat, or save it as text."))
    return PageData(title, said, (table,))


def shadow_page(view: View, zone: tzinfo | None) -> PageData:
    """What other algorithms would have done with the very sessions that came, and how far that can be trusted."""
    title = phrase(QT_TRANSLATE_NOOP("present", "Other algorithms, on the sessions that came"))
    shadows = view.foresight.shadow
    if shadows is None:
        why = phrase(
            QT_TRANSLATE_NOOP(
                "present", "Nothing to show yet: how long a session lasts has to be known first, or measured."
            )
        )
        return PageData(title, why, ())
    summary = phrase(
        QT_TRANSLATE_NOOP(
            "present", "Since {time}: {asked} sessions were asked for, {refused} of them refused ({share})."
        ),
        time=numbers.zoned_clock(shadows.since_wall_s, zone),
        asked=numbers.count(shadows.control.asked),
        refused=numbers.count(shadows.control.refused_really),
        share=numbers.share(_part(shadows.control.refused_really, shadows.control.asked), 1),
    )
    head = (
        phrase(QT_TRANSLATE_NOOP("present", "algorithm")),
        phrase(QT_TRANSLATE_NOOP("present", "would have gone elsewhere")),
        phrase(QT_TRANSLATE_NOOP("present", "share")),
        phrase(QT_TRANSLATE_NOOP("present", "would have been refused")),
        phrase(QT_TRANSLATE_NOOP("present", "share")),
        NOTHING,  # takes the room that is left
    )
    rows = tuple(_shadow(shadow, verbatim(shadow.algorithm)) for shadow in shadows.shadows)
    own = phrase(
        QT_TRANSLATE_NOOP("present", "{algorithm} (the balancer's own, same method)"),
        algorithm=shadows.control.algorithm,
    )
    table = PageTable(NOTHING, head, (*rows, _shadow(shadows.control, own)), numbers=frozenset({1, 2, 3, 4}))
    limits = PageTable(
        phrase(QT_TRANSLATE_NOOP("present", "HOW FAR THIS CAN BE TRUSTED")),
        (NOTHING,),
        tuple(PageRow((line,)) for line in _limits(shadows)),
    )
    return PageData(title, summary, (table, limits))


def _limits(shadows: ShadowView) -> Lines:
    control = shadows.control
    known = (
        phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "What the balancer's own algorithm moves here is chance: {moved} sessions. Only what goes beyond is merit.",
            ),
            moved=numbers.count(control.moved),
        ),
        phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "By this method it would have refused {here}, in truth it refused {really}: the method is off by so much.",
            ),
            here=numbers.count(control.refused),
            really=numbers.count(control.refused_really),
        ),
        phrase(
            QT_TRANSLATE_NOOP(
                "present", "Every session is taken to last {seconds}; servers, limits and silences are the real ones."
            ),
            seconds=numbers.seconds(shadows.session_s),
        ),
        phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "Clients that would have tried again, or not, are not known: as many sessions come as really came.",
            )
        ),
    )
    if not shadows.assumed_algorithm:
        return known
    assumed = phrase(
        QT_TRANSLATE_NOOP(
            "present", "The balancer does not tell how it picks: least-reported stands in for its own algorithm."
        )
    )
    return (*known, assumed)


def _shadow(shadow: Shadow, name: Phrase) -> PageRow:
    return PageRow(
        (
            name,
            verbatim(numbers.count(shadow.moved)),
            verbatim(numbers.share(_part(shadow.moved, shadow.asked), 1)),
            verbatim(numbers.count(shadow.refused)),
            verbatim(numbers.share(_part(shadow.refused, shadow.asked), 1)),
            NOTHING,
        )
    )


def _part(some: float, of: float) -> float | None:
    return some / of if of > 0 else None


class Other(Struct, frozen=True):
    """What a server is compared with: another one, or itself so long ago."""

    server: str
    ago_s: float = 0.0


def others(view: View, server: str) -> tuple[Other, ...]:
    """All that may be chosen: suspects first, then the server itself at earlier times, then everybody."""
    listed = [row.id for row in view.frame.rows if row.id != server]
    first = [one.server for one in view.suspects if one.server != server and one.server in listed]
    earlier = [Other(server, ago_s) for ago_s in BEFORE_S if _reaches(view, ago_s)]
    rest = sorted(set(listed) - set(first))
    return (*map(Other, first), *earlier, *map(Other, rest))[:MOST_CHOICES]


def compare_page(view: View, server: str, chosen: Other | None) -> tuple[PageData, CompareData] | None:
    """`server` at the left, `chosen` (None: the first of `others`) at the right, on one scale; None: there is nothing to compare."""
    choices = others(view, server)
    row = view.frame.rows.get(server)
    if row is None or not choices:
        return None
    other = chosen if chosen in choices else choices[0]
    right = view.frame.rows.get(other.server)
    if right is None:
        return None
    history = view.history
    ticks = max(1, round(SPAN_S / view.frame.interval_s))
    back = round(other.ago_s / view.frame.interval_s)
    ticks = min(ticks, history.last - back - history.first)
    left_last, right_last = history.last, history.last - back
    found = compare.periods(history, row.slot, left_last - ticks, right.slot, right_last - ticks, ticks)
    names = (verbatim(server), _name(other))
    data = CompareData(
        names,
        tuple(
            CompareTrack(_TRACKS[one.track], one.left, one.right, one.difference, one.low, one.high) for one in found
        ),
    )
    head = (
        NOTHING,
        *(
            phrase(QT_TRANSLATE_NOOP("present", "{name} now"), name=name) if not back or name is names[0] else name
            for name in names
        ),
        phrase(QT_TRANSLATE_NOOP("present", "difference")),
        phrase(QT_TRANSLATE_NOOP("present", "mean left")),
        phrase(QT_TRANSLATE_NOOP("present", "mean right")),
        phrase(QT_TRANSLATE_NOOP("present", "difference")),
        NOTHING,  # takes the room that is left
    )
    table = PageTable(
        NOTHING,
        head,
        (
            PageRow((phrase(QT_TRANSLATE_NOOP("present", "state")), _attached(view, server), _attached(view, other.server))
                    + (NOTHING,) * 5),
            *(_row(one) for one in found),
        ),
        numbers=frozenset(range(1, 7)),
    )  # fmt: skip
    title = phrase(QT_TRANSLATE_NOOP("present", "{first} beside {second}"), first=names[0], second=names[1])
    said = phrase(
        QT_TRANSLATE_NOOP(
            "present", "The last {span}, both on one scale; difference: right minus left. Choose the other one above."
        ),
        span=numbers.seconds(ticks * view.frame.interval_s),
    )
    return PageData(title, said, (table,), tuple(_name(one) for one in choices), choices.index(other)), data


def _reaches(view: View, ago_s: float) -> bool:
    """Some of that time is still held."""
    return view.history.last - round(ago_s / view.frame.interval_s) - view.history.first > 1


def _name(other: Other) -> Phrase:
    if not other.ago_s:
        return verbatim(other.server)
    return phrase(
        QT_TRANSLATE_NOOP("present", "{server}, {age} ago"), server=other.server, age=numbers.seconds(other.ago_s)
    )


def _attached(view: View, server: str) -> Phrase:
    row = view.frame.rows.get(server)
    if row is None or not view.frame.listed[row.slot]:
        return phrase(QT_TRANSLATE_NOOP("present", "not listed by the balancer any more"))
    words = {
        Attachment.ATTACHED: phrase(QT_TRANSLATE_NOOP("present", "attached")),
        Attachment.DETACHED: phrase(QT_TRANSLATE_NOOP("present", "detached")),
    }
    state = Attachment(int(view.frame.attachment[row.slot]))
    return words.get(state, phrase(QT_TRANSLATE_NOOP("present", "state not told")))


def _row(one: compare.Compared) -> PageRow:
    scale = 100.0 if one.track in _PERCENT else 1.0
    newest = (float(one.left[-1]), float(one.right[-1]), float(one.difference[-1]))
    left, right = _mean(one.left), _mean(one.right)
    cells = tuple(verbatim(_said(value * scale)) for value in (*newest, left, right, right - left))
    return PageRow((_TRACKS[one.track], *cells, NOTHING), Tone.QUIET)


def _mean(values: compare.Values) -> float:
    """NaN where nothing is known: what is missing does not count as 0."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _said(value: float) -> str:
    return numbers.decimal(value) if numbers.known(value) else numbers.DASH
