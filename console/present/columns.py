"""History -> columns of the maps: one byte of load and one of state per server and poll, on scales that never move."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Column
from console.domain.history import History, Mark, Track
from console.domain.view import View
from console.present.numbers import count, decimal
from widgets.viewdata import (
    GAP_ZERO,
    QT_TRANSLATE_NOOP,
    CellState,
    ColumnBlock,
    Legend,
    MapKind,
    phrase,
)

SMOOTH_S: Final = 5.0
"""Routed is drawn as the mean of this long: single polls of 0, 1, 3 sessions only flicker."""
FILL_S: Final = 3.0
"""Full colour of routed: what would fill an empty server of the fleet's usual limit in this long."""
FALLBACK_PER_S: Final = 10.0
"""Full colour of routed where no server tells a limit."""
_FULL: Final = 255
_SIDE: Final = 127
_Bytes = NDArray[np.uint8]


class ColumnEncoder:
    """Gives each tick of history once, in order. The scale of routed is settled with the first limits seen, then fixed."""

    def __init__(self) -> None:
        self._next = 0
        self._routed_full: float | None = None

    def take(self, view: View) -> ColumnBlock | None:
        """All columns since the last call (however long ago), or None where there is none."""
        history = view.history
        first = max(history.first, self._next)
        if history.last <= first:
            return None
        self._next = history.last
        return encode(view, first, history.last, self.routed_full(view))

    def routed_full(self, view: View) -> float:
        """New sessions per second at full colour."""
        if self._routed_full is None:
            limits = view.frame[Column.LIMIT]
            limits = limits[np.isfinite(limits)]
            if len(limits) == 0:
                return FALLBACK_PER_S
            self._routed_full = max(float(np.median(limits)) / FILL_S, 1.0 / SMOOTH_S)
        return self._routed_full

    def legends(self, view: View) -> tuple[Legend, ...]:
        """Titles and ends of the fixed scales."""
        full = decimal(self.routed_full(view), 0 if self.routed_full(view) >= 3 else 1)
        limits = view.frame[Column.LIMIT]
        limits = limits[np.isfinite(limits)]
        limit = count(float(limits.max())) if len(limits) and limits.min() == limits.max() else None
        percent = phrase(QT_TRANSLATE_NOOP("present", "connections, % of limit"))
        ends = (f"−{limit}", f"+{limit}") if limit else ("−100 %", "+100 %")
        return (
            Legend(MapKind.TRUTH, phrase(QT_TRANSLATE_NOOP("present", "Truth")), percent, "0", "100 %"),
            Legend(
                MapKind.ROUTED,
                phrase(QT_TRANSLATE_NOOP("present", "Routed")),
                phrase(QT_TRANSLATE_NOOP("present", "new sessions per second, mean of 5 s")),
                "0",
                full,
            ),
            Legend(MapKind.GAP, phrase(QT_TRANSLATE_NOOP("present", "Gap")), _GAP_UNIT, *ends),
            Legend(
                MapKind.BELIEF,
                phrase(QT_TRANSLATE_NOOP("present", "Belief")),
                phrase(QT_TRANSLATE_NOOP("present", "what the balancer holds, % of limit")),
                "0",
                "100 %",
            ),
        )


_GAP_UNIT = phrase(QT_TRANSLATE_NOOP("present", "truth − belief − arrivals since the report"))


