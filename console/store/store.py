"""The store: an hour of ticks and a day of ten-second columns, in memory that is flat from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Bools, Column, Floats, Frame
from console.domain.history import Mark, Track
from console.domain.options import option
from console.domain.states import Attachment, Reach
from console.store.coarse import Coarse
from console.store.holders import Holders
from console.store.past import Past
from console.store.ring import Cut, Ring

_DIRECT: Final = {
    Track.TRUTH: Column.TRUTH,
    Track.BELIEVED: Column.BELIEVED,
    Track.ROUTED: Column.ROUTED,
    Track.LIMIT: Column.LIMIT,
    Track.REPORT_AGE: Column.REPORT_AGE,
}
_DETACHED: Final = int(Attachment.DETACHED)
_DAY: Final = (Track.TRUTH, Track.BELIEVED, Track.ROUTED, Track.GAP)


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """How much history is kept in memory: 15 bytes per server and tick, 9 per server and coarse column."""

    ticks: int = option(3600, unit="polls", low=60, high=86400, sentence="Polls kept in full, one column each.")
    coarse_s: float = option(10.0, unit="s", low=1.0, high=600.0, sentence="Width of one column of the coarse history.")
    coarse_columns: int = option(
        8640, low=60, high=100_000, sentence="Columns of the coarse history (8640 of 10 s are a day)."
    )


class Store:
    """Appends Frames, hands out cuts. One writer; cuts may be read from any thread."""

    def __init__(self, capacity: int = 64, settings: StoreSettings | None = None) -> None:
        self._settings = settings or StoreSettings()
        capacity = max(1, capacity)
        self._fine = Ring(tuple(Track), self._settings.ticks, capacity)
        self._day = Ring(_DAY, self._settings.coarse_columns, capacity)
        self._coarse = Coarse(self._settings.coarse_s)
        self._holders = Holders()
        self._start = np.zeros(capacity, dtype=np.int64)
        self._day_start = np.zeros(capacity, dtype=np.int64)
        self._used = 0

    @property
    def nbytes(self) -> int:
        """Memory of both tiers in bytes."""
        return self._fine.nbytes + self._day.nbytes

    def restore(self, past: Past, frame: Frame) -> None:
        """Begins with the history of an earlier run, for the servers of `frame`, the first that will be appended.

        Its wall clock places the past on the monotonic one; the line of each server breaks between the two runs.
        """
        self._make_room(frame.rows.capacity)
        self._used = frame.rows.capacity
        places = [(column, row.slot) for column, name in enumerate(past.servers) if (row := frame.rows.get(name))]
        of, slots = (np.array(found, dtype=np.intp) for found in (zip(*places, strict=True) if places else ((), ())))
        for ring, tier in ((self._fine, past.fine), (self._day, past.day)):
            ring.fill(tier, of, slots, frame.mono_s - (frame.wall_s - tier.wall))

    def append(self, frame: Frame, gap: Floats, silent: Bools | None = None) -> int:
        """Keeps one Frame with its gaps (sessions per slot) and who counts as silent; returns its tick."""
        self._make_room(frame.rows.capacity)
        turnover = self._holders.update(frame.rows)
        if turnover.other.size:  # copies: a cut that was handed out keeps the older answer
            self._start, self._day_start = self._start.copy(), self._day_start.copy()
            self._start[turnover.other] = self._fine.last
            self._day_start[turnover.other] = self._day.last
            self._coarse.forget(turnover.other)
        marks = marks_of(frame, silent)
        marks[turnover.born] |= Mark.BORN
        with np.errstate(divide="ignore", invalid="ignore"):
            memory = frame[Column.MEMORY_USED] / frame[Column.MEMORY_LIMIT]
        columns: dict[Track, Floats] = {track: frame[column] for track, column in _DIRECT.items()}
        columns[Track.GAP], columns[Track.MEMORY] = gap, memory
        series = fleet_series(frame)
        tick = self._fine.write(columns, marks, frame.wall_s, frame.mono_s, series)
        for column in self._coarse.add({track: columns[track] for track in _DAY}, marks, frame, series):
            self._day.write(column.columns, column.marks, column.wall_s, column.mono_s, column.series)
        self._used = frame.rows.capacity
        return tick

    def cut(self) -> Cut:
        """The newest hour (by default), one column a Frame."""
        return Cut(self._fine, self._used, self._start)

    def cut_day(self) -> Cut:
        """The newest day (by default) in coarse columns: the largest truth and belief, the sum of routed, the gap largest in size."""
        return Cut(self._day, self._used, self._day_start)

    def _make_room(self, needed: int) -> None:
        capacity = self._fine.capacity
        if needed <= capacity:
            return
        while capacity < needed:
            capacity *= 2
        self._fine, self._day = self._fine.grown(capacity), self._day.grown(capacity)
        more = capacity - len(self._start)
        self._start = np.concatenate([self._start, np.zeros(more, dtype=np.int64)])
        self._day_start = np.concatenate([self._day_start, np.zeros(more, dtype=np.int64)])


def marks_of(frame: Frame, silent: Bools | None = None) -> NDArray[np.uint8]:
    """State plane of one Frame: (capacity,) `Mark` bits, without BORN."""
    told = frame.balancer.reach == Reach.OK
    marks = np.zeros(frame.rows.capacity, dtype=np.uint8)
    marks[np.isnan(frame[Column.TRUTH])] |= Mark.NO_TRUTH
    marks[np.isnan(frame[Column.BELIEVED]) | (not told)] |= Mark.NO_BELIEF
    marks[frame.attachment == _DETACHED] |= Mark.DETACHED
    if silent is not None and told:
        marks[silent] |= Mark.SILENT
    marks[~frame.listed] = Mark.ABSENT
    return marks


def fleet_series(frame: Frame) -> Mapping[str, float]:
    """Fleet-wide numbers of one Frame: `started`, `refused`, and `error:<text>`; nothing on a new base."""
    delta = frame.fleet_delta
    if delta is None:
        return {}
    series = {
        name: float(delta.sessions_total[name]) for name in ("started", "refused") if name in delta.sessions_total
    }
    series.update({f"error:{text}": float(count) for text, count in delta.errors_total.items()})
    return series
