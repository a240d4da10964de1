"""What lies over a timeline's line: intervals without sight, the chosen stretch, and the moments that a replay stands at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from widgets import theme
from widgets.viewdata import TimeBand

DRAG_PX: Final = 6
"""A press that moves further than this chooses a stretch; a shorter one points at a moment."""
_LEAST_PX: Final = 2.0


def paint_bands(painter: QPainter, bands: Iterable[TimeBand], box: QRectF, x_of: Callable[[float], float]) -> None:
    """Hatched over their whole height: nothing was seen there."""
    brush = QBrush(theme.colour("unknown"), Qt.BrushStyle.BDiagPattern)
    for band in bands:
        left, right = max(box.left(), x_of(band.first_s)), min(box.right(), x_of(band.last_s))
        if right < box.left() or left > box.right():
            continue
        painter.fillRect(QRectF(left, box.top(), max(_LEAST_PX, right - left), box.height()), brush)


def paint_range(painter: QPainter, chosen: tuple[float, float], box: QRectF, x_of: Callable[[float], float]) -> None:
    """Tinted, with a line at either end."""
    left, right = max(box.left(), x_of(chosen[0])), min(box.right(), x_of(chosen[1]))
    if right < left:
        return
    tint = QColor(theme.colour("focus"))
    tint.setAlpha(50)
    painter.fillRect(QRectF(left, box.top(), right - left, box.height()), tint)
    painter.setPen(QPen(theme.colour("focus"), 1))
    for x in (left, right):
        painter.drawLine(QLineF(x, box.top(), x, box.bottom()))


def paint_heads(
    painter: QPainter,
    head_s: float | None,
    other_s: float | None,
    box: QRectF,
    x_of: Callable[[float], float],
) -> None:
    """The moment shown as a full line with a handle, the one it is compared with as a dotted one with an open handle."""
    for at, style in ((other_s, Qt.PenStyle.DotLine), (head_s, Qt.PenStyle.SolidLine)):
        if at is None or not box.left() - 1 <= (x := x_of(at)) <= box.right() + 1:
            continue
        ink = theme.colour("replay")
        painter.setPen(QPen(ink, 2, style))
        painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ink if style is Qt.PenStyle.SolidLine else Qt.BrushStyle.NoBrush)
        top = box.top() - 1
        painter.drawPolygon(QPolygonF([QPointF(x - 5, top - 6), QPointF(x + 5, top - 6), QPointF(x, top)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
