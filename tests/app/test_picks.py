"""What the operator picks on a screen, without an engine behind it."""

from __future__ import annotations

from console.app.picks import Picks
from console.present import Order
from tests.support.views import incident
from widgets.screen import OperatorScreen


def test_what_is_picked_is_kept_and_told_and_an_order_asked_for_is_taken_at_once(qtbot, dark):
    screen = OperatorScreen()
    qtbot.addWidget(screen)
    screen.resize(1366, 768)
    picks = Picks(screen, Order.NAME)
    assert screen.filter.order.currentData() == "name", "the order of last time is shown"
    told: list[str] = []
    picks.changed.connect(lambda: told.append("changed"))
    picks.looked.connect(lambda: told.append("looked"))
    picks.ordered.connect(lambda: told.append("ordered"))
    picks.begin("dsrs-001")
    assert (picks.chosen, told) == ("", []), "a narrow window opens no detail by itself"
    screen.interactionChanged.emit(True)
    assert picks.arrangement.frozen
    screen.orderChanged.emit("pool")
    assert (picks.arrangement.order, picks.arrangement.frozen) == (Order.POOL, False)
    assert told == ["changed", "changed", "ordered"]
    told.clear()
    screen.serverChosen.emit("dsrs-002")
    assert (picks.chosen, told) == ("dsrs-002", ["looked", "changed"])
    _, _, view, _ = incident(ramp_polls=5)
    screen.cellHovered.emit(3, 7)
    assert (picks.cell, picks.hovered(view)) == ((3, 7), view.frame.rows.rows[3].id)
    screen.cellHovered.emit(-1, -1)
    assert picks.hovered(view) == "" and picks.hovered(None) == ""
    screen.detailClosed.emit()
    screen.resize(1700, 900)
    picks.begin("dsrs-001")
    assert picks.chosen == "", "it was the operator who closed it"


def test_a_wide_window_begins_with_the_worst(qtbot, dark):
    screen = OperatorScreen()
    qtbot.addWidget(screen)
    screen.resize(1700, 900)
    picks = Picks(screen)
    picks.begin("")
    assert picks.chosen == ""
    picks.begin("dsrs-001")
    picks.begin("dsrs-002")
    assert picks.chosen == "dsrs-001"
