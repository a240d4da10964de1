"""The list of rows: a place for each that does not move without a reason, and the filter.

Order and counts come from whole arrays; a row's words and texts are made when it is looked at (of 1,000 rows about 60 are).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, overload

import numpy as np
from typing_extensions import override

from console.domain.frame import Bools, Floats
from console.present.arrangement import Arrangement, Order
from console.present.glance import Glance
from console.present.roster import Places, Roster
from console.present.rowdata import Reading, RowBuilder
from widgets.viewdata import RowData, RowsData, Tone

WARM: Final = 0.5
"""Load below half of the limit is no reason to move a row: the healthy fleet stands in the order of its names."""
BAND: Final = 0.1
SLACK: Final = 0.05
"""A row goes down a band only when its load is this far below the band's edge."""
_TONE_RANK: Final = {Tone.ALARM: 0, Tone.WARN: 1, Tone.UNKNOWN: 2, Tone.NOTICE: 3, Tone.QUIET: 5}
_RANKS: Final = np.array([_TONE_RANK[tone] for tone in Tone], dtype=np.intp)
_DETACHED_RANK: Final = 4
_NO_SLOTS: Final[Places] = np.zeros(0, dtype=np.intp)


class LazyRows(Sequence[RowData]):
    """Rows in their order, each made when it is first looked at; their numbers are those of one View for good."""

    __slots__ = ("_made", "_make", "_slots")

    def __init__(self, slots: Places, make: Callable[[int], RowData]) -> None:
        self._slots = slots
        self._make = make
        self._made: dict[int, RowData] = {}

    @override
    def __len__(self) -> int:
        return len(self._slots)

    @overload
    def __getitem__(self, index: int) -> RowData: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RowData, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> RowData | tuple[RowData, ...]:
        if isinstance(index, slice):
            return tuple(map(self._row, self._slots[index].tolist()))
        return self._row(int(self._slots[index]))

    def _row(self, slot: int) -> RowData:
        if (row := self._made.get(slot)) is None:
            row = self._made[slot] = self._make(slot)
        return row


class RowArranger:
    """Sorts and filters. Keeps the last order (for a frozen list) and each row's band (so that a jitter moves nothing)."""

    def __init__(self) -> None:
        self._rows = RowBuilder()
        self._roster: Roster | None = None
        self._order = _NO_SLOTS
        self._epochs = np.zeros(0, dtype=np.int64)
        """Of the rows in `_order`: slot and epoch are one holder of one slot."""
        self._bands: tuple[Floats, Roster] | None = None
        self._names: tuple[Roster, Places, tuple[str, ...]] | None = None

    def arrange(self, glance: Glance, arrangement: Arrangement, suspects: Sequence[str]) -> RowsData:
        """All rows of this View, sorted and filtered. `suspects`: the order of their cards, which the rows follow."""
        table = glance.view.frame.rows
        if self._roster is None or self._roster.table is not table:
            self._roster = Roster(table)
        roster = self._roster
        reading = self._rows.read(glance)
        bands = self._band(roster, reading)
        self._bands = (bands, roster)
        passes = roster.passing(arrangement.text.strip().casefold())
        if arrangement.only_abnormal:
            passes = passes & ((reading.tones != Tone.QUIET) | reading.detached)
        if arrangement.frozen and len(self._order):
            shown = self._in_last_order(roster, passes)
        else:
            keys = _sort_keys(arrangement.order, roster, reading, bands, suspects)
            chosen = np.flatnonzero(passes)
            shown = chosen[np.lexsort([key[chosen] for key in reversed(keys)])]
        self._order, self._epochs = shown, roster.epochs[shown]
        total = len(table)
        return RowsData(
            LazyRows(shown, self._rows.maker(reading)),
            hidden=total - len(shown),
            total=total,
            aged=glance.blind,
            slots=shown,
            names=self._named(roster, shown),
        )

    def _in_last_order(self, roster: Roster, passes: Bools) -> Places:
        """Who is still there keeps its place; who has come since and passes the filter stands at the end."""
        inside = self._order < len(roster.epochs)
        order, epochs = self._order[inside], self._epochs[inside]
        kept = order[roster.held[order] & (roster.epochs[order] == epochs)]
        new = passes.copy()
        new[kept] = False
        return np.concatenate([kept, np.flatnonzero(new)])

    def _band(self, roster: Roster, reading: Reading) -> Floats:
        """Tenths of the limit by slot, 0 below WARM."""
        share = reading.shares
        band = np.where(share >= WARM, np.floor(share / BAND), 0.0)
        if self._bands is None:
            return band
        old, from_roster = self._bands
        if from_roster is not roster:
            same = min(len(old), len(band))
            before = np.zeros(len(band))
            before[:same] = np.where(from_roster.epochs[:same] == roster.epochs[:same], old[:same], 0.0)
        else:
            before = old
        return np.where((before > band) & (share > before * BAND - SLACK), before, band)

    def _named(self, roster: Roster, shown: Places) -> tuple[str, ...]:
        """The rows' names; the same tuple as long as nobody has moved."""
        if self._names is None or self._names[0] is not roster or not np.array_equal(self._names[1], shown):
            self._names = (roster, shown, tuple(map(roster.names.__getitem__, shown.tolist())))
        return self._names[2]


def _sort_keys(
    order: Order, roster: Roster, reading: Reading, bands: Floats, suspects: Sequence[str]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.generic]], ...]:
    """By slot, the weightiest first; ties are left to the next, at last to the slot."""
    if order is Order.NAME:
        return (roster.by_name,)
    rank = _RANKS[reading.tones]
    rank = np.where(reading.detached, np.minimum(rank, _DETACHED_RANK), rank)
    cards = np.full(len(rank), len(suspects), dtype=np.intp)
    for place, server in enumerate(suspects):
        if (row := roster.table.get(server)) is not None:
            cards[row.slot] = place
    # What is marked stands by its mark alone; its load swings with every session.
    band = np.where(reading.tones == Tone.QUIET, bands, 0.0)
    hotness = (rank, cards, -band, roster.by_name)
    return (roster.by_pool, *hotness) if order is Order.POOL else hotness
