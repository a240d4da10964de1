import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from widgets import samples
from widgets.actbutton import GUARD_MS, STILL_PX, ActPush
from widgets.consent import HoldPush
from widgets.gallery import SCENES, screen_of, whole
from widgets.labels import PlainLabel
from widgets.ladder import LadderStrip, RungMark
from widgets.screen import FACT_KEYS
from widgets.suspects import SuspectColumn
from widgets.twolines import two_lines
from widgets.viewdata import ActButton, RungState, Tone, phrase, verbatim

pytestmark = pytest.mark.usefixtures("dark")


def act(server="dsrs-007", *, enabled=True, verb="detach"):
    return ActButton(verb, server, phrase("Detach {server}", server=server), enabled, phrase("blind"))


def ready(qtbot, button):
    qtbot.waitUntil(lambda: not button.guarded, timeout=10 * GUARD_MS)


def test_a_click_right_after_a_change_of_target_counts_for_nothing(qtbot):
    button = ActPush()
    qtbot.addWidget(button)
    asked = []
    button.actRequested.connect(lambda *what: asked.append(what))
    button.set_data(act("dsrs-007"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == []
    ready(qtbot, button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [("detach", "dsrs-007")]
    button.set_data(act("dsrs-023"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [("detach", "dsrs-007")]


def test_enter_presses_the_focused_button_once_and_a_held_key_does_not_repeat_it(qtbot):
    button = ActPush(guard_ms=0)
    qtbot.addWidget(button)
    asked = []
    button.actRequested.connect(lambda *what: asked.append(what))
    button.set_data(act())
    QTest.keyClick(button, Qt.Key.Key_Return)
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(button, held)
    assert asked == [("detach", "dsrs-007")]


def test_the_same_target_again_does_not_start_the_guard(qtbot):
    button = ActPush(guard_ms=0)
    qtbot.addWidget(button)
    button.set_data(act())
    later = ActPush(guard_ms=60_000)
    qtbot.addWidget(later)
    later.set_data(act())
    assert later.guarded
    assert not button.guarded
    button.set_data(structs.replace(act(), text=phrase("Detach {server}, please", server="dsrs-007")))
    assert button.text() == "Detach dsrs-007, please"


def test_a_button_that_may_not_act_says_why_and_does_nothing(qtbot):
    button = ActPush(guard_ms=0)
    qtbot.addWidget(button)
    asked = []
    button.actRequested.connect(lambda *what: asked.append(what))
    button.set_data(act(enabled=False))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.click()
    assert asked == []
    assert button.accessibleDescription() == "blind"
    assert "blind" in button.toolTip()


def test_a_name_cannot_make_a_shortcut(qtbot):
    button = ActPush()
    qtbot.addWidget(button)
    button.set_data(act("a&b"))
    assert button.shortcut().isEmpty()
    assert button.text() == "Detach a&&b"


def cards(*servers):
    return tuple(samples.suspect(server) for server in servers)


def test_cards_stand_still_under_the_pointer_and_sort_when_it_leaves(qtbot):
    column = SuspectColumn()
    qtbot.addWidget(column)
    column.resize(320, 900)
    column.show()
    column.set_data(cards("dsrs-001", "dsrs-002", "dsrs-003"))
    enter = QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5))
    QApplication.sendEvent(column, enter)
    column.set_data(cards("dsrs-003", "dsrs-004", "dsrs-001", "dsrs-002"))
    assert column.order() == ("dsrs-001", "dsrs-002", "dsrs-003", "dsrs-004")
    column.set_data(cards("dsrs-003", "dsrs-004", "dsrs-002"))
    assert column.order() == ("dsrs-001", "dsrs-002", "dsrs-003", "dsrs-004")
    assert [card.button.isEnabled() for card in column.cards()] == [False, True, True, True]
    QApplication.sendEvent(column, QEvent(QEvent.Type.Leave))
    assert column.order() == ("dsrs-003", "dsrs-004", "dsrs-002")


def test_every_button_is_guarded_after_cards_change_places(qtbot):
    column = SuspectColumn()
    qtbot.addWidget(column)
    # Never shown: without a display the pointer stands in the corner, and would be inside.
    column.set_data(cards("dsrs-001", "dsrs-002"))
    for card in column.cards():
        ready(qtbot, card.button)
    column.set_data(cards("dsrs-001", "dsrs-002"))
    assert not any(card.button.guarded for card in column.cards())
    column.set_data(cards("dsrs-002", "dsrs-001"))
    assert all(card.button.guarded for card in column.cards())


def test_a_second_press_of_a_resting_pointer_never_acts_on_another_server(qtbot, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(ActPush, "clock", staticmethod(lambda: now[0]))
    column = SuspectColumn()
    qtbot.addWidget(column)
    column.resize(320, 300)
    column.set_data(cards("dsrs-001", "dsrs-002", "dsrs-003"))
    column.show()
    asked = []
    column.actRequested.connect(lambda *what: asked.append(what))
    QApplication.processEvents()
    first, second, _ = (card.button for card in column.cards())
    assert first.guarded
    assert second.guarded
    now[0] += 5000
    assert not first.guarded
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    point = first.mapToGlobal(first.rect().center())
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=first.mapFromGlobal(point))
    assert asked == [("detach", "dsrs-001")]
    heights = [card.height() for card in column.cards()]
    first.set_data(act("dsrs-001", enabled=False))
    QApplication.processEvents()
    assert not isinstance(QApplication.focusWidget(), ActPush)
    assert [card.height() for card in column.cards()] == heights
    bar = column._scroll.verticalScrollBar()
    bar.setValue(second.mapToGlobal(second.rect().center()).y() - point.y())
    assert second.rect().contains(second.mapFromGlobal(point))
    for _ in range(3):
        # The first finds it moved; the next come 1.5 s after one another, with the column at rest.
        QTest.mouseClick(second, Qt.MouseButton.LeftButton, pos=second.mapFromGlobal(point))
        now[0] += 1500
    assert asked == [("detach", "dsrs-001")]
    aside = second.mapFromGlobal(point) + QPoint(STILL_PX + 1, 0)
    QTest.mouseClick(second, Qt.MouseButton.LeftButton, pos=aside)
    assert asked == [("detach", "dsrs-001"), ("detach", "dsrs-002")]


def test_a_card_names_its_target_and_passes_it_on(qtbot):
    column = SuspectColumn()
    qtbot.addWidget(column)
    column.show()
    column.set_data(cards("dsrs-007"))
    card = column.cards()[0]
    assert "dsrs-007" in card.button.text()
    assert "12/12" in card.accessibleDescription()
    ready(qtbot, card.button)
    with qtbot.waitSignal(column.actRequested) as asked:
        QTest.mouseClick(card.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["detach", "dsrs-007"]
    with qtbot.waitSignal(column.serverChosen) as chosen:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=card.rect().topLeft())
    assert chosen.args == ["dsrs-007"]


def test_no_key_acts_on_a_server(qtbot):
    """Every letter, digit, Enter and F-key, over the whole screen with suspects on it: nothing is ever asked for."""
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1400, 900)
    frame.show()
    screen = screen_of(frame)
    for card in screen.suspects.cards():
        ready(qtbot, card.button)
    asked = []
    screen.actRequested.connect(lambda *what: asked.append(what))
    keys = [Qt.Key(k) for k in (*range(0x41, 0x5B), *range(0x30, 0x3A))] + [
        Qt.Key.Key_Return,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Backspace,
    ]
    for target in (screen, screen.maps, screen.suspects.cards()[0]):
        target.setFocus(Qt.FocusReason.TabFocusReason)
        for key in keys:
            for held in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.AltModifier,
                Qt.KeyboardModifier.ControlModifier,
            ):
                QTest.keyClick(target, key, held)
    assert asked == []
    buttons = frame.findChildren(QPushButton)
    assert buttons
    assert not any(button.isDefault() or button.autoDefault() for button in buttons)
    letters = {shortcut.key().toString() for shortcut in frame.findChildren(QShortcut)}
    shown = {"Esc", "F1", "F6", "Shift+F6", "F9", "/", "O", "B", "T", "Ctrl+S"}
    asking = {"A", "Shift+A", "N", "S", "M", "K", "L"} | {keys for keys, _ in FACT_KEYS}
    assert letters == shown | asking, "none of them is an order to a server"


def test_the_ladder_shows_evidence_and_offers_the_way_back(qtbot):
    strip = LadderStrip()
    qtbot.addWidget(strip)
    strip.set_data(samples.action("dsrs-007"))
    strip.show()
    marks = [mark.accessibleName() for mark in strip.findChildren(RungMark)]
    assert marks == ["reached", "reached", "reached", "reached", "being waited for"]
    assert strip.undo.target == ("attach", "dsrs-007")
    failed = structs.replace(
        samples.action("dsrs-007"),
        rungs=(structs.replace(samples.action("x").rungs[0], state=RungState.UNKNOWN),),
        undo=None,
    )
    strip.set_data(failed)
    assert [mark.accessibleName() for mark in strip.findChildren(RungMark) if not mark.isHidden()] == ["not known"]
    assert strip.undo.isHidden()


@pytest.mark.parametrize("title", ["dsrs-007 を切り離す", "Detach tokyo-asr-gpu-0123"])
def test_whom_an_action_means_and_what_is_done_to_it_are_read_whole_in_the_narrow_column(qtbot, title):
    strip = LadderStrip(compact=True)
    qtbot.addWidget(strip)
    card = structs.replace(samples.action("dsrs-007"), title=verbatim(title), tone=Tone.NOTICE)
    strip.resize(236, 200)
    strip.set_data(card)
    strip.show()
    label = next(one for one in strip.findChildren(PlainLabel) if one.text() == title)
    mark = next(one for one in strip.findChildren(RungMark) if one.isVisible())
    assert label.width() >= label.fontMetrics().horizontalAdvance(title)
    assert mark.geometry().top() > label.geometry().bottom(), "its marks went below it"
    strip.resize(420, 200)
    qtbot.waitUntil(lambda: mark.geometry().top() < label.geometry().bottom(), timeout=10_000)


def test_a_button_that_is_held_breaks_its_words_before_it_cuts_them(qtbot):
    button = HoldPush()
    qtbot.addWidget(button)
    button.resize(210, 40)
    button.set_data(structs.replace(act(), text=verbatim("LAB: 1.5 秒長押し: dsrs-007 を切り離す")))
    assert button.text() == "LAB: 1.5 秒長押し:\ndsrs-007 を切り離す"
    assert button.toolTip() == "", "nothing is left out"
    button.resize(600, 40)
    QApplication.sendPostedEvents(button)
    assert button.grab() and button.text() == "LAB: 1.5 秒長押し: dsrs-007 を切り離す"


def test_what_fits_on_no_two_lines_keeps_both_ends_of_each(qtbot):
    button = HoldPush()
    qtbot.addWidget(button)
    width = button.fontMetrics().horizontalAdvance("Hold 1.5 s: of a very long")
    first, second = two_lines(f"Hold 1.5 s: {'x' * 40} end", button.fontMetrics(), width).split("\n")
    assert first.startswith("Hold") and second.endswith("end") and "…" in second


def test_every_scene_that_acts_in_a_lab_says_so_on_its_buttons(qtbot):
    frame = SCENES["incident"]()
    qtbot.addWidget(frame)
    acting = [button for button in frame.findChildren(ActPush) if button.target and button.target[0] == "detach"]
    assert len(acting) >= 3
    assert all(button.text().startswith("LAB: ") for button in acting)
