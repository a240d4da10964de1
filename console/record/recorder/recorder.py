"""Writes ticks and events on a thread of its own. A disk that hangs, is full or breaks holds up nobody: what was lost is counted and told.

One recorder a file: a second console of the same fleet reads along and takes over when the first one ends.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct, field

from console.domain.clock import Clock, MachineClock
from console.domain.options import option
from console.record.plain import plain
from console.record.recorder import facts
from console.record.recorder.block import Tick
from console.record.recorder.database import NewerRecording, RecordingError, create_or_open, set_aside
from console.record.recorder.lock import FileLock
from console.record.recorder.tables import Tables

_log = logging.getLogger("dsr.recorder")
_WAITING: Final = 120
"""Ticks that wait for the disk; the oldest go first."""
_RETRY_S: Final = 1.0
_NOTICE_S: Final = 600.0
_CLOSE_S: Final = 1.0
_EVENTS: Final = 2000


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """Where the flight recorder writes, and how much it keeps."""

    folder: str | None = option(
        None, sentence="Folder of the flight recorder; unset: the platform's state folder of this user."
    )
    most_mb: float = option(
        2000.0, unit="MB", low=10.0, high=1e6, sentence="The oldest is dropped when the recording is larger than this."
    )
    keep_days: float = option(7.0, unit="days", low=0.05, high=3650.0, sentence="What is older is dropped.")


class Event(Struct, frozen=True):
    """Something that happened at a tick: `alarm`, `action`, `note`, `blind`, `run`, `lost`."""

    kind: str
    wall_s: float
    body: Mapping[str, object]


class Entry(Struct, frozen=True, eq=False):
    """What one Frame gives to record. `state`: the detectors after it, now and then."""

    tick: Tick
    events: tuple[Event, ...] = ()
    state: bytes | None = None


class About(Struct, frozen=True):
    """Who records."""

    product: str = ""
    environment: str = ""
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    """Without secrets."""


def recorder_path(folder: Path, balancer: str) -> Path:
    """One file a balancer, named after its address."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", balancer.partition("://")[2] or balancer).strip("-.")[:60]
    return folder / f"{name or 'fleet'}-{hashlib.sha256(balancer.encode()).hexdigest()[:8]}.dsrrec"


