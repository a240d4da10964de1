"""What is written into the recorder's tables, and when: ticks at once, blocks of sixty, coarse columns, and what is too old."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.domain.frame import NAN, Balancer, Column, Frame
from console.domain.history import Track
from console.domain.readings import Counters
from console.domain.states import Attachment, Reach
from console.record.recorder.block import Block, BlockError, Tick
from console.record.recorder.database import size
from console.record.recorder.packing import write_block
from console.store.coarse import Coarse, CoarseColumn
from console.store.store import fleet_series

BLOCK: Final = 60
"""Ticks of a sealed block."""
DAY_BLOCK: Final = 60
"""Coarse columns of one row of `day`."""
COARSE_S: Final = 10.0
_DROP_TO: Final = 0.95
_QUICK: Final = 1
"""Level of zlib for a single tick."""
_EVENTS_MOST: Final = 200_000
_DAY: Final = {Track.TRUTH: Column.TRUTH, Track.BELIEVED: Column.BELIEVED, Track.ROUTED: Column.ROUTED}
FOLDED: Final = tuple(column.name.lower() for column in _DAY.values())
"""Columns that `folded` looks at."""


class Tables:
    """One run of one recorder in an open file; a run that is in the file already goes on. Everything raises sqlite3.Error."""

    def __init__(self, base: sqlite3.Connection, product: str, environment: str, settings: str, wall_s: float) -> None:
        self._base = base
        self._open: list[tuple[int, Tick]] = []
        """Ticks that are not sealed yet."""
        self._columns: list[tuple[int, Tick]] = []
        """Coarse columns that are not written yet, with the number of the tick that closed them."""
        self._coarse = Coarse(COARSE_S)
        self._seals = 0
        self._tidied = 0
        with self.transaction():
            before_s = self._leftovers()
            known = base.execute("SELECT id FROM run WHERE wall_s = ?", (wall_s,)).fetchone()
            self.run: int = known[0] if known else self._begin(wall_s, product, environment, settings)
            last = base.execute(
                "SELECT max(coalesce((SELECT max(last) FROM block), 0), coalesce((SELECT max(id) FROM tick), 0),"
                " coalesce((SELECT max(tick) FROM event), 0))"
            ).fetchone()
            self._last = int(last[0])
            if known:  # the file could not be written for a while: what came meanwhile is missing
                self._last += 1
            else:
                gap = "null" if before_s is None else f"{max(0.0, wall_s - before_s):.3f}"
                self.event("run", wall_s, f'{{"run":{self.run},"gap_s":{gap}}}')

    def _begin(self, wall_s: float, product: str, environment: str, settings: str) -> int:
        found = self._base.execute(
            "INSERT INTO run (wall_s, product, environment, settings) VALUES (?,?,?,?)",
            (wall_s, product, environment, settings),
        )
        return found.lastrowid or 0

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All of it or nothing."""
        self._base.execute("BEGIN IMMEDIATE")
        mark = len(self._open), len(self._columns), getattr(self, "_last", 0)
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            del self._open[mark[0] :], self._columns[mark[1] :]
            self._last = mark[2]
            with suppress(sqlite3.Error):  # SQLite has rolled back by itself, as it does on a full disk
                self._base.execute("ROLLBACK")
            raise

    def add(self, tick: Tick, state: bytes | None) -> None:
        """Writes one tick within the transaction."""
        self._last += 1
        own = replace(tick, run=self.run)
        wall_s = tick.frame.wall_s
        self._base.execute(
            "INSERT INTO tick (id, run, wall_s, body) VALUES (?,?,?,?)",
            (self._last, self.run, wall_s, write_block([own], _QUICK)),
        )
        if state is not None:
            self._base.execute(
                "INSERT OR REPLACE INTO state (tick, run, wall_s, body) VALUES (?,?,?,?)",
                (self._last, self.run, wall_s, state),
            )
        self._open.append((self._last, own))

    def skip(self) -> None:
        """Ticks are missing here: the next one does not follow on the one before."""
        self._last += 1

    def event(self, kind: str, wall_s: float, body: str) -> None:
        """Writes one event of the newest tick within the transaction."""
        self._base.execute(
            "INSERT INTO event (tick, wall_s, kind, body) VALUES (?,?,?,?)", (self._last, wall_s, kind, body)
        )

    def committed(self) -> None:
        """Seals what is long enough; each seal is a transaction of its own."""
        while len(self._open) >= BLOCK:
            part = next(_runs(self._open))
            with self.transaction():
                self._seal(part)
                self._fold(part)
                if len(self._columns) >= DAY_BLOCK:
                    self._write_day()
            del self._open[: len(part)]
            if len(self._columns) >= DAY_BLOCK:
                self._columns.clear()
            self._seals += 1

    def tidy(self, most_bytes: float, keep_s: float) -> None:
        """After a seal: drops what is too old or too much, and gives the room back."""
        if self._tidied == self._seals:
            return
        self._tidied = self._seals
        base = self._base
        with self.transaction():
            newest = base.execute("SELECT max(last_wall_s) FROM block").fetchone()[0]
            first = base.execute("SELECT min(first) FROM block WHERE last_wall_s >= ?", (newest - keep_s,)).fetchone()[
                0
            ]
            self._drop_before(first)
            if size(base) > most_bytes:
                base.execute("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?", (_EVENTS_MOST,))
            while size(base) > most_bytes * _DROP_TO:
                found = base.execute("SELECT first FROM block ORDER BY first LIMIT 10").fetchall()
                if len(found) <= 1:
                    break
                self._drop_before(found[-1][0])
        base.execute("PRAGMA incremental_vacuum(2000)").fetchall()

    def _drop_before(self, first: int | None) -> None:
        if first is None:
            return
        # A state or the start of a run stands right before its first tick.
        for table, key, limit in (("block", "last", first), ("state", "tick", first - 1), ("event", "tick", first - 1)):
            self._base.execute(f"DELETE FROM {table} WHERE {key} < ?", (limit,))
        self._base.execute("DELETE FROM day WHERE last < ?", (first,))

    def _seal(self, part: list[tuple[int, Tick]]) -> None:
        ticks = [tick for _, tick in part]
        walls = [tick.frame.wall_s for tick in ticks]
        self._base.execute(
            "INSERT INTO block (first, last, run, first_wall_s, last_wall_s, samples, body) VALUES (?,?,?,?,?,?,?)",
            (
                part[0][0],
                part[-1][0],
                ticks[0].run,
                min(walls),
                max(walls),
                sum(_samples(tick) for tick in ticks),
                write_block(ticks),
            ),
        )
        self._base.execute("DELETE FROM tick WHERE id BETWEEN ? AND ?", (part[0][0], part[-1][0]))

    def _fold(self, part: Iterable[tuple[int, Tick]]) -> None:
        """Adds ticks to the coarse columns."""
        self._columns.extend(folded(self._coarse, part))

    def _write_day(self) -> None:
        """Writes the coarse columns. Columns of one row share the newest table: who left meanwhile has left."""
        part = self._columns
        walls = [tick.frame.wall_s for _, tick in part]
        self._base.execute(
            "INSERT OR REPLACE INTO day (first, last, first_wall_s, last_wall_s, body) VALUES (?,?,?,?,?)",
            (part[0][0], part[-1][0], min(walls), max(walls), write_block([tick for _, tick in part])),
        )

    def _leftovers(self) -> float | None:
        """Seals what an earlier run left open, and writes the coarse columns that it had not; the wall time of its last tick."""
        base = self._base
        found: list[tuple[int, Tick]] = []
        for number, body in base.execute("SELECT id, body FROM tick ORDER BY id").fetchall():
            try:
                found += [(number, tick) for tick in Block(body)]
            except BlockError:
                base.execute("DELETE FROM tick WHERE id = ?", (number,))
        for part in _runs(found):
            self._seal(part)
        done = base.execute("SELECT coalesce(max(last), 0) FROM day").fetchone()[0]
        for first, body in base.execute(
            "SELECT first, body FROM block WHERE last > ? ORDER BY first", (done,)
        ).fetchall():
            try:
                ticks = enumerate(Block(body).only(FOLDED), first)
                self._fold((number, tick) for number, tick in ticks if number > done)
            except BlockError:
                continue  # a damaged block is passed over here and told when it is read
        if self._columns:
            self._write_day()
            self._columns.clear()
        self._coarse = Coarse(COARSE_S)
        return base.execute("SELECT max(last_wall_s) FROM block").fetchone()[0]


