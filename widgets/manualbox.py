"""The site's own command, for when the balancer's detach leads nowhere: to be copied, never run from here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets.labels import PlainLabel, set_look
from widgets.viewdata import ManualData


class ManualBox(QFrame):
    """`said(server, "done" | "failed")`: what the operator says of it. Hidden where it is not needed."""

    said = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: ManualData | None = None
        set_look(self, look="banner", ground="warn")
        self._head = PlainLabel("small")
        self._why = PlainLabel("small", wrap=True)
        self.command = PlainLabel("fixed", wrap=True)
        self.command.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy = QPushButton()
        self.done = QPushButton()
        self.failed = QPushButton()
        self._state = PlainLabel("small", wrap=True)
        for button in (self.copy, self.done, self.failed):
            button.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.done.clicked.connect(lambda: self._say("done"))
        self.failed.clicked.connect(lambda: self._say("failed"))
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.copy, self.done, self.failed):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        for part in (self._head, self._why, self.command):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(self._state)
        self.setVisible(False)
        self.retranslate()

    def set_data(self, data: ManualData | None) -> None:
        """Takes what is to be shown; None: the balancer's own way is open."""
        if data == self._data:
            return
        self._data = data
        self.setVisible(data is not None)
        if data is None:
            return
        self._why.set_phrase(data.why)
        if self.command.text() != data.command:
            self.command.set_text(data.command)
        for part in (self.command, self.copy, self.done, self.failed):
            part.setVisible(bool(data.command))
        self._state.set_phrase(data.state)

    @property
    def shown(self) -> ManualData | None:
        """What stands before the operator's eyes."""
        return self._data

    def retranslate(self) -> None:
        """Sets the words again."""
        self._head.set_text(self.tr("By hand, at this site"))
        self.copy.setText(self.tr("Copy"))
        self.done.setText(self.tr("I ran it"))
        self.failed.setText(self.tr("It failed"))
        self.command.setAccessibleName(self.tr("The site's command for this server"))
        self.setAccessibleName(self.tr("What to do where the balancer does not detach"))

    def _copy(self) -> None:
        if self._data is not None:
            QGuiApplication.clipboard().setText(self._data.command)
            self.command.setSelection(0, len(self._data.command))

    def _say(self, word: str) -> None:
        if self._data is not None:
            self.said.emit(self._data.server, word)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            data, self._data = self._data, None
            self.set_data(data)
        super().changeEvent(event)
