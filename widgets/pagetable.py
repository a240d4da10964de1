"""A table of words that can be walked through by keyboard and read by a screen reader; nothing in it can be changed."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget
from typing_extensions import override

from widgets import words
from widgets.pagedata import PageTable
from widgets.shapes import tone_word
from widgets.table import mark_icon
from widgets.viewdata import NOTHING, Phrase, Tone

_Index = QModelIndex | QPersistentModelIndex
_NONE = PageTable(NOTHING, (), ())
_MARKS = (Tone.NOTICE, Tone.WARN, Tone.ALARM, Tone.UNKNOWN)


class PageModel(QAbstractTableModel):
    """The rows of a `PageTable`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _NONE

    def take(self, table: PageTable) -> None:
        """Takes the table; where it stays lie those that stay."""
        if table == self.table:
            return
        same = len(table.rows) == len(self.table.rows) and table.head == self.table.head
        if not same:
            self.beginResetModel()
        self.table = table
        if not same:
            self.endResetModel()
        elif table.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(table.rows) - 1, len(table.head) - 1))

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self.table.rows)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self.table.head)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self.table.head):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return words.text(self.table.head[section])
        return self._side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.table.rows):
            return None
        row, column = self.table.rows[index.row()], index.column()
        text = words.text(row.cells[column]) if column < len(row.cells) else ""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return words.tip(text)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._side(column)
            case Qt.ItemDataRole.DecorationRole:
                return (
                    mark_icon(row.tone) if column == 0 and any(one.tone in _MARKS for one in self.table.rows) else None
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{tone_word(row.tone)}: {text}" if column == 0 and row.tone in _MARKS else text
            case _:
                return None

    def _side(self, column: int) -> int:
        side = Qt.AlignmentFlag.AlignRight if column in self.table.numbers else Qt.AlignmentFlag.AlignLeft
        return int(side) | int(Qt.AlignmentFlag.AlignVCenter)


class PageTableView(QTableView):
    """The view of `PageModel`, as high as the page lets it be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PageModel(self)
        self._name = NOTHING
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    @override
    def sizeHint(self) -> QSize:
        """As high as its rows: a page is no larger than what it says."""
        rows = self.rows.rowCount() * self.verticalHeader().defaultSectionSize()
        head = 0 if self.horizontalHeader().isHidden() else self.horizontalHeader().sizeHint().height()
        return QSize(super().sizeHint().width(), rows + head + 4)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 80)

    def set_table(self, table: PageTable, name: Phrase) -> None:
        """Shows it. `name`: what a screen reader calls it."""
        if len(table.rows) != self.rows.rowCount():
            self.updateGeometry()
        self.rows.take(table)
        self.horizontalHeader().setHidden(not any(words.has(head) for head in table.head))
        self._name = name
        self.setAccessibleName(words.text(name))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(words.text(self._name))
            self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, self.rows.columnCount() - 1))
            self.viewport().update()
        super().changeEvent(event)
