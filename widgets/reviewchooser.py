"""When somebody is to look at a detach again: chosen beside the button, before the click."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget
from typing_extensions import override

from widgets.labels import PlainLabel

CHOICES_S: Final = (1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 86400.0, 172800.0)
"""Half an hour to two days, the longest that is allowed."""


class ReviewChooser(QWidget):
    """It begins anew with the usual time for every server."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._server = ""
        self._usual_s = 7200.0
        self._word = PlainLabel("small")
        self.times = QComboBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._word)
        row.addWidget(self.times)
        row.addStretch(1)
        self.setVisible(False)
        self._speak()

    def set_data(self, server: str, usual_s: float | None) -> None:
        """For this server's detach; `usual_s` None: it is not to be detached now."""
        self.setVisible(usual_s is not None)
        usual_s = self._usual_s if usual_s is None else usual_s
        if (server, usual_s) != (self._server, self._usual_s):
            self._server, self._usual_s = server, usual_s
            self._speak()

    @property
    def seconds(self) -> float:
        """As it stands."""
        return float(self.times.currentData())

    def _speak(self, keep_s: float | None = None) -> None:
        wanted = self._usual_s if keep_s is None else keep_s
        self._word.set_text(self.tr("Look at it again in"))
        self.times.clear()
        for seconds in sorted({*CHOICES_S, self._usual_s}):
            hours = seconds / 3600.0
            text = self.tr("{count} h") if hours >= 1 else self.tr("{count} min")
            self.times.addItem(text.replace("{count}", f"{hours if hours >= 1 else seconds / 60.0:g}"), seconds)
        self.times.setCurrentIndex(self.times.findData(wanted))
        self.times.setAccessibleName(self.tr("When somebody is to look at this detach again"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak(self.seconds)
        super().changeEvent(event)
