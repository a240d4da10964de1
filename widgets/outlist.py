"""Servers that are out: who took them out, when somebody is to look again, and the way back where no other place offers it."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.actbutton import ActPush
from widgets.card import ServerCard
from widgets.labels import PlainLabel, set_look
from widgets.shapes import ToneMark
from widgets.viewdata import ActButton, DetachedLine, Tone

MOST_LINES = 40


class OutLine(ServerCard):
    """One of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: DetachedLine | None = None
        self._mark = ToneMark()
        self._name = PlainLabel("fixed", elide=True, least=60)
        self._review = PlainLabel("small", elide=True)
        self._who = PlainLabel("small", elide=True)
        self.button = ActPush()
        self.cut = ActPush(elide=True, lines=2)
        """Asks before it ends its sessions; there only where that may be offered."""
        for push in (self.button, self.cut):
            set_look(push, density="dense")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._mark)
        head.addWidget(self._name, 1)
        head.addWidget(self._review)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 3, 10, 4)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self._who)
        column.addWidget(self.button)
        column.addWidget(self.cut)
        self.carry(self.button, self.cut)

    @property
    @override
    def server(self) -> str:
        return self._line.server if self._line else ""

    @override
    def say_again(self) -> None:
        if self._line is not None:
            shown, self._line = self._line, None
            self.set_data(shown)

    def set_data(self, line: DetachedLine) -> None:
        """Takes the newest words."""
        if line == self._line:
            return
        self._line = line
        self._mark.set_tone(line.tone)
        self._mark.setVisible(line.tone is not Tone.QUIET)
        self._name.set_text(line.server)
        self._review.set_phrase(line.review)
        self._review.set_tone(line.tone)
        self._who.set_phrase(line.who)
        self.button.setVisible(line.undo is not None)
        if line.undo is not None:
            self.button.set_data(line.undo)
        self.cut.setVisible(line.cut is not None)
        if line.cut is not None:
            self.cut.set_data(line.cut)
        self.setToolTip(words.tip(line.reason))
        said = (line.server, words.text(line.who), words.text(line.review), line.reason)
        self.setAccessibleName(", ".join(part for part in said if part))


class OutList(QWidget):
    """All of them, to be reviewed first first; hidden while nothing is out."""

    actRequested = Signal(str, str)
    askRequested = Signal(object)
    serverChosen = Signal(str)
    disarmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._views: list[OutLine] = []
        self._head = PlainLabel("head")
        self.together = ActPush(elide=True, lines=2)
        """Attaches all that were detached from here, as one plan."""
        set_look(self.together, density="dense")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addWidget(self._head)
        self._column.addWidget(self.together)
        self.together.actRequested.connect(self.actRequested)
        self.together.askRequested.connect(self.askRequested)
        self.together.disarmed.connect(self.disarmed)
        self.setVisible(False)
        self.retranslate()

    def set_data(self, lines: tuple[DetachedLine, ...], together: ActButton | None) -> None:
        """Takes the lines; the first `MOST_LINES` are shown, all are counted."""
        self._count = len(lines)
        shown = lines[:MOST_LINES]
        while len(self._views) < len(shown):
            view = OutLine()
            view.actRequested.connect(self.actRequested)
            view.askRequested.connect(self.askRequested)
            view.serverChosen.connect(self.serverChosen)
            view.disarmed.connect(self.disarmed)
            self._column.addWidget(view)
            self._views.append(view)
        for index, view in enumerate(self._views):
            view.setVisible(index < len(shown))
            if index < len(shown):
                view.set_data(shown[index])
        self.together.setVisible(together is not None)
        if together is not None:
            self.together.set_data(together)
        self.setVisible(bool(shown))
        self.retranslate()

    def lines(self) -> tuple[OutLine, ...]:
        """Those on the screen."""
        return tuple(view for view in self._views if not view.isHidden())

    def retranslate(self) -> None:
        """Sets the words again."""
        self._head.set_text(self.tr("DETACHED ({count})").replace("{count}", str(self._count)))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
