"""Everything about the chosen server: three separate states, its last minutes as curves, its numbers, and the button."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets import theme, words
from widgets.actbutton import ActPush
from widgets.canvas import Canvas
from widgets.consent import ConsentPanel
from widgets.curves import Curve
from widgets.foretold import ForetoldCard, TellingLine
from widgets.gaterow import GateRow
from widgets.labels import PlainLabel, set_look
from widgets.ladder import ActionList
from widgets.manualbox import ManualBox
from widgets.plothost import PlotHost
from widgets.readkey import ReadingKey
from widgets.reviewchooser import ReviewChooser
from widgets.shapes import ToneMark
from widgets.viewdata import NOTHING, DetailData, Fact, Tone
from widgets.waylist import WayList


class FactGrid(QWidget):
    """Labelled values, one a line; a mark where the tone is not quiet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[ToneMark, PlainLabel, PlainLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)

    def set_data(self, facts: tuple[Fact, ...]) -> None:
        """Takes the facts."""
        while len(self._lines) < len(facts):
            parts = (ToneMark(), PlainLabel("small", elide=True), PlainLabel("fixed", elide=True, least=60))
            parts[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            parts[2].setMaximumWidth(190)
            for place, part in enumerate(parts):
                self._grid.addWidget(part, len(self._lines), place)
            self._lines.append(parts)
        for index, (mark, label, value) in enumerate(self._lines):
            used = index < len(facts)
            for part in (mark, label, value):
                part.setVisible(used)
            if used:
                fact = facts[index]
                mark.set_tone(fact.tone)
                label.set_phrase(fact.label, tip=fact.tip)
                value.set_text(fact.value)
                value.set_tone(fact.tone)
                value.setAccessibleName(f"{words.text(fact.label)} {fact.value}")


class DetailPanel(QFrame):
    """See the module. `None` shows how to choose a server."""

    actRequested = Signal(str, str)
    askRequested = Signal(object)
    serverChosen = Signal(str)
    armRequested = Signal(bool)
    closeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._data: DetailData | None = None
        self._mark = ToneMark()
        self._name = PlainLabel("name", elide=True, least=84)
        self._pool = PlainLabel("small", elide=True)
        self._close = QToolButton()
        self._close.setText("×")
        self._close.clicked.connect(self.closeRequested)
        self._states = FactGrid()
        self.verdict = TellingLine()
        self.foretold = ForetoldCard()
        self.plot = PlotHost()
        self.plot.setFixedHeight(150)
        self._keys = CurveKey()
        self._facts = FactGrid()
        self._note = PlainLabel("small", wrap=True)
        self.button = ActPush()
        self._why_not = PlainLabel("small", wrap=True)
        self.ways = WayList()
        self.glass = QPushButton()
        """Opens the panel for break-glass, where a lead may."""
        self.glass.setAutoDefault(False)
        set_look(self.glass, look="glass")
        self.cut = ActPush(elide=True)
        """Ends its sessions; there only where that may be offered, and never acts by itself."""
        set_look(self.cut, density="dense")
        self.manual = ManualBox()
        self.review = ReviewChooser()
        self.consent = ConsentPanel()
        self.gates = GateRow()
        self._actions = ActionList(most=3)
        self._empty = PlainLabel("quiet", wrap=True)
        self._key = ReadingKey()
        self._body = QWidget()
        self._scroll = QScrollArea()
        self._build()
        self.button.actRequested.connect(self.actRequested)
        self._actions.actRequested.connect(self.actRequested)
        self.button.askRequested.connect(self.askRequested)
        self.cut.askRequested.connect(self.askRequested)
        self.ways.serverChosen.connect(self.serverChosen)
        self.ways.armRequested.connect(self.armRequested)
        self.ways.stageRequested.connect(self._stage)
        self.glass.clicked.connect(self._break)
        self.consent.closed.connect(self._place_glass)
        self.consent.resized.connect(lambda: self.reveal(self.consent))
        self.retranslate()
        self.set_data(None)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        head.addWidget(self._name, 1)
        head.addWidget(self._pool)
        head.addWidget(self._close)
        inner = QWidget()
        inner.setMinimumWidth(1)  # Never wider than the pane: the layout's own least width does not count.
        inner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        for part in (
            self._states,
            self.verdict,
            self.plot,
            self._keys,
            self.button,
            self.review,
            self._why_not,
            self.ways,
            self.manual,
            self.consent,
            self.glass,
            self.cut,
            self.gates,
            self.foretold,
            self._actions,
            self._facts,
            self._note,
        ):
            column.addWidget(part)
        column.addStretch(1)
        scroll = self._scroll
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        body.addLayout(head)
        body.addWidget(scroll, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 8, 8)
        outer.addWidget(self._body, 100)
        outer.addWidget(self._empty)
        outer.addSpacing(12)
        outer.addWidget(self._key)
        outer.addStretch(1)

    def set_data(self, data: DetailData | None) -> None:
        """Takes the chosen server's newest numbers; opens at once, all is in memory."""
        self._data = data
        self._body.setVisible(data is not None)
        self._empty.setVisible(data is None)
        self._key.setVisible(data is None)
        if data is None:
            self.consent.put_away()
            return
        self._mark.set_tone(data.tone)
        self._mark.setVisible(data.tone is not Tone.QUIET)
        self._name.set_text(data.server)
        self._pool.set_text(data.pool)
        self._states.set_data(data.states)
        self.verdict.set_data(data.verdict)
        self.foretold.set_data(data.foretold)
        self._facts.set_data(data.facts)
        curves = (
            Curve("routed", _as64(data.routed), width=1.2),
            Curve("belief", _as64(data.belief), dashed=True, width=1.8),
            Curve("truth", _as64(data.truth), width=1.8),
        )
        self.plot.draw((np.asarray(data.wall_s, dtype=np.float64), curves, data.limit))
        self.button.set_data(data.button)
        blocked = not data.button.enabled and words.has(data.button.why_not)
        self._why_not.setVisible(blocked)
        self._why_not.set_phrase(data.button.why_not)
        self.ways.set_data(data.button.ways)
        self.manual.set_data(data.manual)
        self.review.set_data(data.server, data.review_s)
        self.cut.setVisible(data.cut is not None)
        if data.cut is not None:
            self.cut.set_data(data.cut)
        self.consent.follow((data.button,) if data.cut is None else (data.button, data.cut))
        self.gates.set_data(data.gates)
        self._place_glass()
        self._actions.set_data(data.actions)
        self._note.setVisible(words.has(data.note))
        self._note.set_phrase(data.note if words.has(data.note) else NOTHING)
        self.setAccessibleDescription(data.server)

    def ask(self, server: str, verb: str = "") -> None:
        """Opens the panel that asks for consent, where this server is shown and its button (of that verb) asks for it."""
        button = None if self._data is None else self._data.cut if verb == "cut" else self._data.button
        if button is not None and button.server == server and button.ask is not None:
            self.consent.ask(button)
            self._place_glass()
            if (inner := self._scroll.widget()) is not None and (column := inner.layout()) is not None:
                column.activate()
            self.reveal(self.consent)

    def _stage(self, server: str) -> None:
        """A set of one: the engine holds it until it is due, and it can be stopped."""
        self.actRequested.emit("attach_all", server)

    def _break(self) -> None:
        if self._data is not None:
            self.ask(self._data.server)

    def _place_glass(self) -> None:
        """The way to the red panel stands only where a lead may go it, and not while the panel is open."""
        button = None if self._data is None else self._data.button
        may = button is not None and not button.enabled and button.ask is not None and button.ask.glass
        self.glass.setVisible(may and self.consent.target is None)
        if button is not None:
            self.glass.setText(self.tr("Break-glass: {server} …").replace("{server}", button.server).replace("&", "&&"))

    def reveal(self, part: QWidget) -> None:
        """Scrolls until a part of it is in view."""
        self._scroll.ensureWidgetVisible(part)

    @property
    def server(self) -> str:
        """Whose detail is open; empty for none."""
        return self._data.server if self._data else ""

    def retranslate(self) -> None:
        """Sets the words again."""
        self._empty.set_text(self.tr("Choose a row to see one server: click it, or press Enter on it."))
        self._close.setAccessibleName(self.tr("Close the detail"))
        self._close.setToolTip(words.tip(self.tr("Close (Esc)")))
        self.setAccessibleName(self.tr("Detail of the chosen server"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.set_data(self._data)
        super().changeEvent(event)


class _Stroke(Canvas):
    """A short stroke in a curve's own colour and style."""

    def __init__(self, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setFixedSize(18, 12)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        dashed = self._token in {"belief", "limit"}
        colour = theme.colour("edge" if self._token == "limit" else self._token)
        painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        painter.drawLine(0, 6, 18, 6)


class CurveKey(QWidget):
    """What the curves are: a stroke in the curve's own style, and its word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {name: PlainLabel("small", elide=True) for name in ("truth", "belief", "routed", "limit")}
        # Two lines of two: on one line the four were wider than the pane, and pushed all the rest out of it.
        grid = QGridLayout(self)
        grid.setContentsMargins(2, 0, 0, 0)
        grid.setHorizontalSpacing(5)
        grid.setVerticalSpacing(0)
        for index, (name, label) in enumerate(self._labels.items()):
            line, place = divmod(index, 2)
            grid.addWidget(_Stroke(name), line, 2 * place)
            grid.addWidget(label, line, 2 * place + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Sets the words again."""
        said = {
            "truth": self.tr("truth"),
            "belief": self.tr("belief"),
            "routed": self.tr("routed / poll"),
            "limit": self.tr("limit"),
        }
        for name, label in self._labels.items():
            label.set_text(said[name])

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _as64(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)
