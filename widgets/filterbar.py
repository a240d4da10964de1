"""Above the rows: find, only what is abnormal (with the count of what that hides), order, view, and the way back to live."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel

ORDERS: Final = ("hotness", "name", "pool")


class FindField(QLineEdit):
    """Enter and Down leave it for the rows."""

    left = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.left.emit()
            return
        super().keyPressEvent(event)


class FilterBar(QWidget):
    """See the module."""

    filterChanged = Signal(str, bool)
    orderChanged = Signal(str)
    beliefToggled = Signal(bool)
    tableToggled = Signal(bool)
    liveRequested = Signal()
    fieldLeft = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hidden = self._total = 0
        self._held = False
        self._live = True
        self.field = FindField()
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(80)
        self.field.setMinimumWidth(90)
        self.field.setMaximumWidth(200)
        self.abnormal = _toggle()
        self.belief = _toggle()
        self.table = _toggle()
        self.live = _toggle()
        self.live.setChecked(True)
        self.order = QComboBox()
        for name in ORDERS:
            self.order.addItem("", name)
        self._count = PlainLabel("small", elide=True)
        self._order_label = PlainLabel("small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.abnormal)
        row.addWidget(self._order_label)
        row.addWidget(self.order)
        row.addWidget(self._count, 1)
        row.addWidget(self.belief)
        row.addWidget(self.table)
        row.addWidget(self.live)
        self.field.textChanged.connect(self._filter)
        self.field.left.connect(self.fieldLeft)
        self.abnormal.toggled.connect(self._filter)
        self.order.currentIndexChanged.connect(self._ordered)
        self.belief.toggled.connect(self.beliefToggled)
        self.table.toggled.connect(self.tableToggled)
        self.live.clicked.connect(self._follow)
        self.retranslate()

    @property
    def narrows(self) -> bool:
        """Has something been typed that hides rows, or does a filter hide all of them?"""
        return bool(self.field.text()) or (self.abnormal.isChecked() and self._hidden == self._total > 0)

    def leave(self) -> None:
        """Clears what was typed; the toggle stays, unless no row at all would be left."""
        self.field.clear()
        if self.abnormal.isChecked() and self._hidden == self._total > 0:
            self.abnormal.setChecked(False)

    def set_counts(self, hidden: int, total: int) -> None:
        """How many rows there are, and how many of them the filter hides."""
        self._hidden, self._total = hidden, total
        self._say_counts()

    def set_held(self, held: bool) -> None:
        """The order stands still because the pointer or the keyboard is in the rows."""
        self._held = held
        self._say_counts()

    def set_live(self, live: bool) -> None:
        """Do the maps follow the newest column?"""
        self._live = live
        self.live.setChecked(live)
        self._say_live()

    def set_belief(self, shown: bool) -> None:
        """Follows the maps' own state without telling anybody."""
        with QSignalBlocker(self.belief):
            self.belief.setChecked(shown)

    def retranslate(self) -> None:
        """Sets the words again."""
        self.field.setPlaceholderText(self.tr("Find server or pool   /"))
        self.field.setAccessibleName(self.tr("Find server or pool"))
        self.abnormal.setText(self.tr("Only abnormal"))
        self.abnormal.setToolTip(words.tip(self.tr("Hide rows that are well (A)")))
        self.belief.setText(self.tr("Belief"))
        self.belief.setToolTip(words.tip(self.tr("Show what the balancer believes as a fourth map (B)")))
        self.table.setText(self.tr("Table"))
        self.table.setToolTip(words.tip(self.tr("The same rows as a table, for sorting and for screen readers (T)")))
        self._order_label.set_text(self.tr("Order"))
        self.order.setAccessibleName(self.tr("Order of the rows"))
        for index, word in enumerate((self.tr("Hottest first"), self.tr("Name"), self.tr("Pool"))):
            self.order.setItemText(index, word)
        self._say_counts()
        self._say_live()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _say_live(self) -> None:
        self.live.setText(self.tr("Live") if self._live else self.tr("Back to live"))
        self.live.setToolTip(words.tip(self.tr("Follow the newest column (End)")))

    def _say_counts(self) -> None:
        numbers = {"hidden": str(self._hidden), "shown": str(self._total - self._hidden), "total": str(self._total)}
        if self._hidden:
            said = words.fill(self.tr("{shown} of {total} rows, {hidden} hidden"), numbers)
        else:
            said = words.fill(self.tr("{total} row") if self._total == 1 else self.tr("{total} rows"), numbers)
        self._count.set_text(said + ("   ·   " + self.tr("order held") if self._held else ""))

    def _filter(self) -> None:
        self.filterChanged.emit(self.field.text().strip(), self.abnormal.isChecked())

    def _ordered(self, index: int) -> None:
        self.orderChanged.emit(ORDERS[index] if 0 <= index < len(ORDERS) else ORDERS[0])

    def _follow(self) -> None:
        self.live.setChecked(True)
        self.liveRequested.emit()


def _toggle() -> QPushButton:
    button = QPushButton()
    button.setCheckable(True)
    button.setAutoDefault(False)
    return button
