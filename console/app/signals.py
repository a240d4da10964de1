"""SIGINT and SIGTERM reach the window even while nobody touches it: a wake-up pipe stirs Qt's loop, and Python's handler then runs."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class SignalWatch(QObject):
    """Calls `ended` on the GUI thread at the first such signal. `restore` gives the old handlers back."""

    def __init__(self, ended: Callable[[], None]) -> None:
        super().__init__()
        self._ended = ended
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        self._pipe_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)

    def restore(self) -> None:
        """Handlers and pipe as they were."""
        signal.set_wakeup_fd(self._pipe_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._ended()

    def _drain(self) -> None:
        """Empties the pipe; the handler has run by the time Python got here."""
        while True:
            try:
                if not self._read.recv(4096):
                    return
            except BlockingIOError:
                return
