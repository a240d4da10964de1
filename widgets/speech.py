"""Tells a screen reader what has just happened: an announcement of the accessibility bus, and a text that can be read again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class Speaker(QObject):
    """Speaks in the name of a widget. `spoken(str, bool)`: what was said, and whether it may interrupt."""

    spoken = Signal(str, bool)

    def __init__(self, voice: QWidget) -> None:
        super().__init__(voice)
        self._voice = voice

    def say(self, text: str, *, urgent: bool) -> None:
        """One sentence. It stays as the widget's description, for who asks again."""
        self._voice.setAccessibleDescription(text)
        event = QAccessibleAnnouncementEvent(self._voice, text)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)
        self.spoken.emit(text, urgent)
