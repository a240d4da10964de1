"""Servers in the order in which they were first listed: one number each, whatever slot holds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Floats, Frame, RowTable

Whole = NDArray[np.intp]


class Places:
    """Numbers servers by id. `of` also tells the slots that are held."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.pools: list[str | None] = []
        self._number: dict[str, int] = {}
        self._version: RowTable | None = None
        self._slots: Whole = np.zeros(0, dtype=np.intp)
        self._places: Whole = np.zeros(0, dtype=np.intp)

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, frame: Frame) -> tuple[Whole, Whole]:
        """Slots that are held, and the number of each one's server."""
        if frame.rows is not self._version:
            self._version = frame.rows
            slots: list[int] = []
            places: list[int] = []
            for row in frame.rows:
                place = self._number.setdefault(row.id, len(self.ids))
                if place == len(self.ids):
                    self.ids.append(row.id)
                    self.pools.append(row.pool)
                elif row.pool is not None:
                    self.pools[place] = row.pool
                slots.append(row.slot)
                places.append(place)
            self._slots = np.array(slots, dtype=np.intp)
            self._places = np.array(places, dtype=np.intp)
        return self._slots, self._places

    def find(self, server: str) -> int | None:
        """Its number."""
        return self._number.get(server)


def grown(column: Floats, size: int, fill: float = np.nan) -> Floats:
    """The same with room for `size` servers."""
    more = size - len(column)
    return column if more <= 0 else np.concatenate([column, np.full(more, fill)])
