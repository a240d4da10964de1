"""Sounds and notifications: the first program that works is used; one that is missing, fails or hangs costs nobody anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from console.app.helper import Helper
from console.app.notifier import commands
from console.app.player import SOUNDS, TONES, Player, found_players

ROOT = Path(__file__).parents[2]
WRITES = "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + '\\n')"
FAILS = "raise SystemExit(3)"
HANGS = "import time; time.sleep(600)"


def program(code: str, *more: object) -> list[str]:
    return [sys.executable, "-S", "-c", code, *map(str, more)]


def tone(name: str, folder: Path = SOUNDS) -> np.ndarray:
    with wave.open(str(folder / f"{name}.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int64)


def test_the_first_that_works_is_used(qtbot, tmp_path):
    helper, log = Helper(), tmp_path / "log"
    with qtbot.waitSignal(helper.worked, timeout=60_000):
        helper.run(
            [["/no/such/program"], program(FAILS), program(WRITES, log, "second"), program(WRITES, log, "third")]
        )
    assert log.read_text() == "second\n" and not helper.busy
    with qtbot.waitSignal(helper.failed, timeout=60_000):
        helper.run([["/no/such/program"], program(FAILS)])
    with qtbot.waitSignal(helper.failed, timeout=60_000):
        helper.run([])


def test_one_that_hangs_is_killed_and_the_next_one_tried(qtbot, tmp_path):
    helper, log = Helper(patience_ms=300), tmp_path / "log"
    with qtbot.waitSignal(helper.failed, timeout=60_000):
        helper.run([program(HANGS)])
    helper.run([program(HANGS)])
    with qtbot.waitSignal(helper.worked, timeout=60_000):
        helper.run([program(WRITES, log, "newer")])
    helper.run([program(HANGS)])
    helper.stop()
    qtbot.waitUntil(lambda: not helper.busy, timeout=60_000)


def test_without_a_device_it_beeps_says_so_once_and_a_device_that_comes_back_is_used(qtbot, tmp_path):
    beeps, log, fault = [], tmp_path / "log", tmp_path / "fault"
    fault.touch()
    code = f"import os, sys; sys.exit(3 if os.path.exists(sys.argv[1]) else 0 * len({log.as_posix()!r}))"
    player = Player([program(code, fault)], beep=lambda: beeps.append(1))
    with qtbot.waitSignal(player.heard_changed, timeout=60_000):
        player.play("high")
    assert (player.heard, len(beeps)) == (False, 1)
    fault.unlink()
    with qtbot.waitSignal(player.heard_changed, timeout=60_000):
        player.play("high")
    assert player.heard and len(beeps) == 1
    none = Player([], beep=lambda: beeps.append(1))
    none.play("low")
    assert not none.heard and len(beeps) == 2


def test_players_of_the_platform_are_those_that_are_installed(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert found_players(lambda name: "") == []
    assert found_players(lambda name: f"/usr/bin/{name}" if name == "aplay" else "") == [["/usr/bin/aplay", "-q"]]


def test_each_tone_has_a_rhythm_and_a_pitch_of_its_own_and_no_click():
    seen = set()
    for name in TONES:
        wave_ = tone(name)
        assert 0.15 <= len(wave_) / 22_050 <= 1.0 and 0.3 * 32_767 < np.abs(wave_).max() < 0.7 * 32_767
        assert abs(wave_[0]) < 300 and not wave_[-200:].any()
        loud = np.convolve(np.abs(wave_), np.ones(221) / 221, "same") > 400
        pulses = int((np.diff(loud.astype(int)) == 1).sum() + loud[0])
        pitch = int(np.abs(np.fft.rfft(wave_)).argmax() * 22_050 / len(wave_) // 100)
        seen.add((pulses, pitch, len(wave_)))
        assert pulses == {"high": 3, "medium": 2, "low": 1, "sight": 2}[name]
    assert len(seen) == len(TONES)


def test_the_tones_are_what_their_script_makes(tmp_path):
    subprocess.run([sys.executable, str(ROOT / "packaging" / "tones.py"), str(tmp_path)], check=True, timeout=60)
    for name in TONES:
        made, kept = tone(name, tmp_path), tone(name)
        assert len(made) == len(kept) and np.abs(made - kept).max() <= 1, "one step of rounding between platforms"


def test_what_is_shown_on_the_desktop_is_text_and_no_option():
    send, gdbus = commands("-h o'clock", "it's \\ here", True, lambda name: f"/bin/{name}")
    assert send[-3:] == ["--", "-h o'clock", "it's \\ here"] and "--urgency=critical" in send
    assert gdbus[-5:-3] == ["'-h o\\'clock'", "'it\\'s \\\\ here'"]
    assert commands("a", "b", False, lambda name: "") == []


SERVICE = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, ClassInfo, Slot
from PySide6.QtDBus import QDBusConnection
@ClassInfo({"D-Bus Interface": "org.freedesktop.Notifications"})
class Service(QObject):
    @Slot(str, "uint", str, str, str, "QStringList", "QVariantMap", int, result="uint")
    def Notify(self, app, replaces, icon, title, body, actions, hints, timeout):
        print("GOT", app, title, body, hints, flush=True)
        return 7
app = QCoreApplication(sys.argv)
bus, service = QDBusConnection.sessionBus(), Service()
assert bus.registerObject("/org/freedesktop/Notifications", service, QDBusConnection.RegisterOption.ExportAllSlots)
assert bus.registerService("org.freedesktop.Notifications")
print("UP", flush=True)
app.exec()
"""


@pytest.mark.skipif(not (shutil.which("dbus-daemon") and shutil.which("gdbus")), reason="no session bus can be started")
def test_a_real_notification_service_is_told(qtbot, monkeypatch):
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
    )
    try:
        assert service.stdout is not None and service.stdout.readline() == "UP\n"
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        helper = Helper()
        with qtbot.waitSignal(helper.worked, timeout=60_000):
            helper.run(
                commands("Alarm in tokyo", "gap dsrs-007: it's 12/12", True, lambda name: shutil.which(name) or "")
            )
        said = service.stdout.readline()
        assert said.startswith("GOT DSR Console Alarm in tokyo gap dsrs-007: it's 12/12")
    finally:
        for process in (service, daemon):
            process.kill()
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()
