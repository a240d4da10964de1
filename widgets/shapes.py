"""Marks and hatches: the shape beside every colour, painted, so that no colour stands alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets import theme
from widgets.canvas import Canvas
from widgets.viewdata import Tone


def tone_word(tone: Tone) -> str:
    """What a mark means, for a screen reader."""
    return {
        Tone.QUIET: QCoreApplication.translate("shapes", "normal"),
        Tone.NOTICE: QCoreApplication.translate("shapes", "notice"),
        Tone.WARN: QCoreApplication.translate("shapes", "warning"),
        Tone.ALARM: QCoreApplication.translate("shapes", "alarm"),
        Tone.UNKNOWN: QCoreApplication.translate("shapes", "not known"),
    }[tone]


def paint_mark(painter: QPainter, box: QRectF, tone: Tone, *, hollow: bool = False) -> None:
    """Triangle: alarm. Diamond: warning. Circle: notice. Hatched square: not known. Normal has no mark. `hollow`: only its outline."""
    if tone is Tone.QUIET:
        return
    colour = theme.tone_colour(tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if hollow:
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = box.adjusted(0.7, 0.7, -0.7, -0.7)
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    if tone is Tone.ALARM:
        painter.drawPolygon(QPolygonF([QPointF(x + w / 2, y), QPointF(x + w, y + h), QPointF(x, y + h)]))
    elif tone is Tone.WARN:
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x + w / 2, y), QPointF(x + w, y + h / 2), QPointF(x + w / 2, y + h), QPointF(x, y + h / 2)]
            )
        )
    elif tone is Tone.NOTICE:
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


class ToneMark(Canvas):
    """A mark as a widget, 12 px square, with its word for screen readers."""

    def __init__(self, tone: Tone = Tone.QUIET, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_tone(tone)

    def set_tone(self, tone: Tone) -> None:
        """Changes the mark."""
        self._tone = tone
        self.setAccessibleName(tone_word(tone))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(12, 12)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        paint_mark(painter, QRectF(1, 1, 10, 10), self._tone)
