"""A stretch of a recording: its ticks, events and the detectors' state before it, from the recorder's file or from a snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from console.record.recorder import facts
from console.record.recorder.block import Block, BlockError, Tick
from console.record.recorder.database import RecordingError, open_to_read
from console.record.recorder.packing import write_block

WARM_UP_S: Final = 600.0
"""Where no state was kept, detectors run so long before the window begins."""


class Piece(Struct, frozen=True):
    """One block. `first`, `last`: numbers of its ticks, which never repeat in a recording."""

    first: int
    last: int
    run: int
    first_wall_s: float
    last_wall_s: float
    load: Callable[[], bytes]


def packed(first: int, ticks: Sequence[Tick]) -> Piece:
    """Ticks of one run, one after another, as the recorder seals them."""
    walls = [tick.frame.wall_s for tick in ticks]
    body = write_block(ticks)
    return Piece(first, first + len(ticks) - 1, ticks[0].run, min(walls), max(walls), lambda: body)


class Happened(Struct, frozen=True):
    """One event of a recording."""

    tick: int
    wall_s: float
    kind: str
    body: Mapping[str, Any]


class State(Struct, frozen=True):
    """The detectors after a tick; ticks up to it need not run again."""

    tick: int
    run: int
    wall_s: float
    body: bytes


class Stretch(Struct, frozen=True):
    """The window and what comes before it so that the detectors are as they were. Ticks before the window only warm up."""

    first_wall_s: float
    last_wall_s: float
    first_tick: int
    """The window's first."""
    pieces: tuple[Piece, ...]
    events: tuple[Happened, ...]
    state: State | None = None
    environment: str = ""
    product: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def exact(self) -> bool:
        """Whether alarms recompute exactly: from a kept state, or from the very first Frame of a run."""
        if self.state is not None:
            return True
        begins = [event.tick for event in self.events if event.kind == "run"]
        return bool(self.pieces) and any(self.pieces[0].first == tick + 1 for tick in begins)

    def ticks(self) -> Iterator[tuple[int, Tick]]:
        """In order, with their numbers: the warm-up, then the window. Raises BlockError."""
        for piece in self.pieces:
            yield from self.ticks_of(piece)

    def ticks_of(self, piece: Piece) -> Iterator[tuple[int, Tick]]:
        """Those of one of its pieces that lie in it. Raises BlockError."""
        after = 0 if self.state is None else self.state.tick
        for number, tick in enumerate(Block(piece.load()), piece.first):
            if number > after and (number < self.first_tick or tick.frame.wall_s <= self.last_wall_s):
                yield number, tick

    def holds(self, piece: Piece) -> bool:
        """Whether all of its ticks lie in the stretch."""
        after = 0 if self.state is None else self.state.tick
        return piece.first > after and (piece.last < self.first_tick or piece.last_wall_s <= self.last_wall_s)

    def warms_up(self, number: int) -> bool:
        """Whether this tick lies before the window."""
        return number < self.first_tick


