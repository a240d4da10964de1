"""What clients suffered: refused sessions per second over time, with alarms and actions on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.curves import Curve, Mark
from widgets.labels import PlainLabel
from widgets.plothost import PlotHost
from widgets.tokens import TONE_TOKEN
from widgets.viewdata import TimelineData


class Timeline(QFrame):
    """See the module. Refused in the alarm colour; a time that is not known is a break in the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._data: TimelineData | None = None
        self._head = PlainLabel("head")
        self._unit = PlainLabel("small", elide=True)
        self.plot = PlotHost()
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._head)
        top.addWidget(self._unit, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 5, 8, 4)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.plot, 1)
        self.retranslate()

    def set_data(self, data: TimelineData) -> None:
        """Takes the newest line and its marks."""
        self._data = data
        refused = np.asarray(data.refused_per_s, dtype=np.float64)
        known = refused[np.isfinite(refused)]
        token = "alarm" if known.size and known.max() > 0 else "edge"
        marks = tuple(Mark(mark.wall_s, words.text(mark.text), TONE_TOKEN[mark.tone]) for mark in data.marks)
        wall = np.asarray(data.wall_s, dtype=np.float64)
        self.plot.draw((wall, (Curve(token, refused, filled=True),), None, marks))
        newest = f"{known[-1]:.1f}" if refused.size and np.isfinite(refused[-1]) else "-"
        self.setAccessibleDescription(words.fill(self.tr("now {rate} per second"), {"rate": newest}))

    def retranslate(self) -> None:
        """Sets the words again."""
        self._head.set_text(self.tr("REFUSED"))
        self._unit.set_text(self.tr("refused sessions per second, with alarms and actions"))
        self.setAccessibleName(self.tr("Timeline of refused sessions"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self._data is not None:
                self.set_data(self._data)
        super().changeEvent(event)
