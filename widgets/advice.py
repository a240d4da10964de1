"""What to do about one alarm: what it means, why it matters, the steps, and where to look; in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from widgets.alarmdata import Advice
from widgets.labels import PlainLabel


class AdviceBox(QWidget):
    """Empty and hidden without advice. The steps are numbered; all of it is plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._advice: Advice | None = None
        self._labels: list[PlainLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(3)
        self.hide()

    def set_data(self, advice: Advice | None) -> None:
        """Takes the advice, or takes it away."""
        if advice != self._advice:
            self._advice = advice
            self._speak()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        texts = self._texts()
        while len(self._labels) < len(texts):
            label = PlainLabel("small", wrap=True)
            self._column.addWidget(label)
            self._labels.append(label)
        for index, label in enumerate(self._labels):
            label.setVisible(index < len(texts))
            label.set_text(texts[index] if index < len(texts) else "")
        self.setVisible(bool(texts))

    def _texts(self) -> tuple[str, ...]:
        if self._advice is None:
            return ()
        pages = self._advice.pages
        page = pages.get(QLocale().name()[:2], pages["en"])
        return (
            self.tr("What: ") + page.what,
            self.tr("Why: ") + page.why,
            *(f"{number}. {step}" for number, step in enumerate(page.do, 1)),
            self.tr("Where: ") + page.where,
        )