def encode(view: View, first: int, last: int, routed_full: float) -> ColumnBlock:
    """Ticks [first, last) as levels and states. `routed_full` in sessions per second."""
    history = view.history
    marks = history.marks(first, last)
    limit = history.track(Track.LIMIT, first, last)
    truth = history.track(Track.TRUTH, first, last)
    belief = history.track(Track.BELIEVED, first, last)
    gap = history.track(Track.GAP, first, last)
    routed = _smooth(history, first, last, max(1, round(SMOOTH_S / view.frame.interval_s)))
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = np.where(limit > 0, limit, np.nan)
        levels = {
            MapKind.TRUTH: _load(truth / limit),
            MapKind.ROUTED: _load(routed / (routed_full * view.frame.interval_s)),
            MapKind.GAP: _signed(gap / limit),
            MapKind.BELIEF: _load(belief / limit),
        }
    base = np.where(marks & Mark.DETACHED, np.uint8(CellState.DETACHED), np.uint8(CellState.OK))
    absent = (marks & Mark.ABSENT) != 0
    no_truth = (marks & Mark.NO_TRUTH) != 0
    no_belief = (marks & Mark.NO_BELIEF) != 0
    silent = (marks & Mark.SILENT) != 0
    missing = {
        MapKind.TRUTH: no_truth | ~np.isfinite(truth / limit),
        MapKind.ROUTED: no_belief | ~np.isfinite(routed),
        # The rule judges attached servers only, so a detached one without a gap is not "missing".
        MapKind.GAP: no_truth | no_belief | (~np.isfinite(gap / limit) & ((marks & Mark.DETACHED) == 0)),
        # A belief older than the silence limit is no knowledge of now: hatched, its number stays in the read-out.
        MapKind.BELIEF: no_belief | silent | ~np.isfinite(belief / limit),
    }
    blind = {
        MapKind.TRUTH: no_truth,
        MapKind.ROUTED: no_belief,
        MapKind.GAP: no_truth | no_belief,
        MapKind.BELIEF: no_belief,
    }
    states = {kind: _states(base, absent, missing[kind], blind[kind]) for kind in MapKind}
    return ColumnBlock(first=first, wall_s=history.wall(first, last), levels=levels, states=states)


def _load(fraction: NDArray[np.floating]) -> _Bytes:
    """0..1 on 0..255; what is not zero is at least 1, what is over the limit is full."""
    scaled = np.nan_to_num(fraction, nan=0.0, posinf=1.0, neginf=0.0)
    level = np.clip(np.rint(scaled * _FULL), 0, _FULL).astype(np.uint8)
    return np.where((scaled > 0) & (level == 0), np.uint8(1), level)


def _signed(fraction: NDArray[np.floating]) -> _Bytes:
    """-1..1 about GAP_ZERO, symmetric."""
    scaled = np.nan_to_num(fraction, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(np.rint(GAP_ZERO + scaled * _SIDE), GAP_ZERO - _SIDE, GAP_ZERO + _SIDE).astype(np.uint8)


def _states(base: _Bytes, absent: NDArray[np.bool_], missing: NDArray[np.bool_], blind: NDArray[np.bool_]) -> _Bytes:
    """Per cell; a tick in which nothing at all was seen is blind as a whole."""
    states = np.where(missing, np.uint8(CellState.NO_DATA), base)
    present = ~absent
    whole = (blind | absent).all(axis=0) & present.any(axis=0)
    states[:, whole] = CellState.BLIND
    states[absent] = CellState.ABSENT
    return states.astype(np.uint8)


def _smooth(history: History, first: int, last: int, window: int) -> NDArray[np.float64]:
    """Mean of `window` ticks up to each tick; only over ticks of the same holder that were read. NaN: none was."""
    start = max(history.first, first - window + 1)
    values = history.track(Track.ROUTED, start, last).astype(np.float64)
    foreign = (history.marks(start, last) & Mark.ABSENT) != 0
    got = np.isfinite(values) & ~foreign
    zero = np.zeros((len(values), 1))
    total = np.concatenate([zero, np.cumsum(np.where(got, values, 0.0), axis=1)], axis=1)
    known = np.concatenate([zero, np.cumsum(got, axis=1)], axis=1)
    ends = np.arange(first - start + 1, last - start + 1)
    begins = np.maximum(ends - window, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total[:, ends] - total[:, begins]) / (known[:, ends] - known[:, begins])
    # A tick that was not read itself must not borrow its neighbours' number.
    return np.where(got[:, ends - 1], mean, np.nan)
