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
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme
from widgets.canvas import paint_placeholder
from widgets.curves import Curve, Mark, Values
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
    """Curves on one time axis, a limit line and marks. No mouse, no menu, no automatic colours: it is a picture, not a toy."""

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
        self._marks: list[Any] = []
        self._marks_for: object = None
        self._limit = pg.InfiniteLine(angle=0, movable=False)
        self._limit.setVisible(False)
        self._plot.addItem(self._limit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self._last: tuple[Values, tuple[Curve, ...], float | None, tuple[Mark, ...]] | None = None
        self.restyle()

    def set_curves(
        self, wall_s: Values, curves: tuple[Curve, ...], *, limit: float | None = None, marks: tuple[Mark, ...] = ()
    ) -> None:
        """Draws all curves over `wall_s` (Unix seconds). The scale starts at 0 and holds the limit and every value."""
        self._last = (wall_s, curves, limit, marks)
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
        self._set_marks(marks, wall_s)

    def restyle(self) -> None:
        """Takes the colours of the theme in force."""
        self._plot.setBackground(theme.colour("panel"))
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(theme.colour("line"))
            axis.setTextPen(theme.colour("text2"))
            axis.setTickFont(theme.ui_font(11))
            axis.setStyle(tickLength=-3, tickTextOffset=4)
        self._plot.getAxis("left").setWidth(30)
        self._plot.getAxis("bottom").setHeight(20)
        self._plot.showGrid(x=False, y=True, alpha=0.12)
        self._limit.setPen(pg.mkPen(theme.colour("edge"), width=1, style=Qt.PenStyle.DashLine))
        if self._last is not None:
            wall_s, curves, limit, marks = self._last
            self.set_curves(wall_s, curves, limit=limit, marks=marks)

    def _draw(self, item: Any, wall_s: Values, curve: Curve) -> None:
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
        item.setData(wall_s, np.where(np.isfinite(curve.values), curve.values, np.nan))

    def _range(self, wall_s: Values, curves: tuple[Curve, ...], limit: float | None) -> None:
        known = wall_s[np.isfinite(wall_s)]
        if known.size >= 2 and known[-1] > known[0]:
            self._plot.getViewBox().setXRange(float(known[0]), float(known[-1]), padding=0)
        tops = [float(np.nanmax(c.values)) for c in curves if c.values.size and np.isfinite(c.values).any()]
        ends: list[float] = [1.0, *tops]
        if limit is not None and np.isfinite(limit):
            ends.append(limit)
        self._plot.getViewBox().setYRange(0.0, max(ends) * 1.12, padding=0)

    def _set_marks(self, marks: tuple[Mark, ...], wall_s: Values) -> None:
        known = wall_s[np.isfinite(wall_s)]
        width = max(1.0, self._plot.getViewBox().width())
        span = max(1e-9, float(known[-1] - known[0])) if known.size else 0.0
        # Lines move with the axis by themselves; they are made anew (3 ms) only where their words may have to change.
        made_for = (marks, round(width), round(np.log(span) * 20) if known.size else None, theme.current())
        if made_for == self._marks_for:
            return
        self._marks_for = made_for
        for item in self._marks:
            self._plot.removeItem(item)
        self._marks.clear()
        if not known.size:
            return
        metrics = QFontMetricsF(theme.ui_font(11))
        free_from = -1e18
        for mark in sorted((m for m in marks if known[0] <= m.wall_s <= known[-1]), key=lambda m: m.wall_s)[-60:]:
            colour = theme.colour(mark.token)
            x = (mark.wall_s - float(known[0])) / span * width
            # A word is drawn only where it does not run into the one before it or over the right edge.
            own = metrics.horizontalAdvance(mark.text) + 10
            label = mark.text if x >= free_from and x + own <= width else None
            if label:
                free_from = x + own
            line = pg.InfiniteLine(
                pos=mark.wall_s,
                angle=90,
                movable=False,
                pen=pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine),
                label=_plain(label),
                labelOpts={
                    "position": 0.8,
                    "color": colour,
                    "anchors": [(0, 0.5), (0, 0.5)],
                    "fill": theme.colour("panel"),
                }
                if label
                else None,
            )
            if label:
                line.label.setFont(theme.ui_font(11))
            self._plot.addItem(line)
            self._marks.append(line)


def _plain(text: str | None) -> str | None:
    """pyqtgraph formats a label with str.format: braces are doubled."""
    return text.replace("{", "{{").replace("}", "}}") if text else None
