"""One line a server: its words and its newest numbers. A row whose numbers read the same as before is the same row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from console.domain.alarms import Alarm
from console.domain.frame import Column, Floats, Row
from console.domain.states import Attachment, Sight
from console.present import numbers
from console.present.glance import Glance, fit
from console.present.words import ATTACHMENTS, NOT_LISTED, TONES, joined, rule_word
from widgets.viewdata import RowData, Tone

AGE_FROM_MISSES: Final = 2
"""One missed poll shows nothing; from two on the row carries the age of its truth."""
LOST_FROM_MISSES: Final = 3
_MISSING: Final = -1e9
"""Stands for NaN while rows are compared: NaN is unequal to itself."""


class _Read(NamedTuple):
    """What a row shows, rounded as it is shown."""

    truth: float
    limit: float
    belief: float
    gap: float
    routed: float
    age: float
    truth_age: float
    misses: float
    wide: bool
    silent: bool
    listed: bool
    attachment: int


_Made = tuple[Row, _Read, tuple[tuple[str, int], ...], bool, RowData]


class RowBuilder:
    """Rows by slot. Most of a healthy fleet reads the same from poll to poll; only the others are made anew."""

    def __init__(self) -> None:
        self._made: dict[int, _Made] = {}

    def build(self, glance: Glance) -> list[RowData]:
        """Every server of the row table, listed or lately gone."""
        apart = glance.view.sight is Sight.TRUTH_NOT_REACHABLE
        reads = _reads(glance)
        made: dict[int, _Made] = {}
        for row in glance.view.frame.rows:
            read, alarms = reads[row.slot], glance.alarms.get(row.id, ())
            marks = tuple((alarm.rule, alarm.priority) for alarm in alarms)
            kept = self._made.get(row.slot)
            if kept is None or kept[0] is not row or kept[1] != read or kept[2] != marks or kept[3] is not apart:
                kept = (row, read, marks, apart, _row(row, read, alarms, apart))
            made[row.slot] = kept
        self._made = made
        return [kept[4] for kept in made.values()]


def _reads(glance: Glance) -> list[_Read]:
    view = glance.view
    frame, slots = view.frame, view.frame.rows.capacity
    misses = frame[Column.MISSES]
    gap, margin = fit(view.gap, slots, np.nan), fit(view.gap_margin, slots, np.nan)
    age = frame[Column.REPORT_AGE]
    with np.errstate(invalid="ignore"):
        late = misses >= AGE_FROM_MISSES
        columns = (
            _listed(frame[Column.TRUTH]),
            _listed(frame[Column.LIMIT]),
            _listed(frame[Column.BELIEVED]),
            _listed(np.rint(gap)),
            _listed(np.round(glance.routed_per_s, 1)),
            _listed(np.where(age < 1.0, 0.0, np.floor(age))),
            _listed(np.where(late, np.round(frame[Column.TRUTH_AGE], 1), 0.0)),
            _listed(np.minimum(misses, LOST_FROM_MISSES)),
            (gap > margin).tolist(),
            glance.silent.tolist(),
            frame.listed.tolist(),
            frame.attachment.tolist(),
        )
    return list(map(_Read._make, zip(*columns, strict=True)))


def _listed(values: Floats) -> list[float]:
    return np.nan_to_num(values, nan=_MISSING).tolist()


def _row(row: Row, read: _Read, alarms: tuple[Alarm, ...], apart: bool) -> RowData:
    attachment = Attachment(read.attachment)
    tone = max((TONES[alarm.priority] for alarm in alarms), default=Tone.QUIET)
    # Where no truth reaches this workstation at all, one banner says so; 64 marked rows would say it 64 times.
    lost = read.misses >= LOST_FROM_MISSES and not apart
    if lost and tone < Tone.WARN:
        tone = Tone.UNKNOWN
    truth, limit, belief, gap = _known(read.truth), _known(read.limit), _known(read.belief), _known(read.gap)
    routed, age = _known(read.routed), _known(read.age)
    return RowData(
        slot=row.slot,
        epoch=row.epoch,
        name=row.id,
        pool=row.pool or "",
        tone=tone,
        state=ATTACHMENTS[attachment] if read.listed else NOT_LISTED,
        alarms=joined(tuple(rule_word(alarm.rule) for alarm in alarms)),
        truth=truth,
        limit=limit,
        belief=belief,
        gap=gap,
        routed_per_s=routed,
        report_age_s=age,
        truth_text=numbers.of(truth, limit),
        belief_text=numbers.count(belief),
        age_text=numbers.whole_seconds(age),
        gap_text=numbers.signed(gap),
        routed_text=numbers.decimal(routed),
        truth_tone=Tone.UNKNOWN if lost else (tone if _full(alarms) else Tone.QUIET),
        belief_tone=tone if read.wide and alarms else Tone.QUIET,
        age_tone=max(tone, Tone.WARN) if read.silent and tone is not Tone.UNKNOWN else Tone.QUIET,
        detached=read.listed and attachment is Attachment.DETACHED,
        fresh_text=numbers.seconds(_known(read.truth_age)) if read.misses >= AGE_FROM_MISSES else "",
    )


def _full(alarms: Iterable[Alarm]) -> bool:
    return any(alarm.rule in {"saturation", "gap"} for alarm in alarms)


def _known(value: float) -> float | None:
    return value if value != _MISSING else None
