"""The alarm half of the desk: what the operator does to alarms on the screen becomes an order to the engine."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from console.app.alarmorders import AlarmOrders
from console.app.fleet import EngineHandle
from console.domain.lifecycle import Key
from console.domain.view import View
from console.present import Presenter, cycle_of
from widgets.alarmdata import EntryKind, Written
from widgets.screen import OperatorScreen
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase


class AlarmRoom(QObject):
    """`said(Phrase)`: one line for the bottom of the window. `view`: answers with the View that the screen shows."""

    said = Signal(object)

    def __init__(
        self,
        handle: EngineHandle,
        operator: str,
        screen: OperatorScreen,
        presenter: Presenter,
        view: Callable[[], View | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._view = view
        self._orders = AlarmOrders(handle, operator, self.said.emit)
        screen.alarms.acknowledged.connect(self._acknowledge)
        screen.alarms.written.connect(self._written)
        screen.alarms.unshelved.connect(self._unshelve)

    def _acknowledge(self, lines: tuple[str, ...] | None, note: str = "") -> None:
        """Of these lines, or (None) of all that wait in what is shown. It changes nothing on a server: nothing locks it."""
        view = self._view()
        if lines is not None and (not lines or view is None):
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "No alarm waits to be acknowledged.")))
            return
        keys = self._keys(view, lines)
        if keys:
            self._orders.acknowledge(keys, note)
        else:
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "The chosen alarm cannot be acknowledged.")))

    def _keys(self, view: View | None, lines: tuple[str, ...] | None) -> tuple[Key, ...]:
        if view is None:
            return ()
        if lines is None:
            return tuple(cycle.key for cycle in view.cycles if cycle.waits)
        found = (key for line in lines for key in self._presenter.alarms.waiting(view, line))
        return tuple(dict.fromkeys(found))

    def _written(self, said: Written) -> None:
        key = self._key(said.subject.key)
        if said.kind is EntryKind.ACKNOWLEDGE:
            self._acknowledge((said.subject.key,) if said.subject.key else None, said.text)
        elif said.subject.key and key is None:
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "That alarm is not in the list any more.")))
        elif said.kind is EntryKind.NOTE:
            self._orders.note(key, said.text, None if key is not None else said.subject.server or None)
        elif key is not None:
            self._orders.shelve(key, said.text, said.seconds)

    def _unshelve(self, line: str) -> None:
        if (key := self._key(line)) is not None:
            self._orders.unshelve(key)

    def _key(self, line: str) -> Key | None:
        view = self._view()
        cycle = None if view is None or not line else cycle_of(view, line)
        return None if cycle is None else cycle.key
