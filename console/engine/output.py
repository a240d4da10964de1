"""Lines to a file descriptor, from a thread of their own: a reader that stalls stops neither the polls nor the paging."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from typing import Final

_MOST_WAITING: Final = 10_000
_END_WAIT_S: Final = 2.0


class LineWriter:
    """Writes each line whole and at once. Never blocks its caller; `on_broken` is called (in its thread) when nobody reads."""

    def __init__(self, descriptor: int, on_broken: Callable[[], object]) -> None:
        self._descriptor = descriptor
        self._on_broken = on_broken
        self._lines: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self.dropped = 0
        """Lines that were lost because the reader is too far behind."""
        # A daemon, and no buffered stream: one that hangs in a full pipe must not hold up the end of the process.
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Queues one line."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Writes what waits, for two seconds at most."""
        try:
            self._lines.put(None, timeout=_END_WAIT_S)
        except queue.Full:
            return
        self._thread.join(_END_WAIT_S)

    def _run(self) -> None:
        try:
            while (line := self._lines.get()) is not None:
                data = memoryview(line.encode("utf-8", "backslashreplace") + b"\n")
                while data:
                    data = data[os.write(self._descriptor, data) :]
        except OSError:
            # The reader is gone (`| head`), or the disk is full: there is nobody left to tell on this descriptor.
            self._on_broken()
