"""What the operator has picked on one screen, live or replayed: server, alarm, order, filter, the cell under the crosshair."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from console.domain.view import View
from console.present import Arrangement, Order
from widgets.screen import WIDE_PX, OperatorScreen


class Picks(QObject):
    """`changed()`: the picture is another one now; `looked()`: before that, another server is chosen or under the crosshair;
    `pointed()`: the crosshair moved; `ordered()`: another order was asked for."""

    changed = Signal()
    looked = Signal()
    pointed = Signal()
    ordered = Signal()

    def __init__(self, screen: OperatorScreen, order: Order = Order.HOTNESS) -> None:
        super().__init__(screen)
        self._screen = screen
        self.arrangement = Arrangement(order=order)
        self.cell = (-1, -1)
        """Slot and tick; a negative slot: none."""
        self._unasked = True
        """No server has been chosen yet, by nobody."""
        screen.serverChosen.connect(self.choose)
        screen.detailClosed.connect(lambda: self.choose(""))
        screen.alarmPicked.connect(self._pick)
        screen.orderChanged.connect(self._order)
        screen.filterChanged.connect(self._filter)
        screen.interactionChanged.connect(self._freeze)
        screen.cellHovered.connect(self._hovered)
        screen.filter.order.setCurrentIndex(screen.filter.order.findData(order.value))

    @property
    def chosen(self) -> str:
        """The server whose detail is shown; empty: none."""
        return self.arrangement.chosen or ""

    def choose(self, server: str) -> None:
        """Opens the detail of a server; empty: closes it."""
        self._unasked = False
        self.arrangement = replace(self.arrangement, chosen=server or None)
        self.looked.emit()
        self.changed.emit()

    def begin(self, worst: str) -> None:
        """A wide window has the detail open anyway: it begins with the worst; from then on only the operator changes it."""
        if self._unasked and worst and self._screen.width() >= WIDE_PX:
            self.choose(worst)

    def arrange(self, **changes: Any) -> None:
        """Changes the arrangement."""
        self.arrangement = replace(self.arrangement, **changes)
        self.changed.emit()

    def hovered(self, view: View | None) -> str:
        """Whose row is under the crosshair; empty: nobody's."""
        rows = () if view is None else view.frame.rows.rows
        row = rows[self.cell[0]] if 0 <= self.cell[0] < len(rows) else None
        return "" if row is None else row.id

    def _pick(self, key: str) -> None:
        self.arrange(alarm=key or None)

    def _order(self, order: str) -> None:
        self.arrange(order=Order(order), frozen=False)
        self.ordered.emit()

    def _filter(self, text: str, only_abnormal: bool) -> None:
        self.arrange(text=text, only_abnormal=only_abnormal, frozen=False)

    def _freeze(self, inside: bool) -> None:
        self.arrange(frozen=inside)

    def _hovered(self, slot: int, tick: int) -> None:
        self.cell = (slot, tick)
        self.looked.emit()
        self.pointed.emit()
