"""The timeline's picture: one filled line on a scale that can be read, each error text as a line of its own, and marks with their words.

The words of the marks have a strip of their own above the line, so that they cover nothing and nothing covers them.
"""

# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import StillCanvas
from widgets.timeaxis import clock, lefts, moments, zone
from widgets.timerange import DRAG_PX, paint_bands, paint_heads, paint_range
from widgets.viewdata import TimelineData, TimeMark

STYLES: Final = (
    ("routed", Qt.PenStyle.SolidLine),
    ("belief", Qt.PenStyle.DashLine),
    ("unknown", Qt.PenStyle.DotLine),
)
"""Colour token and stroke of the error texts, the most frequent first; further ones are not drawn, only counted in the total."""
NEAR_PX: Final = 6
"""A pointer so near to a mark means it."""
APART_PX: Final = 8
"""From one time to the next, at least."""
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter)
_Values = NDArray[np.float64]


class Scale(Struct, frozen=True):
    """From 0 to `top` in steps of `step`; `top` is a whole number of steps."""

    top: float
    step: float

    @classmethod
    def of(cls, most: float, lines: int) -> Scale:
        """Round, at least 1 high, holding `most`, with at most `lines` grid lines above 0; with a single one it fits more closely."""
        most = max(most, 1.0) if math.isfinite(most) else 1.0
        bases = (1, 2, 5) if lines > 1 else (1, 1.5, 2, 3, 4, 5, 6, 8)
        steps = (base * 10.0**power for power in range(12) for base in bases)
        step = next((s for s in steps if math.ceil(most / s) <= max(1, lines)), most)
        return cls(math.ceil(most / step) * step, step)

    def lines(self) -> tuple[float, ...]:
        """Heights of the grid lines, 0 first."""
        return tuple(index * self.step for index in range(round(self.top / self.step) + 1))


