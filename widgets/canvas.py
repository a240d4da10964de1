"""The border at which an exception while painting ends: Qt would take the process down, this draws a placeholder and reports once."""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QPaintDevice, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets import theme

_log = logging.getLogger("dsr.widgets")


class Canvas(QWidget):
    """A widget that paints itself in `paint`. Sub-classes also hear of a new theme or language (`restyled`, `retranslate`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reported = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint_on(self, event)

    def _paint_on(self, device: QPaintDevice, event: QPaintEvent) -> None:
        painter = QPainter(device)
        try:
            self.paint(painter, event)
        except Exception:  # noqa: BLE001  whatever it is, it must not reach Qt; it is logged once below
            if not self._reported:
                _log.exception("%s could not be painted; a placeholder stands in its place", type(self).__name__)
                self._reported = True
            painter.resetTransform()
            painter.setClipping(False)
            paint_placeholder(painter, self.rect(), self.tr("This part cannot be drawn. The rest goes on."))
        finally:
            painter.end()

    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        """Draws the widget. An exception here is caught, reported once, and replaced by a placeholder."""
        raise NotImplementedError

    def redraw(self) -> None:
        """What it shows has changed."""
        self.update()

    def restyled(self) -> None:
        """The theme has changed: drop what was made from its colours."""

    def retranslate(self) -> None:
        """The language has changed: set the words again."""

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self.restyled()
            self.redraw()
        elif event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.redraw()
        super().changeEvent(event)


class StillCanvas(Canvas):
    """One that keeps its picture until `redraw`: what covers and uncovers it, or moves beside it, costs one copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None

    @override
    def redraw(self) -> None:
        self._picture = None
        super().redraw()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size or self._picture.devicePixelRatio() != ratio:
            picture = QPixmap(size)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            self._paint_on(picture, event)
            self._picture = picture
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()


def paint_placeholder(painter: QPainter, box: QRect, words: str) -> None:
    """A hatched ground with a sentence: something is missing here, and it is not zero."""
    painter.fillRect(box, theme.colour("panel"))
    hatch = theme.colour("line")
    painter.fillRect(box, Qt.GlobalColor.transparent)
    painter.setPen(hatch)
    for x in range(box.left() - box.height(), box.right(), 12):
        painter.drawLine(x, box.bottom(), x + box.height(), box.top())
    painter.setPen(theme.colour("text2"))
    painter.setFont(theme.ui_font(12))
    painter.drawText(
        box.adjusted(8, 0, -8, 0), int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), words
    )


def paint_focus(painter: QPainter, box: QRect) -> None:
    """The ring of keyboard focus."""
    painter.setPen(theme.colour("focus"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    painter.drawRect(box.adjusted(1, 1, -2, -2))
