"""Pages for the gallery and the tests: alarm figures in every band, and times without sight."""

from __future__ import annotations

import numpy as np

from widgets.comparedata import CompareData, CompareTrack
from widgets.pagedata import PageData, PageRow, PageTable
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, Tone, phrase, verbatim

_GOOD = phrase(QT_TRANSLATE_NOOP("present", "good"))
_HARD = phrase(QT_TRANSLATE_NOOP("present", "manageable"))
_BAD = phrase(QT_TRANSLATE_NOOP("present", "too much"))
_FEW = phrase(QT_TRANSLATE_NOOP("present", "too few to tell"))


def _cells(*cells: str | Phrase) -> tuple[Phrase, ...]:
    return tuple(verbatim(cell) if isinstance(cell, str) else cell for cell in cells)


def _gap_of(number: int) -> Phrase:
    rule = phrase(QT_TRANSLATE_NOOP("present", "gap"))
    return phrase(QT_TRANSLATE_NOOP("present", "{rule} {target}"), rule=rule, target=f"dsrs-{number:03d}")


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
                tuple(PageRow(_cells(_gap_of(n), str(20 - n))) for n in (7, 9, 11)),
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
    """One interval that lasts, one that is over; and answers that came late or twice."""
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
            PageTable(
                phrase(QT_TRANSLATE_NOOP("present", "ANSWERS THAT CAME LATE OR TWICE")),
                (
                    phrase(QT_TRANSLATE_NOOP("present", "answers of")),
                    phrase(QT_TRANSLATE_NOOP("present", "not used")),
                    NOTHING,
                ),
                (
                    PageRow(_cells(phrase(QT_TRANSLATE_NOOP("present", "the balancer")), "3"), Tone.NOTICE),
                    PageRow(_cells("dsrs-007", "112"), Tone.NOTICE),
                ),
                frozenset({1}),
            ),
        ),
    )


def shift() -> PageData:
    """Lines for whoever takes over."""
    rows = (
        "2025-01-21 14:03 JST",
        "gap dsrs-007: belief 0, truth 12 of 12; since 14:01:02",
        "silent dsrs-009: no report since 13:58:40",
        "dsrs-011: detached by noc-2, disk swap",
    )
    return PageData(
        phrase(QT_TRANSLATE_NOOP("present", "Hand-over")),
        phrase(QT_TRANSLATE_NOOP("present", "For whoever takes over: copy it into the chat, or save it as text.")),
        (PageTable(NOTHING, (NOTHING,), tuple(PageRow(_cells(row)) for row in rows)),),
    )


def shadow() -> PageData:
    """Three other algorithms, and the balancer's own by the same method."""
    head = (
        QT_TRANSLATE_NOOP("present", "algorithm"),
        QT_TRANSLATE_NOOP("present", "would have gone elsewhere"),
        QT_TRANSLATE_NOOP("present", "share"),
        QT_TRANSLATE_NOOP("present", "would have been refused"),
        QT_TRANSLATE_NOOP("present", "share"),
    )
    own = phrase(
        QT_TRANSLATE_NOOP("present", "{algorithm} (the balancer's own, same method)"), algorithm="least-reported"
    )
    rows = (
        ("exclude-stale", "1302", "41.2 %", "0", "0.0 %"),
        ("count-in-flight", "1288", "40.7 %", "3", "0.1 %"),
        ("expire-to-average", "1251", "39.6 %", "12", "0.4 %"),
        (own, "96", "3.0 %", "301", "9.5 %"),
    )
    assumed = phrase(
        QT_TRANSLATE_NOOP(
            "present", "Every session is taken to last {seconds}; servers, limits and silences are the real ones."
        ),
        seconds="12 s",
    )
    return PageData(
        phrase(QT_TRANSLATE_NOOP("present", "Other algorithms, on the sessions that came")),
        phrase(
            QT_TRANSLATE_NOOP(
                "present", "Since {time}: {asked} sessions were asked for, {refused} of them refused ({share})."
            ),
            time="13:58:02 JST", asked="3160", refused="310", share="9.8 %",
        ),
        (
            PageTable(
                NOTHING,
                (*(phrase(one) for one in head), NOTHING),
                tuple(PageRow(_cells(*row, "")) for row in rows),
                frozenset({1, 2, 3, 4}),
            ),
            PageTable(
                phrase(QT_TRANSLATE_NOOP("present", "HOW FAR THIS CAN BE TRUSTED")), (NOTHING,), (PageRow((assumed,)),)
            ),
        ),
    )  # fmt: skip


def compared() -> tuple[PageData, CompareData]:
    """A silent server beside one that reports: five minutes of truth and belief, on one scale."""
    at = np.arange(300.0)
    full = np.minimum(12.0, np.maximum(3.0, (at - 120.0) / 6.0))
    usual = np.where(np.sin(at / 9.0) > 0.0, 4.0, 3.0)
    tracks = (
        (phrase(QT_TRANSLATE_NOOP("present", "truth")), full, usual),
        (phrase(QT_TRANSLATE_NOOP("present", "belief")), np.where(at < 60.0, 3.0, 0.0), usual),
    )
    names = verbatim("dsrs-007"), verbatim("dsrs-010")
    drawn = tuple(CompareTrack(word, left, right, right - left, 0.0, 12.0) for word, left, right in tracks)
    head = (NOTHING, *names, phrase(QT_TRANSLATE_NOOP("present", "difference")), NOTHING)
    rows = tuple(
        PageRow((one.word, *(verbatim(f"{side[-1]:g}") for side in (one.left, one.right, one.difference)), NOTHING))
        for one in drawn
    )
    return (
        PageData(
            phrase(QT_TRANSLATE_NOOP("present", "{first} beside {second}"), first=names[0], second=names[1]),
            phrase(
                QT_TRANSLATE_NOOP(
                    "present",
                    "The last {span}, both on one scale; difference: right minus left. Choose the other one above.",
                ),
                span="5 min",
            ),
            (PageTable(NOTHING, head, rows, frozenset({1, 2, 3})),),
            names[1:],
            0,
        ),
        CompareData(names, drawn),
    )
