"""The open fleet on its screen: what the operator sees, and what one click does."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from console.app import qtloop
from console.app.desk import Desk
from console.app.fleet import Fleet
from console.app.window import MainWindow
from console.domain.errors import JournalError
from console.domain.states import Sight
from tests.support.builders import FrameMaker, make_fleet
from tests.support.desk import FakeHandle, HandClock, until
from tests.support.views import ViewMaker, incident
from widgets import words
from widgets.actbutton import ActPush
from widgets.gallery import TRANSLATIONS
from widgets.screen import OperatorScreen


class Stage:
    """Window, screen, desk and a fleet of 64 with three muted servers, some polls after the ramp."""

    def __init__(self, folder) -> None:
        self.fleet, self.maker, view, self.muted = incident()
        self.handle, self.clock = FakeHandle(view), HandClock()
        self.clock.at(view)
        self.settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(self.settings)
        self.screen = OperatorScreen()
        given = Fleet(engine=lambda: self.handle, environment="tokyo", lab=True, operator="noc-2")
        self.desk = Desk(given, self.handle, self.screen, self.clock, self.settings)
        self.window.show_screen(self.screen, "tokyo", lab=True)
        self.window.resize(1920, 1080)
        self.window.show()

    def look(self, polls: int = 0, **options: Any) -> None:
        """So many polls later (none: at once) the bridge looks once."""
        for _ in range(polls):
            self.handle.newest = self.maker.take(self.fleet.next(**options))
        self.clock.at(self.handle.newest)
        self.desk.bridge.look()

    def buttons(self) -> dict[str, ActPush]:
        """The large buttons of the cards, by server."""
        return {card.server: card.button for card in self.screen.suspects.cards()}

    async def click(self, button: ActPush) -> None:
        """As a hand would: after the guard of a button that has just come."""
        await until(lambda: not button.guarded, "the guard ends")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(part: QWidget) -> str:
    """All words in it that can be seen."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def play(qapp: QApplication, dark: None, tmp_path) -> Callable[[Callable[[Stage], Coroutine[Any, Any, None]]], None]:
    """Runs one scene on the window's own loop."""

    def run(scene: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
        stage = Stage(tmp_path)

        async def main() -> int:
            await scene(stage)
            return 0

        try:
            assert qtloop.run(qapp, main) == 0
        finally:
            stage.desk.bridge.stop()
            stage.window.close()
            stage.window.deleteLater()

    return run


def test_the_incident_is_on_the_screen_with_its_three_servers(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        assert sorted(stage.buttons()) == stage.muted
        assert {button.text() for button in stage.buttons().values()} == {
            f"LAB: Detach {server}" for server in stage.muted
        }
        assert "3 silent, 4.7 %" in stage.screen.header.tile_texts()
        assert stage.window.windowTitle() == "LAB: tokyo · DSR Console"
        assert stage.screen.detail.isVisible()

    play(scene)


def test_a_click_leaves_at_once_without_a_dialog_and_only_once(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        server = stage.muted[1]
        button = stage.buttons()[server]
        await stage.click(button)
        # no turn of the loop lies between the click and these lines
        (verb, (target, reason, operator)), *more = stage.handle.submitted
        assert (verb, target, operator, more) == ("detach", server, "noc-2", [])
        assert "belief 0" in reason
        assert "truth 1" in reason
        assert QApplication.activeModalWidget() is None
        assert not stage.window.findChildren(QDialog)
        assert not any(other.isEnabled() for other in stage.buttons().values())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QTest.keyClick(button, Qt.Key.Key_Return)
        stage.screen.actRequested.emit("detach", server)
        assert len(stage.handle.submitted) == 1
        assert f"Detach {server}" in said(stage.screen.suspects.action_list)
        # the window goes on while the answer is out
        stage.look(polls=1)
        assert stage.desk.view is stage.handle.newest

    play(scene)


def test_what_went_wrong_stands_in_place_and_the_button_comes_back(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        server = stage.muted[0]
        await stage.click(stage.buttons()[server])
        stage.handle.futures[0].set_exception(JournalError("The journal cannot be written: no space left."))
        await until(stage.buttons()[server].isEnabled, "the button comes back")
        assert "no space left" in said(stage.screen.suspects.action_list)
        stage.handle.refuse = RuntimeError("the engine does not run")
        await stage.click(stage.buttons()[server])
        assert "Nothing was sent: the engine does not run" in said(stage.screen.suspects.action_list)
        assert len(stage.handle.submitted) == 1

    play(scene)


def test_blind_locks_every_way_to_act_and_says_why(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        stage.look(polls=4, balancer=False)
        assert stage.desk.view is not None
        assert stage.desk.view.sight is Sight.BLIND
        assert stage.screen.banners.isVisible()
        assert not any(button.isEnabled() for button in stage.buttons().values())
        assert all("locked" in button.toolTip() for button in stage.buttons().values())
        assert stage.screen.maps._rows.aged
        stage.screen.actRequested.emit("detach", stage.muted[0])
        assert stage.handle.submitted == []

    play(scene)


def test_an_engine_that_stands_still_is_noticed_by_the_age_of_its_view(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        assert not stage.screen.banners.isVisible()
        assert all(button.isEnabled() for button in stage.buttons().values())
        stage.clock.mono += 30.0
        for _ in range(10):  # the bridge looks on, and finds the same View
            stage.desk.bridge.look()
        assert stage.screen.banners.isVisible()
        assert not any(button.isEnabled() for button in stage.buttons().values())
        stage.look(polls=1)
        assert not stage.screen.banners.isVisible()
        assert all(button.isEnabled() for button in stage.buttons().values())

    play(scene)


def test_a_window_that_slept_shows_every_column_after_one_picture(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        pictures: list[object] = []
        stage.desk.shown.connect(pictures.append)
        for _ in range(20):  # five seconds at four polls a second, and nobody looks
            stage.handle.newest = stage.maker.take(stage.fleet.next())
        stage.look()
        history = stage.handle.newest.history
        planes = stage.screen.maps.planes
        assert len(pictures) == 1
        assert (planes.first, planes.last) == (history.first, history.last)
        assert np.isfinite(stage.screen.timeline._data.refused_per_s[-20:]).all()

    play(scene)


def test_d_aims_and_enter_acts(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        stage.window.activateWindow()
        await until(stage.window.isActiveWindow, "the window is active")
        QTest.keyClick(stage.window, Qt.Key.Key_D)
        button = QApplication.focusWidget()
        assert isinstance(button, ActPush)
        assert button.target is not None
        assert button.target[0] == "detach"
        assert stage.handle.submitted == []
        await until(lambda: not button.guarded, "the guard ends")
        QTest.keyClick(button, Qt.Key.Key_Return)
        assert [server for _, (server, _, _) in stage.handle.submitted] == [button.target[1]]
        # a second Enter meets no button: the keyboard did not wander on to the next server's
        assert not isinstance(QApplication.focusWidget(), ActPush)
        stage.look(polls=1)
        assert not isinstance(QApplication.focusWidget(), ActPush)

    play(scene)


def test_d_takes_the_row_under_the_crosshair_names_it_below_and_esc_takes_both_back(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        stage.window.activateWindow()
        await until(stage.window.isActiveWindow, "the window is active")
        maps = stage.screen.maps
        server = stage.muted[2]
        maps.point_at(
            list(maps.row_data).index(next(r for r in maps.row_data if r.name == server)), maps.planes.last - 1
        )
        QTest.keyClick(stage.window, Qt.Key.Key_D)
        button = QApplication.focusWidget()
        assert isinstance(button, ActPush)
        assert button.target == ("detach", server)
        assert stage.screen.detail.server == server
        assert f"Enter detaches {server}" in said(stage.window.statusBar())
        stage.look(polls=1)
        assert QApplication.focusWidget() is button
        QTest.keyClick(button, Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is maps
        assert "Enter detaches" not in said(stage.window.statusBar())
        assert stage.handle.submitted == []

    play(scene)


def test_what_went_wrong_is_said_in_the_language_of_the_window(play, qapp):
    async def scene(stage: Stage) -> None:
        words.load(qapp, "ja", TRANSLATIONS)
        try:
            stage.look()
            view = stage.maker.take(stage.fleet.next(balancer=False))
            for _ in range(3):
                view = stage.maker.take(stage.fleet.next(balancer=False))
            error = "10.0.0.5:8000 could not be reached (Network is down): check network and firewall."
            frame = replace(view.frame, balancer=replace(view.frame.balancer, error=error))
            stage.handle.newest = replace(view, frame=frame)
            stage.look()
            told = said(stage.screen.banners)
            assert "10.0.0.5:8000 に到達できません（Network is down）" in told
            assert "check network" not in told
        finally:
            words.load(qapp, "en", TRANSLATIONS)

    play(scene)


def test_the_detail_opens_from_memory_and_the_order_is_kept_for_next_time(play, tmp_path):
    async def scene(stage: Stage) -> None:
        stage.look()
        stage.screen.serverChosen.emit("dsrs-040")
        assert stage.screen.detail.server == "dsrs-040"
        stage.screen.orderChanged.emit("name")
        assert [row.name for row in stage.screen.maps.row_data][:2] == ["dsrs-001", "dsrs-002"]
        stage.screen.filterChanged.emit("", True)
        assert sorted(row.name for row in stage.screen.maps.row_data) == stage.muted
        stage.window.close()
        assert stage.settings.value("rows/order") == "name"
        assert stage.settings.value("window/geometry") is not None

    play(scene)


def test_the_cell_under_the_crosshair_is_read_out(play):
    async def scene(stage: Stage) -> None:
        stage.look()
        row = stage.handle.newest.frame.rows.get(stage.muted[0])
        stage.screen.cellHovered.emit(row.slot, stage.handle.newest.history.last - 1)
        assert stage.muted[0] in stage.screen.maps.accessibleDescription()
        stage.screen.cellHovered.emit(-1, -1)
        assert stage.screen.maps.accessibleDescription() == ""

    play(scene)


@pytest.mark.parametrize("count", [0, 1, 10_000])
def test_any_number_of_servers_is_drawn(play, count):
    async def scene(stage: Stage) -> None:
        frames, maker = FrameMaker(), ViewMaker(ticks=60)
        stage.handle.newest = maker.last(frames.make(make_fleet(count, pools=["p"]) if count else []) for _ in range(3))
        stage.clock.at(stage.handle.newest)
        stage.desk.bridge.look()
        assert len(stage.screen.maps.row_data) == count
        assert not stage.window.grab().isNull()
        assert not stage.screen.banners.isVisible()

    play(scene)


def test_a_picture_that_cannot_be_drawn_says_so_and_locks_until_the_next_one(play, caplog):
    async def scene(stage: Stage) -> None:
        stage.look()
        good = stage.maker.take(stage.fleet.next())
        stage.handle.newest = replace(good, figures=None)  # type: ignore[arg-type]
        stage.desk.bridge.look()
        assert "could not be drawn" in said(stage.screen.banners)
        stage.screen.actRequested.emit("detach", stage.muted[0])
        assert stage.handle.submitted == []
        stage.look(polls=1)
        assert not stage.screen.banners.isVisible()
        await stage.click(stage.buttons()[stage.muted[0]])
        assert len(stage.handle.submitted) == 1

    play(scene)
    assert "could not be drawn" in caplog.text
