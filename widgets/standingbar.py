"""Role, arming switch and broken glass, at the right end of the header; nothing of it shows where there is nothing to say."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel, set_look
from widgets.shapes import ToneMark
from widgets.viewdata import Arming, HeaderData, Tone


class StandingBar(QWidget):
    """`armRequested(bool)`: arm, or back to reading."""

    armRequested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arming: Arming | None = None
        self._mark = ToneMark(Tone.ALARM)
        self._glass = PlainLabel("small", elide=True)
        self._glass.set_tone(Tone.ALARM)
        self._glass.setMaximumWidth(260)
        self._role = PlainLabel("small")
        self.switch = QPushButton()
        self.switch.setAutoDefault(False)
        set_look(self.switch, look="switch")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self._mark, self._glass, self._role, self.switch):
            row.addWidget(part)
        self.switch.clicked.connect(self._clicked)
        self.setVisible(False)

    def set_data(self, data: HeaderData) -> None:
        """Takes who sits here."""
        broken, role = words.has(data.glass), words.has(data.role)
        self._mark.setVisible(broken)
        self._glass.setVisible(broken)
        self._glass.set_phrase(data.glass)
        self._role.setVisible(role)
        self._role.set_phrase(data.role)
        self._arming = data.arming
        self.switch.setVisible(data.arming is not None)
        self._speak()
        self.setVisible(broken or role or data.arming is not None)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        arming = self._arming
        if arming is None:
            return
        said = " ".join(part for part in (words.text(arming.text), arming.left) if part)
        if said.replace("&", "&&") != self.switch.text():
            self.switch.setText(said.replace("&", "&&"))
            self.switch.setAccessibleName(said)
        self.switch.setEnabled(arming.enabled)
        set_look(self.switch, armed="yes" if arming.armed else "no")
        self.switch.setToolTip(
            words.tip(
                self.tr("Buttons act. It goes back to reading by itself after this time without a hand on it.")
                if arming.armed
                else self.tr("This console only reads. Armed, its buttons act.")
            )
        )

    def _clicked(self) -> None:
        if self._arming is not None:
            self.armRequested.emit(not self._arming.armed)
