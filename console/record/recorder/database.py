"""The recorder's file: one SQLite database in WAL mode, its tables, and what happens to a file that cannot be used.

`tick`: newest ticks, a block of one each. `block`: sealed ones. `day`: coarse columns. `state`: the detectors' state after a tick.
`event`: alarms, actions, notes, blindness, starts. `run`: each start of a console. Numbers of ticks never repeat in a file.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from console.domain.errors import ConsoleError

VERSION: Final = 1
"""`user_version` of the file."""
APPLICATION: Final = 0x44535252
"""`application_id`: DSRR."""
_MIGRATIONS: Final[dict[int, str]] = {}
"""From version -> statements that make it the next one. Version 1 is the first."""
_SCHEMA: Final = """
CREATE TABLE run (id INTEGER PRIMARY KEY, wall_s REAL NOT NULL, product TEXT NOT NULL, environment TEXT NOT NULL, settings TEXT NOT NULL);
CREATE TABLE tick (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, wall_s REAL NOT NULL, body BLOB NOT NULL);
CREATE TABLE block (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, run INTEGER NOT NULL, first_wall_s REAL NOT NULL,
                    last_wall_s REAL NOT NULL, samples INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE day (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, first_wall_s REAL NOT NULL, last_wall_s REAL NOT NULL,
                  body BLOB NOT NULL);
CREATE TABLE state (tick INTEGER PRIMARY KEY, run INTEGER NOT NULL, wall_s REAL NOT NULL, body BLOB NOT NULL);
CREATE TABLE event (id INTEGER PRIMARY KEY, tick INTEGER NOT NULL, wall_s REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX block_wall ON block (last_wall_s);
CREATE INDEX event_tick ON event (tick);
"""
_BUSY_S: Final = 2.0
_WAL_LIMIT: Final = 16 << 20


class RecordingError(ConsoleError):
    """A recording cannot be read, or its file cannot be used."""


class NewerRecording(RecordingError):
    """A newer console made it."""


def create_or_open(path: Path) -> sqlite3.Connection:
    """For writing. Raises sqlite3.Error, OSError, and RecordingError (NewerRecording too) for a file that is none of ours."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    base = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        version, application = _stamps(base)
        if version == 0 and not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            base.execute("PRAGMA auto_vacuum=INCREMENTAL")
            base.execute("PRAGMA journal_mode=WAL")
            base.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; COMMIT"
            )
        elif application != APPLICATION or version < 1:
            raise RecordingError(f"{path} is no recording of this console.")
        elif version > VERSION:
            raise NewerRecording(f"{path} was written by a newer console (format {version}, this one knows {VERSION}).")
        for step in range(version or VERSION, VERSION):
            base.executescript(f"BEGIN; {_MIGRATIONS[step]} PRAGMA user_version={step + 1}; COMMIT")
        base.execute("PRAGMA journal_mode=WAL")
        # A killed console loses nothing that was committed; only a machine that loses power may lose its last seconds.
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute(f"PRAGMA journal_size_limit={_WAL_LIMIT}")
        _look_through(base)
    except BaseException:
        base.close()
        raise
    return base


def open_to_read(path: Path) -> sqlite3.Connection:
    """Read only, beside a running recorder. Raises RecordingError."""
    if not path.is_file():
        raise RecordingError(f"There is no recording {path}. `run` and `watch --record` make one.")
    try:
        base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S, isolation_level=None)
    except sqlite3.Error as error:
        raise RecordingError(f"The recording {path} cannot be opened: {error}.") from error
    try:
        version, application = _stamps(base)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        base.close()
        raise RecordingError(f"The recording {path} cannot be read: {error}.") from error
    if application != APPLICATION or not 1 <= version <= VERSION:
        base.close()
        if application == APPLICATION and version > VERSION:
            raise NewerRecording(f"{path} was written by a newer console (format {version}, this one knows {VERSION}).")
        raise RecordingError(f"{path} is no recording of this console.")
    return base


def set_aside(path: Path, wall_s: float, why: str) -> Path:
    """Moves a file that cannot be used out of the way, with what SQLite keeps beside it; nothing is deleted. Raises OSError."""
    aside = path.with_name(f"{path.name}.{why}-{wall_s:.0f}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.{why}-{wall_s:.0f}-{number}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    return aside


def size(base: sqlite3.Connection) -> int:
    """Bytes in use."""
    (pages,), (free,), (each,) = (
        base.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * each


def _stamps(base: sqlite3.Connection) -> tuple[int, int]:
    (version,), (application,) = (
        base.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")
    )
    return version, application


def _look_through(base: sqlite3.Connection) -> None:
    """Touches each table's ends, so that a damaged file shows now; a whole check of gigabytes would take minutes."""
    for table, key in (
        ("run", "id"),
        ("tick", "id"),
        ("block", "first"),
        ("day", "first"),
        ("state", "tick"),
        ("event", "id"),
    ):
        for order in ("ASC", "DESC"):
            with closing(base.execute(f"SELECT * FROM {table} ORDER BY {key} {order} LIMIT 1")) as found:
                found.fetchone()
