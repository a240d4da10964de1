"""Acknowledging from the window: what reaches the engine, and what the status line says of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from console.app import qtloop
from console.app.desk import Desk
from console.app.fleet import Fleet
from console.app.window import MainWindow
from console.domain.alarms import Alarm
from console.domain.lifecycle import Flood, Key, LifecycleRefused
from tests.support.alarms import HIGH, opened
from tests.support.desk import FakeHandle, HandClock, until
from tests.support.views import incident
from tests.support.words import english
from widgets.alarmline import AlarmView
from widgets.screen import OperatorScreen
from widgets.viewdata import AlarmStanding


class Stage:
    """The incident in a window, and every sentence of its status line."""

    def __init__(self, folder) -> None:
        self.fleet, self.maker, view, _ = incident()
        self.handle, self.clock = FakeHandle(view), HandClock()
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.window, self.screen = MainWindow(settings), OperatorScreen()
        given = Fleet(engine=lambda: self.handle, environment="tokyo", lab=True, operator="noc-2")
        self.desk = Desk(given, self.handle, self.screen, self.clock, settings)
        self.said: list[str] = []
        self.desk.said.connect(lambda phrase: self.said.append(english(phrase)))
        self.window.show_screen(self.screen, "tokyo", lab=True)
        self.window.resize(1920, 1080)
        self.window.show()
        self.look()

    def look(self, polls: int = 0) -> None:
        for _ in range(polls):
            self.handle.newest = self.maker.take(self.fleet.next())
        assert self.handle.newest is not None
        self.clock.at(self.handle.newest)
        self.desk.bridge.look()

    def orders(self) -> list[dict[str, Any]]:
        return self.asked("acknowledge")

    def asked(self, what: str) -> list[dict[str, Any]]:
        return [given for name, given in self.handle.asides if name == what]

    def pick(self, rule: str) -> Key:
        """Chooses the first waiting alarm of this rule."""
        assert self.desk.view is not None
        cycle = next(cycle for cycle in self.desk.view.cycles if cycle.alarm.rule == rule and cycle.waits)
        self.screen.alarms.pick("\n".join(part or "" for part in cycle.key))
        return cycle.key

    def write(self, text: str) -> None:
        """Into the open entry, and Enter."""
        field = self.screen.alarms.entry.field
        assert field.hasFocus()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def again(self) -> None:
        """The same View with the life-cycle as it is now."""
        assert self.handle.newest is not None
        self.handle.newest = self.maker.with_cycles(self.handle.newest)
        self.look()


@pytest.fixture
def play(qapp: QApplication, dark: None, tmp_path) -> Callable[[Callable[[Stage], Coroutine[Any, Any, None]]], None]:
    def run(scene: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
        stage = Stage(tmp_path)

        async def main() -> int:
            stage.window.activateWindow()
            await until(stage.window.isActiveWindow, "the window has the keyboard")
            stage.screen.setFocus()
            await scene(stage)
            return 0

        try:
            assert qtloop.run(qapp, main) == 0
        finally:
            stage.desk.bridge.stop()
            stage.window.close()
            stage.window.deleteLater()

    return run


def test_a_acknowledges_all_that_was_seen_and_says_what_became_of_it(play):
    async def scene(stage: Stage) -> None:
        view = stage.desk.view
        assert view is not None
        waiting = [cycle.key for cycle in view.cycles if cycle.waits]
        assert len(waiting) > 3
        assert stage.screen.alarms.button.text() == f"Acknowledge {len(waiting)}"
        QTest.keyClick(stage.screen, Qt.Key.Key_A)
        (order,) = stage.orders()
        assert (list(order["keys"]), order["operator"]) == (waiting, "noc-2")
        stage.handle.futures[-1].set_result(True)
        await until(lambda: stage.said, "it is said")
        assert stage.said == [f"Acknowledged: {len(waiting)} alarms."]
        stage.maker.lifecycle.acknowledge(waiting, "noc-2")
        stage.look(polls=1)
        assert not stage.screen.alarms.button.isVisible()
        assert "by noc-2" in stage.screen.alarms.texts()[0]
        QTest.keyClick(stage.screen, Qt.Key.Key_A)
        assert stage.said[-1] == "No alarm waits to be acknowledged."
        assert len(stage.orders()) == 1

    play(scene)


def test_the_chosen_alarm_alone_its_guidance_and_a_refusal(play):
    async def scene(stage: Stage) -> None:
        view = stage.desk.view
        assert view is not None
        cycle = next(cycle for cycle in view.cycles if cycle.alarm.rule == "gap" and cycle.waits)
        stage.screen.alarms.pick("\n".join(part or "" for part in cycle.key))
        text = " | ".join(label.text() for label in stage.screen.alarms.findChildren(QLabel) if label.isVisible())
        assert f"What: {cycle.alarm.server} has " in text
        assert "{" not in text
        QTest.keyClick(stage.screen, Qt.Key.Key_A)
        assert [order["keys"] for order in stage.orders()] == [(cycle.key,)]
        refusal = f"{cycle.alarm.name} is acknowledged already."
        stage.handle.futures[-1].set_exception(LifecycleRefused(refusal))
        await until(lambda: stage.said, "the refusal is said")
        assert stage.said == [refusal]
        QTest.keyClick(stage.screen, Qt.Key.Key_A)
        stage.handle.futures[-1].set_result(False)
        await until(lambda: len(stage.said) > 1, "it is said")
        assert stage.said[-1] == f"Acknowledged: {cycle.alarm.name}. It is not on disk: a restart forgets it."

    play(scene)


def test_what_is_over_stays_until_it_is_acknowledged(play):
    async def scene(stage: Stage) -> None:
        view = stage.desk.view
        assert view is not None
        before = {cycle.key for cycle in view.cycles if cycle.waits}
        newest = stage.maker.take(stage.fleet.next())
        stage.maker.lifecycle.step((), newest.frame.wall_s, newest.frame.mono_s + 1)
        stage.handle.newest = replace(stage.maker.with_cycles(newest), flood=Flood())  # each line by itself
        stage.look()
        lines = stage.screen.alarms.lines
        assert {tuple(part or None for part in line.key.split("\n")) for line in lines} >= before
        assert {line.standing for line in lines} == {AlarmStanding.LATCHED}
        stage.maker.lifecycle.acknowledge(None, "noc-2")
        stage.handle.newest = replace(stage.maker.with_cycles(newest), flood=Flood())  # each line by itself
        stage.look()
        assert stage.screen.alarms.lines == ()

    play(scene)


def test_a_note_is_two_keys_and_says_what_it_is_about(play):
    async def scene(stage: Stage) -> None:
        key = stage.pick("gap")
        stage.desk.choose(str(key[1]))
        QTest.keyClick(stage.screen, Qt.Key.Key_N)
        entry = stage.screen.alarms.entry
        assert [entry.subject.itemText(index) for index in range(3)] == [f"gap {key[1]}", key[1], "the situation"]
        stage.write("A site says: power")
        stage.handle.futures[-1].set_result(True)
        await until(lambda: stage.said, "it is said")
        assert stage.said == [f"Noted on gap:{key[1]}."]
        for index in (1, 2):
            QTest.keyClick(stage.screen, Qt.Key.Key_N)
            entry.subject.setCurrentIndex(index)
            stage.write("fan")
        given = [(one["key"], one["server"], one["text"]) for one in stage.asked("note")]
        assert given == [(key, None, "A site says: power"), (None, key[1], "fan"), (None, None, "fan")]
        QTest.keyClick(stage.screen, Qt.Key.Key_N)
        QTest.keyClick(entry.field, Qt.Key.Key_Return)
        assert entry.open, "nothing is kept without a word"
        QTest.keyClick(entry.field, Qt.Key.Key_Escape)
        assert not entry.open and stage.screen.alarms.chosen and len(stage.asked("note")) == 3
        stage.maker.lifecycle.note(key, "noc-2", "A site says: power")
        stage.again()
        text = " | ".join(label.text() for label in stage.screen.alarms.findChildren(QLabel) if label.isVisible())
        assert "noc-2: A site says: power" in text

    play(scene)


def test_an_acknowledgement_with_a_note_of_one_and_of_all(play):
    async def scene(stage: Stage) -> None:
        key = stage.pick("gap")
        QTest.keyClick(stage.screen, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
        stage.write("known")
        stage.screen.alarms.release()
        QTest.keyClick(stage.screen, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
        stage.write("")
        view = stage.desk.view
        assert view is not None
        waiting = tuple(cycle.key for cycle in view.cycles if cycle.waits)
        assert [(one["keys"], one["note"]) for one in stage.orders()] == [((key,), "known"), (waiting, "")]

    play(scene)


def test_shelving_by_key_and_by_button_and_back(play):
    async def scene(stage: Stage) -> None:
        alarms = stage.screen.alarms
        key = stage.pick("gap")
        deeds = next(view.deeds for view in alarms.findChildren(AlarmView) if view.deeds is not None)
        QTest.mouseClick(deeds.button("shelve"), Qt.MouseButton.LeftButton)
        assert [alarms.entry.time.itemData(index) for index in range(alarms.entry.time.count())][-1] == 480
        alarms.entry.time.setCurrentIndex(0)
        stage.write("disk swap")
        (asked,) = stage.asked("shelve")
        assert (asked["key"], asked["reason"], asked["seconds"], asked["operator"]) == (
            key,
            "disk swap",
            900.0,
            "noc-2",
        )
        stage.handle.futures[-1].set_result(True)
        await until(lambda: stage.said, "it is said")
        assert stage.said == [f"Shelved for 15 min 0 s: gap:{key[1]}."]
        stage.maker.lifecycle.shelve(key, "noc-2", "disk swap", 900.0)
        stage.again()
        assert alarms.foot.shelved.text() == "Shelved 1"
        QTest.mouseClick(alarms.foot.shelved, Qt.MouseButton.LeftButton)
        (line,) = alarms.lines
        assert line.standing is AlarmStanding.SHELVED and "14:59 left: disk swap" in alarms.texts()[0]
        if alarms.chosen != line.key:
            alarms.pick(line.key)
        stage.screen.setFocus()
        QTest.keyClick(stage.screen, Qt.Key.Key_S)
        assert [one["key"] for one in stage.asked("unshelve")] == [key]
        stage.maker.lifecycle.unshelve(key, "noc-2")
        stage.again()
        assert alarms.lines == () and alarms.foot.shelved.text() == "Shelved 0"
        QTest.mouseClick(alarms.foot.shelved, Qt.MouseButton.LeftButton)
        assert len(alarms.lines) > 1

    play(scene)


def test_what_comes_is_heard_shown_and_spoken_and_muting_acknowledges_nothing(play, monkeypatch):
    async def scene(stage: Stage) -> None:
        herald, foot = stage.desk.herald, stage.screen.alarms.foot
        played, shown, spoken = [], [], []
        monkeypatch.setattr(herald._player, "play", played.append)
        monkeypatch.setattr(herald._notifier, "show", lambda *what, urgent: shown.append((*what, urgent)))
        herald.speaker.spoken.connect(lambda text, urgent: spoken.append((text, urgent)))
        alarm = opened("gap", "dsrs-009", HIGH, since=stage.clock.wall())

        def come(*alarms: Alarm, rest_s: float = 1.0) -> None:
            view = stage.handle.newest
            assert view is not None
            at = view.frame.mono_s + rest_s
            frame = replace(view.frame, mono_s=at, wall_s=view.frame.wall_s + rest_s)
            happened = stage.maker.lifecycle.step(alarms, frame.wall_s, at)
            fresh = replace(view, frame=frame, received_mono_s=at, happenings=happened, flood=Flood())
            stage.handle.newest = stage.maker.with_cycles(fresh)
            stage.look()

        come()
        stage.maker.lifecycle.acknowledge(None, "noc-2")
        come()
        played.clear()
        come(alarm)
        assert played == ["high"]
        assert spoken[-1][0].startswith("high: gap dsrs-009") and spoken[-1][1]
        assert shown == [], "in front, the window itself says it"
        QTest.keyClick(stage.screen, Qt.Key.Key_M)
        assert foot.sound.text() == "Muted 10:00" and stage.said[-1].startswith("Muted for 10:00.")
        monkeypatch.setattr(stage.window, "isActiveWindow", lambda: False)
        other = opened("memory", "dsrs-010", HIGH, since=stage.clock.wall())
        come(alarm, other, rest_s=90.0)
        assert played == ["high"] and foot.sound.text() == "Muted 8:30"
        assert shown[-1][0] == "LAB: tokyo" and "memory dsrs-010" in shown[-1][1] and shown[-1][2]
        assert sum(cycle.waits for cycle in stage.desk.view.cycles) == 2, "silence is no acknowledgement"
        QTest.keyClick(stage.screen, Qt.Key.Key_M)
        assert foot.sound.text() == "Sound on"
        come(alarm, other)
        assert played == ["high", "high"], "it still waits"
        stage.clock.mono += 60.0
        stage.desk._waited()
        assert played[-1] == "sight" and "stopped seeing the fleet" in shown[-1][1], "an engine that fell silent"

    play(scene)


def test_the_test_plays_every_tone_and_no_device_is_said_once(play, monkeypatch):
    async def scene(stage: Stage) -> None:
        played = []
        monkeypatch.setattr(stage.desk.herald._player, "play", played.append)
        stage.desk.herald._next_test.setInterval(0)
        stage.screen.alarms.foot.testRequested.emit()
        await until(lambda: len(played) == 4, "all are played")
        assert played == ["high", "medium", "low", "sight"]
        assert stage.said[-1] == "Test of the sounds: the console cannot see"
        player = stage.desk.herald._player
        for heard in (True, False, True, False):
            player._hear(heard)
        assert sum("No sound device answers" in said for said in stage.said) == 1
        assert stage.screen.alarms.foot.sound.text() == "No sound"

    play(scene)
