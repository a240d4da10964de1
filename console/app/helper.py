"""Small programs of the desktop that do one thing and end: a player, a notifier. Nothing here waits for them."""

from __future__ import annotations

import contextlib
import logging
import subprocess
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_log = logging.getLogger("dsr.window")
PATIENCE_MS: Final = 10_000
"""A program that has not ended by then hangs: it is killed, and counts as failed."""
LOOK_MS: Final = 50


class Helper(QObject):
    """Runs the first of several commands that works. `worked()` or `failed()` comes later; a new run ends the one under way."""

    worked = Signal()
    failed = Signal()

    def __init__(self, parent: QObject | None = None, patience_ms: int = PATIENCE_MS) -> None:
        super().__init__(parent)
        self._left: list[Sequence[str]] = []
        self._running: subprocess.Popen[bytes] | None = None
        self._killed: list[subprocess.Popen[bytes]] = []
        """Those that have yet to be seen dead."""
        self._looks_left = self._patience = max(1, patience_ms // LOOK_MS)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._step)

    @property
    def busy(self) -> bool:
        """Does one run, or has one that was killed not ended yet?"""
        return self._running is not None or bool(self._killed)

    def run(self, commands: Sequence[Sequence[str]]) -> None:
        """Tries these, the first one first. Without any it has failed."""
        self.stop()
        self._left = list(commands)
        self._next()

    def stop(self) -> None:
        """Ends what runs, without a word."""
        self._left = []
        self._kill()

    def _next(self) -> None:
        while self._left:
            command = self._left.pop(0)
            try:
                self._running = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            except OSError as error:
                _log.debug("%s cannot be started: %s", command[0], error)
                continue
            self._looks_left = self._patience
            self._look.start()
            return
        self.failed.emit()

    def _step(self) -> None:
        self._killed = [one for one in self._killed if one.poll() is None]
        running = self._running
        if running is None:
            if not self._killed:
                self._look.stop()
            return
        self._looks_left -= 1
        code = running.poll()
        if code is None:
            if self._looks_left <= 0:
                self._kill()
                self._next()
            return
        self._running = None
        if code == 0:
            self._left = []
            self.worked.emit()
        else:
            _log.debug("%s ended with %d", running.args, code)
            self._next()

    def _kill(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            with contextlib.suppress(OSError):
                running.kill()
            self._killed.append(running)


def unseen() -> bool:
    """A window without a screen has nobody in front of it: it makes no noise and shows nothing elsewhere."""
    return QGuiApplication.platformName() in {"offscreen", "minimal"}
