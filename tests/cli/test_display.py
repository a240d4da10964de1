"""Whether a window can open is known before Qt is asked, for Qt would abort."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from console.cli import main
from console.cli.display import why_no_window


def test_no_display_is_a_sentence():
    assert why_no_window({}, "linux") == "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    assert why_no_window({}, "darwin") is None
    assert why_no_window({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None


def test_a_dead_display_is_told_from_a_living_one(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert why_no_window({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux") is None
    dead = why_no_window({"DISPLAY": f"127.0.0.1:{number}"}, "linux")
    assert dead == f"The display does not answer (DISPLAY=127.0.0.1:{number})."
    environ = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert "WAYLAND_DISPLAY=wayland-9" in (why_no_window(environ, "linux") or "")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        compositor.listen()
        assert why_no_window(environ, "linux") is None


@pytest.mark.skipif("sys.platform != 'linux'", reason="elsewhere there is always a display")
def test_run_without_a_display_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["run", "--url", "http://127.0.0.1:9"]) == 1
    assert "no display here" in capsys.readouterr().err
