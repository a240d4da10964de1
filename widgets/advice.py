"""What to do about one alarm: what it means, why it matters, the steps, and where to look; in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets.alarmdata import Advice
from widgets.labelstack import LabelStack
from widgets.viewdata import verbatim


class AdviceBox(LabelStack):
    """Empty and hidden without advice. The steps are numbered; all of it is plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._advice: Advice | None = None

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
        self.set_phrases(tuple(verbatim(text) for text in self._texts()))

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
