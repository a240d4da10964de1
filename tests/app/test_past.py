"""The live window and its past: back in time beside it, and the history that a killed window left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest

from console.app import Fleet, qtloop
from console.app.shell import Shell
from console.cli.window import live_fleet
from console.domain.clock import MachineClock
from console.domain.history import Mark
from console.domain.tasks import spawn
from console.engine.assemble import SECTIONS
from console.engine.opening import opened, span_of
from console.engine.recording import recorder_file
from console.record.recorder import Recording
from console.settings import load
from tests.support.cheapfleet import CheapFleet
from tests.support.desk import FakeHandle, HandClock, until
from tests.support.recorded import incident_frames, record
from tests.support.views import incident

WATCHDOG_S = 60.0


def never(*_: object) -> Fleet:
    raise AssertionError("nobody asked for another fleet")


def test_going_back_opens_the_recorder_s_past_and_the_live_window_goes_on(qapp, dark, tmp_path: Path):
    source = tmp_path / "a.dsrrec"
    views = record(source, incident_frames(per_pool=4, calm=20, muted=20, ramp=20))
    _, _, view, _ = incident(ramp_polls=5)
    handle, clock = FakeHandle(view), HandClock()
    clock.at(view)
    fleet = Fleet(
        engine=lambda: handle,
        environment="tokyo",
        snapshots=tmp_path,
        recording=source,
        past=lambda first, last: opened(source, first, last),
        span=lambda: span_of(source),
    )
    shell = Shell(qapp, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat), clock, never, never)

    async def scene() -> None:
        await until(lambda: shell.window.screen_page is not None, "the live screen")
        screen = shell.window.screen_page
        assert screen is not None and shell.window.record.back.isVisible()
        first, last = views[10].frame.wall_s, views[40].frame.wall_s
        screen.timeline.set_range((first, last))
        screen.timeline.range.replay.click()
        await until(lambda: shell.replays.desks and shell.replays.desks[0].rerun.done, "the replay is judged")
        (window,), (desk,) = shell.replays.windows, shell.replays.desks
        assert window.windowTitle().startswith("REPLAY") and window is not shell.window
        assert desk.rerun.wall(0) >= first and desk.rerun.wall(len(desk.rerun) - 1) <= last
        assert desk.rerun.told()["identical"], "judged as it was"
        QTest.keyClick(window, Qt.Key.Key_D)
        assert shell.window.isVisible() and shell._desk is not None and shell._desk.view is view, "it goes on"
        assert not [name for name in handle.submitted if "detach" in str(name)]
        window.close()
        await until(lambda: not shell.replays.windows, "the replay is closed")
        assert shell.window.isVisible()

    async def main() -> int:
        beside = spawn(scene(), "scene")
        beside.add_done_callback(lambda _: shell.end())
        code = await shell.live(fleet, None)
        await beside
        return code

    try:
        assert qtloop.run(qapp, main) == 0
    finally:
        shell.window.deleteLater()


@pytest.mark.slow
def test_a_killed_window_begins_again_with_its_history(qapp, dark, tmp_path: Path, monkeypatch):
    """A window in a process of its own is killed; the next one on the same fleet begins with all but two of its polls."""
    with CheapFleet(4) as cheap:
        config = tmp_path / "settings.toml"
        config.write_text(
            f'[balancer]\nurl = "{cheap.url}"\n[poll]\ninterval_s = 0.25\n[recorder]\nfolder = "{tmp_path / "rec"}"\n'
            f'[console]\njournal_folder = "{tmp_path / "audit"}"\n'
        )
        file = recorder_file(load(config, SECTIONS))
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": str(tmp_path / "state"),
               "XDG_CONFIG_HOME": str(tmp_path / "config")}  # fmt: skip
        command = [
            sys.executable,
            "-c",
            "import sys; from console.cli import main; sys.exit(main(sys.argv[1:]))",
            "run",
        ]
        first = subprocess.Popen([*command, "--config", str(config)], env=env)
        try:
            _wait(lambda: _polls(file) >= 6, "six polls on disk")
        finally:
            first.send_signal(signal.SIGKILL)
            first.wait(WATCHDOG_S)
        before = _polls(file)
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        shell = Shell(
            qapp, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat), MachineClock(), never, never
        )

        async def main() -> int:
            beside = spawn(until(lambda: shell._desk is not None and shell._desk.view is not None, "a view"), "scene")
            beside.add_done_callback(lambda _: shell.end())
            code = await shell.live(live_fleet(load(config, SECTIONS)), None)
            await beside
            return code

        try:
            assert qtloop.run(qapp, main) == 0
            assert shell._desk is not None and shell._desk.view is not None
            history, seq = shell._desk.view.history, shell._desk.view.frame.seq
            seen = (history.marks(history.first, history.last) & Mark.ABSENT) == 0
        finally:
            shell.window.deleteLater()
    assert before >= 6 and int(seen.any(axis=0).sum()) >= before + seq - 2, (
        "the polls of the killed window are on the maps"
    )


def _polls(file: Path) -> int:
    if not file.exists():
        return 0
    try:
        with Recording(file) as recording:
            return len(list(recording.stretch().ticks()))
    except Exception:  # noqa: BLE001  it is being made
        return 0


def _wait(done, what: str) -> None:
    give_up = time.monotonic() + WATCHDOG_S
    while not done():
        assert time.monotonic() < give_up, what
        time.sleep(0.05)
