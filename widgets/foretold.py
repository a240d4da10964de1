"""What is foretold: the card of a detach in the detail, and the strip over the suspects with the countdown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.foretolddata import ForetoldData, ForetoldRow, HerdData, ToldLine
from widgets.labels import PlainLabel, set_look
from widgets.phrases import NOTHING
from widgets.shapes import ToneMark
from widgets.viewdata import Tone

_CELLS = 5


class TellingLine(QWidget):
    """A wrapped sentence with a mark where it wants the eye."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = ToneMark()
        self._said = PlainLabel("small", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._said, 1)

    def set_data(self, line: ToldLine | None) -> None:
        """Takes a sentence; None hides it."""
        self.setVisible(line is not None)
        if line is not None:
            tone = Tone(line.weight)
            self._mark.setVisible(tone is not Tone.QUIET)
            self._mark.set_tone(tone)
            self._said.set_phrase(line.text, tip=line.tip)
            self._said.set_tone(tone)

    @property
    def text(self) -> str:
        """What it says."""
        return self._said.text()


class ForetoldCard(QFrame):
    """How full the fullest server gets, as it is and if this one is detached, and what follows. `None` hides it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._data: ForetoldData | None = None
        self._head = PlainLabel("head", elide=True)
        self._age = PlainLabel("small")
        self._marks = [PlainLabel("small") for _ in range(_CELLS)]
        self._rows = [_FutureRow() for _ in range(2)]
        self._lines: list[TellingLine] = []
        self._grounds = PlainLabel("small", wrap=True)
        self._note = PlainLabel("small", wrap=True)
        top = QHBoxLayout()
        top.addWidget(self._head, 1)
        top.addWidget(self._age)
        self._table = QWidget()
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(9)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        self._unit = PlainLabel("small", elide=True)
        grid.addWidget(self._unit, 0, 0)
        for place, mark in enumerate(self._marks):
            mark.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(mark, 0, place + 1)
        for line, row in enumerate(self._rows):
            grid.addWidget(row.word, line + 1, 0)
            for place, cell in enumerate(row.cells):
                grid.addWidget(cell, line + 1, place + 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 4, 8, 6)
        self._column.setSpacing(3)
        self._column.addLayout(top)
        for part in (self._table, self._note, self._grounds):
            self._column.addWidget(part)
        self.retranslate()
        self.set_data(None)

    def set_data(self, data: ForetoldData | None) -> None:
        """Takes the newest forecast."""
        self.setVisible(data is not None)
        if data is None or data == self._data:
            self._data = data
            return
        self._data = data
        self._age.set_text(data.age)
        self._table.setVisible(bool(data.rows))
        for mark, word in zip(self._marks, data.marks, strict=False):
            mark.set_phrase(word)
        for view, row in zip(self._rows, data.rows, strict=False):
            view.set_data(row)
        while len(self._lines) < len(data.lines):
            self._lines.append(TellingLine())
            self._column.insertWidget(self._column.indexOf(self._note), self._lines[-1])
        for index, line in enumerate(self._lines):
            line.set_data(data.lines[index] if index < len(data.lines) else None)
        self._note.setVisible(words.has(data.note))
        self._note.set_phrase(data.note)
        grounds = "; ".join(words.text(ground) for ground in data.grounds)
        self._grounds.setVisible(bool(grounds))
        self._grounds.set_text(grounds)
        self._speak(data)

    def texts(self) -> tuple[str, ...]:
        """All that it says, for tests and for speech."""
        return tuple(line.text for line in self._lines if not line.isHidden())

    def retranslate(self) -> None:
        """Sets the words again."""
        self._head.set_text(self.tr("IF IT IS DETACHED"))
        self._head.setToolTip(
            words.tip(
                self.tr(
                    "The fullest server, as the balancer's own algorithm is run on from what is true and believed now"
                )
            )
        )
        self._unit.set_text(self.tr("fullest, %"))
        self._age.setToolTip(words.tip(self.tr("So old is what this was foretold from")))
        self.setAccessibleName(self.tr("What happens if it is detached"))
        self._grounds.setToolTip(words.tip(self.tr("How good earlier forecasts were, and what had to be assumed")))

    def _speak(self, data: ForetoldData) -> None:
        cells = (f"{words.text(row.word)}: {', '.join(row.cells)}" for row in data.rows)
        said = (words.text(line.text) for line in data.lines)
        self.setAccessibleDescription("; ".join((words.text(data.note), *cells, *said)))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            data, self._data = self._data, None
            self.set_data(data)
        super().changeEvent(event)


class _FutureRow:
    """The labels of one line of the table."""

    def __init__(self) -> None:
        self.word = PlainLabel("small", elide=True)
        self.cells = [PlainLabel("fixed") for _ in range(_CELLS)]
        for cell in self.cells:
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def set_data(self, row: ForetoldRow) -> None:
        self.word.set_phrase(row.word)
        for cell, text, loud in zip(self.cells, row.cells, row.loud, strict=True):
            cell.set_text(text)
            cell.set_tone(Tone.ALARM if loud else Tone.QUIET)


class HerdStrip(QFrame):
    """Who is full next and when, over the suspects; hidden where there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._mark = ToneMark()
        self._title = PlainLabel("name", wrap=True)
        self._ends = PlainLabel("", elide=True)
        self._line = PlainLabel("small", elide=True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._mark)
        top.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 3, 8, 4)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._ends)
        column.addWidget(self._line)
        self.set_data(None)

    def set_data(self, data: HerdData | None) -> None:
        """Takes the newest; None hides it."""
        self.setVisible(data is not None)
        if data is None:
            return
        tone = Tone(data.title.weight)
        self._mark.set_tone(tone)
        self._title.set_phrase(data.title.text)
        self._title.set_tone(tone)
        self._ends.setVisible(data.ends is not NOTHING)
        self._ends.set_phrase(data.ends)
        self._line.set_phrase(data.line, tip=data.title.tip)
        set_look(self, edge=tone.name.lower())
        self.setAccessibleName(words.text(data.title.text))
        self.setAccessibleDescription(f"{words.text(data.ends)}; {words.text(data.line)}")

    def set_low(self, low: bool) -> None:
        """On a low screen the figures are in the tool tip only."""
        self._line.setVisible(not low)

    @property
    def title(self) -> str:
        """What it says first."""
        return self._title.text() if not self.isHidden() else ""
