"""Two sides on one scale, quantity by quantity, and what the right one has more: painted, still, with its scale's ends written."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.comparedata import CompareData, CompareTrack

_WORD_PX = 110
_ENDS_PX = 42
_HEAD_PX = 22
_ROW_PX = 46
_GAP_PX = 10


class CompareChart(Canvas):
    """Three columns: left, right, difference; one row a quantity. Its numbers are in the table below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: CompareData | None = None
        self.retranslate()

    def set_data(self, data: CompareData | None) -> None:
        """Takes both sides; None hides it."""
        self._data = data
        self.setVisible(data is not None)
        if data is not None:
            self.setFixedHeight(_HEAD_PX + len(data.tracks) * _ROW_PX + 4)
        self.update()

    @property
    def tracks(self) -> int:
        """How many quantities it draws."""
        return 0 if self._data is None else len(self._data.tracks)

    @override
    def sizeHint(self) -> QSize:
        return QSize(800, _HEAD_PX + self.tracks * _ROW_PX + 4)

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Both sides as curves on one scale; the table below says the same in numbers"))

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        data = self._data
        if data is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(40, (self.width() - _WORD_PX - 3 * (_ENDS_PX + _GAP_PX)) // 3)
        left_px = [_WORD_PX + _ENDS_PX + place * (width + _ENDS_PX + _GAP_PX) for place in range(3)]
        heads = (*(words.text(name) for name in data.names), self.tr("difference: right − left"))
        painter.setFont(theme.ui_font(12, bold=True))
        painter.setPen(theme.colour("text"))
        for x, head in zip(left_px, heads, strict=True):
            elided = painter.fontMetrics().elidedText(head, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(x, 0, width, _HEAD_PX), int(Qt.AlignmentFlag.AlignVCenter), elided)
        for line, track in enumerate(data.tracks):
            top = _HEAD_PX + line * _ROW_PX
            painter.setFont(theme.ui_font(12))
            painter.setPen(theme.colour("text2"))
            painter.drawText(
                QRect(0, top, _WORD_PX - 6, _ROW_PX - 8), int(Qt.AlignmentFlag.AlignVCenter), words.text(track.word)
            )
            reach = _reach(track)
            sides = (
                (track.left, track.low, track.high),
                (track.right, track.low, track.high),
                (track.difference, -reach, reach),
            )
            for x, (values, low, high) in zip(left_px, sides, strict=True):
                _curve(painter, QRect(x, top, width, _ROW_PX - 8), values, low, high)


def _reach(track: CompareTrack) -> float:
    """The difference has the scale of the sides, to both sides of zero."""
    return max(abs(track.low), abs(track.high)) if math.isfinite(track.high) else math.nan


def _curve(painter: QPainter, box: QRect, values: NDArray[np.float64], low: float, high: float) -> None:
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawRect(box)
    painter.setFont(theme.fixed_font(11))
    painter.setPen(theme.colour("text2"))
    ends = QRect(box.x() - _ENDS_PX, box.y() - 2, _ENDS_PX - 4, box.height() + 4)
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        painter.drawText(ends, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), "-")
        return
    painter.drawText(ends, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), f"{high:.4g}")
    painter.drawText(ends, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), f"{low:.4g}")
    span = high - low
    if low < 0 < high:
        zero = box.bottom() - box.height() * -low / span
        painter.setPen(QPen(theme.colour("edge"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(box.left(), zero), QPointF(box.right(), zero))
    painter.setPen(QPen(theme.colour("truth"), 1.6))
    step = box.width() / max(len(values) - 1, 1)
    piece: list[QPointF] = []
    for index, value in enumerate(values.tolist()):
        if math.isnan(value):
            _stroke(painter, piece)
            piece = []
            continue
        part = min(max((value - low) / span, 0.0), 1.0)
        piece.append(QPointF(box.left() + index * step, box.bottom() - part * box.height()))
    _stroke(painter, piece)


def _stroke(painter: QPainter, piece: list[QPointF]) -> None:
    """What stands alone between two gaps is a dot."""
    if len(piece) == 1:
        painter.drawPoint(piece[0])
    elif len(piece) > 1:
        painter.drawPolyline(QPolygonF(piece))
