"""Every alarm that is not over and done with, what waits for acknowledgement first. Empty when all is well."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.alarmdata import AlarmsExtra
from widgets.alarmline import AlarmView
from widgets.labels import PlainLabel, set_look
from widgets.viewdata import AlarmLine

MOST_LINES = 100
"""More are counted, not drawn: nobody reads the hundredth line."""


class AlarmList(QFrame):
    """All listed alarms, with their count and the button that acknowledges; "No alarms" when there is none."""

    serverChosen = Signal(str)
    picked = Signal(str)
    """Key of the chosen line; empty: none is chosen any more."""
    acknowledged = Signal(object)
    """Keys of the lines, a tuple: those that the operator saw, never what came since."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._views: list[AlarmView] = []
        self._count = 0
        self._lines: tuple[AlarmLine, ...] = ()
        self._extra = AlarmsExtra()
        self._chosen = ""
        self._head = PlainLabel("head", elide=True)
        self.button = QPushButton()
        """Acknowledges all that wait."""
        self.button.setAutoDefault(False)
        set_look(self.button, look="switch")
        self.button.clicked.connect(self._acknowledge_all)
        self._flood = PlainLabel("small", wrap=True)
        self._empty = PlainLabel("quiet")
        self._more = PlainLabel("small")
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(0)
        # Inside the scrolled part: a wrapped line in the head would make the list's height depend on its width,
        # and the layout would then take the room for it from the suspects.
        self._column.addWidget(self._flood)
        self._column.addWidget(self._more)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 5, 8, 5)
        outer.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._head, 1)
        head.addWidget(self.button)
        outer.addLayout(head)
        outer.addWidget(self._empty)
        outer.addWidget(self._scroll, 100)
        outer.addStretch(1)
        self._show(())

    def set_data(self, lines: tuple[AlarmLine, ...], extra: AlarmsExtra | None = None) -> None:
        """Takes all lines in their order, and what stands beside them."""
        self._extra = extra or AlarmsExtra()
        self._show(lines)

    @property
    def lines(self) -> tuple[AlarmLine, ...]:
        """What it was given."""
        return self._lines

    @property
    def chosen(self) -> str:
        """Key of the chosen line; empty for none."""
        return self._chosen

    @property
    def waiting(self) -> tuple[str, ...]:
        """Keys of the lines that wait to be acknowledged."""
        return tuple(line.key for line in self._lines if line.standing is not None and line.standing.waits)

    def acknowledge(self) -> None:
        """The chosen alarm, else all that wait. What the chosen one's answer is, the engine says."""
        if self._chosen:
            self.acknowledged.emit((self._chosen,))
        else:
            self._acknowledge_all()

    def release(self) -> bool:
        """Lets the chosen alarm go; False where none is chosen."""
        if not self._chosen:
            return False
        self.pick("")
        return True

    def flood_text(self) -> str:
        """The line about a flood; empty while there is none."""
        return "" if self._flood.isHidden() else self._flood.text()

    def texts(self) -> tuple[str, ...]:
        """What the lines say, for tests and for speech."""
        return tuple(view.accessibleName() for view in self._views if not view.isHidden())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _acknowledge_all(self) -> None:
        self.acknowledged.emit(self.waiting)

    def pick(self, key: str) -> None:
        """Chooses the line with this key; a second pick of the same one lets it go."""
        self._chosen = "" if key == self._chosen else key
        self._mark()
        self.picked.emit(self._chosen)
        view = next(
            (view for view in self._views if self._chosen and view.line and view.line.key == self._chosen), None
        )
        inner = self._scroll.widget()
        if view is not None and inner is not None and (column := inner.layout()) is not None:
            column.activate()  # What came with the choice has no place yet.
            self._scroll.verticalScrollBar().setValue(view.y())

    def _mark(self) -> None:
        advice = self._extra.advice
        for view in self._views:
            chosen = not view.isHidden() and view.line is not None and view.line.key == self._chosen
            view.set_chosen(chosen, advice if advice is not None and advice.key == self._chosen else None)

    def _show(self, lines: tuple[AlarmLine, ...]) -> None:
        self._count, self._lines = len(lines), lines
        if self._chosen and all(line.key != self._chosen for line in lines):
            self.pick("")
        shown = lines[:MOST_LINES]
        while len(self._views) < len(shown):
            view = AlarmView()
            view.serverChosen.connect(self.serverChosen)
            view.picked.connect(self.pick)
            self._column.insertWidget(len(self._views) + 1, view)
            self._views.append(view)
        for index, view in enumerate(self._views):
            view.setVisible(index < len(shown))
            if index < len(shown):
                view.set_data(shown[index])
        self._scroll.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self._more.setVisible(self._count > MOST_LINES)
        self._flood.set_phrase(self._extra.flood)
        self._flood.setVisible(words.has(self._extra.flood))
        self._mark()
        self._speak()

    def _speak(self) -> None:
        self._head.set_text(self.tr("ALARMS") + (f"  {self._count}" if self._count else ""))
        waiting = len(self.waiting)
        self.button.setVisible(waiting > 0)
        self.button.setText(words.fill(self.tr("Acknowledge {count}"), {"count": str(waiting)}))
        self.button.setToolTip(words.tip(self.tr("Acknowledges all that wait. A: the chosen alarm, or all.")))
        self._empty.set_text(self.tr("No alarms"))
        self._more.set_text(words.fill(self.tr("and {count} more"), {"count": str(self._count - MOST_LINES)}))
        self.setAccessibleName(self.tr("Alarms"))
