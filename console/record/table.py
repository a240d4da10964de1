"""CSV that a spreadsheet may open: numbers stay numbers, and no text of the network becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from console.domain.cells import cell


def by_tick(wall_s: NDArray[np.float64], names: Iterable[str], values: NDArray[np.float32]) -> str:
    """One line a tick: Unix seconds, then one column a server. `values`: (servers, ticks); missing is an empty cell."""
    lines = [_line(["wall_s", *(cell(name) for name in names)])]
    different, where = np.unique(
        values.T, return_inverse=True
    )  # most numbers come again and again: each is written once
    shown = [f"{value + 0.0:g}" if value == value else "" for value in different.tolist()]  # noqa: PLR0124  NaN: missing
    cells = np.array(shown, dtype=object)[where].reshape(values.T.shape)
    for wall, row in zip(wall_s.tolist(), cells.tolist(), strict=True):
        lines.append(f"{wall:.3f},{','.join(row)}\r\n")
    return "".join(lines)


def lines(heads: Iterable[str], rows: Iterable[Iterable[str | float | None]]) -> str:
    """A table of texts and numbers; None and NaN are empty cells."""
    return _line(heads) + "".join(_line(_cells(row)) for row in rows)


def _cells(row: Iterable[str | float | None]) -> list[str]:
    shown: list[str] = []
    for value in row:
        if isinstance(value, str):
            shown.append(cell(value))
        else:
            shown.append("" if value is None or value != value else f"{value:g}")  # noqa: PLR0124  NaN: missing
    return shown


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