def folded(coarse: Coarse, part: Iterable[tuple[int, Tick]]) -> Iterator[tuple[int, Tick]]:
    """The coarse columns that these ticks close, each with the number of the tick that closed it."""
    for number, tick in part:
        frame = tick.frame
        columns = {track: frame[column] for track, column in _DAY.items()}
        columns[Track.GAP] = tick.gap
        for column in coarse.add(columns, tick.marks, frame, fleet_series(frame)):
            yield number, _as_tick(column, frame, tick.run)


def _runs(found: list[tuple[int, Tick]]) -> Iterator[list[tuple[int, Tick]]]:
    """Parts of one run each, without a hole, at most a block long."""
    part: list[tuple[int, Tick]] = []
    for number, tick in found:
        if part and (len(part) >= BLOCK or part[-1][1].run != tick.run or part[-1][0] + 1 != number):
            yield part
            part = []
        part.append((number, tick))
    if part:
        yield part


def _samples(tick: Tick) -> int:
    return tick.frame.values.size - int(np.count_nonzero(np.isnan(tick.frame.values)))


def _as_tick(column: CoarseColumn, frame: Frame, run: int) -> Tick:
    """A coarse column in the form of a tick: the same block holds it."""
    capacity = frame.rows.capacity
    values = np.full((len(Column), capacity), NAN)
    for track, name in _DAY.items():
        found = column.columns[track][:capacity]
        values[name, : len(found)] = found
    gap = np.full(capacity, NAN)
    gap[: len(column.columns[Track.GAP][:capacity])] = column.columns[Track.GAP][:capacity]
    marks = np.ones(capacity, dtype=np.uint8)
    marks[: len(column.marks[:capacity])] = column.marks[:capacity]
    sessions = {name: round(value) for name, value in column.series.items() if not name.startswith("error:")}
    errors = {name[6:]: round(value) for name, value in column.series.items() if name.startswith("error:")}
    delta = Counters(errors, sessions) if column.series else None
    return Tick(
        Frame(
            seq=0,
            mono_s=column.mono_s,
            wall_s=column.wall_s,
            interval_s=COARSE_S,
            balancer=Balancer(Reach.OK, 0.0, 0),
            rows=frame.rows,
            values=values,
            listed=(marks & 1) == 0,
            attachment=np.full(capacity, Attachment.UNKNOWN, dtype=np.int8),
            reach=np.zeros(capacity, dtype=np.uint8),
            fleet_delta=delta,
        ),
        gap,
        marks,
        run,
    )
