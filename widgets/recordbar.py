"""At the bottom of a window: save what was seen, go back in time, open a file; and how far a long work is, with a way to call it off."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import set_look

_HIGH_PX: Final = 18
"""No higher than a line of text: on a full HD screen each pixel more costs the maps a row."""


class RecordBar(QWidget):
    """`saveRequested`, `backRequested`, `openRequested`, `cancelRequested`. A replay (`live` False) only saves.

    `names` (checkable): what is saved carries pseudonyms instead.
    """

    saveRequested = Signal()
    backRequested = Signal()
    openRequested = Signal()
    cancelRequested = Signal()

    def __init__(self, parent: QWidget | None = None, *, live: bool = True) -> None:
        super().__init__(parent)
        self.progress = QProgressBar()
        self.progress.setFixedSize(150, 12)
        self.progress.setTextVisible(False)
        self.cancel, self.save = QPushButton(), QPushButton()
        self.back, self.open = QPushButton(), QPushButton()
        self.names = QPushButton()
        self.names.setCheckable(True)
        self.names.setAutoDefault(False)
        self.names.setFixedHeight(_HIGH_PX)
        set_look(self.names, look="line")
        self.names.toggled.connect(self._speak)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        for part in (self.progress, self.cancel, self.save, self.names, self.back, self.open):
            row.addWidget(part)
        for button, asks in (
            (self.cancel, self.cancelRequested),
            (self.save, self.saveRequested),
            (self.back, self.backRequested),
            (self.open, self.openRequested),
        ):
            button.setAutoDefault(False)
            button.setFixedHeight(_HIGH_PX)
            set_look(button, look="line")
            button.clicked.connect(asks)
        self.back.setVisible(live)
        self.open.setVisible(live)
        self._live = live
        self.set_progress(1, 1)
        self._speak()

    @property
    def redacts(self) -> bool:
        """Whether pseudonyms are asked for."""
        return self.names.isChecked()

    def set_progress(self, done: int, of: int) -> None:
        """How far a long work is; `done` = `of`: it is over."""
        busy = done < of
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self.save.setEnabled(not busy)
        self.progress.setRange(0, of)
        self.progress.setValue(done)

    def set_fleet(self, open_fleet: bool, *, recorded: bool) -> None:
        """Without a fleet there is nothing to save, without a recorder no past to go back to."""
        for button in (self.save, self.names):
            button.setVisible(open_fleet)
        self.back.setVisible(self._live and open_fleet and recorded)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        for button, text, tip in (
            (self.cancel, self.tr("Cancel"), self.tr("Calls the snapshot off; nothing of it is left")),
            (self.save, self.tr("Save snapshot"), self.tr("The newest 15 minutes as one file that replays  Ctrl+S")),
            (self.back, self.tr("Go back"), self.tr("Replays what was recorded, beside this window  Ctrl+B")),
            (self.open, self.tr("Open"), self.tr("Replays a snapshot or a recording  Ctrl+O")),
        ):
            button.setText(text)
            button.setToolTip(words.tip(tip))
            button.setAccessibleName(text)
        hidden = self.tr("Pseudonyms: on") if self.redacts else self.tr("Pseudonyms: off")
        self.names.setText(hidden)
        self.names.setAccessibleName(hidden)
        self.names.setToolTip(
            words.tip(
                self.tr(
                    "Snapshots with pseudonyms for servers, addresses and people, without pictures: to be given away"
                )
            )
        )
        self.progress.setAccessibleName(self.tr("Progress of the snapshot"))
