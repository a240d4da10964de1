"""`state.db`: what alarms and their operators had come to when the console ended, by whatever end.

SQLite with a write-ahead log: a killed process loses nothing that was committed, and leaves no half of it. A file that is damaged,
newer than this console or not ours is moved aside with one sentence, and a new one is begun. One file serves all consoles of
a user; each fleet has rows of its own.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from console.domain.clock import Clock, MachineClock
from console.domain.errors import ConsoleError
from console.domain.lifecycle import Cycle, Key, Memory, Note, Raising

MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE migration (version INTEGER PRIMARY KEY, wall_s REAL NOT NULL);
    CREATE TABLE cycle (fleet TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (fleet, key)) WITHOUT ROWID;
    CREATE TABLE fleet (fleet TEXT PRIMARY KEY, saved_wall_s REAL NOT NULL, notes BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE raising (number INTEGER PRIMARY KEY, fleet TEXT NOT NULL, wall_s REAL NOT NULL, body BLOB NOT NULL);
    CREATE INDEX raising_fleet ON raising (fleet, number);
    """,
    """
    CREATE TABLE running (fleet TEXT NOT NULL, part TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (fleet, part));
    """,
)
"""Each brings the file one version further; the file's version is their number."""
_OURS: Final = 0x44535253
"""`application_id` of the file: "DSRS"."""
_PAGE: Final = 4096
_MOST_PAGES: Final = 64 * 1024 * 1024 // _PAGE
"""64 MiB: above that SQLite says that the disk is full."""
_WAL_BYTES: Final = 4 * 1024 * 1024
MOST_CYCLES: Final = 20_000
MOST_FLEETS: Final = 20
MOST_RAISINGS: Final = 20_000
MOST_BODY: Final = 64 * 1024
"""Bytes of one row; a larger one is damage."""
MOST_RUNNING: Final = 8 * 1024 * 1024
"""The same of what the rules leave."""
BUSY_S: Final = 2.0
"""Longest wait for another console's write."""


class StateError(ConsoleError):
    """The state could not be read or written; alarms work on, and are forgotten at the end."""


class _NotOurs(Exception):
    """Why a file cannot be used, as the end of a sentence."""


