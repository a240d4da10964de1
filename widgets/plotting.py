"""Curves over time: the only importer of pyqtgraph, which is loaded when the first curve is drawn and not before (0.7 s of start-up).

An exception while drawing would end the process inside Qt, so it is caught here and reported once.
"""
# pyqtgraph ships no complete types: every name of it is unknown to a strict checker. Confined to this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeArgument=false, reportAttributeAccessIssue=false, reportUnknownParameterType=false

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme
from widgets.canvas import paint_placeholder
from widgets.curves import Curve, Values
from widgets.timeaxis import STEPS_S, clock

_log = logging.getLogger("dsr.widgets")


class _TimeAxis(pg.AxisItem):
    """Local time of day at round moments."""

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        span = maxVal - minVal
        if not np.isfinite(span) or span <= 0 or size <= 0:
            return []
        step = next((s for s in STEPS_S if s * size / span >= (76 if s < 60 else 56)), STEPS_S[-1])
        first = np.ceil(minVal / step) * step
        return [(step, [float(t) for t in np.arange(first, maxVal, step)])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [clock(value, seconds=spacing < 60) for value in values]


class _ValueAxis(pg.AxisItem):
    """Few round numbers: one for each 16 pixels at most, zero among them."""

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        if not (np.isfinite(maxVal) and maxVal > 0 and size > 0):
            return []
        steps = (base * 10.0**power for power in range(-2, 9) for base in (1, 2, 5))
        step = next((s for s in steps if s * size / maxVal >= 16), maxVal)
        return [(step, [float(v) for v in np.arange(0.0, maxVal, step)])]


class _SafePlot(pg.PlotWidget):
    """A PlotWidget whose painting cannot take the process down."""

    _reported = False

    @override
    def paintEvent(self, ev: QPaintEvent) -> None:
        try:
            super().paintEvent(ev)
        except Exception:  # noqa: BLE001  whatever it is, it must not reach Qt; it is logged once below
            if not self._reported:
                _log.exception("a curve could not be painted; a placeholder stands in its place")
                self._reported = True
            painter = QPainter(self.viewport())
            paint_placeholder(painter, self.viewport().rect(), "")
            painter.end()


class CurvePlot(QWidget):
    """Curves on one time axis and a limit line. No mouse, no menu, no automatic colours: it is a picture, not a toy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = _SafePlot(axisItems={"bottom": _TimeAxis("bottom"), "left": _ValueAxis("left")}, enableMenu=False)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.setFrameShape(_SafePlot.Shape.NoFrame)
        self._plot.getViewBox().setDefaultPadding(0.0)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lines: list[Any] = []
        self._looks: dict[int, tuple[object, ...]] = {}
        self._limit = pg.InfiniteLine(angle=0, movable=False)
        self._limit.setVisible(False)
        self._plot.addItem(self._limit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self._last: tuple[Values, tuple[Curve, ...], float | None] | None = None
        self.restyle()

    def set_curves(self, wall_s: Values, curves: tuple[Curve, ...], *, limit: float | None = None) -> None:
        """Draws all curves over `wall_s` (Unix seconds). The scale starts at 0 and holds the limit and every value."""
        self._last = (wall_s, curves, limit)
        while len(self._lines) < len(curves):
            item = pg.PlotDataItem(connect="finite", skipFiniteCheck=False)
            self._plot.addItem(item)
            self._lines.append(item)
        for index, item in enumerate(self._lines):
            if index < len(curves) and len(wall_s) == len(curves[index].values) and len(wall_s):
                self._draw(item, wall_s, curves[index])
            else:
                item.setData([], [])
        self._limit.setVisible(limit is not None and bool(np.isfinite(limit)))
        if limit is not None and np.isfinite(limit):
            self._limit.setValue(limit)
        self._range(wall_s, curves, limit)
        # What pyqtgraph would put off until it paints, and then paint once more for, is done before.
        self._plot.scene().prepareForPaint()

    def restyle(self) -> None:
        """Takes the colours of the theme in force."""
        self._plot.setBackground(theme.colour("panel"))
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(theme.colour("line"))
            axis.setTextPen(theme.colour("text2"))
            axis.setTickFont(theme.ui_font(11))
            axis.setStyle(tickLength=-3, tickTextOffset=4)
            axis.enableAutoSIPrefix(False)  # there is no unit to scale, only work at each new range
        self._plot.getAxis("left").setWidth(30)
        self._plot.getAxis("bottom").setHeight(20)
        self._plot.showGrid(x=False, y=True, alpha=0.12)
        self._limit.setPen(pg.mkPen(theme.colour("edge"), width=1, style=Qt.PenStyle.DashLine))
        if self._last is not None:
            wall_s, curves, limit = self._last
            self.set_curves(wall_s, curves, limit=limit)

    def _draw(self, item: Any, wall_s: Values, curve: Curve) -> None:
        # Each setter draws the whole curve anew: how a line looks is told only where it has changed.
        looks = (curve.token, curve.width, curve.dashed, curve.filled, theme.current())
        if self._looks.get(id(item)) != looks:
            self._looks[id(item)] = looks
            self._style(item, curve)
        item.setData(wall_s, np.where(np.isfinite(curve.values), curve.values, np.nan))

    def _style(self, item: Any, curve: Curve) -> None:
        colour = theme.colour(curve.token)
        pen = QPen(colour, curve.width)
        pen.setCosmetic(True)
        if curve.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        item.setPen(pen)
        if curve.filled:
            ground = QColor(colour)
            ground.setAlpha(60)
            item.setFillLevel(0.0)
            item.setFillBrush(ground)

    def _range(self, wall_s: Values, curves: tuple[Curve, ...], limit: float | None) -> None:
        known = wall_s[np.isfinite(wall_s)]
        span = (float(known[0]), float(known[-1])) if known.size >= 2 and known[-1] > known[0] else None
        tops = [float(np.nanmax(c.values)) for c in curves if c.values.size and np.isfinite(c.values).any()]
        ends: list[float] = [1.0, *tops]
        if limit is not None and np.isfinite(limit):
            ends.append(limit)
        # Both at once: each call lays the axes out anew.
        self._plot.getViewBox().setRange(xRange=span, yRange=(0.0, max(ends) * 1.12), padding=0)
