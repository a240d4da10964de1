"""The way out of a refusal, step by step; what the window itself can do of it has a button."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets.labels import PlainLabel
from widgets.viewdata import Way


class _WayLine(QWidget):
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way: Way | None = None
        self.text = PlainLabel("small", wrap=True)
        self.does = QPushButton()
        self.does.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.text, 1)
        row.addWidget(self.does)
        self.does.clicked.connect(lambda: self.chosen.emit(self.way))


class WayList(QWidget):
    """`serverChosen(str)`: show the server that would be attached; `armRequested(bool)`. Hidden where there is no way."""

    serverChosen = Signal(str)
    armRequested = Signal(bool)
    stageRequested = Signal(str)
    """Attach this server in stages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways: tuple[Way, ...] = ()
        self._lines: list[_WayLine] = []
        self._head = PlainLabel("small")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._head)
        self.setVisible(False)
        self._speak()

    def set_data(self, ways: tuple[Way, ...]) -> None:
        """Takes the steps."""
        if ways == self._ways:
            return
        self._ways = ways
        while len(self._lines) < len(ways):
            line = _WayLine()
            line.chosen.connect(self._do)
            self._column.addWidget(line)
            self._lines.append(line)
        self._speak()
        self.setVisible(bool(ways))

    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be pressed of it."""
        return tuple(line.does for line in self._lines if not line.isHidden() and not line.does.isHidden())

    def _speak(self) -> None:
        self._head.set_text(self.tr("Way out:"))
        words = {"choose": self.tr("Show it"), "arm": self.tr("Arm"), "stage": self.tr("In stages")}
        for index, line in enumerate(self._lines):
            used = index < len(self._ways)
            line.setVisible(used)
            line.way = self._ways[index] if used else None
            if line.way is not None:
                line.text.set_phrase(line.way.text)
                line.does.setVisible(line.way.does in words)
                line.does.setText(words.get(line.way.does, ""))
                line.does.setAccessibleName(f"{words.get(line.way.does, '')} {line.way.target}".strip())

    def _do(self, way: Way | None) -> None:
        if way is not None and way.does == "choose":
            self.serverChosen.emit(way.target)
        elif way is not None and way.does == "arm":
            self.armRequested.emit(True)
        elif way is not None and way.does == "stage":
            self.stageRequested.emit(way.target)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)
