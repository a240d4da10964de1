"""One alarm on its line: mark, rule, whom, when; where it stands, and a sentence with its numbers; when chosen, what to do."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.advice import AdviceBox
from widgets.alarmdata import Advice, AlarmStanding
from widgets.alarmdeeds import AlarmDeeds
from widgets.canvas import Canvas
from widgets.labels import PlainLabel, set_look
from widgets.labelstack import LabelStack
from widgets.shapes import paint_mark, tone_word
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, Phrase, Tone, phrase

AGE_FROM_PX: Final = 215
"""Narrower lines do without the age."""
_APART_PX: Final = 8


class StandingMark(Canvas):
    """The mark of the priority, filled while nobody has acknowledged it; hollow after, with a core where it is over and still
    waits; a bar where it is shelved. A dim beat of the flash shows the filled one as its outline: the shape never goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone, self._standing = Tone.QUIET, AlarmStanding.UNACKNOWLEDGED
        self._dim = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_data(self, tone: Tone, standing: AlarmStanding) -> None:
        """Changes the mark."""
        if (tone, standing) != (self._tone, self._standing):
            self._tone, self._standing = tone, standing
            self.update()

    @property
    def flashes(self) -> bool:
        """Whether it takes part in the flash: high, and nobody has acknowledged it."""
        return self._tone is Tone.ALARM and self._standing is AlarmStanding.UNACKNOWLEDGED

    def set_dim(self, dim: bool) -> None:
        """One beat of the flash."""
        if dim != self._dim:
            self._dim = dim
            if self.flashes:
                self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(12, 12)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        box = QRectF(1, 1, 10, 10)
        if self._standing is AlarmStanding.SHELVED:
            painter.setPen(QPen(theme.tone_colour(self._tone), 2))
            painter.drawLine(1, 6, 11, 6)
            return
        hollow = self._standing is not AlarmStanding.UNACKNOWLEDGED or (self._dim and self.flashes)
        paint_mark(painter, box, self._tone, hollow=hollow)
        if self._standing is AlarmStanding.LATCHED:
            painter.fillRect(QRectF(5, 5.5, 2.5, 2.5), theme.tone_colour(self._tone))


class AlarmView(QFrame):
    """One alarm. Click or Enter chooses it, and with it its server."""

    serverChosen = Signal(str)
    picked = Signal(str)
    """Key of the line."""
    asked = Signal(str)
    """What is to be done about it; see `AlarmDeeds`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bare")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._line: AlarmLine | None = None
        self.mark = StandingMark()
        self._time = PlainLabel("fixed")
        self._rule = PlainLabel()
        self._target = PlainLabel("fixed", elide=True, least=60)
        self._age = PlainLabel("fixed")
        self._sentence = PlainLabel("small", wrap=True)
        self._details = LabelStack()
        self._deeds: AlarmDeeds | None = None
        self._advice = AdviceBox()
        top = QHBoxLayout()
        top.setSpacing(_APART_PX)
        top.addWidget(self.mark)
        top.addWidget(self._rule)
        top.addWidget(self._target, 1)
        top.addWidget(self._time)
        top.addWidget(self._age)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(0)
        column.addLayout(top)
        below = self._below = QVBoxLayout()
        below.setContentsMargins(20, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self._sentence)
        below.addWidget(self._details)
        below.addWidget(self._advice)
        column.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_data(self, line: AlarmLine) -> None:
        """Takes the alarm."""
        before, self._line = self._line, line
        if line == before:
            return
        if before is not None and replace(before, age=line.age) == line:
            self._age.set_text(line.age)
            if len(line.age) != len(before.age):
                self._fit_age()
            return
        standing = line.standing or AlarmStanding.UNACKNOWLEDGED
        self.mark.set_data(line.tone, standing)
        self._time.set_text(line.time)
        self._rule.set_phrase(line.rule)
        self._rule.set_tone(line.tone if standing.waits else Tone.QUIET)
        self._target.set_text(line.target)
        self._age.set_text(line.age)
        self._fit_age()
        self._sentence.set_phrase(
            phrase(QT_TRANSLATE_NOOP("present", "{state}: {sentence}"), state=line.state, sentence=line.sentence)
            if words.has(line.state)
            else line.sentence
        )
        said = (
            tone_word(line.tone),
            words.text(line.priority),
            words.text(line.rule),
            line.target,
            words.text(line.state),
            words.text(line.sentence),
            line.time,
        )
        self.setAccessibleName(", ".join(part for part in said if part))

    def may_wait(self, line: AlarmLine) -> bool:
        """Whether only words and numbers of it are new: its name, its mark and what can be done about it are not."""
        old = self._line
        return old is not None and (old.key, old.tone, old.standing) == (line.key, line.tone, line.standing)

    @property
    def line(self) -> AlarmLine | None:
        """What it shows."""
        return self._line

    @property
    def deeds(self) -> AlarmDeeds | None:
        """The buttons; None until the line was first chosen."""
        return self._deeds

    def set_chosen(self, chosen: bool, advice: Advice | None, details: tuple[Phrase, ...] = ()) -> None:
        """Marks the line and shows what belongs to it and what to do about it, or takes all that away."""
        set_look(self, look="chosen" if chosen else "bare")
        self._advice.set_data(advice if chosen else None)
        self._details.set_phrases(details if chosen else ())
        if chosen and self._deeds is None:  # most lines are never chosen
            self._deeds = AlarmDeeds()
            self._deeds.asked.connect(self.asked)
            self._below.insertWidget(2, self._deeds)
        if self._deeds is not None:
            self._deeds.set_standing(self._line.standing if chosen and self._line is not None else None)

    def _fit_age(self) -> None:
        """A number cut in two would mislead: it goes as a whole, and before the server's name does. The time says the same."""
        parts = (self.mark, self._rule, self._target, self._time, self._age)
        needed = sum(part.sizeHint().width() for part in parts) + (len(parts) - 1) * _APART_PX
        self._age.setVisible(self.width() >= max(AGE_FROM_PX, needed))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_age()
        super().resizeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._line is not None:
            shown, self._line = self._line, None
            self.set_data(shown)
        super().changeEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._choose()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose()
            return
        super().keyPressEvent(event)

    def _choose(self) -> None:
        if (line := self._line) is None:
            return
        self.picked.emit(line.key)
        if line.target:
            self.serverChosen.emit(line.target)
