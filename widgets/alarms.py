"""Every alarm that is not over and done with, what waits for acknowledgement first. Empty and quiet when all is well."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.alarmdata import AlarmsExtra, AlarmStanding, EntryKind, EntrySubject
from widgets.alarmentry import AlarmEntry
from widgets.alarmfoot import AlarmFoot
from widgets.alarmline import AlarmView
from widgets.labels import PlainLabel, set_look
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, phrase, verbatim

MOST_LINES: Final = 100
"""More are counted, not drawn: nobody reads the hundredth line."""
BEAT_MS: Final = 500
"""Half a turn of the flash: one a second, where three are allowed (WCAG 2.3.1)."""
_TURNS: Final = 8
"""A line that nobody sees takes its new words with every so manieth picture at the latest, or as soon as it is scrolled to."""
_LEAST_PX: Final = 24
"""One line of it, on the lowest of screens: there the suspects' buttons come first."""


class AlarmList(QFrame):
    """All listed alarms, with their count and the button that acknowledges; "No alarms" when there is none."""

    serverChosen = Signal(str)
    picked = Signal(str)
    """Key of the chosen line; empty: none is chosen any more."""
    acknowledged = Signal(object)
    """Keys of the lines, a tuple: those that the operator saw, never what came since. None: all that wait, more than are drawn."""
    written = Signal(object)
    """`Written`: a note, an acknowledgement with a note, a shelf."""
    unshelved = Signal(str)
    """Key of a line that is to come off the shelf."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._views: list[AlarmView] = []
        self._lines: tuple[AlarmLine, ...] = ()
        self._extra = AlarmsExtra()
        self._chosen = ""
        self._server = ""
        self._flashing = True
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._flash)
        self._dim = False
        self._turn = 0
        self._head = PlainLabel("head", elide=True)
        self.button = QPushButton()
        """Acknowledges all that wait."""
        self.button.setAutoDefault(False)
        set_look(self.button, look="switch")
        self.button.clicked.connect(self._acknowledge_all)
        self.entry, self.foot = AlarmEntry(), AlarmFoot()
        self.entry.written.connect(self.written)
        self.foot.noteRequested.connect(self.note)
        self._flood = PlainLabel("small", wrap=True)
        self._empty = PlainLabel("quiet")
        self._more = PlainLabel("small")
        inner = QWidget()
        inner.setMinimumWidth(1)  # no line is wider than what is seen of it
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
        self._scroll.setMinimumHeight(_LEAST_PX)
        self._scroll.verticalScrollBar().valueChanged.connect(self._catch_up)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 5, 8, 5)
        outer.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._head, 1)
        head.addWidget(self.button)
        outer.addLayout(head)
        outer.addWidget(self.entry)
        outer.addWidget(self._empty)
        outer.addWidget(self._scroll, 100)
        outer.addStretch(1)
        outer.addWidget(self.foot)
        self._show(())

    def set_data(self, lines: tuple[AlarmLine, ...], extra: AlarmsExtra | None = None) -> None:
        """Takes the lines in their order, and what stands beside them."""
        self._extra = extra or AlarmsExtra()
        self._show(lines)

    def set_flashing(self, on: bool) -> None:
        """Whether the marks of high alarms flash until they are acknowledged; off for whom motion disturbs."""
        self._flashing = on
        self._pace()

    @property
    def lines(self) -> tuple[AlarmLine, ...]:
        """What it was given."""
        return self._lines

    @property
    def chosen(self) -> str:
        """Key of the chosen line; empty for none."""
        return self._chosen

    @property
    def flashes(self) -> bool:
        """Does a mark flash now?"""
        return self._beat.isActive()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Keys of the drawn lines that wait to be acknowledged."""
        return tuple(line.key for line in self._lines if line.standing is not None and line.standing.waits)

    # --- what the operator says

    def acknowledge(self) -> None:
        """The chosen alarm, else all that wait. What the chosen one's answer is, the engine says."""
        if self._chosen:
            self.acknowledged.emit((self._chosen,))
        else:
            self._acknowledge_all()

    def acknowledge_with_note(self) -> None:
        """Asks for the note first: of the chosen alarm, else of all that wait."""
        line = self._chosen_line()
        if line is not None and line.standing is not None:
            self.entry.ask(EntryKind.ACKNOWLEDGE, (_named(line),))
        elif self._count_waiting():
            every = EntrySubject(phrase(QT_TRANSLATE_NOOP("present", "all that wait")))
            self.entry.ask(EntryKind.ACKNOWLEDGE, (every,))

    def note(self) -> None:
        """Asks for a note: on the chosen alarm, the open server or the situation."""
        line = self._chosen_line()
        subjects = [_named(line)] if line is not None and line.standing is not None else []
        server = self._server or ("" if line is None else line.target)
        if server:
            subjects.append(EntrySubject(verbatim(server), server=server))
        subjects.append(EntrySubject(phrase(QT_TRANSLATE_NOOP("present", "the situation"))))
        self.entry.ask(EntryKind.NOTE, tuple(subjects))

    def shelve(self) -> None:
        """Asks why and for how long the chosen alarm may wait, or takes it off the shelf."""
        line = self._chosen_line()
        if line is None or line.standing is None:
            return
        if line.standing is AlarmStanding.SHELVED:
            self.unshelved.emit(line.key)
        else:
            self.entry.ask(EntryKind.SHELVE, (_named(line),))

    def set_server(self, server: str) -> None:
        """Whose detail is open: a note may be about that server."""
        self._server = server

    def release(self) -> bool:
        """Puts the entry away, else lets the chosen alarm go; False where there is neither."""
        if self.entry.put_away():
            return True
        if not self._chosen:
            return False
        self.pick("")
        return True

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

    # --- what it says

    def flood_text(self) -> str:
        """The line about a flood; empty while there is none."""
        return "" if self._flood.isHidden() else self._flood.text()

    def texts(self) -> tuple[str, ...]:
        """What the lines say, for tests and for speech."""
        self._catch_up()
        return tuple(view.accessibleName() for view in self._views if not view.isHidden())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pace()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pace()

    def _acknowledge_all(self) -> None:
        drawn = self.waiting
        self.acknowledged.emit(drawn if self._extra.waiting in (None, len(drawn)) else None)

    def _count_waiting(self) -> int:
        return len(self.waiting) if self._extra.waiting is None else self._extra.waiting

    def _chosen_line(self) -> AlarmLine | None:
        return next((line for line in self._lines if self._chosen and line.key == self._chosen), None)

    def _asked(self, what: str) -> None:
        {
            "acknowledge": self.acknowledge,
            "acknowledge_note": self.acknowledge_with_note,
            "note": self.note,
            "shelve": self.shelve,
            "unshelve": self.shelve,
        }[what]()

    def _mark(self) -> None:
        advice, details = self._extra.advice, self._extra.details
        for view in self._views:
            chosen = not view.isHidden() and view.line is not None and view.line.key == self._chosen
            mine = advice is not None and advice.key == self._chosen
            view.set_chosen(chosen, advice if mine else None, details)

    def _show(self, lines: tuple[AlarmLine, ...]) -> None:
        self._lines = lines
        if self._chosen and all(line.key != self._chosen for line in lines):
            self.pick("")
        shown = lines[:MOST_LINES]
        while len(self._views) < len(shown):
            view = AlarmView()
            view.serverChosen.connect(self.serverChosen)
            view.picked.connect(self.pick)
            view.asked.connect(self._asked)
            self._column.insertWidget(len(self._views) + 1, view)
            self._views.append(view)
        self._turn = (self._turn + 1) % _TURNS
        top = self._scroll.verticalScrollBar().value()
        bottom = top + self._scroll.viewport().height()
        for index, view in enumerate(self._views):
            view.setVisible(index < len(shown))
            if index < len(shown):
                unseen = self._scroll.isVisible() and (view.y() > bottom or view.y() + view.height() < top)
                if not (unseen and index % _TURNS != self._turn and view.may_wait(shown[index])):
                    view.set_data(shown[index])
        self._scroll.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self._flood.set_phrase(self._extra.flood)
        self._flood.setVisible(words.has(self._extra.flood))
        self.foot.set_shelved(self._extra.shelved, only=self._extra.only_shelved)
        self._mark()
        self._speak()
        self._pace()

    def _catch_up(self) -> None:
        """Every line as it is now, before anybody sees or hears it."""
        for view, line in zip(self._views, self._lines, strict=False):
            view.set_data(line)

    def _pace(self) -> None:
        """The flash runs only while there is something to flash at somebody."""
        due = self._flashing and self.isVisible() and any(v.mark.flashes for v in self._views if not v.isHidden())
        if due and not self._beat.isActive():
            self._beat.start()
        elif not due and self._beat.isActive():
            self._beat.stop()
            self._dim = True
            self._flash()

    def _flash(self) -> None:
        self._dim = not self._dim
        for view in self._views:
            view.mark.set_dim(self._dim)

    def _speak(self) -> None:
        count = len(self._lines) if self._extra.total is None else self._extra.total
        title = self.tr("SHELVED") if self._extra.only_shelved else self.tr("ALARMS")
        self._head.set_text(title + (f"  {count}" if count else ""))
        waiting = self._count_waiting()
        self.button.setVisible(waiting > 0)
        self.button.setText(words.fill(self.tr("Acknowledge {count}"), {"count": str(waiting)}))
        self.button.setToolTip(words.tip(self.tr("Acknowledges all that wait. A: the chosen alarm, or all.")))
        self._empty.set_text(self.tr("Nothing is shelved") if self._extra.only_shelved else self.tr("No alarms"))
        left = count - min(len(self._lines), MOST_LINES)
        self._more.setVisible(left > 0)
        self._more.set_text(words.fill(self.tr("and {count} more"), {"count": str(left)}))
        self.setAccessibleName(self.tr("Alarms"))


def _named(line: AlarmLine) -> EntrySubject:
    said = phrase(QT_TRANSLATE_NOOP("present", "{rule} {target}"), rule=line.rule, target=line.target)
    return EntrySubject(said if line.target else line.rule, key=line.key, server=line.target)
