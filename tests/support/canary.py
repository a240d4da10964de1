"""A canary secret through the whole suite: the token of fleets, window and commands under test, looked for wherever it must not be.

Looked at after each test: log records before redaction, captured output, arguments of children, texts of all widgets. At the end of
the session: every file that the tests have written, archives and compressed blobs included. One hit fails the test, or the session.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import logging
import os
import secrets
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

VARIABLE = "DSR_TEST_CANARY"
CANARY = os.environ.setdefault(VARIABLE, f"canary-{secrets.token_hex(16)}")
"""The same in the workers and children of a session, another one in the next."""
_SQLITE = b"SQLite format 3\0"
_MOST = 256 * 1024 * 1024


class Lookout(logging.Handler):
    """Looks for one secret; `found` says where it was, `looked` how many places of each kind were looked at."""

    def __init__(self, secret: str) -> None:
        super().__init__(logging.NOTSET)
        self.secret = secret
        self.found: list[str] = []
        self.ever: list[str] = []
        """What was found and told before: one test each fails by it, the report of the session names all."""
        self.looked: dict[str, int] = {}
        self.children = 0
        """Processes started since `processes` was last called."""

    def text(self, kind: str, text: str, where: str = "") -> None:
        """A hit where the text holds the secret, as it is or in bytes' or JSON's spelling."""
        self.looked[kind] = self.looked.get(kind, 0) + 1
        if self.secret in text:
            self.found.append(f"{kind}: {where or text[:60].replace(self.secret, '<the canary>')}")

    # Logs

    def emit(self, record: logging.LogRecord) -> None:
        """Before any filter of a handler takes it out: whoever logs a secret relies on luck."""
        said = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error: BaseException | None = record.exc_info[1]
            while error is not None:
                said += f"\n{error!r}"
                error = error.__cause__ or error.__context__
        self.text("log", said, f"{record.name} {record.levelname}")

    # Processes

    def arguments(self, words: Any) -> None:
        """Of a child that is being started."""
        self.children += 1
        listed = [words] if isinstance(words, str | bytes | os.PathLike) else list(words)
        for word in listed:
            self.text("argument", os.fsdecode(word), "arguments of a child")

    def processes(self) -> None:
        """Of all that runs on this machine, where something was started since the last look: children of children, too."""
        if not self.children:
            return
        self.children = 0
        needle = self.secret.encode()
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                self.looked["command line"] = self.looked.get("command line", 0) + 1
                if needle in file.read_bytes():
                    self.found.append(f"command line: process {file.parent.name}")

    # Windows

    def widgets(self) -> None:
        """What a screen, or a screen reader, could read."""
        import shiboken6
        from PySide6.QtWidgets import QApplication

        for widget in QApplication.allWidgets():
            if shiboken6.isValid(widget):
                for text in _texts(widget):
                    if text:
                        self.text("window", text, type(widget).__name__)

    # Files

    def files(self, folders: Iterable[Path]) -> None:
        """Everything below."""
        for folder in folders:
            for path in folder.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    with contextlib.suppress(OSError):
                        if path.stat().st_size <= _MOST:
                            self.data(path.read_bytes(), str(path))

    def data(self, data: bytes, where: str, depth: int = 0) -> None:
        """A file's bytes, and what is packed in them."""
        self.looked["file"] = self.looked.get("file", 0) + 1
        if self.secret.encode() in data or self.secret.encode("utf-16-le") in data:
            self.found.append(f"file: {where}")
        if depth > 3:
            return
        if data.startswith(b"PK\3\4"):
            self._archive(data, where, depth)
        elif data.startswith(_SQLITE):
            self._database(data, where, depth)
        elif data.startswith(b"\x1f\x8b"):
            with contextlib.suppress(OSError, EOFError, zlib.error):
                self.data(gzip.decompress(data), f"{where}, unpacked", depth + 1)
        elif data[:1] == b"\x78":
            with contextlib.suppress(zlib.error):
                self.data(zlib.decompressobj().decompress(data, _MOST), f"{where}, unpacked", depth + 1)

    def _archive(self, data: bytes, where: str, depth: int) -> None:
        broken = (zipfile.BadZipFile, OSError, RuntimeError, ValueError, zlib.error, NotImplementedError, EOFError)
        with contextlib.suppress(*broken), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist()[:256]:
                if member.file_size <= _MOST // 8:
                    self.data(archive.read(member), f"{where}, {member.filename}", depth + 1)

    def _database(self, data: bytes, where: str, depth: int) -> None:
        """Every text and blob of every table."""
        connection = sqlite3.connect(":memory:")
        with contextlib.suppress(sqlite3.Error, MemoryError):
            connection.deserialize(data)
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    for value in row:
                        if isinstance(value, bytes):
                            self.data(value, f"{where}, table {table}", depth + 1)
        connection.close()


def _texts(widget: Any) -> Iterator[str]:
    for name in (
        "text", "title", "windowTitle", "toolTip", "statusTip", "whatsThis", "accessibleName", "accessibleDescription",
        "placeholderText", "toPlainText", "currentText",
    ):  # fmt: skip
        read: Callable[[], Any] | None = getattr(widget, name, None)
        if callable(read):
            with contextlib.suppress(TypeError, RuntimeError):
                value = read()
                yield value if isinstance(value, str) else ""
    model = getattr(widget, "model", None)
    if callable(model):
        with contextlib.suppress(TypeError, RuntimeError):
            yield from _cells(model())


def _cells(model: Any) -> Iterator[str]:
    if not hasattr(model, "rowCount"):
        return
    for row in range(min(model.rowCount(), 50)):
        for column in range(min(model.columnCount(), 30)):
            value = model.index(row, column).data()
            yield value if isinstance(value, str) else ""


LOOKOUT = Lookout(CANARY)
"""The session's own."""


def watch_children(lookout: Lookout) -> Callable[[], None]:
    """Every `subprocess.Popen` of this process shows its arguments first; returns what ends that."""
    before = subprocess.Popen.__init__

    def shown(self: Any, args: Any, *more: Any, **named: Any) -> None:
        lookout.arguments(args)
        before(self, args, *more, **named)

    subprocess.Popen.__init__ = shown  # type: ignore[method-assign]

    def end() -> None:
        subprocess.Popen.__init__ = before  # type: ignore[method-assign]

    return end


def after_each(lookout: Lookout, *, windows: bool) -> list[str]:
    """What was found since the last test, forgotten from here on."""
    if windows:
        lookout.widgets()
    lookout.processes()
    found, lookout.found = lookout.found, []
    lookout.ever += found
    return found
