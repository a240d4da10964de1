"""One line to write in, at the head of the alarm list: a note, an acknowledgement with a note, or the reason for shelving.

No dialog: it opens in place, Enter keeps what is written, Esc puts it away. It takes the keyboard and gives it back.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.alarmdata import EntryKind, EntrySubject, Written
from widgets.labels import PlainLabel, set_look
from widgets.viewdata import NOTHING

MOST_TEXT: Final = 500
"""Characters, as everywhere where people write."""
SHELF_MINUTES: Final = (15, 60, 240, 480)
"""Choices; the last is the longest that any shelf may run."""
SHELF_FIRST: Final = 1


class AlarmEntry(QFrame):
    """Hidden until it is asked for."""

    written = Signal(object)
    """`Written`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bare")
        self.kind = EntryKind.NOTE
        self._subjects: tuple[EntrySubject, ...] = ()
        self._back_to: QWidget | None = None
        self._head = PlainLabel("small")
        self._only = PlainLabel(elide=True, middle=True)
        """The subject, where there is no choice."""
        self.subject = QComboBox()
        self.subject.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.subject.setMinimumContentsLength(6)
        self.time = QComboBox()
        self.field = QLineEdit()
        self.field.setMaxLength(MOST_TEXT)
        self.field.returnPressed.connect(self._commit)
        self.keep, self.drop = QPushButton(), QPushButton("×")
        for button, does in ((self.keep, self._commit), (self.drop, self.put_away)):
            button.setAutoDefault(False)
            set_look(button, look="switch")
            button.clicked.connect(does)
        top, below = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._head)
        top.addWidget(self._only, 1)
        top.addWidget(self.subject, 1)
        top.addWidget(self.time)
        below.setSpacing(6)
        below.addWidget(self.field, 1)
        below.addWidget(self.keep)
        below.addWidget(self.drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 4, 4)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(below)
        self.hide()
        self.retranslate()

    @property
    def open(self) -> bool:
        """Is somebody writing?"""
        return not self.isHidden()

    def ask(self, kind: EntryKind, subjects: tuple[EntrySubject, ...]) -> None:
        """Opens it on the first of these, the others one key away (Up, Down); nothing happens without any."""
        if not subjects:
            return
        if not self.open:
            self._back_to = QApplication.focusWidget()
        self.kind, self._subjects = kind, subjects
        self.field.clear()
        self.retranslate()
        self.subject.setCurrentIndex(0)
        self.time.setCurrentIndex(SHELF_FIRST)
        self.time.setVisible(kind is EntryKind.SHELVE)
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put_away(self) -> bool:
        """Closes it and gives the keyboard back; False where it was not open."""
        if not self.open:
            return False
        back, self._back_to = self._back_to, None
        self.hide()
        if back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def retranslate(self) -> None:
        """Sets the words again."""
        heads = {
            EntryKind.NOTE: self.tr("Note on"),
            EntryKind.ACKNOWLEDGE: self.tr("Acknowledge"),
            EntryKind.SHELVE: self.tr("Shelve"),
        }
        asks = {
            EntryKind.NOTE: self.tr("what is to be remembered"),
            EntryKind.ACKNOWLEDGE: self.tr("note, may stay empty"),
            EntryKind.SHELVE: self.tr("why it may wait"),
        }
        self._head.set_text(heads[self.kind])
        self.field.setPlaceholderText(asks[self.kind])
        self.field.setAccessibleName(f"{heads[self.kind]}: {asks[self.kind]}")
        self.keep.setText(self.tr("Keep"))
        self.keep.setToolTip(words.tip(self.tr("Enter")))
        self.drop.setAccessibleName(self.tr("Put away"))
        self.drop.setToolTip(words.tip(self.tr("Esc")))
        self.subject.setAccessibleName(self.tr("What it is about"))
        self.time.setAccessibleName(self.tr("How long"))
        chosen = max(0, self.subject.currentIndex())
        self.subject.clear()
        self.subject.addItems([words.text(one.text) for one in self._subjects])
        self.subject.setCurrentIndex(min(chosen, len(self._subjects) - 1))
        self.subject.setVisible(len(self._subjects) > 1)
        self._only.setVisible(len(self._subjects) == 1)
        self._only.set_phrase(self._subjects[0].text if self._subjects else NOTHING)
        chosen = self.time.currentIndex()
        self.time.clear()
        for minutes in SHELF_MINUTES:
            hours = minutes % 60 == 0
            said = self.tr("{count} h") if hours else self.tr("{count} min")
            self.time.addItem(words.fill(said, {"count": str(minutes // 60 if hours else minutes)}), minutes)
        self.time.setCurrentIndex(SHELF_FIRST if chosen < 0 else chosen)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _commit(self) -> None:
        text = self.field.text().strip()
        if not self.open:
            return
        if not text and self.kind is not EntryKind.ACKNOWLEDGE:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return  # nothing is kept without a word
        subject = self._subjects[max(0, self.subject.currentIndex())]
        minutes = self.time.currentData()
        seconds = 60.0 * int(minutes) if self.kind is EntryKind.SHELVE and minutes is not None else None
        said = Written(self.kind, subject, text, seconds)
        self.put_away()
        self.written.emit(said)
