"""The hand on a replay: play, pace, steps, alarms, two moments side by side, and the bar over all of its time."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel, panel, set_look
from widgets.replaydata import SPEEDS, PlayData
from widgets.scrubbar import ScrubBar


class ReplayBar(QFrame):
    """`moved(wall seconds)`, `stepped(moments)`, `alarmRequested(±1)`, `playToggled`, `speedChosen(times)`, `markRequested`,
    `swapRequested`, `compareToggled(bool)`, `whatIfToggled(bool)`."""

    moved = Signal(float)
    stepped = Signal(int)
    alarmRequested = Signal(int)
    playToggled = Signal()
    speedChosen = Signal(int)
    markRequested = Signal()
    swapRequested = Signal()
    compareToggled = Signal(bool)
    whatIfToggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._data: PlayData | None = None
        self.scrub = ScrubBar()
        self.play = QPushButton()
        self.before, self.after = QPushButton(), QPushButton()
        self.alarm_before, self.alarm_after = QPushButton(), QPushButton()
        self.speed = QComboBox()
        for times in SPEEDS:
            self.speed.addItem(f"×{times}", times)
        self.mark, self.swap = QPushButton(), QPushButton()
        self.compare, self.what_if = QPushButton(), QPushButton()
        self.compare.setCheckable(True)
        self.what_if.setCheckable(True)
        self._place = PlainLabel("name", elide=True, least=120)
        self._verdict = PlainLabel("small", elide=True, least=60)
        self._lay_out()
        self._wire()
        self._speak()

    def set_data(self, data: PlayData) -> None:
        """Takes where it stands."""
        self._data = data
        self.scrub.set_data(data)
        self._place.set_phrase(data.place)
        self._verdict.set_phrase(data.verdict)
        self._verdict.set_tone(data.verdict_tone)
        self.swap.setEnabled(data.other_s is not None)
        self.compare.setEnabled(data.other_s is not None)
        self.alarm_before.setEnabled(data.more_before)
        self.alarm_after.setEnabled(data.more_after)
        if self.speed.currentData() != data.speed:
            self.speed.blockSignals(True)
            self.speed.setCurrentIndex(self.speed.findData(data.speed))
            self.speed.blockSignals(False)
        self._speak_play()

    def texts(self) -> tuple[str, str]:
        """Place and verdict, for tests and for speech."""
        return self._place.text(), self._verdict.text()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.alarm_before, self.before, self.play, self.after, self.alarm_after):
            row.addWidget(button)
        row.addWidget(self.speed)
        row.addSpacing(8)
        row.addWidget(self._place)
        row.addWidget(self._verdict, 1)
        line = panel("rule")
        line.setFixedWidth(1)
        row.addWidget(line)
        for button in (self.mark, self.swap, self.compare, self.what_if):
            row.addWidget(button)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        for button in (self.mark, self.swap, self.compare, self.what_if):
            button.setAutoDefault(False)
        set_look(self.play, look="plain")
        self.play.setMinimumWidth(84)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 5, 10, 3)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.scrub)

    def _wire(self) -> None:
        self.scrub.scrubbed.connect(self.moved)
        self.scrub.stepped.connect(self.stepped)
        self.play.clicked.connect(self.playToggled)
        self.before.clicked.connect(lambda: self.stepped.emit(-1))
        self.after.clicked.connect(lambda: self.stepped.emit(1))
        self.alarm_before.clicked.connect(lambda: self.alarmRequested.emit(-1))
        self.alarm_after.clicked.connect(lambda: self.alarmRequested.emit(1))
        self.speed.currentIndexChanged.connect(self._speed)
        self.mark.clicked.connect(self.markRequested)
        self.swap.clicked.connect(self.swapRequested)
        self.compare.toggled.connect(self.compareToggled)
        self.what_if.toggled.connect(self.whatIfToggled)

    def _speed(self, index: int) -> None:
        self.speedChosen.emit(self.speed.itemData(index))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setAccessibleName(self.tr("Replay"))
        for button, text, tip in (
            (self.alarm_before, "|◀", self.tr("To the alarm before  [")),
            (self.before, "◀", self.tr("One poll back  ,")),
            (self.after, "▶", self.tr("One poll on  .")),
            (self.alarm_after, "▶|", self.tr("To the next alarm  ]")),
            (self.mark, self.tr("Mark"), self.tr("Marks this moment, to compare others with it  R")),
            (self.swap, self.tr("Swap"), self.tr("Between the marked moment and this one  X")),
            (self.compare, self.tr("Compare"), self.tr("The marked moment and this one side by side  C")),
            (self.what_if, self.tr("What if ..."), self.tr("Other thresholds on the same recording  W")),
        ):
            button.setText(text)
            button.setToolTip(words.tip(tip))
            button.setAccessibleName(tip if len(text) <= 2 else text)
        self.speed.setAccessibleName(self.tr("Pace"))
        self._speak_play()

    def _speak_play(self) -> None:
        playing = self._data is not None and self._data.playing
        self.play.setText(self.tr("Pause") if playing else self.tr("Play"))
        self.play.setToolTip(words.tip(self.tr("Plays or stands still  Space")))