class StateFile:
    """One open file. Made and used in one thread. `remark`: what was set aside at opening, one sentence, or None."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        """Raises StateError where there can be no file at all."""
        self.path = path
        self.remark: str | None = None
        self._clock = clock or MachineClock()
        with self._reported("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._base = self._open()
            except (_NotOurs, sqlite3.DatabaseError) as error:
                if isinstance(
                    error, sqlite3.OperationalError
                ):  # locked, no room, no permission: nothing is wrong with it
                    raise
                self._set_aside(str(error) if isinstance(error, _NotOurs) else "is damaged")
                self._base = self._open()

    def load(self, fleet: str) -> Memory:
        """What is kept of this fleet. Rows that cannot be read set the file aside: `remark` then says so. Raises StateError."""
        with self._reported("read"):
            try:
                return self._load(fleet)
            except (msgspec.MsgspecError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._base.close()
                self._set_aside("is damaged")
                self._base = self._open()
                return Memory()

    def save(
        self,
        fleet: str,
        cycles: Mapping[Key, Cycle | None],
        raisings: Iterable[Raising] = (),
        notes: tuple[Note, ...] | None = None,
        running: Mapping[str, Any] | None = None,
    ) -> None:
        """One transaction: all of it is on disk afterwards, or nothing. `cycles` None: normal again. Raises StateError."""
        gone = [(fleet, _text(key)) for key, cycle in cycles.items() if cycle is None]
        kept = [(fleet, _text(key), _body(cycle)) for key, cycle in cycles.items() if cycle is not None]
        new = [(fleet, one.wall_s, msgspec.json.encode(one)) for one in raisings]
        left = [(fleet, part, msgspec.json.encode(body)) for part, body in (running or {}).items()]
        with self._reported("written"), _transaction(self._base) as base:
            base.executemany("INSERT OR REPLACE INTO running VALUES (?, ?, ?)", left)
            base.executemany("DELETE FROM cycle WHERE fleet = ? AND key = ?", gone)
            base.executemany("INSERT OR REPLACE INTO cycle VALUES (?, ?, ?)", kept)
            base.executemany("INSERT INTO raising (fleet, wall_s, body) VALUES (?, ?, ?)", new)
            if new:
                base.execute(
                    "DELETE FROM raising WHERE fleet = ? AND number <= (SELECT number FROM raising WHERE fleet = ?"
                    " ORDER BY number DESC LIMIT 1 OFFSET ?)",
                    (fleet, fleet, MOST_RAISINGS),
                )
            body = b"[]" if notes is None else msgspec.json.encode(notes)
            keep = "saved_wall_s = excluded.saved_wall_s" + ("" if notes is None else ", notes = excluded.notes")
            base.execute(
                f"INSERT INTO fleet VALUES (?, ?, ?) ON CONFLICT (fleet) DO UPDATE SET {keep}",
                (fleet, self._clock.wall(), body),
            )

    def close(self) -> None:
        """Closes the file; every save is on disk already."""
        with contextlib.suppress(sqlite3.Error):
            self._base.close()

    def _open(self) -> sqlite3.Connection:
        _only_ours(self.path)
        base = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        try:
            ours, version = _pragma(base, "application_id"), _pragma(base, "user_version")
            if ours not in (0, _OURS) or (ours == 0 and base.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()):
                raise _NotOurs("belongs to another program")
            if version > len(MIGRATIONS):
                raise _NotOurs(f"was written by a newer console (version {version}, known are {len(MIGRATIONS)})")
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = FULL")
            base.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
            base.execute(f"PRAGMA max_page_count = {_MOST_PAGES}")
            self._migrate(base)
            _prune(base)
            if base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _NotOurs("is damaged")
        except BaseException:
            base.close()
            raise
        return base

    def _migrate(self, base: sqlite3.Connection) -> None:
        """Step by step under one write lock, so that two consoles that start at once do not both do it."""
        if _pragma(base, "user_version") == len(MIGRATIONS):
            return
        with _transaction(base):
            base.execute(f"PRAGMA application_id = {_OURS}")
            for version in range(_pragma(base, "user_version") + 1, len(MIGRATIONS) + 1):
                for statement in MIGRATIONS[version - 1].split(";"):
                    base.execute(statement)
                base.execute("INSERT INTO migration VALUES (?, ?)", (version, self._clock.wall()))
                base.execute(f"PRAGMA user_version = {version}")

    def _load(self, fleet: str) -> Memory:
        base = self._base
        rows = base.execute("SELECT body FROM cycle WHERE fleet = ? LIMIT ?", (fleet, MOST_CYCLES)).fetchall()
        logged = base.execute(
            "SELECT body FROM (SELECT number, body FROM raising WHERE fleet = ? ORDER BY number DESC LIMIT ?) ORDER BY number",
            (fleet, MOST_RAISINGS),
        ).fetchall()
        about = base.execute("SELECT saved_wall_s, notes FROM fleet WHERE fleet = ?", (fleet,)).fetchone()
        return Memory(
            cycles=tuple(_decoded(row[0], _CYCLE) for row in rows),
            notes=() if about is None else _decoded(about[1], _NOTES, most=16 * MOST_BODY),
            raisings=tuple(_decoded(row[0], _RAISING) for row in logged),
            saved_wall_s=None if about is None else float(about[0]),
            running=tuple(self._running(fleet)),
        )

    def _running(self, fleet: str) -> Iterator[Any]:
        """A part that cannot be read is left out, and told: alarms begin anew in any case."""
        for part, body in self._base.execute("SELECT part, body FROM running WHERE fleet = ? ORDER BY part", (fleet,)):
            try:
                yield _decoded(body, _PLAIN, most=MOST_RUNNING)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                self.remark = f"The rules' {part} in the alarm state {self.path} cannot be read: they begin anew."

    def _set_aside(self, why: str) -> None:
        at = datetime.fromtimestamp(self._clock.wall(), UTC)
        aside = self.path.with_name(f"{self.path.name}.aside-{at:%Y%m%dT%H%M%S%fZ}")
        for tail in ("-wal", "-shm", ""):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + tail).rename(aside.with_name(aside.name + tail))
        self.remark = f"The alarm state {self.path} {why}: it is kept as {aside.name}, and acknowledgements, shelves and notes begin anew."

    @contextlib.contextmanager
    def _reported(self, what: str) -> Generator[None, None, None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            raise StateError(
                f"The alarm state {self.path} could not be {what}: {why}. Alarms work on, and their acknowledgements"
                " are lost when the console ends; make room or mend the path."
            ) from error


@contextlib.contextmanager
def _transaction(base: sqlite3.Connection) -> Generator[sqlite3.Connection, None, None]:
    base.execute("BEGIN IMMEDIATE")
    try:
        yield base
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk may have rolled back by itself
            base.execute("ROLLBACK")
        raise
    base.execute("COMMIT")


def _prune(base: sqlite3.Connection) -> None:
    """Keeps the newest fleets only."""
    old = "SELECT fleet FROM fleet ORDER BY saved_wall_s DESC LIMIT -1 OFFSET ?"
    if base.execute(old, (MOST_FLEETS,)).fetchone() is None:
        return
    with _transaction(base):
        for table in ("cycle", "raising", "running"):
            base.execute(f"DELETE FROM {table} WHERE fleet IN ({old})", (MOST_FLEETS,))
        base.execute(f"DELETE FROM fleet WHERE fleet IN ({old})", (MOST_FLEETS,))


def _only_ours(path: Path) -> None:
    """Creates the file for this user alone."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _pragma(base: sqlite3.Connection, name: str) -> int:
    return int(base.execute(f"PRAGMA {name}").fetchone()[0])


_Value = TypeVar("_Value")
_CYCLE: Final = msgspec.json.Decoder(Cycle)
_RAISING: Final = msgspec.json.Decoder(Raising)
_NOTES: Final = msgspec.json.Decoder(tuple[Note, ...])
_PLAIN: Final = msgspec.json.Decoder()


def _text(key: Key) -> str:
    return msgspec.json.encode(key).decode()


def _body(cycle: Cycle) -> bytes:
    """At most MOST_BODY: whoever wrote long notes loses the oldest of them rather than the acknowledgement."""
    body = msgspec.json.encode(cycle)
    while len(body) > MOST_BODY and cycle.notes:
        cycle = replace(cycle, notes=cycle.notes[1:])
        body = msgspec.json.encode(cycle)
    return body


def _decoded(data: object, decoder: msgspec.json.Decoder[_Value], most: int = MOST_BODY) -> _Value:
    if not isinstance(data, bytes) or len(data) > most:
        raise msgspec.ValidationError("not a row of ours")
    return decoder.decode(data)
