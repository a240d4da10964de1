"""Labels that show plain text only. Nothing from the network is ever taken for mark-up."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from widgets import words
from widgets.viewdata import NOTHING, Phrase, Tone


def set_look(widget: QWidget, **properties: str) -> None:
    """Sets the style sheet's properties (`look`, `tone`, `ground`) and has them applied; nothing happens where nothing changes."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


class PlainLabel(QLabel):
    """Plain text, or a Phrase that follows the language.

    `elide`: cut with an ellipsis (in the `middle` or at the end), down to `least` pixels, in full as tool tip; or `wrap`; or neither."""

    def __init__(
        self,
        look: str = "",
        *,
        elide: bool = False,
        middle: bool = False,
        wrap: bool = False,
        least: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(wrap)
        self._elide = elide
        self._cut = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._least = least
        self._phrase = NOTHING
        self._tip = NOTHING
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        elif elide:
            self.setSizePolicy(
                QSizePolicy.Policy.Ignored if not look else QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed
            )
        if look:
            self.setProperty("look", look)

    def set_phrase(self, phrase: Phrase, *, tip: Phrase = NOTHING) -> None:
        """Shows `phrase`; words come again on a change of language."""
        if (phrase, tip) != (self._phrase, self._tip):
            self._phrase, self._tip = phrase, tip
            self._speak()

    @property
    def phrase(self) -> Phrase:
        """What it shows."""
        return self._phrase

    def set_text(self, raw: str) -> None:
        """Shows a text that no translation touches."""
        self.set_phrase(Phrase(raw, verbatim=True))

    def set_tone(self, tone: Tone) -> None:
        """Colours the text; the meaning must also be said in words or by a mark."""
        set_look(self, tone=tone.name.lower())

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), self.heightForWidth(self.width())) if self.wordWrap() else hint

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.wordWrap() and event.size().width() != event.oldSize().width():
            self.updateGeometry()

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if self.wordWrap():
            # Qt guesses a height at a width of its own; a scroll area would then leave room for lines that are not there.
            return QSize(24, self.heightForWidth(max(24, self.width())))
        return QSize(min(self._least, hint.width()), hint.height()) if self._elide else hint

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        whole = self.text()
        if not self._elide or self.fontMetrics().horizontalAdvance(whole) <= self.contentsRect().width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        cut = self.fontMetrics().elidedText(whole, self._cut, self.contentsRect().width())
        painter.drawText(self.contentsRect(), int(self.alignment()), cut)
        painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        said = words.text(self._phrase)
        if said != self.text():
            self.setText(said)
        extra = words.text(self._tip)
        tip = words.tip(extra or (said if self._elide else ""))
        if tip != self.toolTip():
            self.setToolTip(tip)


def panel(look: str = "panel", parent: QWidget | None = None) -> QFrame:
    """A frame in one of the style sheet's looks."""
    frame = QFrame(parent)
    frame.setProperty("look", look)
    return frame
