"""Amber, red and glass under a real hand: what is not held, not explained or refused never acts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets import samples, samplesafety
from widgets.actbutton import ActPush
from widgets.consent import HOLD_MS, ConsentPanel
from widgets.gallery import screen_of, whole
from widgets.viewdata import Arming, GateState, phrase

pytestmark = pytest.mark.usefixtures("dark")
SERVER = "dsrs-007"


@pytest.fixture
def now(monkeypatch):
    """The buttons' clock, in milliseconds; moved by hand."""
    time = [0.0]
    monkeypatch.setattr(ActPush, "clock", staticmethod(lambda: time[0]))
    return time


@pytest.fixture
def panel(qtbot, now):
    panel = ConsentPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 240)
    panel.ask(samplesafety.amber(SERVER))
    panel.show()
    panel.given_now = []
    panel.given.connect(lambda *what: panel.given_now.append(what))
    now[0] += 5000
    return panel


def steady(button, now):
    """The button has noticed where it stands, and its guard is over."""
    QApplication.processEvents()
    button.guard()
    now[0] += 5000
    return button


def press(panel, now, held_ms):
    steady(panel.hold, now)
    QTest.mousePress(panel.hold, Qt.MouseButton.LeftButton)
    now[0] += held_ms
    panel.hold.tick()
    QTest.mouseRelease(panel.hold, Qt.MouseButton.LeftButton)


def write(panel, now, text="agreed by phone"):
    panel.reason.setText(text)
    now[0] += 5000  # the guard of a button that has just become able to act


def test_a_click_and_a_shorter_hold_do_nothing_and_the_whole_hold_acts_once(panel, now):
    write(panel, now)
    QTest.mouseClick(panel.hold, Qt.MouseButton.LeftButton)
    press(panel, now, HOLD_MS - 1)
    press(panel, now, HOLD_MS - 1)  # two short ones are not a long one
    panel.hold.click()
    assert panel.given_now == []
    press(panel, now, HOLD_MS)
    assert panel.given_now == [("detach", SERVER, "agreed by phone", False)]
    assert panel.isHidden()
    now[0] += 10 * HOLD_MS
    panel.hold.tick()
    assert len(panel.given_now) == 1


def test_without_a_reason_nothing_can_be_held(panel, now):
    for text in ("", "   "):
        write(panel, now, text)
        assert not panel.hold.isEnabled()
        press(panel, now, 2 * HOLD_MS)
    QTest.keyPress(panel.reason, Qt.Key.Key_Return)
    assert panel.given_now == []
    assert not panel.isHidden()


def test_a_held_enter_counts_its_repeats_do_not_and_letting_go_begins_anew(panel, now):
    write(panel, now)
    panel.hold.setFocus(Qt.FocusReason.TabFocusReason)
    repeat = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(panel.hold, repeat)
    assert panel.hold.share == 0.0
    QTest.keyPress(panel.hold, Qt.Key.Key_Return)
    now[0] += HOLD_MS - 1
    QTest.keyRelease(panel.hold, Qt.Key.Key_Return)
    panel.hold.tick()
    assert panel.given_now == []
    QTest.keyPress(panel.hold, Qt.Key.Key_Return)
    now[0] += HOLD_MS
    QApplication.sendEvent(panel.hold, repeat)
    panel.hold.tick()
    assert len(panel.given_now) == 1


def test_the_hold_ends_when_the_verdict_changes_or_the_panel_is_put_away(panel, now):
    write(panel, now)
    QTest.mousePress(panel.hold, Qt.MouseButton.LeftButton)
    now[0] += HOLD_MS
    panel.follow((replace(samplesafety.amber(SERVER), ask=None),))  # all green by now: one click is enough
    panel.hold.tick()
    assert panel.given_now == []
    assert panel.isHidden()
    panel.ask(samplesafety.amber(SERVER))
    assert panel.reason.text() == ""


def test_the_panel_names_where_and_what_and_keeps_what_was_typed_while_numbers_move(panel, now):
    write(panel, now)
    assert "lab: Detach dsrs-007" in panel.accessibleName()
    assert "4 of 32" in panel.accessibleDescription()
    button = samplesafety.amber(SERVER)
    moved = replace(button.ask, line=phrase("5 of 32 servers would be detached"))
    panel.follow((replace(button, ask=moved),))
    assert "5 of 32" in panel.accessibleDescription()
    assert panel.reason.text() == "agreed by phone"
    assert panel.hold.isEnabled()
    QTest.keyClick(panel.reason, Qt.Key.Key_Escape)
    assert panel.isHidden()


