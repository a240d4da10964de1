"""Going back in time: until when, and how much before it, of what is recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QDateTime, QEvent, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel

LENGTHS_MIN: Final = (15, 60, 240)


class BackDialog(QDialog):
    """`chosen(first, last)` in wall seconds."""

    chosen = Signal(float, float)

    def __init__(self, span: tuple[float, float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._span = span
        self._line = PlainLabel("", wrap=True)
        self._until_word, self._length_word = PlainLabel(), PlainLabel()
        self.until = QDateTimeEdit()
        self.until.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self.until.setDateTimeRange(_moment(span[0]), _moment(span[1]))
        self.until.setDateTime(_moment(span[1]))
        self.until.setCalendarPopup(False)
        self.length = QComboBox()
        for minutes in LENGTHS_MIN:
            self.length.addItem("", minutes * 60.0)
        self.go, self.leave = QPushButton(), QPushButton()
        self.go.setDefault(True)
        self.go.clicked.connect(self._chosen)
        self.leave.clicked.connect(self.reject)
        form = QFormLayout()
        form.addRow(self._until_word, self.until)
        form.addRow(self._length_word, self.length)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self._line)
        column.addLayout(form)
        column.addLayout(row)
        self.setMinimumWidth(420)
        self._speak()

    def _chosen(self) -> None:
        last_s = min(float(self.until.dateTime().toSecsSinceEpoch()) + 1.0, self._span[1])
        self.chosen.emit(max(self._span[0], last_s - float(self.length.currentData())), last_s)
        self.accept()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setWindowTitle(self.tr("Go back"))
        self._line.set_text(
            words.fill(
                self.tr("Recorded from {first} to {last}. The replay opens in a window of its own; this one goes on."),
                {"first": _told(self._span[0]), "last": _told(self._span[1])},
            )
        )
        self._until_word.set_text(self.tr("Until"))
        self._length_word.set_text(self.tr("Length"))
        for at, minutes in enumerate(LENGTHS_MIN):
            text = (
                words.fill(self.tr("{count} minutes"), {"count": str(minutes)})
                if minutes < 60
                else self.tr("1 hour")
                if minutes == 60
                else words.fill(self.tr("{count} hours"), {"count": str(minutes // 60)})
            )
            self.length.setItemText(at, text)
        self.go.setText(self.tr("Replay"))
        self.leave.setText(self.tr("Cancel"))


def _moment(wall_s: float) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(wall_s))


def _told(wall_s: float) -> str:
    return datetime.fromtimestamp(wall_s, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
