"""The maps as pictures for a record: every row, also those that no screen had room for, and none of the pointer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from widgets.maplayout import AXIS, HEAD, READOUT
from widgets.mappicture import MapPicture
from widgets.viewdata import RowsData

ROW_PX: Final = 13
PART_ROWS: Final = 500
"""Rows of one picture: at twice the pixels it is still 60 MB in memory, and below what an image may be high."""


def parts(maps: MapPicture, rows: RowsData) -> Iterator[tuple[str, QImage]]:
    """Pictures by name, one after another: `maps` and `map-truth` ... with all `rows`, then `maps-2` ... where one does not hold them.
    They show the time, the maps and the scales that `maps` shows.
    """
    for part, first in enumerate(range(0, max(1, len(rows.rows)), PART_ROWS)):
        suffix = f"-{part + 1}" if part else ""
        twin = MapPicture()
        try:
            last = first + PART_ROWS
            twin.planes = maps.planes
            twin.view = dataclasses.replace(maps.view)
            twin.set_belief_shown(maps.belief_shown)
            twin.set_legends(maps.legends)
            twin.set_rows(RowsData(rows.rows[first:last], aged=rows.aged))
            twin.borrow(maps)
            shown = len(twin.row_data)
            # The line that reads the cell under the pointer has nothing to say here.
            high = HEAD + AXIS + max(1, shown) * ROW_PX
            twin.resize(maps.width(), high + READOUT)
            whole = twin.drawn(QRect(0, 0, maps.width(), high))
            yield f"maps{suffix}", whole
            ratio = whole.devicePixelRatio()
            for kind, span in zip(twin.kinds, twin.layout_now().maps, strict=True):
                cut = QRect(round(span.x * ratio), 0, round(span.w * ratio), whole.height())
                yield f"map-{kind.value}{suffix}", whole.copy(cut)
        finally:
            twin.deleteLater()
