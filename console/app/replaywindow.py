"""A window on a recording: the operator's screen in a striped frame, the bar that plays it, and the panels beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget
from typing_extensions import override

from console.app.window import FIRST, LEAST
from widgets import words
from widgets.comparepanel import ComparePanel
from widgets.labels import PlainLabel
from widgets.recordbar import RecordBar
from widgets.replaybar import ReplayBar
from widgets.replayframe import ReplayFrame
from widgets.screen import OperatorScreen
from widgets.sidepanels import SidePanels
from widgets.viewdata import NOTHING, Phrase
from widgets.whatif import WhatIfPanel


class ReplayWindow(QMainWindow):
    """`closing`: the operator closes it. It has no way to act: nobody listens to its buttons, and there are none."""

    closing = Signal()
    saveRequested = Signal()  # noqa: N815  named as Qt names its own
    reportRequested = Signal()  # noqa: N815  named as Qt names its own

    def __init__(self) -> None:
        super().__init__()
        self._what = NOTHING
        self._lab = False
        self.screen_page = OperatorScreen()
        self.screen_page.only_shows()
        self.bar = ReplayBar()
        self.compare = ComparePanel()
        self.what_if = WhatIfPanel()
        self.record = RecordBar(live=False)
        content = QWidget()
        self._sides = SidePanels(self.screen_page, (self.compare, self.what_if))
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 4, 4)
        column.setSpacing(4)
        column.addWidget(self._sides, 1)
        column.addWidget(self.bar)
        self.frame = ReplayFrame(content)
        self.setCentralWidget(self.frame)
        self._said = PlainLabel("small", elide=True)
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.addWidget(self._said, 1)
        status.addPermanentWidget(self.record)
        status.setContentsMargins(8, 0, 12, 0)
        self.screen_page.timeline.range.set_spans_shown(False)
        self.screen_page.timeline.range.replay.setEnabled(False)
        self._wire()
        room = self.screen().availableSize()
        self.setMinimumSize(min(LEAST[0], room.width()), min(LEAST[1], room.height()))
        self.resize(min(FIRST[0], room.width()), min(FIRST[1], room.height()))
        self.retranslate()

    def set_what(self, what: Phrase) -> None:
        """What is replayed: for the frame and the title."""
        if what != self._what:
            self._what = what
            self.frame.set_what(what)
            self.retranslate()

    def set_lab(self, on: bool) -> None:
        """What is replayed happened in a lab."""
        self._lab = on
        self.frame.set_lab(on)
        self.retranslate()

    def say(self, phrase: Phrase) -> None:
        """One line at the bottom, until the next one."""
        self._said.set_phrase(phrase)

    def show_compare(self, on: bool) -> None:
        """The marked moment and this one side by side."""
        self._sides.set_shown(self.compare, on)

    def show_what_if(self, on: bool) -> None:
        """The panel that asks for other settings."""
        self._sides.set_shown(self.what_if, on)
        if on:
            self.what_if.value.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_bar(self) -> None:
        self.bar.compare.setChecked(not self.compare.isHidden())
        self.bar.what_if.setChecked(not self.what_if.isHidden())

    def retranslate(self) -> None:
        """Sets the words again."""
        parts = (self.tr("REPLAY"), self.tr("LAB") if self._lab else "", words.text(self._what), self.tr("DSR Console"))
        self.setWindowTitle(" · ".join(part for part in parts if part))

    def _wire(self) -> None:
        bar = self.bar
        self._sides.changed.connect(self._tell_bar)
        bar.compareToggled.connect(self.show_compare)
        bar.whatIfToggled.connect(self.show_what_if)
        self.record.saveRequested.connect(self.saveRequested)
        self.screen_page.snapshotRequested.connect(self.saveRequested)
        for keys, does in (
            (",", lambda: bar.stepped.emit(-1)),
            (".", lambda: bar.stepped.emit(1)),
            ("[", lambda: bar.alarmRequested.emit(-1)),
            ("]", lambda: bar.alarmRequested.emit(1)),
            ("R", bar.markRequested.emit),
            ("X", bar.swapRequested.emit),
            ("C", bar.compare.click),
            ("W", bar.what_if.click),
            ("P", bar.playToggled.emit),
            ("Ctrl+R", self.reportRequested.emit),
        ):
            self._key(keys, does)

    def _key(self, keys: str, does: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(does)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays wherever nothing else takes it: a button with the keyboard presses itself."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.bar.playToggled.emit()
            return
        super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
