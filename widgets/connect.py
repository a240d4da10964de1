"""First start: name the balancer's address, or start the lab. Says in one sentence what goes on and what went wrong."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel, panel
from widgets.shapes import ToneMark
from widgets.viewdata import NOTHING, Phrase, Tone

CARD_PX = 470
"""Height that holds two lines of trouble: the card does not jump when they come."""


class ConnectPage(QWidget):
    """An address, a token and two buttons. Enter in a field connects; Esc cancels what is under way."""

    connectRequested = Signal(str)
    labRequested = Signal()
    cancelRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy = NOTHING
        self._title = PlainLabel("big")
        self._line = PlainLabel("quiet", wrap=True)
        self._label = PlainLabel("small")
        self.field = QLineEdit()
        self.field.setMaxLength(2048)
        self.field.setProperty("look", "large")
        self._token_label = PlainLabel("small")
        self.token_field = QLineEdit()
        self.token_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.token_field.setMaxLength(8192)
        self.token_field.setProperty("look", "large")
        self.connect_button = QPushButton()
        self.lab_button = QPushButton()
        self.cancel_button = QPushButton()
        for button in (self.connect_button, self.lab_button, self.cancel_button):
            button.setAutoDefault(False)
            button.setProperty("look", "large")
        self._mark = ToneMark(Tone.ALARM)
        self._problem = PlainLabel("", wrap=True)
        self._problem.set_tone(Tone.ALARM)
        self._lab_line = PlainLabel("quiet", wrap=True)
        self._doing = PlainLabel("", wrap=True)
        self._build()
        self.connect_button.clicked.connect(self._connect)
        self.field.returnPressed.connect(self._connect)
        self.token_field.returnPressed.connect(self._connect)
        self.lab_button.clicked.connect(self.labRequested)
        self.cancel_button.clicked.connect(self.cancelRequested)
        self.field.textChanged.connect(self._allow)
        self.set_problem(NOTHING)
        self.set_busy(NOTHING)
        self.retranslate()
        self._allow()

    def _build(self) -> None:
        card = panel("panel")
        card.setFixedWidth(560)
        card.setMinimumHeight(CARD_PX)
        entry = QHBoxLayout()
        entry.setSpacing(8)
        entry.addWidget(self.field, 1)
        entry.addWidget(self.connect_button)
        trouble = QHBoxLayout()
        trouble.setSpacing(8)
        trouble.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        trouble.addWidget(self._problem, 1)
        rule = panel("rule")
        rule.setFixedHeight(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 28, 32, 28)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._line)
        column.addSpacing(12)
        column.addWidget(self._label)
        column.addLayout(entry)
        column.addSpacing(4)
        column.addWidget(self._token_label)
        column.addWidget(self.token_field)
        column.addLayout(trouble)
        under_way = QHBoxLayout()
        under_way.setSpacing(8)
        under_way.addWidget(self._doing, 1)
        under_way.addWidget(self.cancel_button)
        column.addLayout(under_way)
        column.addSpacing(12)
        column.addWidget(rule)
        column.addSpacing(12)
        column.addWidget(self._lab_line)
        column.addWidget(self.lab_button, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        # Stretches instead of an alignment: an aligned item never learns the height that its wrapped lines need.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(2)

    def set_problem(self, problem: Phrase) -> None:
        """Says what went wrong, and what to do; NOTHING clears it."""
        self._problem.set_phrase(problem)
        self._problem.setVisible(words.has(problem))
        self._mark.setVisible(words.has(problem))

    def set_busy(self, word: Phrase) -> None:
        """What is under way (connecting, the lab is starting): the other buttons wait, Cancel does not. NOTHING: free again."""
        self._busy = word
        busy = words.has(word)
        self._doing.set_phrase(word)
        self._doing.setVisible(busy)
        self.cancel_button.setVisible(busy)
        if busy:
            self.set_problem(NOTHING)
            self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
        # What was typed stays readable, and stays.
        self.field.setReadOnly(busy)
        self.token_field.setReadOnly(busy)
        self.lab_button.setEnabled(not busy)
        self._allow()

    @property
    def busy(self) -> bool:
        """Is something under way?"""
        return words.has(self._busy)

    def set_url(self, url: str) -> None:
        """Puts an address into the field."""
        self.field.setText(url)

    def take_token(self) -> str | None:
        """What was typed as the token, and the field is empty from here on; None: nothing was typed."""
        typed = self.token_field.text().strip()
        self.token_field.clear()
        return typed or None

    def retranslate(self) -> None:
        """Sets the words again."""
        self._title.set_text(self.tr("Which fleet?"))
        self._line.set_text(
            self.tr(
                "The console needs the address of one balancer. It finds the servers from there, and changes nothing until you click."
            )
        )
        self._label.set_text(self.tr("Address of the balancer"))
        self.field.setPlaceholderText("https://dsrm-1.example:8443")
        self.field.setAccessibleName(self.tr("Address of the balancer"))
        self._token_label.set_text(self.tr("Token, where the balancer wants one; it stays in memory"))
        self.token_field.setAccessibleName(self.tr("Token"))
        self.connect_button.setText(self.tr("Connect"))
        self._lab_line.set_text(
            self.tr(
                "No fleet at hand? The lab is a real balancer with 64 real servers on this machine. Three of them will stop reporting."
            )
        )
        self.lab_button.setText(self.tr("Start the lab"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.setAccessibleName(self.tr("Connect to a fleet"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.busy:
            self.cancelRequested.emit()
            return
        super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _allow(self) -> None:
        self.connect_button.setEnabled(bool(self.field.text().strip()) and not self.busy)

    def _connect(self) -> None:
        if self.connect_button.isEnabled():
            self.set_problem(NOTHING)
            self.connectRequested.emit(self.field.text().strip())
