"""D arms the named button of the server that is meant, Esc goes back by one rule, and neither ever acts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets import samples
from widgets.actbutton import ActPush
from widgets.gallery import screen_of, whole
from widgets.suspects import Density
from widgets.viewdata import RowsData

pytestmark = pytest.mark.usefixtures("dark")


@pytest.fixture
def screen(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1700, 1000)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    found = screen_of(frame)
    found.asked = []
    found.actRequested.connect(lambda *what: found.asked.append(what))
    found.frame = frame  # keeps it alive
    return found


def escape(screen):
    QTest.keyClick(QApplication.focusWidget() or screen, Qt.Key.Key_Escape)


def test_esc_goes_back_one_step_a_press_in_one_order_and_never_acts(screen):
    maps, field = screen.maps, screen.filter.field
    screen._chosen(maps.row_data[0].name)
    field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    QTest.keyClicks(field, "dsrs")
    screen.show_help()
    maps.point_at(4, maps.planes.last - 5)
    states = []
    for _ in range(5):
        states.append((screen.help.isVisible(), field.text(), maps.cursor_cell is not None, screen._open))
        escape(screen)
    assert states == [
        (True, "dsrs", True, True),
        (False, "dsrs", True, True),
        (False, "", True, True),
        (False, "", False, True),
        (False, "", False, False),
    ]
    assert screen.asked == []


def test_esc_leaves_an_empty_field_and_a_filter_that_hides_everything(screen):
    screen.filter.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    escape(screen)
    assert QApplication.focusWidget() is screen.maps
    screen.filter.abnormal.setChecked(True)
    screen.maps.set_rows(RowsData((), 64, 64))
    screen.filter.set_counts(64, 64)
    escape(screen)
    assert not screen.filter.abnormal.isChecked()


def test_d_arms_the_server_under_the_crosshair_before_the_chosen_one_before_the_worst(screen):
    screen.set_data(samples.screen("incident"))
    worst, detailed = screen.suspects.order()[0], screen.detail.server
    said = screen.aim()
    assert said.args["server"] == detailed
    assert screen.armed
    other = screen.suspects.order()[1]
    row = next(i for i, one in enumerate(screen.maps.row_data) if one.name == other)
    screen.maps.point_at(row, screen.maps.planes.last - 2)
    chosen = []
    screen.serverChosen.connect(chosen.append)
    said = screen.aim()
    assert chosen == [other]
    assert said.args["server"] == other
    button = QApplication.focusWidget()
    assert isinstance(button, ActPush)
    assert button.target == ("detach", other)
    screen.maps.release_cursor()
    screen.detail.set_data(None)
    assert screen.aim().args["server"] == worst
    assert screen.asked == []


def test_esc_disarms_and_says_so_and_a_locked_button_gives_its_reason(screen):
    screen.aim()
    told = []
    screen.disarmed.connect(lambda: told.append(True))
    escape(screen)
    assert not screen.armed
    assert told
    assert QApplication.focusWidget() is screen.maps
    screen.set_data(samples.screen("blind"))
    said = screen.aim()
    assert "cannot be detached now" in said.source
    assert not screen.armed
    assert screen.asked == []


@pytest.mark.parametrize("size", [(1366, 744), (1180, 656), (960, 516)])
@pytest.mark.parametrize("lab", [True, False])
def test_three_suspects_stand_with_their_buttons_on_every_screen(qtbot, size, lab):
    frame = whole("incident", lab=lab)
    qtbot.addWidget(frame)
    frame.resize(*size)
    frame.show()
    QApplication.processEvents()
    column = screen_of(frame).suspects
    view = column._scroll.viewport()
    for card in column.cards():
        button = card.button
        top = button.mapTo(view, button.rect().topLeft())
        assert view.rect().contains(top)
        assert view.rect().contains(button.mapTo(view, button.rect().bottomRight()))
        assert button.fontMetrics().horizontalAdvance(button.text()) < button.width()
    assert len(column.cards()) == 3


def test_a_reason_for_waiting_is_read_in_full_on_the_card_and_the_card_keeps_its_height(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1366, 744)
    frame.show()
    column = screen_of(frame).suspects
    QApplication.processEvents()
    heights = [card.height() for card in column.cards()]
    column.set_data(tuple(samples.suspect(card.server, enabled=False) for card in column.cards()))
    QApplication.processEvents()
    for density in Density:
        column.set_density(density)
        QApplication.processEvents()
        for card in column.cards():
            why = card._why_not if density > Density.LEAST else card._reasons[0]
            assert why.isVisible()
            assert why.text()
    column.set_density(Density.DENSE)
    QApplication.processEvents()
    assert [card.height() for card in column.cards()] == heights