class TimeChart(StillCanvas):
    """See the module. The tool tip names what happened under the pointer, also where no word had room.

    `pointed(wall seconds)`: a click; `rangeChosen(first, last)`: a stretch that was dragged over."""

    pointed = Signal(float)
    rangeChosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._data: TimelineData | None = None
        self._box = QRectF()
        self._pressed: float | None = None
        self._dragged = False
        self._range: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_data(self, data: TimelineData) -> None:
        """Takes the newest line, its error texts and its marks."""
        self._data = data
        self.redraw()

    @property
    def range(self) -> tuple[float, float] | None:
        """The stretch that is chosen, wall seconds."""
        return self._range

    def set_range(self, chosen: tuple[float, float] | None) -> None:
        """Chooses a stretch, or none."""
        self._range = chosen
        self.redraw()

    @property
    def scale(self) -> Scale:
        """The scale in force."""
        data = self._data
        values = [] if data is None else [data.refused_per_s, *(line.per_s for line in data.errors)]
        most = max((float(np.nanmax(v)) for v in values if np.isfinite(v).any()), default=0.0)
        metrics = QFontMetricsF(theme.ui_font(11))
        return Scale.of(most, int(self._plot(metrics, 0.0).height() // (metrics.height() + 2)))

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, 80)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        data = self._data
        font = theme.ui_font(11)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        scale = self.scale
        says = [f"{height:g}" for height in scale.lines()]
        says[-1] += " /s"
        newest = float(data.wall_s[-1]) if data is not None and len(data.wall_s) else math.nan
        beside = max(metrics.horizontalAdvance(said) for said in (*says, zone(newest)))
        box = self._box = self._plot(metrics, beside + 8)
        if box.width() < 20 or box.height() < 8:
            return
        self._paint_grid(painter, scale, says, box, metrics)
        if data is None or len(data.wall_s) < 2 or not data.wall_s[-1] > data.wall_s[0]:
            return
        self._paint_times(painter, data.wall_s, box, metrics)
        paint_bands(painter, data.bands, box, self._x)
        if self._range is not None:
            paint_range(painter, self._range, box, self._x)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        known = data.refused_per_s[np.isfinite(data.refused_per_s)]
        ink = theme.colour("alarm" if known.size and known.max() > 0 else "edge")
        self._paint_line(painter, data.wall_s, data.refused_per_s, scale, QPen(ink, 1.5), filled=True)
        if len(data.errors) > 1:
            for line, (token, style) in zip(data.errors, STYLES, strict=False):
                pen = QPen(theme.colour(token), 1.5, style)
                self._paint_line(painter, line.wall_s, line.per_s, scale, pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_marks(painter, data.marks, box, metrics)
        paint_heads(painter, data.head_s, data.other_s, box, self._x)

    def _plot(self, metrics: QFontMetricsF, gutter: float) -> QRectF:
        """Where the line lies: below the marks' words, above the times, right of the scale."""
        line = metrics.height()
        top = line + 2 if self._words(metrics) else line / 2 + 1
        return QRectF(gutter, top, self.width() - gutter - 6, max(0.0, self.height() - top - line - 3))

    def _words(self, metrics: QFontMetricsF) -> bool:
        """Is there room for the marks' words? Where there is none the line comes first, and the tool tip tells."""
        return self.height() >= 3.2 * metrics.height()

    def _paint_grid(
        self, painter: QPainter, scale: Scale, says: list[str], box: QRectF, metrics: QFontMetricsF
    ) -> None:
        for height, said in zip(scale.lines(), says, strict=True):
            y = round(box.bottom() - height / scale.top * box.height())
            painter.setPen(theme.colour("edge" if height == 0 else "line"))
            painter.drawLine(QLineF(box.left(), y, box.right(), y))
            painter.setPen(theme.colour("text2"))
            painter.drawText(QRectF(0, y - metrics.height() / 2, box.left() - 5, metrics.height()), _RIGHT, said)

    def _paint_times(self, painter: QPainter, wall_s: _Values, box: QRectF, metrics: QFontMetricsF) -> None:
        top, high = box.bottom() + 3, metrics.height()
        painter.setPen(theme.colour("text2"))
        painter.drawText(QRectF(0, top, box.left() - 5, high), _RIGHT, zone(float(wall_s[-1])))
        width = metrics.horizontalAdvance("00:00:00")
        shown = moments(float(wall_s[0]), float(wall_s[-1]), box.width(), width + 26)
        places = [self._x(moment.wall_s) for moment in shown]
        widths = [metrics.horizontalAdvance(moment.text) for moment in shown]
        begins = lefts(places, widths, box.left(), box.right(), APART_PX)
        for moment, x, own, left in zip(shown, places, widths, begins, strict=True):
            if left is None:
                continue
            painter.setPen(theme.colour("edge"))
            painter.drawLine(QLineF(x, box.bottom(), x, box.bottom() + 3))
            painter.setPen(theme.colour("text2"))
            painter.drawText(QRectF(left, top, own + 1, high), _LEFT, moment.text)

    def _paint_line(
        self, painter: QPainter, wall_s: _Values, values: _Values, scale: Scale, pen: QPen, *, filled: bool = False
    ) -> None:
        box = self._box
        for part in _runs(values):
            points = [
                QPointF(self._x(float(at)), box.bottom() - float(value) / scale.top * box.height())
                for at, value in zip(wall_s[part], values[part], strict=True)
            ]
            if filled:
                ground = QColor(pen.color())
                ground.setAlpha(60)
                ends = [QPointF(points[-1].x(), box.bottom()), QPointF(points[0].x(), box.bottom())]
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawPolygon(QPolygonF([*points, *ends]))
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(points))

    def _paint_marks(self, painter: QPainter, marks: tuple[TimeMark, ...], box: QRectF, metrics: QFontMetricsF) -> None:
        shown = [(self._x(mark.wall_s), mark) for mark in marks if box.left() <= self._x(mark.wall_s) <= box.right()]
        free_from = box.left()
        for index, (x, mark) in enumerate(shown):
            colour = theme.tone_colour(mark.tone)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(x, box.top() - 2, x, box.bottom()))
            if not self._words(metrics):
                continue
            end = shown[index + 1][0] - 6 if index + 1 < len(shown) else box.right()
            said = words.text(mark.text)
            own = metrics.horizontalAdvance(said)
            # The last one may stand left of its line where the window ends; the others keep out of the next one's way.
            left = max(free_from, min(x + 3, box.right() - own)) if index + 1 == len(shown) else x + 3
            room = end - left
            if left < free_from or room < min(own, 36.0):
                continue
            cut = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room)
            painter.setPen(colour)
            painter.drawText(QRectF(left, 0, room + 1, metrics.height()), _LEFT, cut)
            free_from = left + metrics.horizontalAdvance(cut) + 6

    def _x(self, wall_s: float) -> float:
        data, box = self._data, self._box
        if data is None or not len(data.wall_s):
            return box.left()
        first, last = float(data.wall_s[0]), float(data.wall_s[-1])
        return box.left() + (wall_s - first) / max(1e-9, last - first) * box.width()

    def told(self, x: float) -> str:
        """What happened at that pixel: the marks near it, else the time and its rate. Empty beside the line."""
        data, box = self._data, self._box
        if data is None or not len(data.wall_s) or not box.left() <= x <= box.right():
            return ""
        near = [mark for mark in data.marks if abs(self._x(mark.wall_s) - x) <= NEAR_PX]
        if near:
            return "; ".join(f"{clock(mark.wall_s)} {words.text(mark.text)}" for mark in near)
        inside = [band for band in data.bands if self._x(band.first_s) <= x <= self._x(band.last_s)]
        if inside:
            return "; ".join(f"{clock(band.first_s)} - {clock(band.last_s)} {words.text(band.text)}" for band in inside)
        span = float(data.wall_s[-1] - data.wall_s[0])
        at = float(data.wall_s[0]) + (x - box.left()) / max(1.0, box.width()) * span
        index = int(np.abs(data.wall_s - at).argmin())
        rate = float(data.refused_per_s[index])
        said = f"{rate:.1f} /s" if math.isfinite(rate) else "-"
        return f"{clock(float(data.wall_s[index]))}  {said}"

    def wall_at(self, x: float) -> float | None:
        """The time at that pixel, at the ends where it lies beside the line; None: nothing is shown."""
        data, box = self._data, self._box
        if data is None or len(data.wall_s) < 2 or box.width() <= 0:
            return None
        first, last = float(data.wall_s[0]), float(data.wall_s[-1])
        return first + min(1.0, max(0.0, (x - box.left()) / box.width())) * (last - first)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().x(), False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        x = event.position().x()
        self._dragged = self._dragged or abs(x - self._pressed) > DRAG_PX
        begin, end = self.wall_at(self._pressed), self.wall_at(x)
        if self._dragged and begin is not None and end is not None:
            self.set_range((min(begin, end), max(begin, end)))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        self._pressed, at = None, self.wall_at(event.position().x())
        if self._dragged and self._range is not None:
            self.rangeChosen.emit(*self._range)
        elif at is not None:
            self.pointed.emit(at)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), words.tip(self.told(event.pos().x())), self)
            return True
        return super().event(event)


def _runs(values: _Values) -> Iterator[slice]:
    """Stretches of known values: what is not known is a break in the line, never a zero."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield slice(begin, end)
