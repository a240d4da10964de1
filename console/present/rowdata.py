"""One line a server: its words and its newest numbers. A row whose numbers read the same as before is the same row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.alarms import Alarm
from console.domain.frame import Bools, Column, Floats, Row, RowTable
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


class Reading(Struct, frozen=True, eq=False):
    """What all rows of one View show, by slot: enough to order and to count them without making any."""

    table: RowTable
    alarms: Mapping[str, tuple[Alarm, ...]]
    apart: bool
    """No truth reaches this workstation at all."""
    tones: NDArray[np.intp]
    """`Tone` of the whole row."""
    detached: Bools
    shares: Floats
    """Truth over limit; 0 where either is missing."""
    numbers: Floats
    """(8, slots): the floats of `_Read`, in its order, rounded as they are shown."""
    flags: Bools
    """(3, slots): its booleans."""
    attachment: NDArray[np.int8]


class RowBuilder:
    """Makes rows when asked for. Most of a healthy fleet reads the same from poll to poll; only the others are made anew."""

    def __init__(self) -> None:
        self._made: dict[int, _Made] = {}

    def read(self, glance: Glance) -> Reading:
        """All rows as numbers: every server of the row table, listed or lately gone."""
        frame = glance.view.frame
        apart = glance.view.sight is Sight.TRUTH_NOT_REACHABLE
        read, flags = _numbers(glance), _flags(glance)
        tones = np.full(frame.rows.capacity, Tone.QUIET, dtype=np.intp)
        for server, alarms in glance.alarms.items():
            if (row := frame.rows.get(server)) is not None:
                tones[row.slot] = max(TONES[alarm.priority] for alarm in alarms)
        if not apart:
            tones[(read[_MISSES_AT] >= LOST_FROM_MISSES) & (tones < Tone.WARN)] = Tone.UNKNOWN
        truth, limit = read[0], read[1]
        known = (truth != _MISSING) & (limit != _MISSING) & (limit != 0.0)
        shares = np.zeros(len(truth))
        with np.errstate(over="ignore"):
            np.divide(truth, limit, out=shares, where=known)
        return Reading(
            table=frame.rows,
            alarms=glance.alarms,
            apart=apart,
            tones=tones,
            detached=frame.detached,
            shares=shares,
            numbers=read,
            flags=flags,
            attachment=frame.attachment,
        )

    def maker(self, reading: Reading) -> Callable[[int], RowData]:
        """Slot -> its row in that reading."""

        def make(slot: int) -> RowData:
            return self._row(reading, slot)

        return make

    def _row(self, reading: Reading, slot: int) -> RowData:
        row = reading.table.rows[slot]
        if row is None:
            raise IndexError(f"slot {slot} is free")
        at = (*reading.numbers[:, slot].tolist(), *reading.flags[:, slot].tolist(), int(reading.attachment[slot]))
        read = _Read._make(at)
        alarms = reading.alarms.get(row.id, ())
        marks = tuple((alarm.rule, alarm.priority) for alarm in alarms)
        kept = self._made.get(slot)
        if kept is None or kept[0] is not row or kept[1] != read or kept[2] != marks or kept[3] is not reading.apart:
            kept = (row, read, marks, reading.apart, _row(row, read, alarms, reading.apart))
            self._made[slot] = kept
        return kept[4]


_MISSES_AT: Final = _Read._fields.index("misses")


def _numbers(glance: Glance) -> Floats:
    view = glance.view
    frame, slots = view.frame, view.frame.rows.capacity
    misses, age = frame[Column.MISSES], frame[Column.REPORT_AGE]
    with np.errstate(invalid="ignore"):
        late = misses >= AGE_FROM_MISSES
        columns = (
            frame[Column.TRUTH],
            frame[Column.LIMIT],
            frame[Column.BELIEVED],
            np.rint(fit(view.gap, slots, np.nan)),
            np.round(glance.routed_per_s, 1),
            np.where(age < 1.0, 0.0, np.floor(age)),
            np.where(late, np.round(frame[Column.TRUTH_AGE], 1), 0.0),
            np.minimum(misses, LOST_FROM_MISSES),
        )
    return np.nan_to_num(np.stack(columns), nan=_MISSING)


def _flags(glance: Glance) -> Bools:
    view = glance.view
    frame, slots = view.frame, view.frame.rows.capacity
    with np.errstate(invalid="ignore"):
        wide = fit(view.gap, slots, np.nan) > fit(view.gap_margin, slots, np.nan)
    return np.stack([wide, glance.silent, frame.listed])


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
