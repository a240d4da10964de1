"""Ticks as the bytes of a block: what each number is kept as, and what is told once for many ticks."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import NAN, Bools, Frame, RowTable
from console.record.recorder import facts, planes
from console.record.recorder.block import HEAD, MAGIC, STATES, SUM, VERSION, Tick
from console.record.recorder.columns import KEPT, SIBLING, Steps, to_steps, to_steps_at_once

LEVEL: Final = 5
"""Of zlib: a third less work than its usual 6, for a twentieth more bytes."""


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
    for name in STATES:
        steps = np.stack([_fitted(_states(tick, name), slots, STATES[name]) for tick in ticks]).astype(np.int64)
        add(name, planes.encode(steps, None, None, level))
    kept: dict[str, Steps] = {}
    for name, steps, missing in _columns(ticks, slots):
        kept[name] = planes.filled(steps, missing)
        add(name, planes.encode(kept[name], missing, kept.get(SIBLING.get(name, "")), level))
    packed = zlib.compress(facts.encoded({"run": ticks[0].run, "slots": slots.tolist(), "planes": index}), level)
    body = b"".join([HEAD.pack(MAGIC, VERSION, len(ticks), len(slots), len(packed)), packed, *parts])
    return body + hashlib.sha256(body).digest()[:SUM]


def _columns(ticks: Sequence[Tick], slots: NDArray[np.intp]) -> Iterator[tuple[str, Steps, Bools]]:
    """(ticks, slots) of each column and of the gap."""
    if len(ticks) == 1:  # as each poll is written: all of them at once are a third of the work
        held = np.stack([_fitted(row, slots, NAN) for row in (*ticks[0].frame.values, ticks[0].gap)])
        for name, steps, missing in zip(KEPT, *to_steps_at_once(held), strict=True):
            yield name, steps[None], missing[None]
        return
    for number, name in enumerate(KEPT):
        values = [tick.gap if name == "gap" else tick.frame.values[number] for tick in ticks]
        yield name, *to_steps(name, np.stack([_fitted(row, slots, NAN) for row in values]))


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
