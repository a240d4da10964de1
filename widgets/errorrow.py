"""What clients were told, word for word: each of the service's error texts with its count. Grey while nothing happens; worst first."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from widgets.labels import PlainLabel
from widgets.shapes import ToneMark
from widgets.viewdata import ErrorCount


class ErrorRow(QWidget):
    """One line. The texts are of the service: never translated, never re-worded; too long for the window, they are cut at the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[tuple[ToneMark, PlainLabel, PlainLabel]] = []
        self._errors: tuple[ErrorCount, ...] | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_data(self, errors: tuple[ErrorCount, ...]) -> None:
        """Takes the counts, in the order in which they are to be shown."""
        if errors == self._errors:
            return  # the same texts again would still have the whole window laid out anew
        self._errors = errors
        while len(self._parts) < len(errors):
            parts = (ToneMark(), PlainLabel("fixed"), PlainLabel("small", elide=True))
            for part in parts:
                self._row.insertWidget(self._row.count() - 1, part)
            self._row.insertSpacing(self._row.count() - 1, 10)
            self._parts.append(parts)
        for index, (mark, count, text) in enumerate(self._parts):
            used = index < len(errors)
            mark.setVisible(used and bool(errors[index].tone))
            for part in (count, text):
                part.setVisible(used)
            if used:
                error = errors[index]
                mark.set_tone(error.tone)
                count.set_text(error.per_min)
                count.set_tone(error.tone)
                text.set_text(error.text)
                text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
                text.setAccessibleName(f"{error.per_min} {error.text}")
        self.setVisible(bool(errors))
