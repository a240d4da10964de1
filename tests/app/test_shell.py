"""The window's life: connect page, snapshot, pictures, the end."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from console.app import Capture, Fleet, conditions, qtloop
from console.app.shell import Shell
from console.app.window import LEAST
from console.domain.errors import ConsoleError, SettingsError
from tests.support.desk import FakeHandle, HandClock, until
from tests.support.views import incident
from widgets import theme
from widgets.mapexport import ROW_PX

Play = Callable[..., tuple[Shell, FakeHandle]]


class NoLab(ConsoleError):
    """The lab did not come up."""


@pytest.fixture
def play(qapp: QApplication, dark: None, tmp_path: Path) -> Play:
    """Runs a shell with a scene beside it; the scene ends it."""

    def run(
        scene: Callable[[Shell, FakeHandle], Coroutine[Any, Any, None]],
        *,
        opened: bool = True,
        capture: Capture | None = None,
        closed: list[str] | None = None,
        begin_with_lab: bool = False,
    ) -> tuple[Shell, FakeHandle]:
        _, _, view, _ = incident(ramp_polls=20)
        handle, clock = FakeHandle(view), HandClock()
        clock.at(view)

        def close() -> None:
            if closed is not None:
                closed.append(threading.current_thread().name)

        fleet = Fleet(engine=lambda: handle, environment="tokyo", lab=True, close=close, snapshots=tmp_path)

        def connect(url: str, cancelled: threading.Event) -> Fleet:
            if url == "http://slow":
                cancelled.wait(60.0)
                return replace(fleet, close=lambda: closed.append("slow") if closed is not None else None)
            if url != "http://127.0.0.1:1":
                raise SettingsError(f"{url} is no address of a balancer.")
            return fleet

        def start_lab(cancelled: threading.Event) -> Fleet:
            raise NoLab("The lab was not up within 30 s.")

        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        shell = Shell(qapp, settings, clock, connect, start_lab, capture)

        async def main() -> int:
            from console.domain.tasks import spawn

            beside = spawn(scene(shell, handle), "scene")
            beside.add_done_callback(lambda _: shell.end())
            code = await shell.live(fleet if opened else None, None, begin_with_lab=begin_with_lab)
            await beside
            return code

        try:
            assert qtloop.run(qapp, main) == 0
        finally:
            shell.window.deleteLater()
        return shell, handle

    return run


def test_the_connect_page_says_what_went_wrong_and_then_opens_the_fleet(play):
    async def scene(shell: Shell, handle: FakeHandle) -> None:
        page = shell.window.connect_page
        await until(page.isVisible, "the connect page")
        page.field.setText("ftp://nowhere")
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        assert page.busy
        assert "Asking ftp://nowhere" in _said(page)
        await until(lambda: "ftp://nowhere is no address" in _said(page), "the problem")
        assert not page.busy
        assert page.field.text() == "ftp://nowhere"
        assert shell.window.focusWidget() is page.field
        page.labRequested.emit()
        await until(lambda: "The lab was not up" in _said(page), "the lab's problem")
        assert not handle.started
        page.connectRequested.emit("http://127.0.0.1:1")
        await until(lambda: shell.window.screen_page is not None, "the fleet's screen")
        assert handle.started

    _, handle = play(scene, opened=False)
    assert handle.stopped


def test_a_token_that_is_typed_goes_to_whoever_connects_and_stays_in_no_field(play, monkeypatch):
    given: list[str | None] = []

    async def scene(shell: Shell, handle: FakeHandle) -> None:
        page = shell.window.connect_page
        opens = shell._connect
        monkeypatch.setattr(
            shell, "_connect", lambda url, cancelled, *token: given.extend(token) or opens(url, cancelled)
        )
        await until(page.isVisible, "the connect page")
        page.set_url("http://127.0.0.1:1")
        page.token_field.setText(" typed-token-88 ")
        assert page.token_field.displayText() == "\N{BLACK CIRCLE}" * 16
        QTest.keyClick(page.token_field, Qt.Key.Key_Return)
        assert page.token_field.text() == ""
        await until(lambda: shell.window.screen_page is not None, "the fleet's screen")
        assert "typed-token-88" not in _said(shell.window)

    play(scene, opened=False)
    assert given == ["typed-token-88"]


def test_what_is_being_opened_can_be_cancelled_and_is_closed_when_it_comes_late(play):
    closed: list[str] = []

    async def scene(shell: Shell, handle: FakeHandle) -> None:
        page = shell.window.connect_page
        await until(page.isVisible, "the connect page")
        page.set_url("http://slow")
        page.connect_button.click()
        assert page.busy
        assert not page.lab_button.isEnabled()
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert not page.busy
        assert page.field.text() == "http://slow"
        await until(lambda: closed == ["slow"], "the late fleet is closed")
        assert not handle.started
        assert shell.window.screen_page is None

    play(scene, opened=False, closed=closed)


def test_the_end_comes_at_once_while_a_fleet_is_being_opened(play):
    async def scene(shell: Shell, handle: FakeHandle) -> None:
        page = shell.window.connect_page
        await until(page.isVisible, "the connect page")
        page.connectRequested.emit("http://slow")

    _, handle = play(scene, opened=False)
    assert not handle.started


def test_a_lab_that_does_not_start_leaves_the_page_with_its_reason(play):
    async def scene(shell: Shell, handle: FakeHandle) -> None:
        await until(lambda: "The lab was not up" in _said(shell.window.connect_page), "the lab's problem")
        assert not shell.window.connect_page.busy

    play(scene, opened=False, begin_with_lab=True)


def test_the_end_stops_the_engine_and_what_was_started_for_the_fleet(play):
    closed: list[str] = []

    async def scene(shell: Shell, handle: FakeHandle) -> None:
        await until(lambda: shell.window.screen_page is not None, "the screen")
        shell.window.close()

    _, handle = play(scene, closed=closed)
    assert handle.stopped
    assert len(closed) == 1
    assert closed[0].startswith("dsr-window")


def test_ctrl_s_writes_a_snapshot_with_the_pictures(play, tmp_path):
    async def scene(shell: Shell, handle: FakeHandle) -> None:
        await until(
            lambda: shell.window.screen_page is not None and shell.window.screen_page.suspects.cards(), "the picture"
        )
        assert shell.window.screen_page is not None
        shell.window.resize(*LEAST)
        assert shell.window.screen_page.maps.layout_now().visible < 64
        shell.window.screen_page.snapshotRequested.emit()
        shell.window.screen_page.snapshotRequested.emit()  # a second one meanwhile counts for nothing
        await until(lambda: list(tmp_path.glob("*.dsrsnap")), "the file")

    play(scene)
    (path,) = tmp_path.glob("*.dsrsnap")
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        pictures = [name for name in manifest["members"] if name.endswith(".png")]
        assert pictures == [f"pictures/{name}.png" for name in ("map-gap", "map-routed", "map-truth", "maps", "window")]
        for name, entry in manifest["members"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == entry["sha256"]
        assert not QImage.fromData(archive.read("pictures/window.png")).isNull()
        # every row is in the maps' picture, also those that the window had no room for
        maps = QImage.fromData(archive.read("pictures/maps.png"))
        assert maps.height() / maps.devicePixelRatio() >= 64 * ROW_PX
        assert json.loads(archive.read("versions.json"))["python"]


def test_a_capture_waits_for_its_moment_and_takes_both_themes(play, tmp_path):
    async def scene(shell: Shell, handle: FakeHandle) -> None:
        await until((tmp_path / "shot-light.png").exists, "both pictures")

    play(scene, capture=Capture(tmp_path / "shot-{theme}.png", 0.0, conditions("silent=3"), (1366, 768)))
    dark, light = (QImage(str(tmp_path / f"shot-{theme}.png")) for theme in ("dark", "light"))
    assert (dark.width(), dark.height()) == (light.width(), light.height()) == (1366, 768)
    assert dark.pixelColor(700, 760).lightness() < 80
    assert light.pixelColor(700, 760).lightness() > 170


def test_a_capture_in_the_theme_in_force_styles_nothing_anew(play, tmp_path, monkeypatch):
    applied: list[str] = []
    monkeypatch.setattr(theme, "apply", lambda app, name: applied.append(name))

    async def scene(shell: Shell, handle: FakeHandle) -> None:
        await until((tmp_path / "shot.png").exists, "the picture")

    play(scene, capture=Capture(tmp_path / "shot.png", 0.0))
    assert not QImage(str(tmp_path / "shot.png")).isNull()
    assert applied == []


def test_a_condition_that_cannot_be_read_is_named():
    assert conditions("silent=3, gap=1") == {"silent": 3, "gap": 1}
    with pytest.raises(SettingsError, match="RULE=COUNT"):
        conditions("silent")


def _said(page: Any) -> str:
    return " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
