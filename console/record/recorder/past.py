"""The rings' content of an earlier run, read from the recorder: an hour of ticks, a day of coarse columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import NAN, Floats, RowTable
from console.domain.history import Mark, Track
from console.record.recorder.block import Block, BlockError, Tick
from console.record.recorder.database import open_to_read
from console.record.recorder.packing import write_block
from console.record.recorder.tables import COARSE_S, FOLDED, folded
from console.store.coarse import Coarse
from console.store.past import Past, PastTier, side_by_side
from console.store.scale import SCALES
from console.store.store import StoreSettings

_FINE: Final = {
    Track.TRUTH: ("truth",),
    Track.BELIEVED: ("believed",),
    Track.ROUTED: ("routed",),
    Track.LIMIT: ("limit",),
    Track.GAP: ("gap",),
    Track.REPORT_AGE: ("report_age",),
    Track.MEMORY: ("memory_used", "memory_limit"),
}
_DAY: Final = (Track.TRUTH, Track.BELIEVED, Track.ROUTED, Track.GAP)
Picked = slice | NDArray[np.intp]
_HOLE: Final = 3.0
"""So many intervals between two ticks are a hole, which is drawn as one."""


def read_past(path: Path, wall_s: float, interval_s: float, settings: StoreSettings) -> Past | None:
    """What the rings would hold now, had the console gone on. None: nothing is kept of so late. Raises RecordingError and sqlite3.Error."""
    with closing(open_to_read(path)) as base:
        fine_s, day_s = settings.ticks * interval_s, settings.coarse_columns * settings.coarse_s
        base.execute("BEGIN")  # one moment: a recorder may be sealing
        coarse = base.execute(
            "SELECT last, body FROM day WHERE last_wall_s > ? AND first_wall_s <= ? ORDER BY first",
            (wall_s - day_s, wall_s),
        ).fetchall()
        sealed = base.execute(
            "SELECT first, body FROM block WHERE last_wall_s > ? AND first_wall_s <= ? ORDER BY first",
            (wall_s - fine_s, wall_s),
        ).fetchall()
        loose = base.execute(
            "SELECT id, body FROM tick WHERE wall_s > ? AND wall_s <= ? ORDER BY id", (wall_s - fine_s, wall_s)
        ).fetchall()
        base.execute("COMMIT")
    numbered = list(_good((*sealed, *loose)))
    blocks = [block for _, block in numbered]
    if not blocks:
        return None
    columns = [block for _, block in _good(coarse)]
    newest = [*folded(Coarse(COARSE_S), _after(numbered, coarse[-1][0] if coarse else 0))]
    if newest:
        columns.append(Block(write_block([tick for _, tick in newest], 1)))
    servers = tuple(row.id for row in blocks[-1].tables[-1])
    number = {server: column for column, server in enumerate(servers)}
    fine = _tier(blocks, number, tuple(_FINE))
    day = _tier(columns, number, _DAY)
    after = wall_s - interval_s
    return Past(
        servers,
        _with_holes(_newer(fine, wall_s - fine_s), interval_s, after, settings.ticks),
        _with_holes(_newer(day, wall_s - day_s), COARSE_S, after, settings.coarse_columns),
    )


def _good(bodies: Iterable[tuple[int, bytes]]) -> Iterable[tuple[int, Block]]:
    """A damaged block is a hole in history, no reason to begin without any."""
    for number, body in bodies:
        try:
            block = Block(body)
            _ = block.tables, block.times
        except BlockError:
            continue
        yield number, block


def _after(numbered: Iterable[tuple[int, Block]], last: int) -> Iterable[tuple[int, Tick]]:
    """Ticks whose coarse columns are not written yet."""
    for first, block in numbered:
        if first + block.ticks > last:
            yield from ((number, tick) for number, tick in enumerate(block.only(FOLDED), first) if number > last)
            block.forget()


def _tier(blocks: Sequence[Block], number: dict[str, int], tracks: tuple[Track, ...]) -> PastTier:
    ticks = sum(block.ticks for block in blocks)
    planes = {
        track: np.full((ticks, len(number)), SCALES[track].missing, dtype=SCALES[track].dtype) for track in tracks
    }
    marks = np.full((ticks, len(number)), Mark.ABSENT, dtype=np.uint8)
    wall = np.full(ticks, NAN)
    series: dict[str, NDArray[np.float32]] = {}
    at = 0
    places = _Places(number)
    for block in blocks:
        here = slice(at, at + block.ticks)
        wall[here] = block.times[0]
        for first, last, of, columns in places.of(block):
            for track in tracks:
                values = _values(block, track)[first:last, of]
                planes[track][at + first : at + last, columns] = SCALES[track].pack(values)
            marks[at + first : at + last, columns] = block.states("marks")[first:last, of].astype(np.uint8)
        _read_series(block, series, at, ticks)
        block.forget()
        at += block.ticks
    return PastTier(planes, marks, wall, series)


class _Places:
    """Where the columns of blocks go. Blocks that follow on one another mostly have the very same table, and the same slots."""

    def __init__(self, number: dict[str, int]) -> None:
        self._number = number
        self._known: tuple[RowTable, NDArray[np.intp], tuple[Picked, Picked] | None] | None = None

    def of(self, block: Block) -> Iterator[tuple[int, int, Picked, Picked]]:
        """Per table of the block: its ticks, the block's columns, and ours."""
        for first, last in block.spans():
            if (found := self._found(block.tables[first], block.slots)) is not None:
                yield first, last, *found

    def _found(self, table: RowTable, slots: NDArray[np.intp]) -> tuple[Picked, Picked] | None:
        known = self._known
        if known is None or known[0] is not table or not np.array_equal(known[1], slots):
            position = {slot: index for index, slot in enumerate(slots.tolist())}
            pairs = [
                (position[row.slot], self._number[row.id])
                for row in table
                if row.id in self._number and row.slot in position
            ]
            of, columns = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
            known = table, slots, (side_by_side(of), side_by_side(columns)) if pairs else None
            self._known = known
        return known[2]


