"""The journal: one JSON line per intent, outcome, refusal and rung; on disk before anything leaves.

`{"journal": 1, "seq": 7, "wall_s": .., "mono_s": .., "kind": "intent", "body": {..}}`. Bodies come from the engine and hold no secret.
Several consoles of one operator may write to one file: each line is written under a lock, and numbered after the last one.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Final

from console.domain.clock import Clock, MachineClock
from console.domain.errors import JournalError
from console.domain.ports import Json

try:
    import fcntl
except ImportError:  # Windows: one console per file there
    fcntl = None

VERSION: Final = 1
_STEP: Final = 1 << 16
"""Bytes read at once while the last line is looked for."""


class Journal:
    """Append-only file. A torn last line (power loss, full disk) is moved aside, and a line in the journal says so."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self._clock = clock or MachineClock()
        self._file = -1
        self._closed = False
        self._size = 0
        """Length as we left it, all whole lines: after a failed write the file is cut back to it."""
        self._seq = 0
        with self._reported("opened"):
            self._open()

    def append(self, kind: str, body: Json) -> None:
        """Writes and fsyncs one line. Raises JournalError; then nothing of it is in the file, and nothing may be sent."""
        if self._closed:
            raise JournalError(f"The journal {self.path} is closed.")
        with self._reported("written"):
            if self._file < 0:  # a failed write could not be taken back
                self._open()
            with _locked(self._file):
                self._catch_up()
                self._line(kind, body)

    def close(self) -> None:
        """Closes the file; every line is on disk already."""
        self._closed = True
        self._let_go()

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        created = not self.path.exists()
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            if created:
                _sync_directory(self.path.parent)
            self._size = -1
            with _locked(self._file):
                self._catch_up()
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _catch_up(self) -> None:
        """Where the file is not as we left it: finds the end of its whole lines and the last number; moves torn bytes aside."""
        end = os.fstat(self._file).st_size
        if end == self._size:
            return
        whole, last = _last_line(self._file, end)
        self._seq, self._size = _seq(last), whole
        if whole < end:
            torn = self.path.with_name(f"{self.path.name}.torn-{whole}")
            torn.write_bytes(_read(self._file, whole, end - whole))
            os.ftruncate(self._file, whole)
            self._line("torn", {"bytes": end - whole, "kept_in": torn.name})

    def _line(self, kind: str, body: Json) -> None:
        record = {
            "journal": VERSION,
            "seq": self._seq + 1,
            "wall_s": round(self._clock.wall(), 6),
            "mono_s": round(self._clock.monotonic(), 6),
            "kind": kind,
            "body": body,
        }
        try:
            line = json.dumps(record, allow_nan=False).encode("ascii") + b"\n"
        except (TypeError, ValueError) as error:
            raise JournalError(f"A record `{kind}` cannot be written as JSON: {error}.") from error
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            self._cut_back()
            raise
        self._size += len(line)
        self._seq += 1

    def _cut_back(self) -> None:
        """Half a line must not stand before the next one. Where even this fails, the next open moves it aside."""
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            self._let_go()

    @contextlib.contextmanager
    def _reported(self, what: str) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            sentence = (
                f"The journal {self.path} could not be {what}: {why}. Nothing is sent; make room or mend the path."
            )
            raise JournalError(sentence) from error


@contextlib.contextmanager
def _locked(file: int) -> Generator[None, None, None]:
    """One writer at a time. The lock goes with the descriptor, so that a dead console holds none."""
    if fcntl is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        # A failed write that could not be taken back has closed the file, and the lock with it.
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)


def _last_line(file: int, end: int) -> tuple[int, bytes]:
    """Length of the part that ends with a line break, and its last line."""
    tail = b""
    begin = end
    while begin > 0 and tail.count(b"\n") < 2:
        step = min(_STEP, begin)
        begin -= step
        tail = _read(file, begin, step) + tail
    cut = tail.rfind(b"\n") + 1
    return begin + cut, tail[:cut].rstrip(b"\n").rpartition(b"\n")[2]


def _read(file: int, begin: int, size: int) -> bytes:
    os.lseek(file, begin, os.SEEK_SET)
    parts: list[bytes] = []
    while size > 0 and (part := os.read(file, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _seq(line: bytes) -> int:
    """The number of a line, 0 of none. Raises JournalError where it is not one of ours: such a file is not appended to."""
    if not line:
        return 0
    sentence = "The journal's last line is not one of this version; move the file aside or name another one."
    try:
        record = json.loads(line)
        version, seq = record["journal"], int(record["seq"])
    except (ValueError, KeyError, TypeError) as error:
        raise JournalError(sentence) from error
    if version != VERSION:
        raise JournalError(sentence)
    return seq


def _sync_directory(directory: Path) -> None:
    """Makes a new file's name durable. Windows has no such thing."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
