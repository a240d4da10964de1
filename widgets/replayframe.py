"""The frame that makes a replay unmistakable: a striped band around the whole content, the word, and what is replayed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.phrases import NOTHING, Phrase

BAND_PX: Final = 5
TAB_PX: Final = 22


class ReplayFrame(Canvas):
    """Holds a replay window's content. Stripes tell it from a lab's plain band also in a grey print."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = NOTHING
        self._lab = False
        column = QVBoxLayout(self)
        column.setContentsMargins(BAND_PX, TAB_PX, BAND_PX, BAND_PX)
        column.addWidget(content)
        self.retranslate()

    def set_what(self, what: Phrase) -> None:
        """What is replayed: environment and window."""
        self._what = what
        self.retranslate()
        self.update()

    def set_lab(self, on: bool) -> None:
        """It happened in a lab: that is said beside the word."""
        self._lab = on
        self.retranslate()
        self.update()

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self._said())

    def _said(self) -> str:
        parts = (
            self.tr("REPLAY"),
            self.tr("LAB") if self._lab else "",
            words.text(self._what),
            self.tr("It shows the past; nothing can be sent from here"),
        )
        return "   ·   ".join(part for part in parts if part)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        band = theme.colour("replay")
        painter.fillRect(self.rect(), band)
        stripe = QColor(theme.colour("replay_text"))
        stripe.setAlpha(70)
        painter.fillRect(self.rect(), QBrush(stripe, Qt.BrushStyle.BDiagPattern))
        painter.fillRect(self.rect().adjusted(BAND_PX, TAB_PX, -BAND_PX, -BAND_PX), theme.colour("ground"))
        painter.setFont(theme.ui_font(13, bold=True))
        said = painter.fontMetrics().elidedText(self._said(), Qt.TextElideMode.ElideRight, self.width() - 40)
        wide = painter.fontMetrics().horizontalAdvance(said) + 32
        box = QRect((self.width() - wide) // 2, 0, wide, TAB_PX)
        painter.fillRect(box, band)
        painter.setPen(theme.colour("replay_text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), said)
