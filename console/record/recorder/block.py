"""A block: a run of ticks as bytes, complete in itself. One tick is a block of one; sixty are sealed into one.

`DSRB`, format, ticks, servers, length of the index; the index (deflated JSON: name, predictor, width, gaps and lengths of each
plane); the planes; sha256 of everything before it, cut to 8 bytes. Bytes of a block are not trusted: sizes are held against limits.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Final, cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.errors import ConsoleError
from console.domain.frame import NAN, Bools, Floats, Frame, RowTable
from console.domain.states import Attachment, Reach
from console.record.recorder import facts, planes
from console.record.recorder.columns import NAMES, SIBLING, Whole, from_steps
from console.store.past import side_by_side

VERSION: Final = 1
MAGIC: Final = b"DSRB"
MOST_TICKS: Final = 3600
MOST_SLOTS: Final = 65536
MOST_CELLS: Final = 1 << 22
"""Ticks x servers of one block: 60 x 65536 and a little."""
MOST_PARTS: Final = 1 << 26
"""Bytes of the facts or the tables of one block."""
HEAD: Final = struct.Struct("<4sHIII")
SUM: Final = 8
STATES: Final = {"listed": 0, "attachment": int(Attachment.UNKNOWN), "reach": int(Reach.NEVER), "marks": 1}
"""Planes of small whole numbers, and what a free slot holds .."""
_KINDS: Final = {"listed": np.bool_, "attachment": np.int8, "reach": np.uint8, "marks": np.uint8}
""".. and what a Frame has them as."""


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


class Block:
    """Reads one block; planes are decoded when they are asked for. Every failure is a BlockError."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except (ValueError, KeyError, TypeError, IndexError, struct.error, OverflowError) as error:
            raise BlockError(f"a block of the recording is damaged: {error}.") from error

    def _open(self, data: bytes) -> None:
        magic, version, self.ticks, self.servers, length = HEAD.unpack_from(data)
        if magic != MAGIC:
            raise ValueError("it does not begin as one")
        if version > VERSION:
            raise BlockError("a block was written by a newer console; open it with that one.")
        if hashlib.sha256(data[:-SUM]).digest()[:SUM] != data[-SUM:]:
            raise ValueError("its sum is another")
        if not 1 <= self.ticks <= MOST_TICKS or self.servers > MOST_SLOTS or self.ticks * self.servers > MOST_CELLS:
            raise ValueError(f"{self.ticks} ticks of {self.servers} servers")
        index = facts.decoded(_inflated_up_to(data[HEAD.size : HEAD.size + length], 1 << 22))
        self.run = int(index["run"])
        self.slots: NDArray[np.intp] = np.array(index["slots"], dtype=np.intp)
        if len(self.slots) != self.servers or (
            self.servers and not 0 <= self.slots.min() <= self.slots.max() < MOST_SLOTS
        ):
            raise ValueError("slots that are none")
        self._data = data
        self._at: dict[str, tuple[int, list[Any]]] = {}
        at = HEAD.size + length
        for entry in index["planes"]:
            self._at[entry[0]] = at, entry
            at += int(entry[4]) + (int(entry[5]) if entry[1] >= 0 else 0)
        if at != len(data) - SUM:
            raise ValueError("planes of another length")
        self._steps: dict[str, tuple[Whole, Bools | None]] = {}

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
        if not self._told(name):
            return np.full((self.ticks, self.servers), NAN)
        found = np.empty((self.ticks, self.servers))
        from_steps(name, *self._plane(name), found)
        return found

    def states(self, name: str) -> Whole:
        """(ticks, servers) of `listed`, `attachment`, `reach` or `marks`."""
        return self._plane(name)[0]

    def forget(self) -> None:
        """Lets go of the decoded planes: they are large beside the bytes, and are decoded again when they are asked for."""
        self._steps.clear()

    def spans(self) -> Iterator[tuple[int, int]]:
        """From which tick to before which one each table was the same; nearly always from the first to the last."""
        tables = self.tables
        changes = (later for later, (old, new) in enumerate(pairwise(tables), 1) if new is not old)
        return pairwise([0, *changes, self.ticks])

    def facts(self) -> list[facts.Facts]:
        """Plain facts by tick."""
        found: list[facts.Facts] = []
        try:
            for news in self._news():
                found.append(facts.applied(found[-1] if found else {}, news))
        except (ValueError, KeyError, TypeError) as error:
            raise BlockError(f"a block of the recording is damaged: {error}.") from error
        return found

    def fact(self, name: str) -> Iterator[Any]:
        """One of them by tick, of those that are written whole where they change; None where it is not known."""
        value: Any = None
        for news in self._news():
            value = news.get(name, value)
            yield value

    def _news(self) -> list[facts.Facts]:
        """What each tick has that the one before has not."""
        found = facts.decoded(self._raw("facts", MOST_PARTS, exact=False))
        if not isinstance(found, list) or not all(isinstance(news, dict) for news in cast("list[Any]", found)):
            raise BlockError("a block of the recording is damaged: facts that are none.")
        news = cast("list[facts.Facts]", found)
        if len(news) != self.ticks:
            raise BlockError("a block of the recording is damaged: facts are missing.")
        return news

    def __iter__(self) -> Iterator[Tick]:
        """The ticks again, exactly as they were given."""
        return self.only(NAMES)

    def only(self, names: Sequence[str]) -> Iterator[Tick]:
        """The ticks with these columns alone, NaN in the others. Arrays are cut from the block's: whoever keeps a tick keeps them all."""
        told, parts = self.facts(), facts.FrameParts()
        for first, last in self.spans():
            rows = self.tables[first]
            values, gaps, states = self._laid(first, last, rows.capacity, names)
            for number, known in enumerate(told[first:last]):
                try:
                    frame = Frame(
                        wall_s=float(self.times[0, first + number]),
                        mono_s=float(self.times[1, first + number]),
                        rows=rows,
                        values=values[number],
                        listed=states["listed"][number],
                        attachment=states["attachment"][number],
                        reach=states["reach"][number],
                        **parts.of(known),
                    )
                except (ValueError, KeyError, TypeError) as error:
                    raise BlockError(f"a block of the recording is damaged: {error}.") from error
                lag_s, journal_error = known.get("health", (None, None))
                lag_s = NAN if lag_s is None else float(lag_s)
                yield Tick(frame, gaps[number], states["marks"][number], self.run, lag_s, journal_error)

    def _laid(
        self, first: int, last: int, capacity: int, names: Sequence[str]
    ) -> tuple[Floats, Floats, dict[str, NDArray[Any]]]:
        """Columns, gaps and states of [first, last), by tick and by slot."""
        inside = np.flatnonzero(self.slots < capacity)
        of, to = side_by_side(inside), side_by_side(self.slots[inside])
        values = np.full((last - first, len(NAMES), capacity), NAN)
        gaps = np.full((last - first, capacity), NAN)
        for name in filter(self._told, [*names, "gap"]):
            out = gaps if name == "gap" else values[:, NAMES.index(name)]
            steps, missing = self._plane(name)
            into = out[:, to] if isinstance(to, slice) else np.empty((last - first, len(to)))
            from_steps(name, steps[first:last, of], None if missing is None else missing[first:last, of], into)
            if not isinstance(to, slice):
                out[:, to] = into
        states: dict[str, NDArray[Any]] = {}
        for name, kind in _KINDS.items():
            states[name] = np.full((last - first, capacity), STATES[name], dtype=kind)
            states[name][:, to] = self.states(name)[first:last, of].astype(kind)
        for found in (values, gaps, *states.values()):
            found.flags.writeable = False
        return values, gaps, states

    def _told(self, name: str) -> bool:
        """Whether any number of it is known."""
        return name in self._at and self._at[name][1][3] != planes.Gaps.EVERYWHERE

    def _plane(self, name: str) -> tuple[Whole, Bools | None]:
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
