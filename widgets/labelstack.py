"""Any number of sentences below each other, as plain labels that wrap."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.labels import PlainLabel
from widgets.viewdata import Phrase


class LabelStack(QWidget):
    """Hidden without sentences. Labels are kept and used again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[PlainLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(3)
        self.hide()

    def set_phrases(self, phrases: tuple[Phrase, ...]) -> None:
        """Shows these, one below the other."""
        while len(self._labels) < len(phrases):
            label = PlainLabel("small", wrap=True)
            self._column.addWidget(label)
            self._labels.append(label)
        for index, label in enumerate(self._labels):
            label.setVisible(index < len(phrases))
            if index < len(phrases):
                label.set_phrase(phrases[index])
        self.setVisible(bool(phrases))
