"""Pages for the gallery and the tests: alarm figures in every band, and times without sight."""

from __future__ import annotations

from widgets.pagedata import PageData, PageRow, PageTable
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, Tone, phrase, verbatim

_GOOD = phrase(QT_TRANSLATE_NOOP("present", "good"))
_HARD = phrase(QT_TRANSLATE_NOOP("present", "manageable"))
_BAD = phrase(QT_TRANSLATE_NOOP("present", "too much"))
_FEW = phrase(QT_TRANSLATE_NOOP("present", "too few to tell"))


def _cells(*cells: str | Phrase) -> tuple[Phrase, ...]:
    return tuple(verbatim(cell) if isinstance(cell, str) else cell for cell in cells)


def figures() -> PageData:
    """A night with a flood in it."""
    rows = (
        (QT_TRANSLATE_NOOP("present", "alarms in 10 minutes, on average"), "1.4", "1", "2", _HARD, "EEMUA 191"),
        (QT_TRANSLATE_NOOP("present", "alarms in the worst 10 minutes"), "37", "10", "20", _BAD, "EEMUA 191, ISA-18.2"),
        (QT_TRANSLATE_NOOP("present", "standing alarms"), "5", "9", "20", _GOOD, "EEMUA 191"),
        (QT_TRANSLATE_NOOP("present", "share of high ones"), "-", "5.0 %", "15 %", _FEW, "ISA-18.2"),
    )
    tones = (Tone.NOTICE, Tone.WARN, Tone.QUIET, Tone.UNKNOWN)
    head = (
        QT_TRANSLATE_NOOP("present", "figure"),
        QT_TRANSLATE_NOOP("present", "now"),
        QT_TRANSLATE_NOOP("present", "good up to"),
        QT_TRANSLATE_NOOP("present", "manageable up to"),
        QT_TRANSLATE_NOOP("present", "verdict"),
        QT_TRANSLATE_NOOP("present", "by"),
    )
    top = (QT_TRANSLATE_NOOP("present", "alarm"), QT_TRANSLATE_NOOP("present", "times"))
    return PageData(
        phrase(QT_TRANSLATE_NOOP("present", "Alarm figures")),
        phrase(
            QT_TRANSLATE_NOOP("present", "{count} alarms asked for attention from {start} to {end}."),
            count="68",
            start="2025-01-21 06:03:27",
            end="2025-01-21 14:03:27",
        ),
        (
            PageTable(
                phrase(QT_TRANSLATE_NOOP("present", "FIGURES")),
                tuple(phrase(one) for one in head),
                tuple(PageRow(_cells(phrase(row[0]), *row[1:]), tone) for row, tone in zip(rows, tones, strict=True)),
                frozenset({1, 2, 3}),
            ),
            PageTable(
                phrase(QT_TRANSLATE_NOOP("present", "MOST FREQUENT")),
                tuple(phrase(one) for one in top),
                tuple(PageRow(_cells(f"gap dsrs-{n:03d}", str(20 - n))) for n in (7, 9, 11)),
                frozenset({1}),
            ),
        ),
        tuple(
            phrase(one)
            for one in (QT_TRANSLATE_NOOP("present", "last hour"), QT_TRANSLATE_NOOP("present", "last 8 hours"))
        ),
        1,
    )


def sight() -> PageData:
    """One interval that lasts, one that is over."""
    head = (
        QT_TRANSLATE_NOOP("present", "not seen"),
        QT_TRANSLATE_NOOP("present", "from"),
        QT_TRANSLATE_NOOP("present", "to"),
        QT_TRANSLATE_NOOP("present", "for"),
        QT_TRANSLATE_NOOP("present", "why"),
    )
    now = phrase(QT_TRANSLATE_NOOP("present", "now"))
    late = phrase(QT_TRANSLATE_NOOP("present", "no answer in time"))
    return PageData(
        phrase(QT_TRANSLATE_NOOP("present", "Times without sight")),
        phrase(
            QT_TRANSLATE_NOOP("present", "{count} intervals since this console was started, {lasting} of them last."),
            count="2",
            lasting="1",
        ),
        (
            PageTable(
                NOTHING,
                tuple(phrase(one) for one in head),
                (
                    PageRow(_cells("dsrs-041", "2025-01-21 14:01:02", now, "2 min 25 s", late), Tone.UNKNOWN),
                    PageRow(_cells("dsrs-007", "2025-01-21 13:12:40", "13:12:47", "7.0 s", late)),
                ),
                frozenset({3}),
            ),
        ),
    )
