import logging

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets import mappicture, samples, theme
from widgets.gallery import screen_of, whole
from widgets.heatmaps import Heatmaps
from widgets.maplayout import ROW_LEAST
from widgets.viewdata import MapKind, RowsData, phrase

pytestmark = pytest.mark.usefixtures("dark")


def maps(qtbot, run=None, *, size=(1200, 800), state="incident"):
    run = run or samples.fleet(ticks=200)
    widget = Heatmaps()
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.set_legends(samples.legends())
    widget.append(samples.columns(run))
    widget.set_rows(samples.rows(run, state=state))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def pixels(widget):
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    return np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)[:, : image.width()].copy()


def number(colour: QColor) -> int:
    return colour.rgb() & 0xFFFFFFFF


def over(widget, row, map_index=0, back=1):
    """A point over a row, `back` columns before the newest."""
    lay = widget.layout_now()
    span = lay.maps[map_index]
    return QPoint(
        span.end - back * widget.view.column_px + widget.view.column_px // 2,
        lay.body + row * lay.row_h + lay.row_h // 2,
    )


def test_sixty_four_rows_fit_at_1080p_even_with_guide_and_frame(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    # A status line of the window's takes 24 px of the 1080.
    frame.resize(1920, 1056)
    frame.show()
    lay = screen_of(frame).maps.layout_now()
    assert lay.visible == 64
    assert lay.row_h >= ROW_LEAST
    assert lay.strip is None


def test_on_a_small_screen_rows_scroll_and_never_shrink(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1366, 768)
    frame.show()
    widget = screen_of(frame).maps
    lay = widget.layout_now()
    assert lay.row_h >= ROW_LEAST
    assert lay.visible < 64
    assert lay.strip is not None
    assert lay.names.w > 60
    widget.scroll_to(10_000)
    assert widget.scroll_top == 64 - lay.visible


def test_the_three_silent_rows_differ_most_from_the_ground_in_the_newest_columns(qtbot):
    widget = maps(qtbot)
    lay, picture = widget.layout_now(), pixels(widget)
    ground = np.array(theme.colour("map").getRgb()[:3], dtype=int)
    for which in (MapKind.TRUTH, MapKind.GAP):
        span = lay.maps[(MapKind.TRUTH, MapKind.ROUTED, MapKind.GAP).index(which)]
        loud = []
        for row in range(lay.visible):
            y = lay.body + row * lay.row_h
            cut = picture[y : y + lay.row_h - 1, span.end - 5 * widget.view.column_px : span.end - 1]
            rgb = np.stack([cut >> 16 & 255, cut >> 8 & 255, cut & 255], axis=-1).astype(int)
            loud.append(np.abs(rgb - ground).sum(axis=-1).mean())
        assert set(np.argsort(loud)[-3:]) == {0, 1, 2}


def test_pointing_reads_the_cell_on_every_map(qtbot):
    widget = maps(qtbot)
    for which in range(3):
        with qtbot.waitSignal(widget.cellHovered) as seen:
            QTest.mouseMove(widget, over(widget, 3, which, back=5))
        assert seen.args == [widget.row_data[3].slot, widget.planes.last - 5]
        QTest.mouseMove(widget, QPoint(2, 2))


def test_the_readout_is_drawn_and_spoken(qtbot):
    widget = maps(qtbot)
    widget.point_at(0, widget.planes.last - 1)
    before = pixels(widget)
    widget.set_readout(phrase("truth {n} of {m}", n="12", m="12"))
    assert widget.accessibleDescription() == "truth 12 of 12"
    assert (pixels(widget) != before).any()


def test_the_crosshair_stays_on_its_server_and_its_time_when_the_rows_change_places(qtbot):
    widget = maps(qtbot)
    tick = widget.planes.last - 3
    widget.point_at(5, tick)
    rows = widget.row_data
    server = rows[5].name
    widget.set_rows(RowsData((*rows[3:], *rows[:3])))
    assert widget.cursor_cell == (2, tick)
    assert widget.pointed_server == server
    widget.append(samples.columns(samples.fleet(ticks=201), 200, 201))
    assert widget.cursor_cell == (2, tick)
    lay, picture = widget.layout_now(), pixels(widget)
    line = number(theme.colour("cursor"))
    for span in lay.maps:
        x = span.x + widget.view.x_of(tick, widget.planes.last, span.w)
        assert (picture[lay.body : lay.bottom - 40, x] == line).mean() > 0.9
        assert (picture[lay.body + 2 * lay.row_h - 1, span.x : span.end] == line).mean() > 0.9
    # where it goes, the crosshair goes; and when it is hidden, nothing else is read in its place
    with qtbot.waitSignal(widget.cellHovered) as seen:
        widget.set_rows(RowsData(rows[:2]))
    assert seen.args == [-1, -1]
    assert widget.cursor_cell is None
    widget.set_rows(RowsData(()))


def test_a_server_that_came_back_in_another_slot_is_read_anew(qtbot):
    widget = maps(qtbot)
    widget.point_at(5, widget.planes.last - 3)
    rows = list(widget.row_data)
    rows[5] = structs.replace(rows[5], slot=rows[9].slot)
    with qtbot.waitSignal(widget.cellHovered) as seen:
        widget.set_rows(RowsData(tuple(rows)))
    assert seen.args == [rows[9].slot, widget.planes.last - 3]


def test_arrows_move_one_crosshair_through_all_maps_and_the_view_follows(qtbot):
    widget = maps(qtbot, samples.fleet(servers=200, ticks=2000))
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(widget, Qt.Key.Key_Down)
    QTest.keyClick(widget, Qt.Key.Key_Left)
    row, tick = widget.cursor_cell
    assert (row, tick) == (1, widget.planes.last - 2)
    for _ in range(80):
        QTest.keyClick(widget, Qt.Key.Key_Down)
    assert widget.cursor_cell[0] == 81
    assert widget.scroll_top > 0
    QTest.keyClick(widget, Qt.Key.Key_Home)
    assert not widget.view.live
    QTest.keyClick(widget, Qt.Key.Key_End)
    assert widget.view.live
    picture = pixels(widget)
    line = number(theme.colour("cursor"))
    lay = widget.layout_now()
    for span in lay.maps:
        assert (picture[lay.body : lay.bottom, span.x : span.end] == line).any()


def test_enter_asks_for_the_detail_and_the_crosshair_can_be_released(qtbot):
    widget = maps(qtbot)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(widget, Qt.Key.Key_Up)
    with qtbot.waitSignal(widget.detailRequested) as asked:
        QTest.keyClick(widget, Qt.Key.Key_Return)
    assert asked.args == [widget.row_data[0].name]
    assert widget.release_cursor()
    assert widget.cursor_cell is None
    assert not widget.release_cursor()


def test_a_click_chooses_and_a_drag_does_not(qtbot):
    widget = maps(qtbot, samples.fleet(ticks=1500))
    chosen = []
    widget.serverChosen.connect(chosen.append)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=over(widget, 1, back=9))
    assert chosen == [widget.row_data[1].name]
    start = over(widget, 2, back=200)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for step in range(10, 120, 10):
        QTest.mouseMove(widget, start + QPoint(step, 0))
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=start + QPoint(110, 0))
    assert len(chosen) == 1
    assert not widget.view.live


