"""Beside the timeline: how much time it shows, and the stretch that was dragged over with what can be done with it."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel, set_look
from widgets.timeaxis import clock

SPANS_MIN: Final = (10, 30, 60)


class RangeBar(QWidget):
    """`exportRequested` and `replayRequested` with the stretch's wall seconds; `spanChosen(seconds)`; `cleared`."""

    exportRequested = Signal(float, float)
    replayRequested = Signal(float, float)
    spanChosen = Signal(float)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: tuple[float, float] | None = None
        self._said = PlainLabel("small")
        self.export = QPushButton()
        self.replay = QPushButton()
        self.clear = QPushButton()
        self.span = QPushButton()
        """Shows the span, and goes on to the next one."""
        self._minutes = SPANS_MIN[0]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._said)
        for button in (self.export, self.replay, self.clear, self.span):
            button.setAutoDefault(False)
            set_look(button, look="line")
            row.addWidget(button)
        self.export.clicked.connect(lambda: self._range and self.exportRequested.emit(*self._range))
        self.replay.clicked.connect(lambda: self._range and self.replayRequested.emit(*self._range))
        self.clear.clicked.connect(self.cleared)
        self.span.clicked.connect(self._next_span)
        self._speak()

    def set_range(self, chosen: tuple[float, float] | None) -> None:
        """Shows the stretch and its buttons, or none."""
        if chosen != self._range:
            self._range = chosen
            self._speak()

    def set_spans_shown(self, shown: bool) -> None:
        """A replay shows its whole window: it has no choice of spans."""
        self.span.setVisible(shown)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        chosen = self._range
        for part in (self._said, self.export, self.replay, self.clear):
            part.setVisible(chosen is not None)
        if chosen is not None:
            self._said.set_text(f"{clock(chosen[0])} - {clock(chosen[1])}  {_length(chosen[1] - chosen[0])}")
        self.export.setText(self.tr("Export this range"))
        self.replay.setText(self.tr("Replay it"))
        self.clear.setText("×")
        self.clear.setAccessibleName(self.tr("Let the range go"))
        self.clear.setToolTip(words.tip(self.tr("Let the range go")))
        if self._minutes == 60:
            self.span.setText(self.tr("1 hour"))
        else:
            self.span.setText(words.fill(self.tr("{count} minutes"), {"count": str(self._minutes)}))
        self.span.setAccessibleName(self.tr("Time that the line shows"))
        self.span.setToolTip(
            words.tip(
                self.tr("How much time the line shows; a click changes it. Drag over the line to choose a range.")
            )
        )

    def _next_span(self) -> None:
        self._minutes = SPANS_MIN[(SPANS_MIN.index(self._minutes) + 1) % len(SPANS_MIN)]
        self._speak()
        self.spanChosen.emit(self._minutes * 60.0)


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"({hours}:{minutes:02}:{rest:02})" if hours else f"({minutes}:{rest:02})"
