"""The blindness ledger: each interval in which a source could not be seen, with its cause. Frames in, intervals out; bounded."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from console.domain.frame import Frame, Row, slots_of
from console.domain.lifecycle import Blindness, Unseen
from console.domain.options import option
from console.domain.states import Reach

STOOD_STILL = "stood_still"
"""Cause of an interval in which the console itself polled nothing: suspended, or stalled."""


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """How much blindness is remembered, and when the console itself counts as blind."""

    kept: int = option(
        4096, low=64, high=100_000, sentence="Most intervals without sight that are kept; the oldest go first."
    )
    still_polls: float = option(
        3.0,
        unit="polls",
        low=1.5,
        high=100.0,
        sentence="No Frame for longer than this: the console itself stood still.",
    )


class Ledger:
    """Steps once per Frame, in order. An interval runs from the first Frame that lacks the source to the first that has it again."""

    def __init__(self, settings: LedgerSettings | None = None) -> None:
        self._settings = settings or LedgerSettings()
        self._closed: deque[Blindness] = deque(maxlen=self._settings.kept)
        self._open: dict[int | None, Blindness] = {}
        """By slot; None: the balancer."""
        self._rows: tuple[Row | None, ...] = ()
        self._dark: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._why: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
        self._before: tuple[float, float] | None = None
        self._listed: tuple[Blindness, ...] | None = ()
        self.dropped = 0
        """Intervals that were left off for want of room."""

    @property
    def intervals(self) -> tuple[Blindness, ...]:
        """Closed ones by their end, then the open ones by their start."""
        if self._listed is None:
            still = sorted(self._open.values(), key=lambda one: (one.start_mono_s, one.server or ""))
            self._listed = (*self._closed, *still)
        return self._listed

    def step(self, frame: Frame) -> tuple[Blindness, ...]:
        """Takes one Frame; returns all intervals that are kept."""
        self._stood_still(frame)
        self._balancer(frame)
        self._servers(frame)
        self._before = frame.wall_s, frame.mono_s
        return self.intervals

    def _stood_still(self, frame: Frame) -> None:
        if self._before is None:
            return
        wall_s, mono_s = self._before
        if frame.mono_s - mono_s > self._settings.still_polls * frame.interval_s:
            # Measured on the monotonic clock: the wall clock may have been set meanwhile.
            gap_s = frame.mono_s - mono_s
            self._keep(Blindness(Unseen.ALL, None, wall_s, mono_s, STOOD_STILL, wall_s + gap_s, frame.mono_s))

    def _balancer(self, frame: Frame) -> None:
        reach = frame.balancer.reach
        if reach == Reach.OK:
            self._end(None, frame)
        elif reach != Reach.NEVER and None not in self._open:
            self._begin(None, frame, Unseen.BALANCER, None, reach)

    def _servers(self, frame: Frame) -> None:
        """Looks closer only at slots where something changed: in calm that is nobody."""
        rows = frame.rows.rows
        dark = frame.unread
        why = np.where(dark, frame.reach, np.uint8(0)).astype(np.uint8)
        before, reasons = _fit(self._dark, len(dark)), _fit(self._why, len(dark))
        changed = (dark != before) | (why != reasons)
        if rows is not self._rows:
            for slot in [slot for slot in self._open if slot is not None]:
                if slot >= len(rows) or not _same(self._rows[slot], rows[slot]):
                    self._end(slot, frame)
                    if slot < len(rows):
                        changed[slot] = True
            self._rows = rows
        for slot in slots_of(changed).tolist():
            row = rows[slot]
            if not dark[slot] or row is None:
                self._end(slot, frame)
            elif slot not in self._open:
                self._begin(slot, frame, Unseen.SERVER, row.id, Reach(int(why[slot])))
            # A new reason for the same darkness does not end it: the interval names what it began with.
        self._dark, self._why = dark, why

    def _begin(self, slot: int | None, frame: Frame, source: Unseen, server: str | None, reach: Reach) -> None:
        self._open[slot] = Blindness(source, server, frame.wall_s, frame.mono_s, reach.name.lower())
        self._listed = None

    def _end(self, slot: int | None, frame: Frame) -> None:
        if (interval := self._open.pop(slot, None)) is not None:
            lasted_s = frame.mono_s - interval.start_mono_s
            end_s = interval.start_wall_s + lasted_s
            self._keep(replace(interval, end_wall_s=end_s, end_mono_s=frame.mono_s))

    def _keep(self, interval: Blindness) -> None:
        self.dropped += len(self._closed) == self._closed.maxlen
        self._closed.append(interval)
        self._listed = None


def _fit(values: NDArray[np.generic], size: int) -> NDArray[np.generic]:
    """As long as `size`; new slots hold zero."""
    if len(values) == size:
        return values
    fitted = np.zeros(size, dtype=values.dtype)
    fitted[: min(len(values), size)] = values[:size]
    return fitted


def _same(before: Row | None, now: Row | None) -> bool:
    return before is not None and now is not None and before.id == now.id
