"""The whole time of a replay as one bar: what is judged, alarms, intervals without sight, and the moment that is shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas, paint_focus
from widgets.replaydata import PlayData
from widgets.timeaxis import clock
from widgets.viewdata import Tone

_EDGE: Final = 10
_NEAR_PX: Final = 5


class ScrubBar(Canvas):
    """`scrubbed(wall seconds)` while the handle is dragged, or at a click; `stepped(±1)` by the arrow keys."""

    scrubbed = Signal(float)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: PlayData | None = None
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_data(self, data: PlayData) -> None:
        """Takes where it stands."""
        self._data = data
        self.setAccessibleDescription(words.text(data.place))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, 26)

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Time of the replay"))

    def x_of(self, wall_s: float) -> float:
        """Pixel of a time."""
        data, room = self._data, self.width() - 2 * _EDGE
        if data is None or data.last_s <= data.first_s:
            return float(_EDGE)
        return _EDGE + min(1.0, max(0.0, (wall_s - data.first_s) / (data.last_s - data.first_s))) * room

    def wall_at(self, x: float) -> float:
        """Time at a pixel."""
        data, room = self._data, max(1, self.width() - 2 * _EDGE)
        if data is None:
            return 0.0
        return data.first_s + min(1.0, max(0.0, (x - _EDGE) / room)) * (data.last_s - data.first_s)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        data = self._data
        middle, high = self.height() / 2, 8.0
        track = QRectF(_EDGE, middle - high / 2, self.width() - 2 * _EDGE, high)
        painter.fillRect(track, theme.colour("raised"))
        painter.setPen(theme.colour("edge"))
        painter.drawRect(track)
        if data is None:
            return
        judged = QRectF(track.left(), track.top(), self.x_of(data.judged_s) - track.left(), high)
        painter.fillRect(judged, theme.colour("pressed"))
        hatch = QBrush(theme.colour("unknown"), Qt.BrushStyle.BDiagPattern)
        for band in data.bands:
            left = self.x_of(band.first_s)
            painter.fillRect(QRectF(left, track.top(), max(2.0, self.x_of(band.last_s) - left), high), hatch)
        for mark in data.marks:
            painter.setPen(QPen(theme.tone_colour(mark.tone), 2 if mark.tone is Tone.ALARM else 1))
            x = self.x_of(mark.wall_s)
            painter.drawLine(QLineF(x, track.top() - 4, x, track.bottom() + 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.colour("replay")
        if data.other_s is not None:
            self._handle(painter, self.x_of(data.other_s), track, QPen(ink, 1.5), QBrush(Qt.BrushStyle.NoBrush))
        self._handle(painter, self.x_of(data.head_s), track, QPen(theme.colour("text"), 1.5), QBrush(ink))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.hasFocus():
            paint_focus(painter, self.rect())

    @staticmethod
    def _handle(painter: QPainter, x: float, track: QRectF, pen: QPen, brush: QBrush) -> None:
        top, bottom = track.top() - 6, track.bottom() + 6
        painter.setPen(pen)
        painter.setBrush(brush)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - 5, top),
                    QPointF(x + 5, top),
                    QPointF(x + 5, bottom - 5),
                    QPointF(x, bottom),
                    QPointF(x - 5, bottom - 5),
                ]
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = True
            self.scrubbed.emit(self.wall_at(event.position().x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self.scrubbed.emit(self.wall_at(event.position().x()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -60,
            Qt.Key.Key_PageDown: 60,
            Qt.Key.Key_Home: -(10**9),
            Qt.Key.Key_End: 10**9,
        }
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def told(self, x: float) -> str:
        """What lies at a pixel: the moments near it, else the time."""
        data = self._data
        if data is None:
            return ""
        near = [mark for mark in data.marks if abs(self.x_of(mark.wall_s) - x) <= _NEAR_PX]
        if near:
            return "; ".join(f"{clock(mark.wall_s)} {words.text(mark.text)}" for mark in near[:8])
        return clock(self.wall_at(x))

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), words.tip(self.told(event.pos().x())), self)
            return True
        return super().event(event)
