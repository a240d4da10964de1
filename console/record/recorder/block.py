"""A block: a run of ticks as bytes, complete in itself. One tick is a block of one; sixty are sealed into one.

`DSRB`, format, ticks, servers, length of the index; the index (deflated JSON: name, predictor, width, gaps and lengths of each
plane); the planes; sha256 of everything before it, cut to 8 bytes. Bytes of a block are not trusted: sizes are held against limits.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.errors import ConsoleError
from console.domain.frame import NAN, Bools, Floats, Frame, RowTable
from console.domain.states import Attachment, Reach
from console.record.recorder import facts, planes
from console.record.recorder.columns import NAMES, SIBLING, Steps, from_steps, to_steps

VERSION: Final = 1
MAGIC: Final = b"DSRB"
MOST_TICKS: Final = 3600
MOST_SLOTS: Final = 65536
MOST_CELLS: Final = 1 << 22
"""Ticks x servers of one block: 60 x 65536 and a little."""
MOST_PARTS: Final = 1 << 26
"""Bytes of the facts or the tables of one block."""
LEVEL: Final = 5
"""Of zlib: a third less work than its usual 6, for a twentieth more bytes."""
_HEAD: Final = struct.Struct("<4sHIII")
_SUM: Final = 8
_STATES: Final = {"listed": 0, "attachment": int(Attachment.UNKNOWN), "reach": int(Reach.NEVER), "marks": 1}
"""Planes of small whole numbers, and what a free slot holds."""


class BlockError(ConsoleError):
    """Bytes that are no whole block of a version that this console knows."""


class Tick(Struct, frozen=True, eq=False):
    """One Frame and what was judged of it."""

    frame: Frame
    gap: Floats
    """Sessions per slot."""
    marks: NDArray[np.uint8]
    """`Mark` bits per slot, as the history holds them."""
    run: int = 0
    """Which start of the console it belongs to: detectors begin anew with each."""
    lag_s: float = NAN
    """The console's own loop lag when the Frame was judged .."""
    journal_error: str | None = None
    """.. and why its journal could not be written: what the rules on the console's own health are given."""


def write_block(ticks: Sequence[Tick], level: int = LEVEL) -> bytes:
    """Ticks of one run, in order."""
    frames = [tick.frame for tick in ticks]
    held = _one_table(frames[0].rows, level) if len(ticks) == 1 else _all_tables(frames, level)
    slots = held.slots
    parts: list[bytes] = []
    index: list[list[Any]] = []

    def add(name: str, plane: planes.Plane) -> None:
        index.append(
            [name, int(plane.predictor), plane.width, int(plane.gaps), len(plane.values), len(plane.bits)],
        )
        parts.extend((plane.values, plane.bits))

    def raw(name: str, packed: bytes, size: int) -> None:
        index.append([name, -1, 1, 0, len(packed), size])
        parts.append(packed)

    times = np.array([[frame.wall_s, frame.mono_s] for frame in frames], dtype="<f8").T.tobytes()
    raw("times", zlib.compress(times, level), len(times))
    told = _facts(ticks)
    raw("facts", zlib.compress(told, level), len(told))
    raw("tables", held.packed, held.size)
    for name in _STATES:
        steps = np.stack([_fitted(_states(tick, name), slots, _STATES[name]) for tick in ticks]).astype(np.int64)
        add(name, planes.encode(steps, np.zeros(steps.shape, dtype=np.bool_), None, level))
    kept: dict[str, Steps] = {}
    for number, name in enumerate([*NAMES, "gap"]):
        values = np.stack(
            [_fitted(tick.gap if name == "gap" else tick.frame.values[number], slots, NAN) for tick in ticks]
        )
        steps, missing = to_steps(name, values)
        kept[name] = planes.filled(steps, missing)
        add(name, planes.encode(kept[name], missing, kept.get(SIBLING.get(name, "")), level))
    packed = zlib.compress(facts.encoded({"run": ticks[0].run, "slots": slots.tolist(), "planes": index}), level)
    body = b"".join([_HEAD.pack(MAGIC, VERSION, len(ticks), len(slots), len(packed)), packed, *parts])
    return body + hashlib.sha256(body).digest()[:_SUM]


