"""A page over the whole screen: title, summary, tables, and the ways to take them elsewhere. Esc closes it; the watch goes on below."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.comparechart import CompareChart
from widgets.labels import PlainLabel, panel
from widgets.pagedata import PageData, PageTable
from widgets.pagetable import PageTableView
from widgets.viewdata import NOTHING

MOST_TABLES: Final = 2
WIDEST: Final = 1080
MARGIN: Final = 24


class Page(Canvas):
    """Covers its parent while shown; a click beside it closes it."""

    exportRequested = Signal(str)
    """`copy`, `csv`, `json` or `txt`."""
    choiceChanged = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget, kinds: Sequence[str] = ("copy", "csv", "json")) -> None:
        """`kinds`: what it offers to take away."""
        super().__init__(parent)
        self._under, self._data = parent, PageData(NOTHING, NOTHING, ())
        self._back_to: QWidget | None = None
        self._box = panel()
        self._title, self._summary = PlainLabel("title"), PlainLabel("small", wrap=True)
        self.choice = QComboBox()
        self.choice.activated.connect(self.choiceChanged)
        self.drop = QPushButton("×")
        self.drop.setAutoDefault(False)
        self.drop.clicked.connect(self.close_page)
        self.buttons = {name: QPushButton() for name in kinds}
        head, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self._box)
        head.addWidget(self._title, 1)
        head.addWidget(self.choice)
        head.addWidget(self.drop)
        column.setContentsMargins(20, 12, 20, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._summary)
        self.chart = CompareChart()
        self.chart.set_data(None)
        column.addWidget(self.chart)
        self._names = tuple(PlainLabel("head") for _ in range(MOST_TABLES))
        self._empty = tuple(PlainLabel("quiet") for _ in range(MOST_TABLES))
        self.tables = tuple(PageTableView() for _ in range(MOST_TABLES))
        for name, none, table in zip(self._names, self._empty, self.tables, strict=True):
            column.addWidget(name)
            column.addWidget(none)
            column.addWidget(table)
        column.addStretch(0)
        foot.addStretch(1)
        for name, button in self.buttons.items():
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, name=name: self.exportRequested.emit(name))
            foot.addWidget(button)
        column.addLayout(foot)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addStretch(1)
        outer.addWidget(self._box, 100, Qt.AlignmentFlag.AlignVCenter)
        outer.addStretch(1)
        self._box.setMaximumWidth(WIDEST)
        parent.installEventFilter(self)
        self.hide()
        self.retranslate()

    def set_data(self, data: PageData) -> None:
        """Takes the newest figures; what is looked at stays where it is."""
        if data == self._data:
            return
        self._data = data
        self._speak()

    def open_page(self) -> None:
        """Shows it and takes the keyboard."""
        self.show()
        self.raise_()
        self.tables[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def close_page(self) -> bool:
        """Closes it; False where it was not open."""
        if self.isHidden():
            return False
        self.hide()
        self.closed.emit()
        return True

    @override
    def retranslate(self) -> None:
        says = {
            "copy": self.tr("Copy"),
            "csv": self.tr("Save CSV"),
            "json": self.tr("Save JSON"),
            "txt": self.tr("Save text"),
        }
        for name, button in self.buttons.items():
            button.setText(says[name])
        self.drop.setAccessibleName(self.tr("Close"))
        self.drop.setToolTip(words.tip("Esc"))
        self.choice.setAccessibleName(self.tr("What it is about"))
        self._speak()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self.setGeometry(self._under.rect())
        return super().eventFilter(watched, event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._back_to = self.window().focusWidget()
        self.setGeometry(self._under.rect())
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        back, self._back_to = self._back_to, None
        if back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.PopupFocusReason)
        super().hideEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._box.geometry().contains(event.position().toPoint()):
            self.close_page()

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        veil = QColor(theme.colour("ground"))
        veil.setAlpha(190)
        painter.fillRect(self.rect(), veil)

    def _speak(self) -> None:
        data = self._data
        self._title.set_phrase(data.title)
        self._summary.set_phrase(data.summary)
        self.setAccessibleName(words.text(data.title))
        said = [words.text(choice) for choice in data.choices]
        if said != [self.choice.itemText(index) for index in range(self.choice.count())]:
            self.choice.clear()
            self.choice.addItems(said)
        self.choice.setCurrentIndex(data.chosen if data.choices else -1)
        self.choice.setVisible(bool(data.choices))
        for index in range(MOST_TABLES):
            table: PageTable | None = data.tables[index] if index < len(data.tables) else None
            self._names[index].setVisible(table is not None and words.has(table.name))
            self._empty[index].setVisible(table is not None and not table.rows and words.has(table.empty))
            self.tables[index].setVisible(table is not None and bool(table.rows))
            if table is not None:
                self._names[index].set_phrase(table.name)
                self._empty[index].set_phrase(table.empty)
                self.tables[index].set_table(table, table.name if words.has(table.name) else data.title)
