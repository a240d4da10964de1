"""Short texts as ready pictures: the names and numbers of the rows are drawn at every poll, but few of them differ."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

MOST: Final = 2048
"""Pictures kept; beyond it all are made anew."""
_EDGE: Final = 2
"""Pixels beside a text for what leans out of its place."""


class Ink(NamedTuple):
    """A colour, and the number that stands for it."""

    colour: QColor
    rgba: int

    @classmethod
    def of(cls, colour: QColor) -> Ink:
        """That colour."""
        return cls(colour, colour.rgba())


class TextCells:
    """One font's texts on rows of one height: `begin`, any number of `draw`, `end`. To the pixel what drawing the text would give.

    A picture holds its ground too, so that the platform smooths the text as it does elsewhere. What does not fit into
    its row, or does not stand on whole pixels, is drawn as text, after all pictures."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetricsF(font)
        self._font = font
        self._ratio, self._row_h, self._drop = 1.0, 0, 0.0
        self._pictures: dict[tuple[str, int, int, float], QPixmap | None] = {}
        self._late: list[tuple[QPointF, str, QColor]] = []
        self._widths: dict[str, float] = {}
        self._cut: dict[tuple[str, int], str] = {}

    def width(self, said: str) -> float:
        """Logical pixels."""
        if (known := self._widths.get(said)) is not None:
            return known
        if len(self._widths) >= MOST:
            self._widths.clear()
        return self._widths.setdefault(said, self._metrics.horizontalAdvance(said))

    def elided(self, said: str, width: int) -> str:
        """`said`, cut in its middle where it is wider than `width`."""
        if (known := self._cut.get((said, width))) is not None:
            return known
        if len(self._cut) >= MOST:
            self._cut.clear()
        cut = self._metrics.elidedText(said, Qt.TextElideMode.ElideMiddle, width)
        return self._cut.setdefault((said, width), cut)

    def begin(self, painter: QPainter, row_h: int) -> None:
        """Before a run of `draw` with this painter, on rows `row_h` high."""
        ratio = painter.device().devicePixelRatio()
        if (ratio, row_h) != (self._ratio, self._row_h) or len(self._pictures) >= MOST:
            self._pictures.clear()
            self._ratio, self._row_h = ratio, row_h
            self._drop = (row_h + self._metrics.capHeight()) / 2
        self._late.clear()

    def draw(self, painter: QPainter, x: float, top: int, said: str, ink: Ink, ground: Ink) -> None:
        """Draws `said` from `x` on, in the middle of the row that begins at `top`."""
        left = int(x)
        key = (said, ink.rgba, ground.rgba, x - left)
        if key not in self._pictures:
            self._pictures[key] = self._picture(said, ink, ground, x - left)
        picture = self._pictures[key]
        if picture is None:
            self._late.append((QPointF(x, top + self._drop), said, ink.colour))
        else:
            painter.drawPixmap(left - _EDGE, top, picture)

    def end(self, painter: QPainter) -> None:
        """Draws what no picture could hold."""
        if self._late:
            painter.setFont(self._font)
        for place, said, colour in self._late:
            painter.setPen(colour)
            painter.drawText(place, said)
        self._late.clear()

    def _picture(self, said: str, ink: Ink, ground: Ink, x: float) -> QPixmap | None:
        extent = self._metrics.tightBoundingRect(said)
        fits = extent.top() + self._drop >= 0 and math.ceil(extent.bottom() + self._drop) <= self._row_h
        if not fits or not self._ratio.is_integer():
            return None
        width = math.ceil(self.width(said)) + 1 + 2 * _EDGE
        picture = QPixmap(round(width * self._ratio), round(self._row_h * self._ratio))
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(ground.colour)
        painter = QPainter(picture)
        painter.setFont(self._font)
        painter.setPen(ink.colour)
        painter.drawText(QPointF(_EDGE + x, self._drop), said)
        painter.end()
        return picture
