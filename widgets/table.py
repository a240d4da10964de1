"""The table twin of the maps: the same rows in the same order, for sorting and for screen readers.

The model changes exactly (inserts, removes, moves, dataChanged), never by a reset: a selection and a reader's place survive each poll.
"""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.shapes import paint_mark, tone_word
from widgets.viewdata import RowData, RowsData, Tone

SORT_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex

_Key = Callable[[RowData], Any]
_SORT: Final[tuple[_Key, ...]] = (
    lambda row: row.name,
    lambda row: int(row.tone),
    lambda row: row.pool,
    lambda row: row.truth,
    lambda row: row.belief,
    lambda row: row.gap,
    lambda row: row.routed_per_s,
    lambda row: row.report_age_s,
    lambda row: words.text(row.alarms),
)
"""What each column is sorted by; numbers as numbers, None where not known."""


class ServerModel(QAbstractTableModel):
    """Rows of `RowsData`. Sorted by a column when asked to, else in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RowData] = []
        self._given: Sequence[RowData] = ()
        self._sort: tuple[int, bool] | None = None

    def set_rows(self, rows: Sequence[RowData]) -> None:
        """Takes the newest rows; tells views exactly what changed."""
        self._given = rows
        self._become(self._ordered(rows))

    def row(self, index: int) -> RowData | None:
        """The row on a line."""
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def index_of(self, server: str) -> int:
        """Line of a server, or -1."""
        return next((i for i, row in enumerate(self._rows) if row.name == server), -1)

    def unsort(self) -> None:
        """Back to the order given."""
        self._sort = None
        self._become(list(self._given))

    @override
    def rowCount(self, parent: _Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(_SORT)

    @override
    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None or not 0 <= index.column() < len(_SORT):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            said = self._text(row, index.column())
            return f"{self.head(index.column())}: {said}" if role == Qt.ItemDataRole.AccessibleTextRole else said
        if role == SORT_ROLE:
            return _SORT[index.column()](row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return mark_icon(row.tone)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, index.column())
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if (
            orientation is Qt.Orientation.Horizontal
            and role == Qt.ItemDataRole.DisplayRole
            and 0 <= section < len(_SORT)
        ):
            return self.head(section)
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort = (column, order == Qt.SortOrder.DescendingOrder) if 0 <= column < len(_SORT) else None
        self._become(self._ordered(self._given))

    def head(self, column: int) -> str:
        """Word above a column."""
        return (
            self.tr("server"),
            self.tr("state"),
            self.tr("pool"),
            self.tr("truth"),
            self.tr("belief"),
            self.tr("gap"),
            self.tr("routed / s"),
            self.tr("report age"),
            self.tr("alarms"),
        )[column]

    def _text(self, row: RowData, column: int) -> str:
        if column == 1:
            state = words.text(row.state)
            return f"{tone_word(row.tone)}, {state}" if row.tone is not Tone.QUIET else state
        if column == 8:
            return words.text(row.alarms)
        said = (row.name, "", row.pool, row.truth_text, row.belief_text, row.gap_text, row.routed_text, row.age_text)[
            column
        ]
        return words.plain(said, 120)

    def _colour(self, row: RowData, column: int) -> QColor | None:
        tone = {1: row.tone, 3: row.truth_tone, 4: row.belief_tone, 7: row.age_tone, 8: row.tone}.get(
            column, Tone.QUIET
        )
        return theme.tone_colour(tone) if tone is not Tone.QUIET else None

    def _ordered(self, rows: Sequence[RowData]) -> list[RowData]:
        if self._sort is None:
            return list(rows)
        column, falling = self._sort
        known = [row for row in rows if _SORT[column](row) is not None]
        unknown = [row for row in rows if _SORT[column](row) is None]
        # What is not known stands last in both directions: it is neither small nor large.
        return [*sorted(known, key=_SORT[column], reverse=falling), *unknown]

    def _become(self, wanted: list[RowData]) -> None:
        keys = [_key(row) for row in wanted]
        present = set(keys)
        for at in range(len(self._rows) - 1, -1, -1):
            if _key(self._rows[at]) not in present:
                self.beginRemoveRows(_INVALID, at, at)
                del self._rows[at]
                self.endRemoveRows()
        have = {_key(row) for row in self._rows}
        for at, row in enumerate(wanted):
            if _key(row) not in have:
                self._insert_run(at, wanted, have)
        self._reorder(keys)
        self._update(wanted)

    def _insert_run(self, at: int, wanted: list[RowData], have: set[tuple[str, int]]) -> None:
        """Inserts the whole run of new rows that begins at `at` of `wanted`: one notice for a run, not one a row."""
        stop = at
        while stop < len(wanted) and _key(wanted[stop]) not in have:
            stop += 1
        place = min(at, len(self._rows))
        self.beginInsertRows(_INVALID, place, place + stop - at - 1)
        self._rows[place:place] = wanted[at:stop]
        self.endInsertRows()
        have.update(_key(row) for row in wanted[at:stop])

    def _reorder(self, keys: list[tuple[str, int]]) -> None:
        """Moves rows to their places: one by one where few moved, as one change of layout where many did."""
        now = [_key(row) for row in self._rows]
        moved = sum(a != b for a, b in zip(now, keys, strict=True))
        if not moved:
            return
        if moved > 32:
            self._relayout(keys)
            return
        for place, key in enumerate(keys):
            at = now.index(key, place)
            if at == place:
                continue
            self.beginMoveRows(_INVALID, at, at, _INVALID, place)
            self._rows.insert(place, self._rows.pop(at))
            now.insert(place, now.pop(at))
            self.endMoveRows()

    def _relayout(self, keys: list[tuple[str, int]]) -> None:
        self.layoutAboutToBeChanged.emit()
        by_key = {_key(row): row for row in self._rows}
        places = {key: place for place, key in enumerate(keys)}
        before = self.persistentIndexList()
        after = [self.index(places[_key(self._rows[index.row()])], index.column()) for index in before]
        self._rows = [by_key[key] for key in keys]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _update(self, wanted: list[RowData]) -> None:
        """Takes the new contents, telling of each run of changed lines."""
        last = len(_SORT) - 1
        start: int | None = None
        for at, row in enumerate([*wanted, None]):
            changed = row is not None and row != self._rows[at]
            if changed and row is not None:
                self._rows[at] = row
                start = at if start is None else start
            elif start is not None:
                self.dataChanged.emit(self.index(start, 0), self.index(at - 1, last))
                start = None


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if 3 <= column <= 7 else Qt.AlignmentFlag.AlignLeft
    return int(side) | int(Qt.AlignmentFlag.AlignVCenter)


def mark_icon(tone: Tone) -> QPixmap:
    """A tone's mark, 12 px square; empty for normal, so that names stay in line."""
    pixmap = QPixmap(12, 12)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_mark(painter, QRectF(1, 1, 10, 10), tone)
    painter.end()
    return pixmap


