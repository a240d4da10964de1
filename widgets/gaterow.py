"""The gates of a request as named marks with their numbers; small, as a strip of marks with the first one that does not pass."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.viewdata import GateMark, GateState

LINE_PX: Final = 17
STRIP_PX: Final = 13
_MARK_PX: Final = 9
_INK: Final = {GateState.PASS: "text3", GateState.HOLD: "warn", GateState.REFUSE: "alarm"}


def ink(state: GateState) -> QColor:
    """Colour of a verdict's mark and words."""
    return theme.colour(_INK[state])


def paint_gate(painter: QPainter, box: QRectF, state: GateState) -> None:
    """Tick: passes. Diamond: holds. Cross in a square: refuses."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    painter.setPen(QPen(ink(state), 1.5))
    if state is GateState.PASS:
        painter.drawPolyline(
            [QPointF(x, y + 0.55 * h), QPointF(x + 0.35 * w, y + 0.9 * h), QPointF(x + w, y + 0.1 * h)]
        )
    elif state is GateState.HOLD:
        painter.setBrush(ink(state))
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x + w / 2, y), QPointF(x + w, y + h / 2), QPointF(x + w / 2, y + h), QPointF(x, y + h / 2)]
            )
        )
    else:
        painter.drawRect(box)
        painter.drawLine(QPointF(x + 2, y + 2), QPointF(x + w - 2, y + h - 2))
        painter.drawLine(QPointF(x + 2, y + h - 2), QPointF(x + w - 2, y + 2))
    painter.restore()


class GateRow(Canvas):
    """All gates; those with a number a line each, the others two a line. The tool tip holds what each says.

    What does not pass has its number on a line of its own: nothing of it is ever cut short.
    """

    def __init__(self, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._gates: tuple[GateMark, ...] = ()
        self._compact = compact
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVisible(compact)

    @property
    def gates(self) -> tuple[GateMark, ...]:
        """What it shows."""
        return self._gates

    def set_data(self, gates: tuple[GateMark, ...]) -> None:
        """Takes the verdicts."""
        if gates == self._gates:
            return
        before = self.sizeHint()
        self._gates = gates
        if not self._compact:
            self.setVisible(bool(gates))
        if self.sizeHint() != before:
            self.updateGeometry()
        self.retranslate()
        self.update()

    @override
    def retranslate(self) -> None:
        said = [_sentence(gate, self._state_word(gate.state)) for gate in self._gates]
        self.setAccessibleName(self.tr("Gates before this action"))
        self.setAccessibleDescription("; ".join(said))
        self.setToolTip(words.tip("; ".join(said)))

    def _state_word(self, state: GateState) -> str:
        return {
            GateState.PASS: self.tr("passes"),
            GateState.HOLD: self.tr("holds"),
            GateState.REFUSE: self.tr("refuses"),
        }[state]

    def _lines(self) -> list[tuple[GateMark, ...]]:
        """Gates by line: what does not pass first, then the numbers, then the rest in pairs."""
        loud = [gate for gate in self._gates if gate.state is not GateState.PASS]
        calm = [gate for gate in self._gates if gate.state is GateState.PASS]
        bare = [gate for gate in calm if not words.has(gate.figure)]
        pairs = [tuple(bare[index : index + 2]) for index in range(0, len(bare), 2)]
        return [(gate,) for gate in (*loud, *(gate for gate in calm if words.has(gate.figure)))] + pairs

    @override
    def sizeHint(self) -> QSize:
        return QSize(100, STRIP_PX if self._compact else LINE_PX * sum(_height(line) for line in self._lines()))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.setFont(theme.ui_font(11 if self._compact else 12))
        if self._compact:
            self._paint_strip(painter)
            return
        y = 0
        for line in self._lines():
            width = self.width() / len(line)
            for place, gate in enumerate(line):
                self._paint_gate(painter, QRectF(place * width, y, width, LINE_PX), gate)
            y += LINE_PX * _height(line)

    def _paint_gate(self, painter: QPainter, box: QRectF, gate: GateMark) -> None:
        quiet = gate.state is GateState.PASS
        paint_gate(painter, QRectF(box.x() + 1, box.y() + (LINE_PX - _MARK_PX) / 2, _MARK_PX, _MARK_PX), gate.state)
        metrics = QFontMetrics(painter.font())
        figure = words.text(gate.figure)
        beside = figure if quiet else self._state_word(gate.state)
        width = metrics.horizontalAdvance(beside)
        name = QRectF(box.x() + 17, box.y(), box.width() - 21 - width, box.height())
        painter.setPen(theme.colour("text2") if quiet else ink(gate.state))
        text = metrics.elidedText(words.text(gate.word), Qt.TextElideMode.ElideRight, int(name.width()))
        painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(theme.colour("text") if quiet else ink(gate.state))
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(box.adjusted(0, 0, -4, 0), right, beside)
        if not quiet:
            painter.drawText(box.translated(0, LINE_PX).adjusted(17, 0, -4, 0), right, figure)

    def _paint_strip(self, painter: QPainter) -> None:
        x = 1.0
        for gate in self._gates:
            paint_gate(painter, QRectF(x, (STRIP_PX - 8) / 2, 8, 8), gate.state)
            x += 12
        loud = next((gate for gate in self._gates if gate.state is GateState.REFUSE), None)
        loud = loud or next((gate for gate in self._gates if gate.state is GateState.HOLD), None)
        if loud is None:
            return
        painter.setPen(ink(loud.state))
        metrics = QFontMetrics(painter.font())
        said = _named(loud)
        text = metrics.elidedText(said, Qt.TextElideMode.ElideRight, int(self.width() - x - 6))
        painter.drawText(QRectF(x + 4, 0, self.width() - x - 4, STRIP_PX), int(Qt.AlignmentFlag.AlignVCenter), text)


def _height(line: tuple[GateMark, ...]) -> int:
    """Lines of type."""
    return 2 if any(gate.state is not GateState.PASS and words.has(gate.figure) for gate in line) else 1


def _sentence(gate: GateMark, state: str) -> str:
    said = f"{_named(gate)} ({state})"
    return f"{said}: {words.text(gate.said)}" if words.has(gate.said) else said


def _named(gate: GateMark) -> str:
    return f"{words.text(gate.word)} {words.text(gate.figure)}".rstrip()
