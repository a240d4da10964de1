"""What stands between the hand and an action that is not all green: its cost, a reason in words, and a button that must be held.

A cut asks for the number of sessions besides, and for a longer hold."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.actbutton import ActPush
from widgets.labels import PlainLabel, set_look
from widgets.shapes import ToneMark
from widgets.viewdata import ActButton, Ask, Tone

HOLD_MS: Final = 1500
"""So long the button is held down before it acts."""
TICK_MS: Final = 30
MOST_LETTERS: Final = 200


class HoldPush(ActPush):
    """Acts only when it was held down without a break for `hold_ms`, by the pointer or by Enter. A click, and a key that only
    repeats, do nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, elide=True, lines=2)
        self._held_since: float | None = None
        self.hold_ms = HOLD_MS
        """So long it is held."""
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self.tick)
        self.pressed.connect(self._begin)
        self.released.connect(self.let_go)

    @property
    def share(self) -> float:
        """How much of the time it has been held, 0 to 1."""
        return 0.0 if self._held_since is None else min(1.0, (self.clock() - self._held_since) / self.hold_ms)

    def tick(self) -> None:
        """Looks at the clock; called by its timer while it is held."""
        if self._held_since is None:
            return
        self.update()
        if self.share >= 1.0 and self.target is not None:
            verb, server = self.target
            self.let_go()
            self.setDown(False)
            self.actRequested.emit(verb, server)

    def let_go(self) -> None:
        """The hand is off: nothing happens, and the next hold begins at nought."""
        self._held_since = None
        self._ticking.stop()
        self.update()

    def _begin(self) -> None:
        if self.isEnabled() and self._held_since is None and self.target is not None:
            self._held_since = self.clock()
            self._ticking.start()

    @override
    def set_data(self, data: ActButton) -> None:
        before = self.target
        super().set_data(data)
        if self.target != before or not data.enabled:
            self.let_go()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            if not event.isAutoRepeat() and not self.guarded:
                self._begin()
            return
        super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            if not event.isAutoRepeat():
                self.let_go()
            return
        super().keyReleaseEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.let_go()
        super().focusOutEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.let_go()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.share <= 0.0:
            return
        painter = QPainter(self)
        fill = QColor(theme.colour("act_text"))
        fill.setAlphaF(0.35)
        painter.fillRect(QRectF(1, 1, (self.width() - 2) * self.share, self.height() - 2), fill)
        painter.end()

    @override
    def _clicked(self) -> None:
        """A click is no hold."""


class ConsentPanel(QFrame):
    """`given(verb, server, reason, glass)` after the hold; `closed` when it is put away. Amber: framed as a warning; glass: red."""

    given = Signal(str, str, str, bool)
    cut = Signal(str, str, int)
    """Server, reason and the typed number of sessions; past the hold."""
    closed = Signal()
    disarmed = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "banner")
        self._button: ActButton | None = None
        self._mark = ToneMark(Tone.WARN)
        self._title = PlainLabel("", wrap=True)
        self._line = PlainLabel("small", wrap=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(MOST_LETTERS)
        self.count = QLineEdit()
        self.count.setMaxLength(7)
        self.count.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.count.setVisible(False)
        self.hold = HoldPush()
        self._back = QPushButton()
        self._back.setAutoDefault(False)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self._line)
        column.addWidget(self.count)
        column.addWidget(self.reason)
        column.addWidget(self.hold)
        column.addWidget(self._back)
        for field in (self.reason, self.count):
            field.textChanged.connect(self._typed)
        self.hold.actRequested.connect(self._held)
        self.hold.disarmed.connect(self.disarmed)
        self._back.clicked.connect(self.put_away)
        self.setVisible(False)
        self.retranslate()

    @property
    def target(self) -> tuple[str, str] | None:
        """Verb and server that it asks about; None while it is put away."""
        return None if self._button is None else (self._button.verb, self._button.server)

    def ask(self, button: ActButton) -> None:
        """Opens for this button; the keyboard goes to the reason."""
        if button.ask is None:
            return
        self._clear()
        self._show(button, button.ask)
        self.setVisible(True)
        first = self.reason if button.ask.count is None else self.count
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self, buttons: tuple[ActButton, ...]) -> None:
        """The newest verdicts: the panel stays while one of them still asks the same of the same target, and goes otherwise."""
        if self._button is None:
            return
        glass = self._button.ask is not None and self._button.ask.glass
        same = (one for one in buttons if (one.verb, one.server) == self.target)
        found = next((one for one in same if one.ask is not None and one.ask.glass is glass), None)
        if found is None or found.ask is None:
            self.put_away()
        elif found != self._button:
            self._show(found, found.ask)

    def put_away(self) -> None:
        """Closes it; what was typed is gone."""
        if self._button is None:
            return
        self._button = None
        self.hold.let_go()
        self._clear()
        self.setVisible(False)
        self.closed.emit()

    def retranslate(self) -> None:
        """Sets the words again."""
        self.reason.setPlaceholderText(self.tr("Why is it done all the same?"))
        self.count.setPlaceholderText(self.tr("How many sessions does it end?"))
        self.count.setAccessibleName(self.tr("Number of sessions that are cut"))
        self.reason.setAccessibleName(self.tr("Reason, kept on record"))
        self._back.setText(self.tr("Leave it"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _clear(self) -> None:
        self.reason.clear()
        self.count.clear()

    def _show(self, button: ActButton, ask: Ask) -> None:
        self._button = button
        tone = Tone.ALARM if ask.glass or ask.count is not None else Tone.WARN
        set_look(self, ground=tone.name.lower())
        self._mark.set_tone(tone)
        self.count.setVisible(ask.count is not None)
        self.hold.hold_ms = ask.hold_ms
        self._title.set_phrase(ask.title)
        self._line.set_phrase(ask.line)
        self.setAccessibleName(words.text(ask.title))
        self.setAccessibleDescription(words.text(ask.line))
        self._typed()

    def _typed(self) -> None:
        button = self._button
        if button is not None and button.ask is not None:
            enabled = bool(self.reason.text().strip()) and self._counted(button.ask) is not None
            self.hold.set_data(replace(button, verb=button.verb, text=button.ask.hold, enabled=enabled))
            # Plain buttons are for what takes nothing away; here both ways go past a gate.
            set_look(self.hold, look="act", density="hold", asks="no")

    def _counted(self, ask: Ask) -> int | None:
        """The typed number, where it is one that may be cut now; 0 where none is asked for."""
        if ask.count is None:
            return 0
        typed = self.count.text().strip()
        if not (typed.isascii() and typed.isdigit()):
            return None
        low, high = ask.count
        return int(typed) if low <= int(typed) <= high else None

    def _held(self, verb: str, server: str) -> None:
        button, reason = self._button, self.reason.text().strip()
        if button is not None and button.ask is not None and reason and (verb, server) == self.target:
            glass, count, cuts = button.ask.glass, self._counted(button.ask), button.ask.count is not None
            if count is None:
                return
            self.put_away()
            if cuts:
                self.cut.emit(server, reason, count)
            else:
                self.given.emit(verb, server, reason, glass)