def _values(block: Block, track: Track) -> Floats:
    names = _FINE[track]
    values = block.column(names[0])
    if len(names) > 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = values / block.column(names[1])
    return values


def _read_series(block: Block, series: dict[str, NDArray[np.float32]], at: int, ticks: int) -> None:
    for number, delta in enumerate(block.fact("fleet_delta"), at):
        if delta is None:
            continue
        errors, sessions = delta
        for name in ("started", "refused"):
            if name in sessions:
                _line(series, name, ticks)[number] = sessions[name]
        for text, count in errors.items():
            _line(series, f"error:{text}", ticks)[number] = count


def _line(series: dict[str, NDArray[np.float32]], name: str, ticks: int) -> NDArray[np.float32]:
    if name not in series:
        series[name] = np.full(ticks, np.nan, dtype=np.float32)
    return series[name]


def _newer(tier: PastTier, than_s: float) -> PastTier:
    kept = side_by_side(np.flatnonzero(tier.wall > than_s))
    return PastTier(
        {track: plane[kept] for track, plane in tier.planes.items()},
        tier.marks[kept],
        tier.wall[kept],
        {name: values[kept] for name, values in tier.series.items()},
    )


def _with_holes(tier: PastTier, step_s: float, until_s: float, most: int) -> PastTier:
    """Ticks in which nothing was seen, where time passed without any: also from the newest one up to now."""
    if not len(tier):
        return tier
    waits = np.diff(np.append(tier.wall, max(until_s, tier.wall[-1])))
    holes = np.where(waits > _HOLE * step_s, np.minimum(np.rint(waits / step_s) - 1, most), 0).astype(np.int64)
    if not holes.any():
        return tier
    after = np.repeat(np.arange(1, len(tier) + 1), holes)
    order = np.arange(len(after)) - np.repeat(np.cumsum(holes) - holes, holes) + 1
    place = np.arange(len(tier)) + np.cumsum(holes) - holes
    wall = np.full(len(tier) + len(after), NAN)
    wall[place] = tier.wall
    wall[np.isnan(wall)] = tier.wall[after - 1] + order * step_s

    def spread(values: NDArray[Any], missing: float) -> NDArray[Any]:
        found = np.full((len(wall), *values.shape[1:]), missing, dtype=values.dtype)
        found[place] = values
        return found

    return PastTier(
        {track: spread(plane, SCALES[track].missing) for track, plane in tier.planes.items()},
        spread(tier.marks, Mark.ABSENT),
        wall,
        {name: spread(values, np.nan) for name, values in tier.series.items()},
    )