def _key(row: RowData) -> tuple[str, int]:
    return row.name, row.epoch


class ServerTable(QTableView):
    """The view of `ServerModel`. Enter or a double click asks for the detail, a click chooses."""

    serverChosen = Signal(str)
    detailRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ServerModel(self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        head = self.horizontalHeader()
        head.setStretchLastSection(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        for column, width in enumerate((150, 170, 140, 80, 70, 70, 90, 100)):
            self.setColumnWidth(column, width)
        self.activated.connect(self._activated)
        self.clicked.connect(self._clicked)
        self._speak()

    def set_rows(self, data: RowsData) -> None:
        """Takes the newest rows."""
        self.rows.set_rows(data.rows)

    def choose(self, server: str) -> None:
        """Selects a server's line without telling anybody."""
        at = self.rows.index_of(server)
        if at >= 0 and at != self.currentIndex().row():
            self.setCurrentIndex(self.rows.index(at, 0))

    @property
    def pointed_server(self) -> str:
        """The server of the current line; empty without one."""
        row = self.rows.row(self.currentIndex().row())
        return "" if row is None else row.name

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
            self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_SORT) - 1)
            self.viewport().update()
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setAccessibleName(self.tr("Table of all servers: the same rows as the maps"))

    def _clicked(self, index: QModelIndex) -> None:
        row = self.rows.row(index.row())
        if row is not None:
            self.serverChosen.emit(row.name)

    def _activated(self, index: QModelIndex) -> None:
        row = self.rows.row(index.row())
        if row is not None:
            self.serverChosen.emit(row.name)
            self.detailRequested.emit(row.name)
