"""Who holds which slot, as arrays. Recomputed only when the row table changes, so that a step costs nothing in calm."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import Row, RowTable

Slots = NDArray[np.intp]
_NONE: Slots = np.zeros(0, dtype=np.intp)
_NONE.flags.writeable = False


class Turnover(Struct, frozen=True, eq=False):
    """Slots whose line breaks with this Frame."""

    born: Slots
    """A new incarnation or another holder (also the first holder)."""
    other: Slots
    """Those of `born` that another id held before, and those that fell free."""

    def __bool__(self) -> bool:
        return bool(self.born.size or self.other.size)


class Holders:
    """Follows the row table from Frame to Frame; knows the pools by number."""

    def __init__(self) -> None:
        self.pools: tuple[str | None, ...] = ()
        """Pool names by number."""
        self.pool_of: NDArray[np.intp] = _NONE
        """(capacity,) number of the pool; free slots: number of pools (one bin too many)."""
        self.members: tuple[NDArray[np.intp], ...] = ()
        """By number of the pool: its slots, in order."""
        self._table: RowTable | None = None
        self._rows: tuple[Row | None, ...] = ()

    @property
    def rows(self) -> tuple[Row | None, ...]:
        """The rows of the newest table, by slot."""
        return self._rows

    def update(self, table: RowTable) -> Turnover:
        """Takes the table of the newest Frame and tells what changed."""
        if table is self._table:
            return Turnover(_NONE, _NONE)
        old, new = self._rows, table.rows
        born: list[int] = []
        other: list[int] = []
        for slot, row in enumerate(new):
            before = old[slot] if slot < len(old) else None
            if row is before:
                continue
            if row is None or (before is not None and before.id != row.id):
                other.append(slot)
            if row is not None and (before is None or _line(before) != _line(row)):
                born.append(slot)
        self._table, self._rows = table, new
        self.pools = tuple(sorted({row.pool for row in table}, key=lambda pool: pool or ""))
        number = {pool: index for index, pool in enumerate(self.pools)}
        self.pool_of = np.array([len(number) if row is None else number[row.pool] for row in new], dtype=np.intp)
        self.members = tuple(np.flatnonzero(self.pool_of == index) for index in range(len(self.pools)))
        return Turnover(np.array(born, dtype=np.intp), np.array(other, dtype=np.intp))


def _line(row: Row) -> tuple[str, int, str | None]:
    return row.id, row.epoch, row.incarnation