def test_the_wheel_zooms_with_ctrl_and_the_scale_holds(qtbot):
    widget = maps(qtbot, samples.fleet(ticks=600))
    before = widget.view.scale
    at = QPointF(over(widget, 1, back=50))
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(event)
    assert widget.view.scale == before - 1
    widget.append(samples.columns(samples.fleet(ticks=601), 600, 601))
    assert widget.view.scale == before - 1


def test_interaction_is_told_for_pointer_and_keyboard(qtbot):
    widget = maps(qtbot)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    widget.clearFocus()
    # Without a display the pointer stands in the corner, which is inside of a window shown there.
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    told = []
    widget.interactionChanged.connect(told.append)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    widget.clearFocus()
    assert told == [True, False]
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    assert told == [True, False]


def test_a_pointer_left_lying_there_lets_go_of_the_order(qtbot):
    widget = maps(qtbot)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    told = []
    widget.interactionChanged.connect(told.append)
    qtbot.mouseMove(widget, widget.rect().center())
    qtbot.waitUntil(lambda: told == [True])
    widget._still.timeout.emit()
    assert told == [True, False]
    qtbot.mouseMove(widget, widget.rect().center() + QPoint(9, 9))
    qtbot.waitUntil(lambda: told == [True, False, True])


def test_belief_is_a_fourth_map_on_the_same_rows(qtbot):
    widget = maps(qtbot)
    body = widget.layout_now().body
    widget.set_belief_shown(True)
    lay = widget.layout_now()
    assert len(lay.maps) == 4
    assert lay.body == body
    assert len({span.w for span in lay.maps}) == 1


def test_a_strip_shows_one_hot_server_among_ten_thousand(qtbot):
    run = samples.fleet(servers=10_000, ticks=40, silent=())
    run.truth[:], run.belief[:] = 0, 0
    run.truth[9_000, 3] = samples.LIMIT
    widget = maps(qtbot, run, state="healthy")
    lay, picture = widget.layout_now(), pixels(widget)
    hot = int(widget.brushes().inks[MapKind.TRUTH].table[255])
    assert (picture[:, lay.strip.x : lay.strip.end] == hot).any()
    assert len(widget.row_data) == 10_000


def test_an_exception_while_painting_is_one_report_and_a_placeholder(qtbot, caplog, monkeypatch):
    widget = maps(qtbot)

    def broken(*_args):
        raise RuntimeError("deliberate")

    monkeypatch.setattr(mappicture, "paint_scene", broken)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            widget.set_rows(RowsData(()))
            widget.grab()
    assert sum("could not be painted" in record.message for record in caplog.records) == 1
    monkeypatch.undo()
    widget.set_rows(samples.rows(samples.fleet(ticks=200)))
    assert len(np.unique(pixels(widget))) > 20
