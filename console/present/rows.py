"""The list of rows: a place for each that does not move without a reason, and the filter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from console.present.arrangement import Arrangement, Order
from console.present.glance import Glance
from console.present.rowdata import RowBuilder
from widgets.viewdata import RowData, RowsData, Tone

WARM: Final = 0.5
"""Load below half of the limit is no reason to move a row: the healthy fleet stands in the order of its names."""
BAND: Final = 0.1
SLACK: Final = 0.05
"""A row goes down a band only when its load is this far below the band's edge."""
_TONE_RANK: Final = {Tone.ALARM: 0, Tone.WARN: 1, Tone.UNKNOWN: 2, Tone.NOTICE: 3, Tone.QUIET: 5}
_DETACHED_RANK: Final = 4

Key = tuple[int, int]
"""Slot and epoch: one holder of one slot."""


class RowArranger:
    """Sorts and filters. Keeps the last order (for a frozen list) and each row's band (so that a jitter moves nothing)."""

    def __init__(self) -> None:
        self._rows = RowBuilder()
        self._order: tuple[Key, ...] = ()
        self._bands: dict[Key, int] = {}

    def arrange(self, glance: Glance, arrangement: Arrangement, suspects: Sequence[str]) -> RowsData:
        """All rows of this View, sorted and filtered. `suspects`: the order of their cards, which the rows follow."""
        rows = self._rows.build(glance)
        bands = {(row.slot, row.epoch): self._band(row) for row in rows}
        self._bands = bands
        if arrangement.frozen and self._order:
            shown = self._in_last_order(rows, arrangement)
        else:
            shown = sorted(filter(_filter(arrangement), rows), key=_sort_key(arrangement.order, bands, suspects))
        self._order = tuple((row.slot, row.epoch) for row in shown)
        return RowsData(tuple(shown), hidden=len(rows) - len(shown), total=len(rows), aged=glance.blind)

    def _in_last_order(self, rows: list[RowData], arrangement: Arrangement) -> list[RowData]:
        by_key = {(row.slot, row.epoch): row for row in rows}
        kept = [by_key[key] for key in self._order if key in by_key]
        there = set(self._order)
        wanted = _filter(arrangement)
        return kept + [row for key, row in by_key.items() if key not in there and wanted(row)]

    def _band(self, row: RowData) -> int:
        share = _share(row)
        band = int(share / BAND) if share >= WARM else 0
        before = self._bands.get((row.slot, row.epoch), 0)
        return before if before > band and share > before * BAND - SLACK else band


def _share(row: RowData) -> float:
    return row.truth / row.limit if row.truth is not None and row.limit else 0.0


def _filter(arrangement: Arrangement) -> Callable[[RowData], bool]:
    wanted = arrangement.text.strip().casefold()

    def passes(row: RowData) -> bool:
        if arrangement.only_abnormal and row.tone is Tone.QUIET and not row.detached:
            return False
        return wanted in row.name.casefold() or wanted in row.pool.casefold()

    return passes


def _sort_key(order: Order, bands: dict[Key, int], suspects: Sequence[str]) -> Callable[[RowData], tuple[object, ...]]:
    cards = {server: place for place, server in enumerate(suspects)}

    def hotness(row: RowData) -> tuple[object, ...]:
        rank = _TONE_RANK[row.tone]
        if row.detached:
            rank = min(rank, _DETACHED_RANK)
        # What is marked stands by its mark alone; its load swings with every session.
        band = bands[row.slot, row.epoch] if row.tone is Tone.QUIET else 0
        return (rank, cards.get(row.name, len(cards)), -band, *natural(row.name))

    def name(row: RowData) -> tuple[object, ...]:
        return natural(row.name)

    def pool(row: RowData) -> tuple[object, ...]:
        return (row.pool, *hotness(row))

    return {Order.HOTNESS: hotness, Order.NAME: name, Order.POOL: pool}[order]


_DIGITS = re.compile(r"(\d+)")


@lru_cache(maxsize=20_000)
def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which `s-2` comes before `s-10`."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(name) if part)
