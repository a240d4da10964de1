"""What can be done about the chosen alarm, as small buttons: each has a key too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
from typing_extensions import override

from widgets import words
from widgets.alarmdata import AlarmStanding
from widgets.labels import set_look


class AlarmDeeds(QWidget):
    """Hidden where there is nothing to do: a line without a life-cycle."""

    asked = Signal(str)
    """`acknowledge`, `acknowledge_note`, `note`, `shelve` or `unshelve`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 4)
        grid.setSpacing(6)
        places = {
            "acknowledge": (0, 0),
            "acknowledge_note": (0, 1),
            "note": (1, 0),
            "shelve": (1, 1),
            "unshelve": (1, 1),
        }
        for name, (row, column) in places.items():
            button = QPushButton()
            button.setAutoDefault(False)
            set_look(button, look="switch")
            button.clicked.connect(lambda _=False, name=name: self.asked.emit(name))
            grid.addWidget(button, row, column)
            self._buttons[name] = button
        self.hide()
        self.retranslate()

    def set_standing(self, standing: AlarmStanding | None) -> None:
        """Shows what can be done to an alarm that stands so."""
        waits = standing is not None and standing.waits
        shelved = standing is AlarmStanding.SHELVED
        self._buttons["acknowledge"].setVisible(waits)
        self._buttons["acknowledge_note"].setVisible(waits)
        self._buttons["shelve"].setVisible(not shelved)
        self._buttons["unshelve"].setVisible(shelved)
        self.setVisible(standing is not None)

    def button(self, name: str) -> QPushButton:
        """One of them, by what it asks for."""
        return self._buttons[name]

    def retranslate(self) -> None:
        """Sets the words again."""
        says = {
            "acknowledge": (self.tr("Acknowledge"), "A"),
            "acknowledge_note": (self.tr("With a note"), "Shift+A"),
            "note": (self.tr("Note"), "N"),
            "shelve": (self.tr("Shelve"), "S"),
            "unshelve": (self.tr("Take off the shelf"), "S"),
        }
        for name, (text, key) in says.items():
            self._buttons[name].setText(text)
            self._buttons[name].setToolTip(words.tip(key))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
