"""The foot of the alarm list, always there: can alarms be heard and for how long not, how many are shelved, and the ways further."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget
from typing_extensions import override

from widgets import words
from widgets.alarmdata import SoundData, SoundState
from widgets.labels import set_look


class AlarmFoot(QWidget):
    """Three small buttons; what they say is the state, what they do is in their tool tips and in F1."""

    muteToggled = Signal()
    testRequested = Signal()
    noteRequested = Signal()
    onlyShelved = Signal(bool)
    pageRequested = Signal(str)
    """`figures` or `sight`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound, self._shelved = SoundData(), 0
        self.sound, self.shelved, self.more = QPushButton(), QPushButton(), QPushButton()
        self.shelved.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(6)
        for button in (self.sound, self.shelved, self.more):
            button.setAutoDefault(False)
            set_look(button, look="switch")
        row.addWidget(self.sound)
        row.addWidget(self.shelved)
        row.addStretch(1)
        row.addWidget(self.more)
        self.menu = QMenu(self)
        self._actions: dict[str, QAction] = {}
        for name in ("note", "figures", "sight", "test"):
            self._actions[name] = self.menu.addAction("")
        self._actions["note"].triggered.connect(self.noteRequested)
        self._actions["figures"].triggered.connect(lambda: self.pageRequested.emit("figures"))
        self._actions["sight"].triggered.connect(lambda: self.pageRequested.emit("sight"))
        self._actions["test"].triggered.connect(self.testRequested)
        self.sound.clicked.connect(self.muteToggled)
        self.shelved.clicked.connect(self.onlyShelved)
        self.more.clicked.connect(self._open)
        self.retranslate()

    def set_sound(self, data: SoundData) -> None:
        """Takes the state of the sounds."""
        if data != self._sound:
            self._sound = data
            self._speak()

    def set_shelved(self, count: int, *, only: bool) -> None:
        """How many are set aside, and whether the list shows only them."""
        if (count, only) != (self._shelved, self.shelved.isChecked()):
            self._shelved = count
            self.shelved.setChecked(only)
            self._speak()

    def retranslate(self) -> None:
        """Sets the words again."""
        self.more.setText(self.tr("More"))
        self.more.setAccessibleName(self.tr("More about alarms"))
        self._actions["note"].setText(self.tr("Write a note") + "\tN")
        self._actions["figures"].setText(self.tr("Alarm figures") + "\tK")
        self._actions["sight"].setText(self.tr("Times without sight") + "\tL")
        self._actions["test"].setText(self.tr("Test the sounds"))
        self._speak()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _open(self) -> None:
        self.menu.popup(self.more.mapToGlobal(QPoint(0, -self.menu.sizeHint().height())))

    def _speak(self) -> None:
        state = self._sound.state
        said = {
            SoundState.ON: self.tr("Sound on"),
            SoundState.MUTED: words.fill(self.tr("Muted {left}"), {"left": self._sound.left}),
            SoundState.OFF: self.tr("Sound off"),
            SoundState.NONE: self.tr("No sound"),
        }[state]
        tips = {
            SoundState.ON: self.tr("M mutes the sounds for a time. It acknowledges nothing."),
            SoundState.MUTED: self.tr("M lets alarms sound again."),
            SoundState.OFF: self.tr("Switched off in the settings: alarms.announce.sound."),
            SoundState.NONE: self.tr("No sound device answers: the console can only beep."),
        }
        self.sound.setText(said)
        self.sound.setToolTip(words.tip(tips[state]))
        self.sound.setEnabled(state is not SoundState.OFF)
        set_look(self.sound, tone="warn" if state in (SoundState.MUTED, SoundState.NONE) else "quiet")
        self.shelved.setText(words.fill(self.tr("Shelved {count}"), {"count": str(self._shelved)}))
        self.shelved.setToolTip(words.tip(self.tr("Shows only what is set aside, with the time that is left.")))