class Block:
    """Reads one block; planes are decoded when they are asked for. Every failure is a BlockError."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except (ValueError, KeyError, TypeError, IndexError, struct.error, OverflowError) as error:
            raise BlockError(f"a block of the recording is damaged: {error}.") from error

    def _open(self, data: bytes) -> None:
        magic, version, self.ticks, self.servers, length = _HEAD.unpack_from(data)
        if magic != MAGIC:
            raise ValueError("it does not begin as one")
        if version > VERSION:
            raise BlockError("a block was written by a newer console; open it with that one.")
        if hashlib.sha256(data[:-_SUM]).digest()[:_SUM] != data[-_SUM:]:
            raise ValueError("its sum is another")
        if not 1 <= self.ticks <= MOST_TICKS or self.servers > MOST_SLOTS or self.ticks * self.servers > MOST_CELLS:
            raise ValueError(f"{self.ticks} ticks of {self.servers} servers")
        index = facts.decoded(_inflated_up_to(data[_HEAD.size : _HEAD.size + length], 1 << 22))
        self.run = int(index["run"])
        self.slots: NDArray[np.intp] = np.array(index["slots"], dtype=np.intp)
        if len(self.slots) != self.servers or (
            self.servers and not 0 <= self.slots.min() <= self.slots.max() < MOST_SLOTS
        ):
            raise ValueError("slots that are none")
        self._data = data
        self._at: dict[str, tuple[int, list[Any]]] = {}
        at = _HEAD.size + length
        for entry in index["planes"]:
            self._at[entry[0]] = at, entry
            at += int(entry[4]) + (int(entry[5]) if entry[1] >= 0 else 0)
        if at != len(data) - _SUM:
            raise ValueError("planes of another length")
        self._steps: dict[str, tuple[Steps, Bools]] = {}

    @cached_property
    def times(self) -> Floats:
        """(2, ticks): wall and monotonic seconds."""
        found = np.frombuffer(self._raw("times", 16 * self.ticks), dtype="<f8").reshape(2, self.ticks)
        if not np.isfinite(found).all():
            raise BlockError("a block of the recording is damaged: a time that is none.")
        return found.astype(np.float64)

    @cached_property
    def tables(self) -> list[RowTable]:
        """Who held which slot, by tick; the same object while nothing changes, also from block to block."""
        found: list[RowTable] = []
        try:
            for first, rows in _parsed_tables(self._raw("tables", MOST_PARTS, exact=False)):
                if not len(found) <= first < self.ticks or (not found and first):
                    raise ValueError("tables out of order")
                found += [found[-1]] * (first - len(found)) if found else []
                found.append(rows)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise BlockError(f"a block of the recording is damaged: {error}.") from error
        if not found:
            raise BlockError("a block of the recording is damaged: it says not who was there.")
        return found + [found[-1]] * (self.ticks - len(found))

    def column(self, name: str) -> Floats:
        """(ticks, servers) in the order of `slots`; NaN where missing or not kept."""
        if name not in self._at:
            return np.full((self.ticks, self.servers), NAN)
        steps, missing = self._plane(name)
        return from_steps(name, steps, missing)

    def states(self, name: str) -> Steps:
        """(ticks, servers) of `listed`, `attachment`, `reach` or `marks`."""
        return self._plane(name)[0]

    def facts(self) -> list[facts.Facts]:
        """Plain facts by tick."""
        found: list[facts.Facts] = []
        try:
            for news in facts.decoded(self._raw("facts", MOST_PARTS, exact=False)):
                found.append(facts.applied(found[-1] if found else {}, news))
        except (ValueError, KeyError, TypeError) as error:
            raise BlockError(f"a block of the recording is damaged: {error}.") from error
        if len(found) != self.ticks:
            raise BlockError("a block of the recording is damaged: facts are missing.")
        return found

    def __iter__(self) -> Iterator[Tick]:
        """The ticks again, exactly as they were given."""
        tables, plain = self.tables, self.facts()
        values = np.stack([self.column(name) for name in NAMES])
        states = {name: self.states(name) for name in _STATES}
        gap = self.column("gap")
        for number, (rows, known) in enumerate(zip(tables, plain, strict=True)):
            inside = self.slots < rows.capacity
            slots = self.slots[inside]
            columns = np.full((len(NAMES), rows.capacity), NAN)
            columns[:, slots] = values[:, number, inside]

            def spread(
                name: str, kind: Any, number: int = number, slots: Any = slots, inside: Any = inside, rows: Any = rows
            ) -> Any:
                found = np.full(rows.capacity, _STATES[name], dtype=kind)
                found[slots] = states[name][number][inside].astype(kind)
                found.flags.writeable = False
                return found

            columns.flags.writeable = False
            gaps = np.full(rows.capacity, NAN)
            gaps[slots] = gap[number][inside]
            try:
                frame = Frame(
                    wall_s=float(self.times[0, number]),
                    mono_s=float(self.times[1, number]),
                    rows=rows,
                    values=columns,
                    listed=spread("listed", np.bool_),
                    attachment=spread("attachment", np.int8),
                    reach=spread("reach", np.uint8),
                    **facts.frame_parts(known),
                )
            except (ValueError, KeyError, TypeError) as error:
                raise BlockError(f"a block of the recording is damaged: {error}.") from error
            lag_s, journal_error = known.get("health", (None, None))
            yield Tick(
                frame, gaps, spread("marks", np.uint8), self.run, NAN if lag_s is None else float(lag_s), journal_error
            )

    def _plane(self, name: str) -> tuple[Steps, Bools]:
        if name not in self._steps:
            try:
                at, entry = self._at[name]
                _, predictor, width, gaps, values, bits = entry
                plane = planes.Plane(
                    planes.Predictor(predictor),
                    int(width),
                    planes.Gaps(gaps),
                    self._data[at : at + values],
                    self._data[at + values : at + values + bits],
                )
                other = SIBLING.get(name)
                needed = plane.predictor in (planes.Predictor.SIBLING, planes.Predictor.SIBLING_BEFORE)
                sibling = self._plane(other)[0] if needed and other is not None else None
                self._steps[name] = planes.decode(plane, self.ticks, self.servers, sibling)
            except (ValueError, KeyError, TypeError) as error:
                raise BlockError(f"a block of the recording is damaged: {name}: {error}.") from error
        return self._steps[name]

    def _raw(self, name: str, size: int, *, exact: bool = True) -> bytes:
        try:
            at, entry = self._at[name]
            packed = self._data[at : at + entry[4]]
            if not exact and entry[5] > size:
                raise ValueError(f"{name} of {entry[5]} bytes")
            return planes.inflated(packed, size if exact else int(entry[5]))
        except (ValueError, KeyError, TypeError) as error:
            raise BlockError(f"a block of the recording is damaged: {error}.") from error


def _inflated_up_to(data: bytes, most: int) -> bytes:
    try:
        machine = zlib.decompressobj()
        found = machine.decompress(data, most)
        if machine.unconsumed_tail:
            raise ValueError("an index that is too long")
    except zlib.error as error:
        raise ValueError(str(error)) from None
    return found


@lru_cache(maxsize=4)
def _parsed_tables(raw: bytes) -> tuple[tuple[int, RowTable], ...]:
    """Where each table begins. Blocks that follow on one another mostly hold the very same one."""
    found: list[tuple[int, RowTable]] = []
    for first, parts in facts.decoded(raw):
        found.append((int(first), facts.rows_from(parts, found[-1][1] if found else None, MOST_SLOTS)))
    return tuple(found)


class _Held(Struct, frozen=True, eq=False):
    """Who held which slot in a block: the slots in order, and the tables as they are written."""

    slots: NDArray[np.intp]
    packed: bytes
    size: int
    """Bytes that `packed` unpacks to."""


@lru_cache(maxsize=2)
def _one_table(rows: RowTable, level: int) -> _Held:
    """Of a single tick: most polls have the very table of the poll before."""
    return _held([row.slot for row in rows], [[0, facts.table_of(rows)]], level)


def _all_tables(frames: Sequence[Frame], level: int) -> _Held:
    found: list[list[Any]] = []
    slots = set[int]()
    before: RowTable | None = None
    for number, frame in enumerate(frames):
        if frame.rows is not before:
            parts = facts.table_of(frame.rows) if before is None else facts.table_difference(before, frame.rows)
            found.append([number, parts])
            before = frame.rows
            slots |= {row.slot for row in before}
    return _held(slots, found, level)


def _held(slots: Iterable[int], tables: list[list[Any]], level: int) -> _Held:
    data = facts.encoded(tables)
    return _Held(np.array(sorted(slots), dtype=np.intp), zlib.compress(data, level), len(data))


def _facts(ticks: Sequence[Tick]) -> bytes:
    found: list[facts.Facts] = []
    before: facts.Facts = {}
    for tick in ticks:
        lag_s = tick.lag_s if tick.lag_s == tick.lag_s else None
        now = {**facts.facts_of(tick.frame), "health": [lag_s, tick.journal_error]}
        found.append(facts.difference(before, now) if before else now)
        before = now
    return facts.encoded(found)


def _states(tick: Tick, name: str) -> NDArray[Any]:
    return tick.marks if name == "marks" else getattr(tick.frame, name)


def _fitted(values: NDArray[Any], slots: NDArray[np.intp], empty: float) -> NDArray[Any]:
    """`values` of those slots; a slot beyond the array holds `empty`."""
    if len(slots) and slots[-1] >= len(values):
        longer = np.full(int(slots[-1]) + 1, empty, dtype=values.dtype)
        longer[: len(values)] = values
        values = longer
    # Without a free slot among them they lie side by side: nothing has to be picked.
    return values[: len(slots)] if len(slots) and slots[-1] == len(slots) - 1 else values[slots]
