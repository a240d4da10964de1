"""One writer a file: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: SQLite's own locks keep the file whole; two recorders would take turns
    fcntl = None


class FileLock:
    """Held until released, or until the process ends in whatever way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def take(self) -> bool:
        """Whether it is ours now. Raises OSError where the file cannot be made."""
        if self._file >= 0:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
                return False
        self._file = file
        return True

    def release(self) -> None:
        """Lets go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
