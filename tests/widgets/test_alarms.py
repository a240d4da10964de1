"""The alarm list: where each alarm stands, what A and the button acknowledge, advice, flood; suspects keep their room."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from widgets import samplealarms, samples, words
from widgets.alarmdata import AlarmsExtra, SoundData, SoundState
from widgets.alarmline import AlarmView, StandingMark
from widgets.alarms import BEAT_MS, AlarmList
from widgets.gallery import TRANSLATIONS, screen_of, whole
from widgets.viewdata import AlarmStanding, Tone

SERVERS = ("dsrs-007", "dsrs-023", "dsrs-041")
LINES = samplealarms.every_standing(SERVERS)

pytestmark = pytest.mark.usefixtures("dark")


@pytest.fixture
def alarms(qtbot) -> AlarmList:
    made = AlarmList()
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.set_data(LINES)
    made.show()
    return made


def views(alarms: AlarmList) -> list[AlarmView]:
    return [view for view in alarms.findChildren(AlarmView) if view.isVisible()]


def shown(alarms: AlarmList) -> str:
    return " | ".join(label.text() for label in alarms.findChildren(QLabel) if label.isVisible())


def test_each_standing_has_its_words_and_its_own_shape(alarms):
    said = alarms.texts()
    for text, word in zip(
        said, ("not acknowledged", "over since", "acknowledged 14", "acknowledged 14", "shelved"), strict=True
    ):
        assert word in text
    pictures = []
    for standing in AlarmStanding:
        mark = StandingMark()
        mark.resize(12, 12)
        mark.set_data(Tone.ALARM, standing)
        pictures.append(mark.grab().toImage())
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[i + 1 :])


def test_the_button_acknowledges_exactly_what_waits_and_goes_with_it(alarms, qtbot):
    assert alarms.button.text() == "Acknowledge 2"
    with qtbot.waitSignal(alarms.acknowledged) as asked:
        QTest.mouseClick(alarms.button, Qt.MouseButton.LeftButton)
    assert asked.args == [("gap-dsrs-007", "gap-dsrs-023")]
    alarms.set_data(LINES[2:])
    assert not alarms.button.isVisible()
    with qtbot.waitSignal(alarms.acknowledged) as asked:
        alarms.acknowledge()
    assert asked.args == [()]


def test_a_click_chooses_the_alarm_and_its_server_and_a_second_lets_go(alarms, qtbot):
    second = views(alarms)[1]
    with qtbot.waitSignals([alarms.picked, alarms.serverChosen]) as _:
        QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert alarms.chosen == "gap-dsrs-023"
    with qtbot.waitSignal(alarms.acknowledged) as asked:
        alarms.acknowledge()
    assert asked.args == [("gap-dsrs-023",)]
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert alarms.chosen == ""
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    alarms.set_data((LINES[0], *LINES[2:]))
    assert alarms.chosen == "", "an alarm that has gone is chosen no more"
    assert not alarms.release()


def test_advice_stands_under_the_chosen_line_only_in_the_language_of_the_window(alarms):
    alarms.pick(LINES[0].key)
    alarms.set_data(LINES, samplealarms.extra(LINES[1].key))
    assert "Why: " not in shown(alarms), "advice on another alarm is not this one's"
    alarms.set_data(LINES, samplealarms.extra(LINES[0].key))
    text = shown(alarms)
    assert all(part in text for part in ("What: The server holds", "Why: ", "1. Detach it.", "2. Watch", "Where: Map"))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    try:
        assert words.load(app, "ja", TRANSLATIONS)
        app.processEvents()
        assert "1. 切り離してください。" in shown(alarms)
        assert alarms.button.text() == "2 件を確認"
    finally:
        words.load(app, "en", TRANSLATIONS)
        app.processEvents()
    alarms.release()
    assert "Why: " not in shown(alarms)


def test_a_long_age_goes_as_a_whole_before_a_line_is_wider_than_what_is_seen_of_it(alarms, qtbot):
    for age, fits in (("9 s", True), ("2 min 20 s" * 9, False)):
        alarms.resize(400, 700)
        alarms.set_data((replace(LINES[0], age=age),))
        qtbot.waitUntil(lambda fits=fits: all(view._age.isVisible() is fits for view in views(alarms)))
        seen = alarms._scroll.viewport().width()
        qtbot.waitUntil(lambda seen=seen: all(view.width() <= seen for view in views(alarms)))


def test_a_flood_is_one_line_and_goes_with_the_flood(alarms):
    assert alarms.flood_text() == ""
    alarms.set_data(LINES, samplealarms.extra(flood=True))
    assert alarms.flood_text() == "Alarm flood, 12 new. By cause: silent and 11 more"
    alarms.set_data(LINES)
    assert alarms.flood_text() == ""


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_suspects_keep_their_room_whatever_the_alarms_say(qtbot, size):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(*size)
    frame.show()
    screen = screen_of(frame)
    before = screen.suspects.height()
    beside = samplealarms.extra(LINES[0].key, flood=True)
    screen.set_data(replace(samples.screen("incident"), columns=None, alarms=LINES, beside_alarms=beside))
    screen.alarms.pick(LINES[0].key)
    QApplication.processEvents()
    assert screen.suspects.height() >= before
    assert screen.alarms.button.isVisible()
    for card in screen.suspects.cards()[: 3 if size[1] < 900 else 2]:
        assert not card.button.visibleRegion().isEmpty()


def test_the_keys_of_the_screen(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1366, 768)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    screen = screen_of(frame)
    screen.setFocus()
    asked = []
    screen.alarms.acknowledged.connect(asked.append)
    QTest.keyClick(screen, Qt.Key.Key_A)
    assert asked == [tuple(f"gap-{server}" for server in ("dsrs-007", "dsrs-023", "dsrs-041"))]
    screen.alarms.pick("gap-dsrs-023")
    QTest.keyClick(screen, Qt.Key.Key_A)
    assert asked[1:] == [("gap-dsrs-023",)]
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.alarms.chosen == ""


def test_high_marks_flash_slowly_until_acknowledged_and_never_for_whom_it_disturbs(alarms):
    assert alarms.flashes and BEAT_MS * 2 * 3 >= 1000, "at most three turns a second"
    mark = views(alarms)[0].mark
    bright = mark.grab().toImage()
    words_before = alarms.texts()
    alarms._flash()
    assert mark.grab().toImage() != bright
    assert views(alarms)[1].mark.flashes is False, "what is over does not"
    assert alarms.texts() == words_before
    alarms.set_flashing(False)
    assert not alarms.flashes and mark.grab().toImage() == bright, "it rests bright"
    alarms.set_flashing(True)
    assert alarms.flashes
    alarms.set_data(LINES[1:])
    assert not alarms.flashes
    alarms.set_data(LINES)
    alarms.hide()
    assert not alarms.flashes


def test_more_than_are_drawn_are_counted_and_acknowledged_together(alarms, qtbot):
    many = tuple(replace(LINES[0], key=f"gap-{n}") for n in range(100))
    alarms.set_data(many, AlarmsExtra(total=10_000, waiting=10_000))
    assert alarms.button.text() == "Acknowledge 10000"
    assert "and 9900 more" in shown(alarms) and "ALARMS  10000" in shown(alarms)
    with qtbot.waitSignal(alarms.acknowledged) as asked:
        alarms.acknowledge()
    assert asked.args == [None]
    alarms.set_data((), AlarmsExtra(only_shelved=True))
    assert "Nothing is shelved" in shown(alarms)


def test_a_line_that_nobody_sees_waits_with_its_words_but_not_with_its_standing(alarms, qtbot):
    many = [replace(LINES[0], key=f"k{number}", target=f"dsrs-{number:03d}", age="1 s") for number in range(60)]
    alarms.set_data(tuple(many))
    qtbot.waitUntil(lambda: alarms.findChild(QScrollArea).verticalScrollBar().maximum() > 0)
    every = [view for view in alarms.findChildren(AlarmView) if not view.isHidden()]
    ages = lambda: [view.line.age for view in every]  # noqa: E731
    older = [replace(line, age="2 s") for line in many]
    older[50] = replace(older[50], standing=AlarmStanding.ACKNOWLEDGED)
    alarms.set_data(tuple(older))
    assert ages()[0] == "2 s" and every[50].line.standing is AlarmStanding.ACKNOWLEDGED
    assert ages().count("1 s") > 30, "what is far below has not been written anew"
    bar = alarms.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    assert set(ages()) == {"2 s"}, "it is as soon as anybody looks there"
    bar.setValue(0)
    for second in range(3, 11):
        alarms.set_data(tuple(replace(line, age=f"{second} s") for line in older))
    assert "2 s" not in ages() and ages()[0] == "10 s", "and in turn also if nobody does"
    assert all("dsrs-0" in text for text in alarms.texts()) and set(ages()) == {"10 s"}


def test_the_foot_says_for_how_long_nothing_is_heard(alarms, qtbot):
    said = []
    for data in (
        SoundData(),
        SoundData(SoundState.MUTED, "9:41"),
        SoundData(SoundState.NONE),
        SoundData(SoundState.OFF),
    ):
        alarms.foot.set_sound(data)
        said.append((alarms.foot.sound.text(), alarms.foot.sound.isEnabled()))
    assert said == [("Sound on", True), ("Muted 9:41", True), ("No sound", True), ("Sound off", False)]


def test_of_a_line_that_only_grew_older_only_the_age_is_written(alarms, monkeypatch):
    view = views(alarms)[0]
    written: list[str] = []
    monkeypatch.setattr(view, "setAccessibleName", written.append)
    line = replace(view.line, age="7 s")
    view.set_data(line)
    assert view.line == line and "7 s" in shown(alarms) and not written
    view.set_data(replace(line, age="8 s", target="dsrs-999"))
    assert "8 s" in shown(alarms) and "dsrs-999" in written[0]
