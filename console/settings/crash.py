"""What is left behind where the program dies unheard: a crash file in the state folder, readable by its owner, without any secret."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import platform
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from console import __version__
from console.domain.clock import Clock, MachineClock
from console.settings.redaction import REDACTOR

MOST_IN_A_RUN: Final = 5
"""A slot that fails at every repaint must not fill the disk."""
MOST_KEPT: Final = 20
_LONGEST: Final = 200_000  # characters; a recursion has a long tail
_NATIVE: Final = "running-"
_log = logging.getLogger("dsr.crash")


class CrashFiles:
    """The folder of crash files. Nothing here raises: whoever is dying is not to be disturbed."""

    def __init__(self, folder: Path, clock: Clock | None = None, clean: Callable[[str], str] = REDACTOR.clean) -> None:
        self.folder = folder
        self._clock = clock or MachineClock()
        self._clean = clean
        self._left = 0
        self._native: IO[str] | None = None
        self._native_path = folder / f"{_NATIVE}{os.getpid()}.txt"

    def leave(self, what: str, error: BaseException | None = None) -> Path | None:
        """Writes one file; None: there are enough, or it could not be written."""
        if self._left >= MOST_IN_A_RUN:
            return None
        self._left += 1
        at = datetime.fromtimestamp(self._clock.wall(), UTC)
        head = (
            f"DSR Console {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
            f"{at:%Y-%m-%d %H:%M:%S} UTC, process {os.getpid()}\n{what}\n\n"
        )
        trace = "" if error is None else "".join(traceback.format_exception(error))
        path = self.folder / f"crash-{at:%Y%m%dT%H%M%S}-{os.getpid()}-{self._left}.txt"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(self._clean(head + trace)[:_LONGEST])
            self._thin()
        except OSError as problem:
            _log.error("no crash file could be written: %s", problem.strerror)
            return None
        return path

    def watch(self) -> None:
        """From here on a crash of the interpreter itself leaves its stacks: names of functions and lines, no values."""
        self._tell_earlier()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._native_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._native = os.fdopen(handle, "w", encoding="utf-8")
            faulthandler.enable(self._native)
        except OSError as problem:
            _log.warning("a crash would leave no file: %s", problem.strerror)

    def unwatch(self) -> None:
        """A proper end: nothing is left."""
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None
            with contextlib.suppress(OSError):
                self._native_path.unlink()

    def _tell_earlier(self) -> None:
        """Stacks that a run before left as it was killed by its own fault; empty files of runs that were killed otherwise go."""
        try:
            for file in self.folder.glob(f"{_NATIVE}*.txt"):
                if _lives(file.stem.removeprefix(_NATIVE)):
                    continue
                if file.stat().st_size:
                    kept = file.replace(file.with_name(f"crash-native-{file.stem.removeprefix(_NATIVE)}.txt"))
                    _log.warning("the console crashed in an earlier run; where, stands in %s", kept)
                else:
                    file.unlink()
        except OSError:
            _log.info("the folder of crash files cannot be read")

    def _thin(self) -> None:
        files = sorted(self.folder.glob("crash-*.txt"), key=lambda file: file.stat().st_mtime)
        for file in files[:-MOST_KEPT]:
            file.unlink()


def _lives(pid: str) -> bool:
    """Whether that process still runs (another console of this user)."""
    if not pid.isdecimal() or sys.platform == "win32":
        return False
    try:
        os.kill(int(pid), 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True
