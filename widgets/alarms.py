"""Open alarms, worst first: mark, time, rule, whom, and a sentence with its numbers. Empty when all is well."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel
from widgets.shapes import ToneMark, tone_word
from widgets.viewdata import AlarmLine

MOST_LINES = 100
"""More are counted, not drawn: nobody reads the hundredth line."""


AGE_FROM_PX = 215
"""Narrower lines do without the age."""


class AlarmView(QFrame):
    """One alarm. Click or Enter chooses its server."""

    serverChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bare")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._line: AlarmLine | None = None
        self._mark = ToneMark()
        self._time = PlainLabel("fixed")
        self._rule = PlainLabel()
        self._target = PlainLabel("fixed", elide=True, least=60)
        self._age = PlainLabel("fixed")
        self._sentence = PlainLabel("small", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._mark)
        top.addWidget(self._rule)
        top.addWidget(self._target, 1)
        top.addWidget(self._time)
        top.addWidget(self._age)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(0)
        column.addLayout(top)
        below = QHBoxLayout()
        below.setContentsMargins(20, 0, 0, 0)
        below.addWidget(self._sentence)
        column.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_data(self, line: AlarmLine) -> None:
        """Takes the alarm."""
        if line == self._line:
            return
        self._line = line
        self._mark.set_tone(line.tone)
        self._time.set_text(line.time)
        self._rule.set_phrase(line.rule)
        self._rule.set_tone(line.tone)
        self._target.set_text(line.target)
        self._age.set_text(line.age)
        self._sentence.set_phrase(line.sentence)
        said = (
            tone_word(line.tone),
            words.text(line.priority),
            words.text(line.rule),
            line.target,
            words.text(line.sentence),
            line.time,
        )
        self.setAccessibleName(", ".join(part for part in said if part))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        # A number cut in two would mislead: it goes as a whole. The time says the same.
        self._age.setVisible(self.width() >= AGE_FROM_PX)
        super().resizeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._line is not None:
            shown, self._line = self._line, None
            self.set_data(shown)
        super().changeEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._choose()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose()
            return
        super().keyPressEvent(event)

    def _choose(self) -> None:
        if self._line is not None and self._line.target:
            self.serverChosen.emit(self._line.target)


class AlarmList(QFrame):
    """All open alarms, with their count; "No alarms" when there is none."""

    serverChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._views: list[AlarmView] = []
        self._count = 0
        self._head = PlainLabel("head")
        self._empty = PlainLabel("quiet")
        self._more = PlainLabel("small")
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._more)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 8, 8)
        outer.setSpacing(2)
        outer.addWidget(self._head)
        outer.addWidget(self._empty)
        outer.addWidget(self._scroll, 100)
        outer.addStretch(1)
        self._show(())

    def set_data(self, lines: tuple[AlarmLine, ...]) -> None:
        """Takes all open alarms, worst first."""
        self._show(lines)

    def texts(self) -> tuple[str, ...]:
        """What the lines say, for tests and for speech."""
        return tuple(view.accessibleName() for view in self._views if not view.isHidden())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _show(self, lines: tuple[AlarmLine, ...]) -> None:
        self._count = len(lines)
        shown = lines[:MOST_LINES]
        while len(self._views) < len(shown):
            view = AlarmView()
            view.serverChosen.connect(self.serverChosen)
            self._column.insertWidget(len(self._views), view)
            self._views.append(view)
        for index, view in enumerate(self._views):
            view.setVisible(index < len(shown))
            if index < len(shown):
                view.set_data(shown[index])
        self._scroll.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self._more.setVisible(self._count > MOST_LINES)
        self._speak()

    def _speak(self) -> None:
        self._head.set_text(self.tr("ALARMS") + (f"  {self._count}" if self._count else ""))
        self._empty.set_text(self.tr("No alarms"))
        self._more.set_text(words.fill(self.tr("and {count} more"), {"count": str(self._count - MOST_LINES)}))
        self.setAccessibleName(self.tr("Alarms"))
