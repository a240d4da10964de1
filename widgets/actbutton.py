"""The button that acts. It names its target, has no shortcut letter, is never a default button, and guards against a moved target."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCursor,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import set_look
from widgets.twolines import two_lines
from widgets.viewdata import NOTHING, ActButton, Phrase

GUARD_MS: Final = 1000
"""After a change of target or of place a press counts for nothing for this long: the hand had aimed at something else."""

AIMED_GUARD_MS: Final = 400
"""The same once the pointer has itself moved on the button since, and for the keyboard."""

LOOK_MS: Final = 250
"""How often a button on the screen looks whether something has moved it; a press looks too."""

STILL_PX: Final = 4
"""A pointer within this distance of its last acting press has not moved: it cannot mean another target."""


class ActPush(QPushButton):
    """Shows an `ActButton`; `actRequested(verb, server)` on a click past the guard; `disarmed` when the keyboard leaves it."""

    actRequested = Signal(str, str)
    askRequested = Signal(object)
    """The `ActButton` whose consent is asked for first: nothing acts yet."""
    disarmed = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, guard_ms: int = GUARD_MS, elide: bool = False, lines: int = 1
    ) -> None:
        """`elide`: a long text is cut to the width there is; the tool tip then holds all of it. `lines`: 2, it is first broken."""
        super().__init__(parent)
        self._elide = elide
        self._lines = lines
        self._data: ActButton | None = None
        self._guard_ms = guard_ms
        self._since: float | None = None
        self._seen = QRect()
        self._pointer = QPoint()
        self._aimed = False
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self.setMouseTracking(True)
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._clicked)
        self.setEnabled(False)

    def set_data(self, data: ActButton) -> None:
        """Takes the target. A new verb, server or permission starts the guard anew."""
        before = self._data
        if before == data:
            return
        self._data = data
        if before is None or (before.verb, before.server, before.enabled) != (data.verb, data.server, data.enabled):
            self.guard()
            self._hand_back()
        acts = data.verb in {"detach", "detach_all"}
        set_look(self, look="act" if acts else "plain", asks="yes" if data.enabled and data.ask is not None else "no")
        if not data.enabled:
            self._hand_focus_up()
        self.setEnabled(data.enabled)
        self._speak()

    def _hand_back(self) -> None:
        """Gives the keyboard to what the button stands in. Left to Qt it would wander to the next button when this one waits,
        or stay on one that means another server: a second Enter would then act on what nobody aimed at."""
        if not self.hasFocus():
            return
        holder = self.parentWidget()
        while holder is not None and not (holder.focusPolicy() & Qt.FocusPolicy.TabFocus):
            holder = holder.parentWidget()
        if holder is not None:
            holder.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.clearFocus()

    @staticmethod
    def clock() -> float:
        """Milliseconds from any beginning, never backwards."""
        return time.monotonic() * 1000.0

    @property
    def target(self) -> tuple[str, str] | None:
        """Verb and server that a click asks for."""
        return (self._data.verb, self._data.server) if self._data else None

    @property
    def asks(self) -> bool:
        """Does a press only ask for consent?"""
        return self._data is not None and self._data.enabled and self._data.ask is not None

    @property
    def why_not(self) -> Phrase:
        """Why it cannot be pressed; NOTHING where it can."""
        return self._data.why_not if self._data is not None and not self._data.enabled else NOTHING

    def guard(self) -> None:
        """Starts the guard: the button has just come under the pointer, or means something else."""
        self._since = self.clock()
        self._seen = self._place()
        self._pointer = QCursor.pos()
        self._aimed = False

    @property
    def guarded(self) -> bool:
        """Would a press by a pointer that has not moved count for nothing now?"""
        self._look()
        return self._within(AIMED_GUARD_MS if self._aimed else GUARD_MS)

    def _within(self, most_ms: int) -> bool:
        return self._since is not None and self.clock() - self._since < min(most_ms, self._guard_ms)

    def _place(self) -> QRect:
        return QRect(self.mapToGlobal(QPoint(0, 0)), self.size())

    def _look(self) -> None:
        """A scrolled column or a banner moves the button without telling it, so it compares its place on the screen."""
        if self._since is not None and self._place() != self._seen:
            self.guard()

    def _pointed(self, at: QPoint) -> None:
        """Takes a true movement of the pointer; a button that slid under a resting one is no aim."""
        self._look()
        if at != self._pointer:
            self._aimed = True
        last = self.window().property("actPoint")
        if isinstance(last, QPoint) and (at - last).manhattanLength() > STILL_PX:
            self.window().setProperty("actPoint", None)

    def _repeats(self, at: QPoint) -> bool:
        """Has the pointer rested since it acted on another target? However long ago, it was not aimed at this one."""
        last = self.window().property("actPoint")
        return (
            isinstance(last, QPoint)
            and (at - last).manhattanLength() <= STILL_PX
            and self.window().property("actTarget") != self._name()
        )

    def _name(self) -> str:
        return "\n".join(self.target or ())

    def _hand_focus_up(self) -> None:
        """Before it is disabled: Qt would pass the keyboard to the next button, and scroll that one under the pointer."""
        if not self.hasFocus():
            return
        above = self.parentWidget()
        while above is not None and above.focusPolicy() is Qt.FocusPolicy.NoFocus:
            above = above.parentWidget()
        if above is not None:
            above.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.guard()
        self._looking.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._looking.stop()
        super().hideEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.disarmed.emit()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointed(event.globalPosition().toPoint())
        super().enterEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointed(event.globalPosition().toPoint())
        super().mouseMoveEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press that the guard refuses does not even push the button down, so its release does nothing."""
        if not self.guarded and not self._repeats(event.globalPosition().toPoint()):
            super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isDown() and event.button() is Qt.MouseButton.LeftButton:
            self.window().setProperty("actPoint", event.globalPosition().toPoint())
            self.window().setProperty("actTarget", self._name())
        super().mouseReleaseEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide:
            self._speak()

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(60, hint.height()) if self._elide else hint

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it too, on every platform; the keyboard must first have been put on it."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def _speak(self) -> None:
        if self._data is None:
            return
        whole = words.text(self._data.text)
        said = whole
        if self._elide:
            room = max(40, self.width() - 22)
            said = (
                two_lines(whole, self.fontMetrics(), room)
                if self._lines > 1
                else self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room)
            )
        # An ampersand would make a letter a shortcut; no letter may ever act.
        self.setText(said.replace("&", "&&"))
        why = words.text(self._data.why_not) if not self._data.enabled else ""
        self.setToolTip(words.tip(why or (whole if said.replace("\n", " ") != whole else "")))
        self.setAccessibleName(whole)
        self.setAccessibleDescription(why)

    def _clicked(self) -> None:
        if self._data is None or not self._data.enabled or self._within(AIMED_GUARD_MS):
            return
        if self._data.ask is not None:
            self.askRequested.emit(self._data)
        else:
            self.actRequested.emit(self._data.verb, self._data.server)
