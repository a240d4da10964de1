"""The strip that tells a newcomer what goes on in the lab: which step of how many, what happens, how long it lasts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.labels import PlainLabel
from widgets.viewdata import GuideData


class StepDots(Canvas):
    """One dot a step, the ones behind filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step, self._steps = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_steps(self, step: int, steps: int) -> None:
        """`step` of `steps`, 1-based."""
        self._step, self._steps = step, max(0, min(steps, 24))
        self.setAccessibleName(
            self.tr("Step {step} of {steps}").replace("{step}", str(step)).replace("{steps}", str(steps))
        )
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(max(16, self._steps * 16), 16)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for dot in range(self._steps):
            now = dot + 1 == self._step
            painter.setPen(Qt.PenStyle.NoPen if dot < self._step else theme.colour("edge"))
            painter.setBrush(theme.colour("lab") if dot < self._step else Qt.BrushStyle.NoBrush)
            radius = 5.0 if now else 3.5
            painter.drawEllipse(QPointF(8 + dot * 16, 8), radius, radius)


class GuideStrip(QFrame):
    """See the module; takes no room without data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._dots = StepDots()
        self._title = PlainLabel("title", elide=True)
        self._line = PlainLabel("", elide=True)
        self._remaining = PlainLabel("fixed")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(10)
        row.addWidget(self._dots)
        row.addWidget(self._title)
        row.addWidget(self._line, 1)
        row.addWidget(self._remaining)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setVisible(False)

    def set_data(self, data: GuideData | None) -> None:
        """Takes the step; None hides the strip."""
        self.setVisible(data is not None)
        if data is None:
            return
        self._dots.set_steps(data.step, data.steps)
        self._title.set_phrase(data.title)
        self._line.set_phrase(data.line)
        self._remaining.set_phrase(data.remaining)
        self.setAccessibleName(f"{words.text(data.title)}. {words.text(data.line)}")
