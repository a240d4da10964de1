"""Two moments of a replay side by side: the fleet's figures, and the servers that changed most."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from widgets.labels import PlainLabel
from widgets.phrases import NOTHING
from widgets.replaydata import CompareData, CompareLine
from widgets.viewdata import Tone


class _Table(QWidget):
    """Lines of name, then, now, change; labels are made once and filled anew."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        for column in (1, 2, 3):
            self._grid.setColumnMinimumWidth(column, 58)
        self._cells: list[tuple[PlainLabel, ...]] = []

    def set_lines(self, lines: Sequence[CompareLine]) -> None:
        """Takes the lines."""
        while len(self._cells) < len(lines):
            row = (PlainLabel("small", elide=True), PlainLabel("fixed"), PlainLabel("fixed"), PlainLabel("fixed"))
            for column, label in enumerate(row):
                if column:
                    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(label, len(self._cells), column)
            self._cells.append(row)
        for index, row in enumerate(self._cells):
            line = lines[index] if index < len(lines) else None
            for label in row:
                label.setVisible(line is not None)
            if line is not None:
                row[0].set_phrase(line.name)
                for label, text in zip(row[1:], (line.then, line.now, line.change), strict=True):
                    label.set_text(text)
                row[3].set_tone(line.tone)

    def texts(self) -> tuple[str, ...]:
        """What the lines say."""
        return tuple(" ".join(label.text() for label in row) for row in self._cells if not row[0].isHidden())


class ComparePanel(QFrame):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._head = PlainLabel("head")
        self._hint = PlainLabel("small", wrap=True)
        self._between = PlainLabel("", wrap=True)
        self._figures, self._servers = _Table(), _Table()
        self._changed = PlainLabel("head")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        for part in (self._between, self._figures, self._changed, self._servers):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 8, 8)
        outer.setSpacing(6)
        outer.addWidget(self._head)
        outer.addWidget(self._hint)
        outer.addWidget(self._scroll, 1)
        self.set_data(None)
        self._speak()

    def set_data(self, data: CompareData | None) -> None:
        """Takes both moments; None: no moment is marked yet."""
        self._hint.setVisible(data is None)
        self._scroll.setVisible(data is not None)
        if data is None:
            self._between.set_phrase(NOTHING)
            return
        self._between.set_phrase(data.between)
        heads = CompareLine(NOTHING, data.then, data.now, "", Tone.QUIET)
        self._figures.set_lines((heads, *data.figures))
        self._servers.set_lines(data.servers)
        self._changed.setVisible(bool(data.servers))

    def texts(self) -> tuple[str, ...]:
        """What it says, for tests and for speech."""
        return (self._between.text(), *self._figures.texts(), *self._servers.texts())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setAccessibleName(self.tr("Two moments compared"))
        self._scroll.setAccessibleName(self.accessibleName())
        self._head.set_text(self.tr("COMPARE"))
        self._changed.set_text(self.tr("SESSIONS, CHANGED MOST"))
        self._hint.set_text(self.tr("Mark a moment with R, then go to another one."))
