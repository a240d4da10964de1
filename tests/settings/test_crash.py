"""A crash leaves a file: where, when and why, without a secret, for its owner's eyes, and not too many of them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import main
from console.settings.crash import MOST_IN_A_RUN, MOST_KEPT, CrashFiles
from console.settings.redaction import REDACTOR
from tests.support.canary import CANARY

SECRET = "crash-secret-60b1"


def failed() -> Exception:
    """With a secret in its words, and in those of its cause."""
    try:
        try:
            raise KeyError(f"Bearer {SECRET}")
        except KeyError as error:
            raise RuntimeError(f"GET with {SECRET} failed") from error
    except RuntimeError as error:
        return error


def test_it_says_what_happened_and_no_secret(tmp_path: Path):
    REDACTOR.register(SECRET)
    file = CrashFiles(tmp_path / "crashes").leave(f"Thread x died of {SECRET}.", failed())
    assert file is not None
    text = file.read_text()
    assert "RuntimeError: GET with [redacted] failed" in text
    assert "in failed" in text
    assert "The above exception was the direct cause" in text
    assert f"process {os.getpid()}" in text
    assert SECRET not in text
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_neither_a_run_nor_a_year_of_runs_fills_the_disk(tmp_path: Path):
    for run in range(6):
        files = CrashFiles(tmp_path)
        left = [files.leave(f"run {run}", failed()) for _ in range(MOST_IN_A_RUN + 3)]
        assert [file is not None for file in left] == [True] * MOST_IN_A_RUN + [False] * 3
        for number, file in enumerate(file for file in left if file is not None and file.exists()):
            file.rename(file.with_name(f"crash-{run}-{number}.txt"))
    CrashFiles(tmp_path).leave("the last one")
    assert len(list(tmp_path.iterdir())) == MOST_KEPT


def test_a_folder_that_cannot_be_written_disturbs_nobody(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert CrashFiles(tmp_path / "file" / "crashes").leave("why", failed()) is None


def test_what_nobody_foresaw_at_the_command_line_leaves_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    REDACTOR.register(SECRET)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def check(_: object) -> int:
        raise failed()

    monkeypatch.setattr("console.cli.commands.check", check)
    assert main(["check", "--url", "http://127.0.0.1:1"]) == 1
    (file,) = (tmp_path / "dsr-console" / "crashes").iterdir()
    said = capsys.readouterr().err
    assert str(file) in said
    assert "`check` ended with an exception" in file.read_text()
    assert SECRET not in said + file.read_text()


_WINDOW = """
import os, sys, threading
from pathlib import Path
from console.app import hooks
from console.settings.crash import CrashFiles
from console.settings.redaction import REDACTOR
token = os.environ["DSR_TEST_CANARY"]
REDACTOR.register(token)
hooks.install(CrashFiles(Path(sys.argv[1])))
if sys.argv[2] == "native":
    import faulthandler
    faulthandler._sigsegv()
def die():
    raise ValueError("Bearer " + token)
if sys.argv[2] == "thread":
    thread = threading.Thread(target=die, name="dsr-engine")
    thread.start()
    thread.join()
    hooks.uninstall()
elif sys.argv[2] == "slot":
    die()
else:
    hooks.uninstall()
"""


def window(folder: Path, how: str) -> tuple[int, list[str]]:
    """A process with the window's hooks that ends so; the names of what it left."""
    done = subprocess.run(
        [sys.executable, "-c", _WINDOW, str(folder), how], capture_output=True, timeout=60, check=False
    )
    assert CANARY not in done.stdout.decode()
    return done.returncode, sorted(file.name for file in folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_window_s_hooks_leave_one_for_a_slot_a_thread_and_the_interpreter_itself(tmp_path: Path):
    code, left = window(tmp_path / "clean", "clean")
    assert (code, left) == (0, [])
    _, left = window(tmp_path / "thread", "thread")
    assert len(left) == 1
    text = (tmp_path / "thread" / left[0]).read_text()
    assert "Thread dsr-engine died." in text
    assert "ValueError: Bearer [redacted]" in text
    _, left = window(tmp_path / "slot", "slot")
    assert any(name.startswith("crash-2") for name in left)
    native = tmp_path / "native"
    code, left = window(native, "native")
    assert code < 0
    assert "Segmentation fault" in (native / left[0]).read_text()
    _, left = window(native, "clean")
    assert len(left) == 1
    assert left[0].startswith("crash-native-"), "the next start keeps it, and says so"


def test_a_folder_of_another_running_console_is_left_alone(tmp_path: Path):
    mine = tmp_path / f"running-{os.getppid()}.txt"
    mine.write_text("")
    files = CrashFiles(tmp_path)
    files._tell_earlier()
    assert mine.exists()
