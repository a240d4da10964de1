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
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel

from console.app import Capture, Fleet, conditions, qtloop
from console.app.shell import Shell
from console.domain.errors import ConsoleError, SettingsError
from tests.support.desk import FakeHandle, HandClock, until
from tests.support.views import incident

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
    ) -> tuple[Shell, FakeHandle]:
        _, _, view, _ = incident(ramp_polls=20)
        handle, clock = FakeHandle(view), HandClock()
        clock.at(view)

        def close() -> None:
            if closed is not None:
                closed.append(threading.current_thread().name)

        fleet = Fleet(engine=lambda: handle, environment="tokyo", lab=True, close=close, snapshots=tmp_path)

        def connect(url: str) -> Fleet:
            if url != "http://127.0.0.1:1":
                raise SettingsError(f"{url} is no address of a balancer.")
            return fleet

        def start_lab() -> Fleet:
            raise NoLab("The lab was not up within 30 s.")

        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        shell = Shell(qapp, settings, clock, connect, start_lab, capture)

        async def main() -> int:
            from console.domain.tasks import spawn

            beside = spawn(scene(shell, handle), "scene")
            beside.add_done_callback(lambda _: shell.end())
            code = await shell.live(fleet if opened else None, None)
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
        page.connectRequested.emit("ftp://nowhere")
        await until(lambda: "ftp://nowhere is no address" in _said(page), "the problem")
        page.labRequested.emit()
        await until(lambda: "The lab was not up" in _said(page), "the lab's problem")
        assert not handle.started
        page.connectRequested.emit("http://127.0.0.1:1")
        await until(lambda: shell.window.screen_page is not None, "the fleet's screen")
        assert handle.started

    _, handle = play(scene, opened=False)
    assert handle.stopped


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
        assert json.loads(archive.read("versions.json"))["python"]


def test_a_capture_waits_for_its_moment_and_takes_both_themes(play, tmp_path):
    async def scene(shell: Shell, handle: FakeHandle) -> None:
        await until((tmp_path / "shot-light.png").exists, "both pictures")

    play(scene, capture=Capture(tmp_path / "shot-{theme}.png", 0.0, conditions("silent=3"), (1366, 768)))
    dark, light = (QImage(str(tmp_path / f"shot-{theme}.png")) for theme in ("dark", "light"))
    assert (dark.width(), dark.height()) == (light.width(), light.height()) == (1366, 768)
    assert dark.pixelColor(700, 760).lightness() < 80
    assert light.pixelColor(700, 760).lightness() > 170


def test_a_condition_that_cannot_be_read_is_named():
    assert conditions("silent=3, gap=1") == {"silent": 3, "gap": 1}
    with pytest.raises(SettingsError, match="RULE=COUNT"):
        conditions("silent")


def _said(page: Any) -> str:
    return " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
