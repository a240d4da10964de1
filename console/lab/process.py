"""A lab as a child process: for `run --demo`, tests and long runs. It never outlives its starter."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import msgspec

from console.domain.errors import ConsoleError
from console.lab.options import LabOptions

_LOOK_S: Final = 0.02
_END_S: Final = 4.0
_WORDS_S: Final = 1.0


class LabNotUp(ConsoleError):
    """The lab ended, or did not get ready in time."""


class LabProcess:
    """A running lab. `ready` is what its ready file says."""

    def __init__(self, process: subprocess.Popen[bytes], ready: dict[str, Any], files: contextlib.ExitStack) -> None:
        self._process = process
        self._files = files
        self.ready = ready

    @property
    def pid(self) -> int:
        """Of its main process."""
        return self._process.pid

    @property
    def dsrm_url(self) -> str:
        """Where the balancer answers."""
        return self.ready["dsrm_url"]

    @property
    def lab_url(self) -> str:
        """Where the lab takes orders."""
        return self.ready["lab_url"]

    def tokens(self) -> dict[str, str]:
        """Tokens by role; empty where the lab demands none."""
        path: str | None = self.ready["tokens_file"]
        return {} if path is None else msgspec.json.decode(Path(path).read_bytes())

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._process.poll()

    def stop(self) -> int:
        """Ends it, by force if need be; the exit code. May be called again."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            code = self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._files.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_lab(
    options: LabOptions,
    ready_file: Path | None = None,
    timeout_s: float = 30.0,
    cancelled: threading.Event | None = None,
) -> LabProcess:
    """Starts a lab and waits until all of it is up (blocking), or until `cancelled` is set. Raises LabNotUp."""
    with contextlib.ExitStack() as files:
        if ready_file is None:
            ready_file = Path(files.enter_context(tempfile.TemporaryDirectory(prefix="dsr-lab-"))) / "ready.json"
        ready_file.unlink(missing_ok=True)
        wanted = replace(options, ready_file=ready_file, with_parent=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "console.lab", *wanted.to_args()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        words = _Words(process.stderr)
        lab = LabProcess(process, {}, contextlib.ExitStack())
        try:
            lab.ready = _wait_until_ready(process, ready_file, timeout_s, words, cancelled or threading.Event())
        except BaseException:
            lab.stop()
            raise
        return LabProcess(process, lab.ready, files.pop_all())


class _Words:
    """Passes on what the lab writes to stderr, line by line, and remembers the last line: the reason, where it does not come up."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._last: deque[str] = deque(maxlen=1)
        self._thread = threading.Thread(target=self._pass_on, args=(pipe,), name="lab's words", daemon=True)
        self._thread.start()

    def last(self) -> str:
        """The last line of a lab that has ended; empty where it said nothing."""
        self._thread.join(_WORDS_S)
        return "".join(self._last)

    def _pass_on(self, pipe: IO[bytes] | None) -> None:
        if pipe is None:
            return
        with pipe:
            for line in pipe:
                if text := line.decode(errors="replace").strip():
                    self._last.append(text)
                if sys.stderr is not None:  # a windowed program may have none
                    sys.stderr.write(line.decode(errors="replace"))


def _wait_until_ready(
    process: subprocess.Popen[bytes], ready_file: Path, timeout_s: float, words: _Words, cancelled: threading.Event
) -> dict[str, Any]:
    deadline = time.monotonic() + timeout_s
    while not ready_file.exists():
        if (code := process.poll()) is not None:
            said = words.last()
            raise LabNotUp(f"The lab ended with code {code} before it was up" + (f": {said}" if said else "."))
        if time.monotonic() > deadline:
            raise LabNotUp(f"The lab was not up within {timeout_s:g} s.")
        if cancelled.wait(_LOOK_S):
            raise LabNotUp("The start of the lab was cancelled.")
    return msgspec.json.decode(ready_file.read_bytes())
