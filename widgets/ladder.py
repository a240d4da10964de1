"""An action and its proof: the ladder from Requested to Drained with its evidence, what is being waited for, and the undo."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.actbutton import ActPush
from widgets.canvas import Canvas
from widgets.labels import PlainLabel, set_look
from widgets.shapes import ToneMark
from widgets.viewdata import ActionCard, RungData, RungState, Tone

_EDGE_PX = 12
_TONE = {
    RungState.AHEAD: Tone.QUIET,
    RungState.WAITING: Tone.NOTICE,
    RungState.REACHED: Tone.QUIET,
    RungState.WEAK: Tone.NOTICE,
    RungState.FAILED: Tone.ALARM,
    RungState.UNKNOWN: Tone.UNKNOWN,
}


class RungMark(Canvas):
    """Ring: ahead. Ring with a dot: waiting. Tick: reached. Half tick: weak. Cross: failed. Hatched square: unknown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RungState.AHEAD
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, state: RungState) -> None:
        """Changes the mark and its word."""
        self._state = state
        self.setAccessibleName(
            {
                RungState.AHEAD: self.tr("ahead"),
                RungState.WAITING: self.tr("being waited for"),
                RungState.REACHED: self.tr("reached"),
                RungState.WEAK: self.tr("reached, on weak evidence"),
                RungState.FAILED: self.tr("failed"),
                RungState.UNKNOWN: self.tr("not known"),
            }[state]
        )
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(16, 16)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(2, 2, 12, 12)
        reached = self._state is RungState.REACHED
        ink = theme.colour("text") if reached else theme.tone_colour(_TONE[self._state])
        if self._state is RungState.AHEAD:
            ink = theme.colour("edge")
        if self._state is RungState.UNKNOWN:
            painter.setPen(QPen(ink, 1.2))
            painter.setBrush(QBrush(ink, Qt.BrushStyle.BDiagPattern))
            painter.drawRect(ring.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        painter.setPen(QPen(ink, 1.4))
        painter.drawEllipse(ring)
        if self._state is RungState.WAITING:
            painter.setBrush(ink)
            painter.drawEllipse(ring.center(), 2.5, 2.5)
        elif reached or self._state is RungState.WEAK:
            pen = QPen(ink, 1.8, Qt.PenStyle.SolidLine if reached else Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawPolyline([QPointF(5, 8.2), QPointF(7.3, 10.6), QPointF(11.2, 5.6)])
        elif self._state is RungState.FAILED:
            painter.drawLine(QPointF(5.4, 5.4), QPointF(10.6, 10.6))
            painter.drawLine(QPointF(5.4, 10.6), QPointF(10.6, 5.4))


class LadderStrip(QFrame):
    """One action: title, rungs, sentence, undo. `compact`: the rungs as marks on one line, in words only the furthest one."""

    actRequested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._compact = compact
        self._marks: list[RungMark] = []
        self._mark_row = QHBoxLayout()
        self._mark_row.setSpacing(2)
        self._card: ActionCard | None = None
        self._mark = ToneMark()
        self._title = PlainLabel("", elide=True, middle=True)
        self._sentence = PlainLabel("small", wrap=True)
        self._undo = ActPush()
        self._rungs: list[tuple[RungMark, PlainLabel, PlainLabel, PlainLabel]] = []
        named = QHBoxLayout()
        named.setSpacing(8)
        named.addWidget(self._mark)
        named.addWidget(self._title, 1)
        self._mark_row.addStretch(1)
        head = self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(4)
        head.addLayout(named, 1)
        head.addLayout(self._mark_row)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, 8, _EDGE_PX, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._grid)
        column.addWidget(self._sentence)
        column.addWidget(self._undo)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._undo.actRequested.connect(self.actRequested)

    @property
    def undo(self) -> ActPush:
        """The button that takes the action back."""
        return self._undo

    def set_data(self, card: ActionCard) -> None:
        """Takes the action's newest state."""
        if card == self._card:
            return
        self._card = card
        self._mark.set_tone(card.tone)
        self._mark.setVisible(card.tone is not Tone.QUIET)
        self._title.set_phrase(card.title)
        self._title.set_tone(card.tone)
        self._sentence.set_phrase(card.sentence)
        self._sentence.setVisible(words.has(card.sentence))
        if self._compact:
            self._show_marks(card.rungs)
            self._fit_head()
        rungs = (_furthest(card.rungs),) if self._compact and card.rungs else card.rungs
        while len(self._rungs) < len(rungs):
            self._add_rung()
        for index, parts in enumerate(self._rungs):
            used = index < len(rungs)
            for part in parts:
                part.setVisible(used)
            if used:
                _fill(parts, rungs[index])
        self._undo.setVisible(card.undo is not None)
        if card.undo is not None:
            self._undo.set_data(card.undo)
        set_look(self, edge=card.tone.name.lower())
        self.setAccessibleName(words.text(card.title))
        self.setAccessibleDescription(words.text(card.sentence))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._card is not None:
            shown, self._card = self._card, None
            self.set_data(shown)
        super().changeEvent(event)

    def _fit_head(self) -> None:
        """The marks give their place beside the title up before it is cut: whom it means and what is done to it stand in it."""
        shown = sum(not mark.isHidden() for mark in self._marks)
        edges = self.contentsMargins().left() + self.contentsMargins().right() + 2 * _EDGE_PX
        title = self._title.fontMetrics().horizontalAdvance(self._title.text()) + 2
        tone = 0 if self._mark.isHidden() else self._mark.sizeHint().width() + 8
        beside = edges + tone + title + 4 + 18 * shown <= self.width()
        self._head.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _show_marks(self, rungs: tuple[RungData, ...]) -> None:
        while len(self._marks) < len(rungs):
            self._marks.append(RungMark())
            self._mark_row.insertWidget(len(self._marks) - 1, self._marks[-1])
        for index, mark in enumerate(self._marks):
            mark.setVisible(index < len(rungs))
            if index < len(rungs):
                mark.set_state(rungs[index].state)
                said = f"{words.text(rungs[index].word)}: {mark.accessibleName()}"
                mark.setAccessibleName(said)
                mark.setToolTip(words.tip(f"{said} {rungs[index].time} {words.text(rungs[index].evidence)}"))

    def _add_rung(self) -> None:
        line = 2 * len(self._rungs)
        parts = (RungMark(), PlainLabel(), PlainLabel("fixed"), PlainLabel("small", wrap=True))
        for place, part in enumerate(parts[:3]):
            self._grid.addWidget(part, line, place, Qt.AlignmentFlag.AlignTop)
        if self._compact:
            self._grid.addWidget(parts[3], line + 1, 1, 1, 3)
        else:
            self._grid.addWidget(parts[3], line, 3)
        self._rungs.append(parts)


def _furthest(rungs: tuple[RungData, ...]) -> RungData:
    """The rung that tells how it stands: a failure or doubt if there is one, else the last one reached, else the first."""
    bad = [rung for rung in rungs if rung.state in {RungState.FAILED, RungState.UNKNOWN}]
    gone = [rung for rung in rungs if rung.state in {RungState.REACHED, RungState.WEAK}]
    return (bad or gone or list(rungs))[-1 if bad or gone else 0]


def _fill(parts: tuple[RungMark, PlainLabel, PlainLabel, PlainLabel], rung: RungData) -> None:
    mark, word, time, evidence = parts
    mark.set_state(rung.state)
    word.set_phrase(rung.word)
    set_look(word, look="quiet" if rung.state is RungState.AHEAD else "")
    word.set_tone(_TONE[rung.state])
    time.set_text(rung.time)
    evidence.set_phrase(rung.evidence)
    evidence.setVisible(words.has(rung.evidence))


class ActionList(QWidget):
    """Actions under way or lately over, newest first as given."""

    actRequested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, *, most: int = 12, compact: bool = False) -> None:
        super().__init__(parent)
        self._compact = compact
        self._most = most
        self._views: list[LadderStrip] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setVisible(False)

    def set_data(self, cards: tuple[ActionCard, ...]) -> None:
        """Takes all actions; the oldest beyond the most are left out."""
        cards = cards[: self._most]
        while len(self._views) < len(cards):
            view = LadderStrip(compact=self._compact)
            view.actRequested.connect(self.actRequested)
            self._column.addWidget(view)
            self._views.append(view)
        for index, view in enumerate(self._views):
            view.setVisible(index < len(cards))
            if index < len(cards):
                view.set_data(cards[index])
        self.setVisible(bool(cards))
