"""What of a rule outlives the console: its running delays and its long windows, as plain values that JSON can hold.

Slots and clocks differ from run to run: a server is named by its id and life, a time is so many seconds ago. The time in which no
console ran counts towards nothing that is delayed; windows of time grow older by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from console.domain.frame import Row

Plain = Any
"""None, bool, int, finite float, str, and lists and mappings by str of these."""
DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What taking over a damaged state may raise."""


class Seat(Struct, frozen=True):
    """Who sits where as of one Frame, and when that is."""

    rows: tuple[Row | None, ...]
    mono_s: float
    interval_s: float
    """Between two polls."""
    away_s: float = 0.0
    """How long no console ran, by the wall clock."""

    def name(self, slot: int) -> str | None:
        """Of the server in a slot, the same in each run; None: nobody sits there."""
        row = self.rows[slot] if slot < len(self.rows) else None
        return None if row is None else f"{row.id}\n{row.incarnation or ''}"

    def slots(self) -> Mapping[str, int]:
        """By name, of everybody."""
        return {f"{row.id}\n{row.incarnation or ''}": row.slot for row in self.rows if row is not None}

    def named(self, values: Mapping[int, Plain]) -> dict[str, Plain]:
        """From by slot to by name."""
        return {name: value for slot, value in values.items() if (name := self.name(slot)) is not None}

    def seated(self, kept: Plain) -> Iterator[tuple[int, Plain]]:
        """The way back, for those who are still here in the same life."""
        slots = self.slots()
        return ((slots[name], value) for name, value in pairs(kept) if name in slots)

    def ago(self, mono_s: float) -> float | None:
        """How long before now; None: never."""
        return round(float(self.mono_s - mono_s), 3) if math.isfinite(mono_s) else None

    def since(self, ago_s: Plain) -> float:
        """The way back, as if no time had passed meanwhile; never: -inf."""
        return -math.inf if ago_s is None else self.mono_s - seconds(ago_s)


def seconds(value: Plain) -> float:
    """A length of time. Raises ValueError for what is none."""
    return amount(value, 0.0)


def amount(value: Plain, least: float = -math.inf) -> float:
    """A finite number of at least so much. Raises ValueError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
        raise ValueError("not a number")
    return float(value)


def pairs(value: Plain) -> list[tuple[str, Plain]]:
    """Of a mapping. Raises ValueError for what is none."""
    if not isinstance(value, Mapping):
        raise ValueError("not a mapping")
    return [(str(name), item) for name, item in cast("Mapping[object, Plain]", value).items()]


def items(value: Plain) -> Sequence[Plain]:
    """Of a list. Raises ValueError for what is none."""
    if not isinstance(value, list | tuple):
        raise ValueError("not a list")
    return cast("Sequence[Plain]", value)
