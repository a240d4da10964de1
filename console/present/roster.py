"""What is the same of all rows until membership changes: their names, pools and places by name, worked out once for each row table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Bools, RowTable

Places = NDArray[np.intp]

_DIGITS: Final = re.compile(r"(\d+)")


@lru_cache(maxsize=20_000)
def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which `s-2` comes before `s-10`."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(name) if part)


class Roster:
    """The holders of a table's slots. All arrays are by slot and as long as the table's capacity."""

    __slots__ = ("_filtered", "by_name", "by_pool", "epochs", "held", "names", "pools", "table")

    def __init__(self, table: RowTable) -> None:
        self.table = table
        self.names: Final = [row.id if row is not None else "" for row in table.rows]
        self.pools: Final = [(row.pool or "") if row is not None else "" for row in table.rows]
        self.epochs: Final = np.array([row.epoch if row is not None else -1 for row in table.rows], dtype=np.int64)
        self.held: Final[Bools] = np.array([row is not None for row in table.rows], dtype=np.bool_)
        self.by_name: Final = _ranks([natural(name) for name in self.names])
        """Place in the order of names; equal for names that are the same but for leading zeros."""
        self.by_pool: Final = _ranks(self.pools)
        self._filtered: tuple[str, Bools] = ("", self.held)

    def passing(self, text: str) -> Bools:
        """Held slots whose name or pool has `text` (casefolded) in it."""
        if self._filtered[0] != text:
            found = [
                text in name.casefold() or text in pool.casefold()
                for name, pool in zip(self.names, self.pools, strict=True)
            ]
            self._filtered = (text, np.array(found, dtype=np.bool_) & self.held)
        return self._filtered[1] if text else self.held


def _ranks(keys: list[str] | list[tuple[tuple[int, int, str], ...]]) -> Places:
    """The place of each key among the different keys."""
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return np.array([place[key] for key in keys], dtype=np.intp)
