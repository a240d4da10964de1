"""The audit file: one chained JSON line per intent, outcome, refusal and rung; on disk before anything leaves.

The lines are those of `chain`. Bodies come from the engine and hold no secret. Several consoles of one operator may write to one file:
each line is written under a lock, and chained to the last one. A full file is set aside, and the chain goes on in a new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import platform
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

from console.domain.clock import Clock, MachineClock
from console.domain.errors import JournalError
from console.domain.ports import Json
from console.record import heads
from console.record.chain import CHECKPOINT, FIRST, MIGRATED, ROTATED, VERSION, Head, parsed, sealed
from console.record.keys import Signer

try:
    import fcntl
except ImportError:  # Windows: one console per file there
    fcntl = None

_log = logging.getLogger("dsr.record")
_STEP: Final = 1 << 16
"""Bytes read at once while the last line is looked for."""
_RECALLED: Final = 4 << 20
"""Bytes at the end of the file that are looked through for what happened lately."""
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
CHECKPOINT_LINES: Final = 100
CHECKPOINT_S: Final = 900.0


class Journal:
    """Append-only file. A torn last line (power loss, full disk) is moved aside, and a line in the journal says so."""

    def __init__(
        self,
        path: Path,
        clock: Clock | None = None,
        *,
        signer: Signer | None = None,
        state: Path | None = None,
        most_bytes: int = 16_000_000,
        keep_files: int = 20,
    ) -> None:
        """`signer`: signs checkpoints. `state`: a folder where the head is kept too. Full files beyond `keep_files` are removed."""
        self.path = path
        self._clock = clock or MachineClock()
        self._signer = signer
        self._places = heads.head_places(path, state)
        self._most_bytes = most_bytes
        self._keep_files = keep_files
        self._file = -1
        self._closed = False
        self._size = 0
        """Length as we left it, all whole lines: after a failed write the file is cut back to it."""
        self._head = Head(0, FIRST)
        self._unsigned = 0
        self._signed_s = self._clock.monotonic()
        self._boot, self._host = _boot(), platform.node()[:100]
        with self._reported("opened"):
            self._open()

    @property
    def head(self) -> Head:
        """The newest line that this journal knows."""
        return self._head

    def append(self, kind: str, body: Json) -> None:
        """Writes and fsyncs one line. Raises JournalError; then nothing of it is in the file, and nothing may be sent."""
        if self._closed:
            raise JournalError(f"The journal {self.path} is closed.")
        with self._reported("written"):
            if self._file < 0:  # a failed write could not be taken back
                self._open()
            with self._held():
                self._catch_up()
                self._line(kind, body)
                try:
                    self._keep_up()
                except OSError as error:  # the line itself is on disk: this is tried again after the next one
                    _log.warning("the audit file could not be signed or set aside: %s", error)

    def recall(self) -> list[dict[str, Any]]:
        """The newest whole lines, oldest first: as many as a few megabytes hold. Raises JournalError."""
        with self._reported("read"):
            data = b""
            for path in (*full_files(self.path)[-1:], self.path):
                if path.exists():
                    with path.open("rb") as file:
                        file.seek(max(0, path.stat().st_size - _RECALLED))
                        data += file.read(_RECALLED)
        records = (parsed(line) for line in data.split(b"\n"))
        return [record for record in records if record is not None and isinstance(record.get("body"), dict)]

    def close(self) -> None:
        """Signs what is not signed yet, and closes the file; every line is on disk already."""
        if not self._closed and self._file >= 0 and self._unsigned and self._signer is not None:
            with contextlib.suppress(JournalError), self._reported("written"), self._held():
                self._catch_up()
                self._checkpoint()
        self._closed = True
        self._let_go()

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        created = not self.path.exists()
        self._file = os.open(self.path, _FLAGS, 0o600)
        try:
            if created:
                _sync_directory(self.path.parent)
            self._size = -1
            with self._held():
                self._catch_up()
        except BaseException:
            self._let_go()
            raise

    @contextlib.contextmanager
    def _held(self) -> Generator[None, None, None]:
        """The file of this name under our lock: another console may have set it aside and begun a new one until we had it."""
        while True:
            with _locked(self._file):
                if not self._moved():
                    yield
                    return
            self._let_go()
            self._file = os.open(self.path, _FLAGS, 0o600)
            self._size = -1

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _moved(self) -> bool:
        """Whether the path leads to another file than the one that we hold."""
        if os.name == "nt":
            return False  # an open file keeps its name there
        try:
            named, held = self.path.stat(), os.fstat(self._file)
        except FileNotFoundError:
            return True
        return (named.st_ino, named.st_dev) != (held.st_ino, held.st_dev)

    def _catch_up(self) -> None:
        """Where the file is not as we left it: finds the end of its whole lines and the last one; moves torn bytes aside."""
        end = os.fstat(self._file).st_size
        if end == self._size:
            return
        whole, last = _last_line(self._file, end)
        old, head = _head(last)
        full = full_files(self.path) if head is None else []
        if full:
            with full[-1].open("rb") as file:
                _, head = _head(_last_line(file.fileno(), full[-1].stat().st_size)[1])
        self._size, self._head = whole, head or Head(0, FIRST)
        torn = None
        if whole < end:
            torn = self.path.with_name(f"{self.path.name}.torn-{whole}")
            torn.write_bytes(_read(self._file, whole, end - whole))
            os.ftruncate(self._file, whole)
        if full:
            self._continue(full)
        if old:
            digest = hashlib.sha256(_read(self._file, 0, whole)).hexdigest()
            self._line(MIGRATED, {"from": 1, "lines": self._head.seq, "sha256": digest})
        if torn is not None:
            self._line("torn", {"bytes": end - whole, "kept_in": torn.name})

    def _continue(self, full: list[Path]) -> None:
        """The first line of a new file: which one it goes on from, and which ones are too old to be kept."""
        dropped = [path.name for path in full[: -self._keep_files]]
        body = {"from": full[-1].name, "seq": self._head.seq, "head": self._head.hash, "dropped": dropped}
        self._line(ROTATED, body)
        for name in dropped:
            self.path.with_name(name).unlink(missing_ok=True)

    def _line(self, kind: str, body: Json) -> None:
        record = {
            "journal": VERSION,
            "seq": self._head.seq + 1,
            "prev": self._head.hash,
            "wall_s": round(self._clock.wall(), 6),
            "mono_s": round(self._clock.monotonic(), 6),
            "boot": self._boot,
            "host": self._host,
            "kind": kind,
            "body": body,
        }
        try:
            line, digest = sealed(record)
        except (TypeError, ValueError) as error:
            raise JournalError(f"A record `{kind}` cannot be written as JSON: {error}.") from error
        try:
            rest = memoryview(line + b"\n")
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            self._cut_back()
            raise
        self._size += len(line) + 1
        self._head = Head(self._head.seq + 1, digest)
        self._unsigned += 1
        try:
            heads.keep(self._head, self._places)
        except (
            OSError
        ) as error:  # the line itself is on disk; a head that lags behind still vouches for what is before it
            _log.warning("the audit's head could not be kept in all its places: %s", error)

    def _keep_up(self) -> None:
        """Signs when it is time, and sets a full file aside."""
        if self._unsigned >= CHECKPOINT_LINES or self._clock.monotonic() - self._signed_s >= CHECKPOINT_S:
            self._checkpoint()
        if self._size >= self._most_bytes:
            self._checkpoint()
            self._set_aside()

    def _checkpoint(self) -> None:
        """Signs the newest line. Without a key there is none."""
        if self._signer is not None and self._unsigned:
            self._line(CHECKPOINT, self._signer.checkpoint(self._head.seq, self._head.hash, self._clock.wall()))
        self._unsigned, self._signed_s = 0, self._clock.monotonic()

    def _set_aside(self) -> None:
        """The full file gets the number of its last line as its name; the next line begins a new one."""
        full = self.path.with_name(f"{self.path.stem}.{self._head.seq:010d}{self.path.suffix}")
        try:
            self.path.rename(full)
        except PermissionError:
            if os.name != "nt":
                raise
            return  # another console holds it open there: the file grows until it can be moved
        _sync_directory(self.path.parent)

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


def full_files(path: Path) -> list[Path]:
    """The files that were set aside when they were full, oldest first."""
    pattern = f"{path.stem}.{'[0-9]' * 10}{path.suffix}"
    return sorted(path.parent.glob(pattern)) if path.parent.is_dir() else []


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
        # A failed write that could not be taken back, or a new file, has closed this one, and the lock with it.
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


def _head(line: bytes) -> tuple[bool, Head | None]:
    """Whether the line is of version 1, and what the next one follows; None of none. Raises JournalError where it is not one of ours."""
    if not line:
        return False, None
    record = parsed(line) or {}
    version, seq, digest = record.get("journal"), record.get("seq"), record.get("hash")
    if version == 1 and isinstance(seq, int):
        return True, Head(seq, FIRST)
    if version == VERSION and isinstance(seq, int) and isinstance(digest, str):
        return False, Head(seq, digest)
    raise JournalError("The journal's last line is not one of this version; move the file aside or name another one.")


def _boot() -> str:
    """Names this start of the machine, where the system tells: monotonic times of one boot can be compared."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:36]
    return ""


def _sync_directory(directory: Path) -> None:
    """Makes a new file's name durable. Windows has no such thing."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
