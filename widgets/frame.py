"""The frame that makes a lab unmistakable: a band around the whole content, and the word."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme
from widgets.canvas import Canvas

BAND_PX: Final = 4
TAB_PX: Final = 18


class LabFrame(Canvas):
    """Holds a window's content. `set_lab(True)` draws the frame with the word LAB in its top edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def set_content(self, content: QWidget) -> None:
        """Takes the content; an earlier one is let go."""
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.setParent(None)
        self._column.addWidget(content)

    def set_lab(self, lab: bool) -> None:
        """Frame on or off."""
        if lab == self._lab:
            return
        self._lab = lab
        edge = BAND_PX if lab else 0
        self._column.setContentsMargins(edge, TAB_PX if lab else 0, edge, edge)
        self.retranslate()
        self.update()

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lab: nothing here touches a real fleet") if self._lab else "")

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.fillRect(self.rect(), theme.colour("lab" if self._lab else "ground"))
        if not self._lab:
            return
        painter.fillRect(self.rect().adjusted(BAND_PX, TAB_PX, -BAND_PX, -BAND_PX), theme.colour("ground"))
        painter.setPen(theme.colour("lab_text"))
        painter.setFont(theme.ui_font(12, bold=True))
        words = self.tr("LAB") + "   ·   " + self.tr("Nothing here touches a real fleet")
        painter.drawText(QRect(0, 0, self.width(), TAB_PX), int(Qt.AlignmentFlag.AlignCenter), words)