class Recording:
    """The recorder's file, read only; a console may be writing to it. Raises RecordingError; close it after use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = open_to_read(path)

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends reading."""
        self._base.close()

    def span(self) -> tuple[float, float] | None:
        """Wall seconds of the oldest and the newest tick; None: there is none."""
        found = self._rows(
            "SELECT min(a), max(b) FROM (SELECT min(first_wall_s) a, max(last_wall_s) b FROM block"
            " UNION ALL SELECT min(wall_s), max(wall_s) FROM tick)"
        )
        first, last = found[0]
        return None if first is None else (first, last)

    def stretch(self, first_wall_s: float | None = None, last_wall_s: float | None = None) -> Stretch:
        """The ticks of [first, last], and what the detectors need before them. Raises RecordingError where there are none."""
        try:
            return self._stretch(first_wall_s, last_wall_s)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise RecordingError(f"The recording {self.path} is damaged: {error}.") from error

    def _stretch(self, first_wall_s: float | None, last_wall_s: float | None) -> Stretch:
        span = self.span()
        if span is None:
            raise RecordingError(f"The recording {self.path} is empty.")
        first_s = span[0] if first_wall_s is None else first_wall_s
        last_s = span[1] if last_wall_s is None else last_wall_s
        bounds = (first_s, last_s)
        loose = self._rows("SELECT id, run, wall_s, body FROM tick ORDER BY id")
        sealed = self._rows(
            "SELECT first, last, run, first_wall_s FROM block WHERE last_wall_s >= ? AND first_wall_s <= ? ORDER BY first",
            bounds,
        )
        inside = [row for row in loose if first_s <= row[2] <= last_s]
        if not sealed and not inside:
            raise RecordingError(f"The recording {self.path} holds nothing of that time.")
        first_tick = self._first_tick(sealed[0][0], first_s) if sealed else inside[0][0]
        last_tick = inside[-1][0] if inside else sealed[-1][1]
        run = sealed[0][2] if sealed else inside[0][1]
        begin, state = self._begin(first_tick, run, first_s)
        pieces = [
            Piece(first, last, run, first_wall, last_wall, self._loader(first))
            for first, last, run, first_wall, last_wall in self._rows(
                "SELECT first, last, run, first_wall_s, last_wall_s FROM block WHERE last >= ? AND first <= ? ORDER BY first",
                (begin, last_tick),
            )
        ]
        pieces += [
            Piece(number, number, run, wall, wall, lambda body=body: body)
            for number, run, wall, body in loose
            if begin <= number <= last_tick
        ]
        about = self._rows("SELECT product, environment, settings FROM run WHERE id = ?", (pieces[-1].run,))
        product, environment, settings = about[0] if about else ("", "", "{}")
        return Stretch(
            first_wall_s=first_s,
            last_wall_s=last_s,
            first_tick=first_tick,
            pieces=tuple(pieces),
            events=self._events(pieces[0].first - 1, last_tick),
            state=state,
            environment=environment,
            product=product,
            settings=facts.decoded(settings.encode()),
        )

    def _first_tick(self, first: int, wall_s: float) -> int:
        """The number of the first tick of a block that is not before `wall_s`."""
        walls = Block(self._loader(first)()).times[0]
        return first + next((number for number, wall in enumerate(walls) if wall >= wall_s), len(walls) - 1)

    def _begin(self, first_tick: int, run: int, wall_s: float) -> tuple[int, State | None]:
        """The first tick that must be read, and the state to begin with."""
        found = self._rows(
            "SELECT tick, run, wall_s, body FROM state WHERE tick < ? AND run = ? ORDER BY tick DESC LIMIT 1",
            (first_tick, run),
        )
        if found and self._known(found[0][0] + 1, first_tick):
            return found[0][0] + 1, State(*found[0])
        kept = self._rows(
            "SELECT min(n) FROM (SELECT first n FROM block WHERE run = ? AND last_wall_s >= ?"
            " UNION ALL SELECT id FROM tick WHERE run = ? AND wall_s >= ?)",
            (run, wall_s - WARM_UP_S, run, wall_s - WARM_UP_S),
        )
        return min(first_tick, kept[0][0] or first_tick), None

    def _known(self, first: int, last: int) -> bool:
        """Whether every tick of [first, last) is there: a state is good only without a hole after it."""
        found = self._rows(
            "SELECT (SELECT coalesce(sum(min(last, ?2) - max(first, ?1) + 1), 0) FROM block WHERE last >= ?1 AND first <= ?2)"
            " + (SELECT count(*) FROM tick WHERE id BETWEEN ?1 AND ?2)",
            (first, last - 1),
        )
        return first >= last or found[0][0] == last - first

    def _events(self, first: int, last: int) -> tuple[Happened, ...]:
        rows = self._rows(
            "SELECT tick, wall_s, kind, body FROM event WHERE tick BETWEEN ? AND ? ORDER BY id", (first, last)
        )
        return tuple(Happened(tick, wall, kind, facts.decoded(body.encode())) for tick, wall, kind, body in rows)

    def _loader(self, first: int) -> Callable[[], bytes]:
        def load() -> bytes:
            found = self._rows("SELECT body FROM block WHERE first = ?", (first,))
            if not found:
                raise BlockError("a block of the recording was dropped for its age meanwhile.")
            return found[0][0]

        return load

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        try:
            with closing(self._base.execute(statement, values)) as found:
                return found.fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the module decodes a damaged file's own words
            raise RecordingError(f"The recording {self.path} cannot be read: {error}.") from error
