"""However the window ends, it ends cleanly: exit code 0, no crash of Qt at the interpreter's end, nothing left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "tests.support.windowed", str(folder), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(number, tmp_path):
    with start(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, ""), out


def test_its_own_end_is_0_and_the_place_is_kept(tmp_path):
    with start(tmp_path, "1.0") as process:
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert "geometry" in (tmp_path / "window.ini").read_text()
