"""What clients suffered: refused sessions per second over time, named by the texts that they were told, with alarms and actions on it."""

# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.labels import PlainLabel
from widgets.rangebar import RangeBar
from widgets.timechart import STYLES, TimeChart
from widgets.viewdata import TimelineData


class _Stroke(Canvas):
    """A short stroke as the chart draws that text; `place` None: the total, the only line there is."""

    def __init__(self) -> None:
        super().__init__()
        self._place: int | None = None
        self.setFixedSize(18, 12)

    def set_place(self, place: int | None) -> None:
        """Which of the texts."""
        if place != self._place:
            self._place = place
            self.update()

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        token, style = STYLES[self._place] if self._place is not None else ("alarm", STYLES[0][1])
        painter.setPen(QPen(theme.colour(token), 2, style))
        painter.drawLine(0, 6, 18, 6)


class Timeline(QFrame):
    """See the module. Refused in the alarm colour; a time that is not known is a break in the line.

    `exportRequested`, `replayRequested`: of the stretch that was dragged over, wall seconds; `pointed`: a click; `spanChosen`."""

    exportRequested = Signal(float, float)
    replayRequested = Signal(float, float)
    pointed = Signal(float)
    spanChosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._data: TimelineData | None = None
        self._head = PlainLabel("head")
        self._unit = PlainLabel("small")
        self._names = tuple((_Stroke(), PlainLabel("small", elide=True, middle=True)) for _ in STYLES)
        self.chart = TimeChart()
        self.range = RangeBar()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._head)
        top.addSpacing(4)
        top.addWidget(self._unit)
        top.addSpacing(12)
        for stroke, name in self._names:
            name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            top.addWidget(stroke)
            top.addWidget(name)
        top.addStretch(1)
        top.addWidget(self.range)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 3, 8, 3)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.chart, 1)
        self.chart.rangeChosen.connect(self._chosen)
        self.chart.pointed.connect(self.pointed)
        self.range.exportRequested.connect(self.exportRequested)
        self.range.replayRequested.connect(self.replayRequested)
        self.range.spanChosen.connect(self.spanChosen)
        self.range.cleared.connect(lambda: self.set_range(None))
        self._show_names()
        self.retranslate()

    def _chosen(self, first_s: float, last_s: float) -> None:
        self.set_range((first_s, last_s))

    def set_range(self, chosen: tuple[float, float] | None) -> None:
        """Chooses a stretch, or none."""
        self.chart.set_range(chosen)
        self.range.set_range(chosen)

    def set_data(self, data: TimelineData) -> None:
        """Takes the newest line, its texts and its marks."""
        self._data = data
        self.chart.set_data(data)
        self._show_names()
        refused = np.asarray(data.refused_per_s, dtype=np.float64)
        newest = f"{refused[-1]:.1f}" if refused.size and np.isfinite(refused[-1]) else "-"
        named = "; ".join(f"{line.total} {words.plain(line.text)}" for line in data.errors)
        now = words.fill(self.tr("now {rate} per second"), {"rate": newest})
        self.setAccessibleDescription("; ".join(part for part in (now, named) if part))

    def texts(self) -> tuple[str, ...]:
        """The error texts that are named, with how often each came."""
        return tuple(name.text() for _, name in self._names if not name.isHidden())

    def retranslate(self) -> None:
        """Sets the words again."""
        self._head.set_text(self.tr("REFUSED"))
        self._unit.set_text(self.tr("sessions per second"))
        self.setAccessibleName(self.tr("Timeline of refused sessions"))

    def _show_names(self) -> None:
        errors = self._data.errors if self._data is not None else ()
        for place, (stroke, name) in enumerate(self._names):
            used = place < len(errors)
            stroke.setVisible(used)
            name.setVisible(used)
            if used:
                stroke.set_place(place if len(errors) > 1 else None)
                name.set_text(f"{errors[place].total} × {errors[place].text}")

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self._data is not None:
                self.set_data(self._data)
        super().changeEvent(event)