def stage(qtbot, button, state):
    frame = whole()
    qtbot.addWidget(frame)
    frame.resize(1366, 768)
    frame.show()
    screen = screen_of(frame)
    screen.kept = frame  # Qt owns the rest; this one would be collected
    data = samplesafety.with_button(replace(samples.screen("incident"), columns=None), button, state)
    screen.set_data(data)
    asked = []
    screen.actRequested.connect(lambda *what: asked.append(what))
    screen.consented.connect(lambda *what: asked.append(what))
    QApplication.processEvents()
    return screen, asked


def test_an_amber_card_opens_its_panel_in_the_detail_and_only_the_hold_acts(qtbot, now):
    screen, asked = stage(qtbot, samplesafety.amber(SERVER), GateState.HOLD)
    button = steady(screen.suspects.cards()[0].button, now)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == []
    consent = screen.detail.consent
    assert consent.isVisible()
    assert consent.target == ("detach", SERVER)
    write(consent, now)
    press(consent, now, HOLD_MS)
    assert asked == [("detach", SERVER, "agreed by phone", False)]


def test_red_cannot_be_clicked_and_its_way_out_can(qtbot, now):
    screen, asked = stage(qtbot, samplesafety.red(SERVER, glass=False), GateState.REFUSE)
    screen.suspects.serverChosen.emit(SERVER)
    now[0] += 5000
    for button in (screen.suspects.cards()[0].button, screen.detail.button):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        button.click()
        QTest.keyClick(button, Qt.Key.Key_Return)
    assert asked == []
    assert screen.detail.consent.isHidden()
    assert screen.detail.glass.isHidden()
    assert "detached after 41 %, at most 10 % allowed (refuses)" in screen.detail.gates.accessibleDescription()
    show, staged = screen.detail.ways.buttons()
    with qtbot.waitSignal(screen.serverChosen) as chosen:
        QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    assert chosen.args == ["dsrs-017"]
    QTest.mouseClick(staged, Qt.MouseButton.LeftButton)
    assert asked == [("attach_all", "dsrs-017")], "the same as a set of one: it is held and can be stopped"


def test_a_lead_breaks_the_glass_with_a_reason_and_a_hold(qtbot, now):
    screen, asked = stage(qtbot, samplesafety.red(SERVER), GateState.REFUSE)
    screen.suspects.serverChosen.emit(SERVER)
    assert screen.detail.glass.isVisible()
    QTest.mouseClick(screen.detail.glass, Qt.MouseButton.LeftButton)
    consent = screen.detail.consent
    assert consent.property("ground") == "alarm"
    assert "BREAK-GLASS in lab" in consent.accessibleName()
    write(consent, now, "fire in row 3")
    press(consent, now, HOLD_MS - 1)
    assert asked == []
    press(consent, now, HOLD_MS)
    assert asked == [("detach", SERVER, "fire in row 3", True)]


def test_one_press_begins_a_plan_and_one_stops_it(qtbot, now):
    screen, asked = stage(qtbot, samplesafety.amber(SERVER), GateState.HOLD)
    now[0] += 5000
    assert screen.suspects.plan.isVisible()
    assert screen.suspects.plan.accessibleName() == "LAB: Detach these 3: dsrs-007, dsrs-023, dsrs-041"
    QTest.mouseClick(steady(screen.suspects.plan, now), Qt.MouseButton.LeftButton)
    assert asked == [("detach_all", "dsrs-007\ndsrs-023\ndsrs-041")]
    data = replace(samples.screen("incident"), columns=None, plans=(), actions=(samplesafety.plan_card(),))
    screen.set_data(data)
    assert screen.suspects.plan.isHidden()
    stop = next(b for b in screen.findChildren(ActPush) if b.target == ("stop_plan", "1"))
    QTest.mouseClick(steady(stop, now), Qt.MouseButton.LeftButton)
    assert asked[1:] == [("stop_plan", "1")]


def test_three_suspects_with_their_buttons_are_in_sight_on_a_small_screen(qtbot, now):
    screen, _ = stage(qtbot, samplesafety.plan_button(), GateState.PASS)
    QApplication.processEvents()
    column = screen.suspects
    assert len(column.cards()) == 3
    for card in column.cards():
        corner = card.button.mapTo(column, card.button.rect().bottomRight())
        assert column.rect().contains(corner)
        assert card.button.width() > 150
    assert column.plan.isVisible()


