"""How to read the maps: what each mark and hatch stands for. Shown where no server is chosen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets import theme
from widgets.canvas import StillCanvas
from widgets.mapimage import hatch_mask
from widgets.mappaint import to_image
from widgets.shapes import paint_mark, tone_word
from widgets.tokens import load_lut, rgb
from widgets.viewdata import CellState, Tone

LINE_PX = 24
_SWATCH = (44, 14)


class ReadingKey(StillCanvas):
    """Marks, hatches and signs, each with its word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatches: dict[CellState, QImage] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    @override
    def restyled(self) -> None:
        self._swatches.clear()

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("How to read the maps"))
        self.setAccessibleDescription("; ".join((*self._hatch_words().values(), self._sign_words())))

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 11 * LINE_PX)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.setFont(theme.ui_font(12, bold=True))
        painter.setPen(theme.colour("text2"))
        painter.drawText(QRect(0, 0, self.width(), LINE_PX), int(Qt.AlignmentFlag.AlignVCenter), self.accessibleName())
        line = 1
        for tone in (Tone.ALARM, Tone.WARN, Tone.NOTICE, Tone.UNKNOWN):
            paint_mark(painter, QRectF(17, line * LINE_PX + 7, 10, 10), tone)
            self._say(painter, line, tone_word(tone))
            line += 1
        for state, said in self._hatch_words().items():
            if state not in self._swatches:
                self._swatches[state] = to_image(_swatch(state), 1.0)
            painter.drawImage(QPointF(0, line * LINE_PX + 5), self._swatches[state])
            self._frame(painter, line)
            self._say(painter, line, said)
            line += 1
        painter.fillRect(QRect(0, line * LINE_PX + 5, *_SWATCH), theme.colour("positive"))
        painter.setPen(theme.colour("map"))
        painter.drawText(QRect(0, line * LINE_PX + 4, *_SWATCH), int(Qt.AlignmentFlag.AlignCenter), "+   +")
        self._say(painter, line, self._sign_words())

    def _hatch_words(self) -> dict[CellState, str]:
        return {
            CellState.DETACHED: self.tr("detached; sessions it holds go on"),
            CellState.NO_DATA: self.tr("no data: not zero"),
            CellState.BLIND: self.tr("the console saw nothing"),
            CellState.ABSENT: self.tr("zero, or not in the fleet then"),
        }

    def _sign_words(self) -> str:
        return self.tr("fuller than the balancer believes")

    def _frame(self, painter: QPainter, line: int) -> None:
        painter.setPen(theme.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRect(0, line * LINE_PX + 5, _SWATCH[0] - 1, _SWATCH[1] - 1))

    def _say(self, painter: QPainter, line: int, said: str) -> None:
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour("text2"))
        painter.drawText(
            QRect(_SWATCH[0] + 12, line * LINE_PX, self.width() - _SWATCH[0] - 12, LINE_PX),
            int(Qt.AlignmentFlag.AlignVCenter),
            said,
        )


def _swatch(state: CellState) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    """A piece of map in that state, as the maps draw it."""
    width, height = _SWATCH
    t = theme.tokens()
    level = 90 if state is CellState.DETACHED else 0
    table = load_lut(t)
    r, g, b = (int(part) for part in table[level, :3])
    pixels = np.full((height, width), 0xFF000000 | r << 16 | g << 8 | b, dtype=np.uint32)
    if state in {CellState.DETACHED, CellState.NO_DATA, CellState.BLIND}:
        r, g, b = rgb(t["hatch"])
        pixels[hatch_mask(state, height, width)] = 0xFF000000 | r << 16 | g << 8 | b
    return pixels