class Recorder:
    """`take` never blocks. `error`: one sentence while it does not record as it should."""

    def __init__(
        self,
        path: Path,
        settings: RecorderSettings | None = None,
        about: About | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.path = path
        self._settings = settings or RecorderSettings()
        self._about = about or About()
        self._clock = clock or MachineClock()
        self._queue: queue.Queue[Entry | Event | None] = queue.Queue(_WAITING)
        self._waiting: deque[Entry] = deque()
        self._events: deque[tuple[int | None, Event]] = deque(maxlen=_EVENTS)
        self._base: sqlite3.Connection | None = None
        self._tables: Tables | None = None
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        self._failure: str | None = None
        self._notice: tuple[float, str] | None = None
        self._retry_at_s = 0.0
        self._lost = 0
        self._begun_s = self._clock.wall()
        self.wants_state = True
        """Ticks are missing, or none were kept yet: the next entry should carry the detectors' state."""
        self.dropped = 0
        """Ticks that were never written."""
        self.written = 0
        """Ticks on disk, of this run."""
        self._thread = threading.Thread(target=self._run, name="dsr-recorder", daemon=True)
        self._thread.start()

    @property
    def error(self) -> str | None:
        """Why it does not record, or what it had to do; None: all is well."""
        if self._failure is not None:
            lost = f" {self.dropped} polls were not recorded so far." if self.dropped else ""
            return f"{self._failure}{lost}"
        if self._queue.full():
            return f"The disk of the recording {self.path} does not answer; memory goes on. {self.dropped} polls were not recorded so far."
        notice = self._notice
        if notice is not None and self._clock.monotonic() - notice[0] < _NOTICE_S:
            return notice[1]
        return None

    @property
    def backlog(self) -> int:
        """Entries that wait for the disk."""
        return self._queue.qsize() + len(self._waiting)

    def take(self, entry: Entry) -> None:
        """Hands over one tick."""
        try:
            self._queue.put_nowait(entry)
        except queue.Full:
            self.dropped += 1
            self._lost += 1

    def note(self, event: Event) -> None:
        """An event between ticks: a note, an action's step."""
        try:
            self._queue.put_nowait(event)
        except queue.Full:
            self._lost += 1

    def close(self, timeout_s: float = _CLOSE_S) -> None:
        """Writes what waits, for a second at most."""
        try:
            self._queue.put(None, timeout=timeout_s)
        except queue.Full:
            return
        self._thread.join(timeout_s)

    def _run(self) -> None:
        """The thread."""
        ending = False
        while not ending:
            ending = self._gather()
            if ending or self._clock.monotonic() >= self._retry_at_s:
                self._write()
        if self._base is not None:
            self._base.close()
        self._lock.release()

    def _gather(self) -> bool:
        """Takes what is there, waits at most a second; whether it is the end."""
        item = None
        try:
            item = self._queue.get(timeout=_RETRY_S)
            while True:
                if item is None:
                    return True
                if isinstance(item, Event):
                    self._events.append((None, item))
                else:
                    self._waiting.append(item)
                item = self._queue.get_nowait()
        except queue.Empty:
            pass
        while len(self._waiting) > _WAITING:
            self._waiting.popleft()
            self.dropped += 1
            self._lost += 1
        return False

    def _write(self) -> None:
        """One transaction for all that waits. On failure it waits on, and is tried again."""
        if not (self._waiting or self._events or self._tables is None):
            return
        try:
            tables = self._opened()
            if tables is None:
                return
            self._commit(tables)
        except (sqlite3.OperationalError, OSError) as error:
            if self._failure is None and self._damaged():  # some damage looks like a full disk
                self._set_aside("damaged", str(error))
                return
            self._fail(
                f"The recording {self.path} cannot be written: {error}. Memory goes on; make room or mend the path."
            )
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self._set_aside("damaged", str(error))
        except NewerRecording as error:
            self._set_aside("newer", str(error))
        except RecordingError as error:
            self._set_aside("foreign", str(error))
        except Exception as error:  # noqa: BLE001  whatever it is, the watch goes on and the View tells
            if self._tables is None:  # a damaged file can make Python's module stumble in ways of its own
                self._set_aside("damaged", f"{type(error).__name__}: {error}")
                return
            _log.exception("the recorder failed")
            self.dropped += len(self._waiting)
            self._lost += len(self._waiting)
            self._waiting.clear()  # whatever it stumbled over must not stop it for ever
            self._fail(f"The recorder failed: {error!r}. Memory goes on.")

    def _commit(self, tables: Tables) -> None:
        lost, entries, events = self._lost, list(self._waiting), list(self._events)
        with tables.transaction():
            if lost:
                tables.skip()
                tables.event("lost", self._clock.wall(), facts.encoded({"polls": lost}).decode())
            for entry in entries:
                tables.add(entry.tick, entry.state)
                for event in entry.events:
                    tables.event(event.kind, event.wall_s, facts.encoded(plain(event.body)).decode())
            for _, event in events:
                tables.event(event.kind, event.wall_s, facts.encoded(plain(event.body)).decode())
        self._lost -= lost
        self.wants_state = self.wants_state or lost > 0
        self._waiting.clear()
        self._events.clear()
        self.written += len(entries)
        tables.committed()
        if self._failure is not None:
            _log.warning("the recorder writes again")
            self._failure = None
        tables.tidy(self._settings.most_mb * 1e6, self._settings.keep_days * 86400.0)

    def _opened(self) -> Tables | None:
        if self._tables is not None:
            return self._tables
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._lock.take():
            self._fail(f"Another console records into {self.path} already; this one does not record.")
            self._waiting.clear()
            return None
        self._base = create_or_open(self.path)
        settings = facts.encoded(plain(self._about.settings)).decode()
        tables = Tables(self._base, self._about.product, self._about.environment, settings, self._begun_s)
        self._tables = tables
        return tables

    def _fail(self, sentence: str) -> None:
        if self._failure is None:
            _log.error("%s", sentence)
        self._failure = sentence
        self.wants_state = True  # a replay over what is missing begins anew behind it
        self._retry_at_s = self._clock.monotonic() + _RETRY_S
        self._let_go()

    def _damaged(self) -> bool:
        """Whether the file itself is the reason; looked at once, when writing begins to fail."""
        self._let_go()
        try:
            with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)) as base:
                return base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
        except sqlite3.OperationalError:
            return False
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return True

    def _set_aside(self, why: str, error: str) -> None:
        self._let_go()
        try:
            aside = set_aside(self.path, self._clock.wall(), why)
        except OSError as failed:
            self._fail(
                f"The recording {self.path} cannot be used ({error}), nor moved aside: {failed}. Memory goes on."
            )
            return
        sentence = f"The recording could not be used and was set aside as {aside.name}; a new one has begun: {error}"
        _log.error("%s", sentence)
        self._notice = self._clock.monotonic(), sentence
        self._retry_at_s = 0.0

    def _let_go(self) -> None:
        """Closes the file; the next try opens it anew and continues the run that it finds there as one of its own."""
        self._tables = None
        if self._base is not None:
            try:
                self._base.close()
            except sqlite3.Error as error:
                _log.warning("the recording could not be closed: %s", error)
            self._base = None


def told_samples(tick: Tick) -> int:
    """Numbers that one tick really holds: those of its servers that are not missing."""
    slots = np.array([row.slot for row in tick.frame.rows], dtype=np.intp)
    return int((~np.isnan(tick.frame.values[:, slots])).sum())
