"""What all cards of one server share: a click or Enter chooses the server, only a button acts, and another language says it anew."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from widgets.actbutton import ActPush


class ServerCard(QFrame):
    """A frame that may be chosen. Who inherits says whose it is, and how it says everything again."""

    actRequested = Signal(str, str)
    askRequested = Signal(object)
    serverChosen = Signal(str)
    disarmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def server(self) -> str:
        """Whose card it is; empty while it has none."""
        raise NotImplementedError

    def say_again(self) -> None:
        """Sets all words anew: the language has changed."""
        raise NotImplementedError

    def carry(self, *buttons: ActPush) -> None:
        """What its buttons ask for is asked for by the card."""
        for button in buttons:
            button.actRequested.connect(self.actRequested)
            button.askRequested.connect(self.askRequested)
            button.disarmed.connect(self.disarmed)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self.server:
            self.say_again()
        super().changeEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.server:
            self.serverChosen.emit(self.server)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.server:
            self.serverChosen.emit(self.server)
            return
        super().keyPressEvent(event)
