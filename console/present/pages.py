"""The two pages of the alarms: the figures of the alarm system against their bands, and the times without sight."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from console.detect.performance import SHARES, Band, Metric, Performance, performance
from console.detect.sightlog import seconds_of
from console.domain.lifecycle import Blindness, Unseen
from console.domain.states import Reach
from console.domain.view import Dropped, View
from console.present import numbers
from console.present.words import PRIORITIES, REACHES, rule_word
from widgets.pagedata import PageData, PageRow, PageTable
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, Tone, phrase, verbatim

PERIODS: Final = (
    (3600.0, phrase(QT_TRANSLATE_NOOP("present", "last hour"))),
    (28_800.0, phrase(QT_TRANSLATE_NOOP("present", "last 8 hours"))),
    (86_400.0, phrase(QT_TRANSLATE_NOOP("present", "last 24 hours"))),
    (604_800.0, phrase(QT_TRANSLATE_NOOP("present", "last 7 days"))),
)
"""What the figures may be about, in seconds."""
FIRST_PERIOD: Final = 1
MOST_ROWS: Final = 500
"""Intervals that are listed, the newest; the export has all."""
_METRICS: Final = {
    "rate_per_10_min": phrase(QT_TRANSLATE_NOOP("present", "alarms in 10 minutes, on average")),
    "peak_per_10_min": phrase(QT_TRANSLATE_NOOP("present", "alarms in the worst 10 minutes")),
    "periods_over_10": phrase(QT_TRANSLATE_NOOP("present", "share of 10-minute periods with more than 10")),
    "standing": phrase(QT_TRANSLATE_NOOP("present", "standing alarms")),
    "stale": phrase(QT_TRANSLATE_NOOP("present", "standing for more than 24 hours")),
    "chattering": phrase(QT_TRANSLATE_NOOP("present", "chattering alarms")),
    "top_ten_share": phrase(QT_TRANSLATE_NOOP("present", "share of the ten most frequent")),
    "high_share": phrase(QT_TRANSLATE_NOOP("present", "share of high ones")),
    "shelved": phrase(QT_TRANSLATE_NOOP("present", "shelved alarms")),
}
_BANDS: Final = {
    Band.GOOD: (Tone.QUIET, phrase(QT_TRANSLATE_NOOP("present", "good"))),
    Band.HARD: (Tone.NOTICE, phrase(QT_TRANSLATE_NOOP("present", "manageable"))),
    Band.BAD: (Tone.WARN, phrase(QT_TRANSLATE_NOOP("present", "too much"))),
    Band.UNKNOWN: (Tone.UNKNOWN, phrase(QT_TRANSLATE_NOOP("present", "too few to tell"))),
}
_OURS: Final = "this console"
_SOURCES: Final = {
    Unseen.ALL: phrase(QT_TRANSLATE_NOOP("present", "the console itself")),
    Unseen.BALANCER: phrase(QT_TRANSLATE_NOOP("present", "the balancer")),
}
_STOOD_STILL: Final = phrase(QT_TRANSLATE_NOOP("present", "the console stood still"))


def judged(view: View, period: int, now_wall_s: float) -> Performance:
    """The figures of the last PERIODS[period] seconds."""
    since_s = min((one.wall_s for one in view.raisings[:1]), default=None)
    watched_s = view.history.wall(view.history.first, view.history.first + 1)
    began_s = float(watched_s[0]) if len(watched_s) else now_wall_s
    return performance(
        view.raisings,
        view.cycles,
        now_wall_s,
        chattering=view.chattering,
        over_s=PERIODS[period][0],
        since_wall_s=began_s if since_s is None else min(since_s, began_s),
    )


def figures_page(view: View, period: int, now_wall_s: float, zone: tzinfo | None) -> PageData:
    """The alarm figures against EEMUA 191 and ISA-18.2."""
    found = judged(view, period, now_wall_s)
    summary = phrase(
        QT_TRANSLATE_NOOP("present", "{count} alarms asked for attention from {start} to {end}."),
        count=numbers.count(float(found.raised)),
        start=_moment(found.from_wall_s, zone),
        end=_moment(found.to_wall_s, zone),
    )
    metrics = PageTable(
        phrase(QT_TRANSLATE_NOOP("present", "FIGURES")),
        tuple(
            phrase(text)
            for text in (
                QT_TRANSLATE_NOOP("present", "figure"),
                QT_TRANSLATE_NOOP("present", "now"),
                QT_TRANSLATE_NOOP("present", "good up to"),
                QT_TRANSLATE_NOOP("present", "manageable up to"),
                QT_TRANSLATE_NOOP("present", "verdict"),
                QT_TRANSLATE_NOOP("present", "by"),
            )
        ),
        tuple(_metric(one) for one in found.metrics) + tuple(_priority(*one) for one in found.by_priority),
        numbers=frozenset({1, 2, 3}),
    )
    top = PageTable(
        phrase(QT_TRANSLATE_NOOP("present", "MOST FREQUENT")),
        (
            phrase(QT_TRANSLATE_NOOP("present", "alarm")),
            phrase(QT_TRANSLATE_NOOP("present", "times")),
            phrase(QT_TRANSLATE_NOOP("present", "share")),
        ),
        tuple(
            PageRow(
                (
                    _name(name),
                    verbatim(numbers.count(float(count))),
                    verbatim(numbers.share(count / found.raised if found.raised else None)),
                )
            )
            for name, count in found.top
        ),
        numbers=frozenset({1, 2}),
        empty=phrase(QT_TRANSLATE_NOOP("present", "No alarm in this time.")),
    )
    title = phrase(QT_TRANSLATE_NOOP("present", "Alarm figures"))
    return PageData(title, summary, (metrics, top), tuple(words for _, words in PERIODS), period)


def sight_page(view: View, zone: tzinfo | None) -> PageData:
    """Every interval in which a source could not be seen, the newest first."""
    newest = tuple(reversed(view.ledger))
    lasting = sum(one.end_wall_s is None for one in newest)
    summary = phrase(
        QT_TRANSLATE_NOOP("present", "{count} intervals since this console was started, {lasting} of them last.")
        if newest
        else QT_TRANSLATE_NOOP("present", "Since this console was started, everything could be seen at all times."),
        count=numbers.count(float(len(newest))),
        lasting=numbers.count(float(lasting)),
    )
    table = PageTable(
        NOTHING,
        (
            phrase(QT_TRANSLATE_NOOP("present", "not seen")),
            phrase(QT_TRANSLATE_NOOP("present", "from")),
            phrase(QT_TRANSLATE_NOOP("present", "to")),
            phrase(QT_TRANSLATE_NOOP("present", "for")),
            phrase(QT_TRANSLATE_NOOP("present", "why")),
        ),
        tuple(_interval(view, one, zone) for one in newest[:MOST_ROWS]),
        numbers=frozenset({3}),
    )
    title = phrase(QT_TRANSLATE_NOOP("present", "Times without sight"))
    return PageData(title, summary, (table, _unused(view.health.dropped)))


def _unused(dropped: Dropped) -> PageTable:
    """Answers that said nothing of now, by whom: those of most come first."""
    counts: list[tuple[Phrase, int]] = [
        (_SOURCES[Unseen.BALANCER], dropped.balancer),
        *((verbatim(server), count) for server, count in sorted(dropped.servers.items(), key=lambda one: -one[1])),
        (phrase(QT_TRANSLATE_NOOP("present", "servers that have left")), dropped.gone),
    ]
    return PageTable(
        phrase(QT_TRANSLATE_NOOP("present", "ANSWERS THAT CAME LATE OR TWICE")),
        (
            phrase(QT_TRANSLATE_NOOP("present", "answers of")),
            phrase(QT_TRANSLATE_NOOP("present", "not used")),
            NOTHING,  # takes the rest of the width: a number at the far edge is read in the wrong line
        ),
        tuple(
            PageRow((who, verbatim(numbers.count(float(count)))), Tone.NOTICE)
            for who, count in counts[:MOST_ROWS]
            if count
        ),
        numbers=frozenset({1}),
        empty=phrase(
            QT_TRANSLATE_NOOP("present", "None since this console was started: each answer was of its moment.")
        ),
    )


def _metric(one: Metric) -> PageRow:
    tone, word = _BANDS[one.band]
    show = _share if one.unit == "share" else _plain
    cells = (
        _METRICS.get(one.name, verbatim(one.name)),
        verbatim(show(one.value)),
        verbatim(show(one.good)),
        verbatim(show(one.most)),
        word,
        phrase(QT_TRANSLATE_NOOP("present", "this console")) if one.source == _OURS else verbatim(one.source),
    )
    return PageRow(cells, tone)


def _priority(priority: object, count: int, share: float | None) -> PageRow:
    wanted = next(one for one in SHARES if one is priority)
    said = phrase(
        QT_TRANSLATE_NOOP("present", "priority {priority}: {count} alarms"),
        priority=PRIORITIES[wanted],
        count=numbers.count(float(count)),
    )
    about = phrase(QT_TRANSLATE_NOOP("present", "about {share}"), share=numbers.share(SHARES[wanted]))
    return PageRow((said, verbatim(numbers.share(share)), about, NOTHING, NOTHING, verbatim("ISA-18.2")))


def _interval(view: View, one: Blindness, zone: tzinfo | None) -> PageRow:
    lasted_s = seconds_of(one)
    lasts = lasted_s is None
    return PageRow(
        (
            _SOURCES.get(one.source, verbatim(one.server or "")),
            verbatim(_moment(one.start_wall_s, zone)),
            phrase(QT_TRANSLATE_NOOP("present", "now"))
            if one.end_wall_s is None
            else verbatim(numbers.clock(one.end_wall_s, zone)),
            verbatim(numbers.seconds(view.frame.mono_s - one.start_mono_s if lasted_s is None else lasted_s)),
            _cause(one.cause),
        ),
        Tone.UNKNOWN if lasts else Tone.QUIET,
    )


def _cause(cause: str) -> Phrase:
    reach = next((one for one in Reach if one.name.lower() == cause), None)
    return _STOOD_STILL if reach is None else REACHES[reach]


def _name(name: str) -> Phrase:
    rule, _, subject = name.partition(":")
    return phrase(QT_TRANSLATE_NOOP("present", "{rule} {target}"), rule=rule_word(rule), target=subject)


def _plain(value: float | None) -> str:
    if value is None:
        return numbers.DASH
    return numbers.count(value) if float(value).is_integer() else numbers.decimal(value)


def _share(value: float | None) -> str:
    return numbers.share(value, 1) if value is not None and value < 0.1 else numbers.share(value)


def _moment(wall_s: float, zone: tzinfo | None) -> str:
    return numbers.dated_clock(wall_s, zone)
