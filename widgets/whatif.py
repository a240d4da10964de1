"""Other settings on the same recording: which threshold, which value or which algorithm, and when what would have fired."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel, set_look
from widgets.phrases import NOTHING
from widgets.replaydata import Knob, WhatIfData, WhatIfLine
from widgets.viewdata import Tone


class _LineView(QPushButton):
    """One alarm; a press goes to the moment at which it would have fired: `chosen(wall seconds)`."""

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(self._clicked)
        self.line: WhatIfLine | None = None
        self._text = PlainLabel("", wrap=True)
        self._text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self._text)
        self.setAutoDefault(False)
        self.setFlat(True)

    def set_data(self, line: WhatIfLine) -> None:
        """Takes the alarm."""
        self.line = line
        self._text.set_phrase(line.text)
        self._text.set_tone(line.tone)
        self.setEnabled(line.at_s is not None)
        self.setAccessibleName(words.text(line.text))

    def _clicked(self) -> None:
        if self.line is not None and self.line.at_s is not None:
            self.chosen.emit(self.line.at_s)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self._text.heightForWidth(max(40, self.width() - 12)) + 10)


class WhatIfPanel(QFrame):
    """`asked(rule.key, value)`, `algorithmAsked(name)`, `cancelled`, `pointed(wall seconds)`."""

    asked = Signal(str, str)
    algorithmAsked = Signal(str)
    cancelled = Signal()
    pointed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._data = WhatIfData()
        self._knobs: dict[str, Knob] = {}
        self._head = PlainLabel("head")
        self._rule_word, self._then_word = PlainLabel("small"), PlainLabel("small", wrap=True)
        self._algorithm_word = PlainLabel("small", wrap=True)
        self.rule, self.key = QComboBox(), QComboBox()
        self.value = QLineEdit()
        self.ask, self.cancel = QPushButton(), QPushButton()
        self.algorithm = QComboBox()
        self.ask_algorithm = QPushButton()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(10)
        self._asked, self._problem = PlainLabel("title", wrap=True), PlainLabel("", wrap=True)
        self._problem.set_tone(Tone.WARN)
        self._views: list[_LineView] = []
        inner = QWidget()
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 4, 0)
        self._lines.setSpacing(2)
        self._lines.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its lines are buttons and take the keyboard themselves
        self._lay_out()
        self.rule.currentIndexChanged.connect(self._show_keys)
        self.key.currentIndexChanged.connect(self._show_knob)
        self.ask.clicked.connect(self._ask)
        self.value.returnPressed.connect(self._ask)
        self.cancel.clicked.connect(self.cancelled)
        self.ask_algorithm.clicked.connect(lambda: self.algorithmAsked.emit(self.algorithm.currentText()))
        self.set_data(self._data)
        self._speak()

    def set_data(self, data: WhatIfData) -> None:
        """Takes what can be asked and what was answered."""
        before, self._data = self._data, data
        if data.knobs != before.knobs:
            self._knobs = {knob.key: knob for knob in data.knobs}
            self._show_rules()
        if data.algorithms != before.algorithms:
            self.algorithm.clear()
            self.algorithm.addItems(list(data.algorithms))
        busy = data.busy is not None
        for part in (self.ask, self.ask_algorithm):
            part.setEnabled(not busy and bool(data.knobs))
        self._progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self._progress.setRange(0, 1000)
        self._progress.setValue(round(1000 * (data.busy or 0.0)))
        self._asked.set_phrase(data.asked)
        self._asked.setVisible(words.has(data.asked))
        self._problem.set_phrase(data.problem)
        self._problem.setVisible(words.has(data.problem))
        while len(self._views) < len(data.lines):
            view = _LineView()
            view.chosen.connect(self.pointed)
            self._lines.insertWidget(len(self._views), view)
            self._views.append(view)
        for index, view in enumerate(self._views):
            view.setVisible(index < len(data.lines))
            if index < len(data.lines):
                view.set_data(data.lines[index])

    def choose(self, key: str, value: str) -> None:
        """Puts a setting and its value into the fields."""
        if (knob := self._knobs.get(key)) is not None:
            self.rule.setCurrentIndex(self.rule.findData(_rule_of(knob)))
            self.key.setCurrentIndex(self.key.findData(key))
            self.value.setText(value)

    def texts(self) -> tuple[str, ...]:
        """What it answers, for tests and for speech."""
        shown = [view for view in self._views if not view.isHidden()]
        return (self._asked.text(), *(view.accessibleName() for view in shown), self._problem.text())

    def _ask(self) -> None:
        key = self.key.currentData()
        if isinstance(key, str) and self.value.text().strip() and self.ask.isEnabled():
            self.asked.emit(key, self.value.text().strip())

    def _show_rules(self) -> None:
        self.rule.clear()
        for knob in self._knobs.values():
            rule = _rule_of(knob)
            if self.rule.findData(rule) < 0:
                self.rule.addItem(words.text(knob.rule), rule)

    def _show_keys(self) -> None:
        self.key.clear()
        for key, knob in self._knobs.items():
            if _rule_of(knob) == self.rule.currentData():
                self.key.addItem(key.partition(".")[2], key)

    def _show_knob(self) -> None:
        knob = self._knobs.get(str(self.key.currentData()))
        if knob is None:
            self._then_word.set_phrase(NOTHING)
            return
        self.value.setText(knob.value)
        unit = f" {knob.unit}" if knob.unit else ""
        recorded = words.fill(self.tr("Recorded with {value}."), {"value": f"{knob.value}{unit}"})
        sentence = words.text(knob.sentence)
        self._then_word.set_text(f"{recorded} {sentence}".strip())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(5)
        column.addWidget(self._head)
        column.addWidget(self._rule_word)
        column.addWidget(self.rule)
        row = QHBoxLayout()
        row.addWidget(self.key, 3)
        row.addWidget(self.value, 2)
        column.addLayout(row)
        column.addWidget(self._then_word)
        column.addWidget(self.ask)
        column.addSpacing(4)
        column.addWidget(self._algorithm_word)
        row = QHBoxLayout()
        row.addWidget(self.algorithm, 1)
        row.addWidget(self.ask_algorithm)
        column.addLayout(row)
        row = QHBoxLayout()
        row.addWidget(self._progress, 1)
        row.addWidget(self.cancel)
        column.addLayout(row)
        column.addSpacing(4)
        column.addWidget(self._problem)
        column.addWidget(self._asked)
        column.addWidget(self._scroll, 1)
        for button in (self.ask, self.cancel, self.ask_algorithm):
            button.setAutoDefault(False)
        set_look(self.cancel, look="switch")
        for box in (self.rule, self.key, self.algorithm):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
            for at in range(self.rule.count()):
                knob = next((one for one in self._knobs.values() if _rule_of(one) == self.rule.itemData(at)), None)
                if knob is not None:
                    self.rule.setItemText(at, words.text(knob.rule))
            value = self.value.text()
            self._show_knob()
            self.value.setText(value)
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setAccessibleName(self.tr("What if"))
        self._head.set_text(self.tr("WHAT IF"))
        self._rule_word.set_text(self.tr("the rule had another threshold"))
        self._algorithm_word.set_text(self.tr("the balancer picked in another way"))
        self.ask.setText(self.tr("Judge again"))
        self.ask_algorithm.setText(self.tr("Work out"))
        self.cancel.setText(self.tr("Cancel"))
        self.rule.setAccessibleName(self.tr("Rule"))
        self.key.setAccessibleName(self.tr("Setting"))
        self.value.setAccessibleName(self.tr("Value"))
        self.algorithm.setAccessibleName(self.tr("Algorithm"))
        self._progress.setAccessibleName(self.tr("Progress"))


def _rule_of(knob: Knob) -> str:
    return knob.key.partition(".")[0]
