"""A place for a plot that is built after the window has first been shown, so that the first picture does not wait for pyqtgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets.curves import Curve, Values

if TYPE_CHECKING:
    from widgets.plotting import CurvePlot

Draw = tuple[Values, tuple[Curve, ...], float | None]
"""Unix seconds, curves over them, limit."""


class PlotHost(QWidget):
    """Keeps the newest drawing until its plot is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: CurvePlot | None = None
        self._waiting: Draw | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.build)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def draw(self, drawing: Draw) -> None:
        """Shows a drawing, now or as soon as the plot is built."""
        self._waiting = drawing
        if self._plot is not None:
            wall_s, curves, limit = drawing
            self._plot.set_curves(wall_s, curves, limit=limit)

    def build(self) -> None:
        """Builds the plot now."""
        if self._plot is not None:
            return
        from widgets.plotting import CurvePlot

        self._plot = CurvePlot()
        self._column.addWidget(self._plot)
        if self._waiting is not None:
            self.draw(self._waiting)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._plot is None:
            self._later.start(0)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange} and self._plot is not None:
            self._plot.restyle()
        super().changeEvent(event)