def test_what_is_out_says_since_when_and_until_when(qtbot, now):
    screen, asked = stage(qtbot, samplesafety.amber(SERVER), GateState.HOLD)
    lines = (samplesafety.out("dsrs-019", late=True, undo=True), samplesafety.out("dsrs-041"))
    screen.suspects.set_plans((), lines)
    now[0] += 5000
    first, second = screen.suspects.out_list.lines()
    assert first.accessibleName().startswith("dsrs-019, by noc-2 at 14:03:31, review was due 12 min ago")
    assert second.button.isHidden()
    QTest.mouseClick(steady(first.button, now), Qt.MouseButton.LeftButton)
    assert asked == [("attach", "dsrs-019")]


def test_the_switch_asks_for_arming_and_shows_the_time_that_is_left(qtbot, now):
    screen, _ = stage(qtbot, samplesafety.amber(SERVER), GateState.HOLD)
    bar = screen.header.standing
    assert bar.isHidden()
    data = samplesafety.armed(samples.screen("incident"))
    screen.header.set_data(data.header)
    assert bar.switch.text() == "ARMED in lab 14:12"
    asked = []
    screen.armRequested.connect(asked.append)
    QTest.mouseClick(bar.switch, Qt.MouseButton.LeftButton)
    off = Arming(False, phrase("Arm {environment}", environment="lab"))
    screen.header.set_data(replace(data.header, arming=off))
    QTest.mouseClick(bar.switch, Qt.MouseButton.LeftButton)
    assert asked == [False, True]


@pytest.fixture
def cutting(qtbot, now):
    panel = ConsentPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 280)
    panel.ask(samplesafety.cut(SERVER))
    panel.show()
    panel.cut_now, panel.given_now = [], []
    panel.cut.connect(lambda *what: panel.cut_now.append(what))
    panel.given.connect(lambda *what: panel.given_now.append(what))
    now[0] += 5000
    return panel


def test_a_cut_wants_the_number_a_reason_and_two_whole_seconds(cutting, now):
    for count, reason in (
        ("", "why"),
        ("9", ""),
        ("8", "why"),
        ("13", "why"),
        ("nine", "why"),
        ("-9", "why"),
        ("٩", "why"),
    ):
        cutting.count.setText(count)
        cutting.reason.setText(reason)
        assert not cutting.hold.isEnabled(), (count, reason)
        press(cutting, now, 5000)
    cutting.count.setText("9")
    cutting.reason.setText("why")
    press(cutting, now, 1999)
    assert cutting.cut_now == []
    press(cutting, now, 2000)
    assert cutting.cut_now == [(SERVER, "why", 9)] and cutting.given_now == []
    assert not cutting.isVisible()


def test_while_the_number_is_typed_the_server_drains_and_its_older_number_still_counts(cutting, now):
    cutting.count.setText("12")
    cutting.reason.setText("why")
    drained = samplesafety.cut(SERVER)
    cutting.follow((replace(drained, ask=replace(drained.ask, count=(5, 12))),))
    assert cutting.hold.isEnabled()
    cutting.follow((replace(drained, ask=replace(drained.ask, count=(5, 11))),))
    assert not cutting.hold.isEnabled()
    cutting.follow(())
    assert not cutting.isVisible()


def test_no_press_on_a_cut_s_own_button_ends_a_session(qtbot, now):
    frame = whole("detached")
    qtbot.addWidget(frame)
    screen = screen_of(frame)
    data = samples.screen("detached")
    lines = (replace(samplesafety.out(SERVER), cut=samplesafety.cut(SERVER)),)
    detail = replace(data.detail, server=SERVER, cut=samplesafety.cut(SERVER))
    screen.set_data(replace(data, columns=None, detached=lines, detail=detail))
    asked = []
    screen.actRequested.connect(lambda *what: asked.append(what))
    screen.cutConsented.connect(lambda *what: asked.append(what))
    frame.resize(1920, 1080)
    frame.show()
    for button in (screen.detail.cut, screen.suspects.out_list.lines()[0].cut):
        steady(button, now)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QTest.keyClick(button, Qt.Key.Key_Return)
        assert screen.detail.consent.target == ("cut", SERVER)
        screen.detail.consent.put_away()
    assert asked == []
