"""What comes and how long it stays: arrivals per pool and the length of a session, learned from Frames. Bounded, pure."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from typing import Final

import numpy as np

from console.detect.bypool import sums_by
from console.domain.foresight import Flow, Known
from console.domain.frame import NAN, Column, Floats, Frame, or_else
from console.domain.states import Reach
from console.store import Holders

_LONGEST_S: Final = 60.0
_SHORTEST_S: Final = 2.0
"""A rate is taken over no more and no less than this: little chance, and a ramp shows."""
_CLEARLY: Final = 6.0
"""Gain in log-likelihood that proves a change of the rate."""
_KEPT_S: Final = 1800.0
_MOST: Final = 3600
"""Frames per pool that are remembered: half an hour at two a second."""
_BEGAN_MOST: Final = 180
"""Frames in which it is remembered who began what."""
_QUANTILES: Final = (0.5, 0.9, 1.0)
_LEAST: Final = 10.0
"""Sessions that must have ended before a length is measured."""
_ANCHORS_S: Final = 300.0
"""A length is the mean over the looks of so long."""
_TOLD_MARGIN: Final = 0.05
ASSUMED_MARGIN: Final = 0.5


Flows = Mapping[str | None, Flow]
"""By pool."""


class FlowKeeper:
    """Steps once per Frame, in order; `flows` may be asked at any time."""

    def __init__(self, assumed_session_s: float = 60.0) -> None:
        """`assumed_session_s`: where neither servers nor counts tell a length."""
        self._assumed_s = assumed_session_s
        self._holders = Holders()
        self._pasts: dict[str | None, _Past] = {}
        self._told_s: float | None = None
        self._began: deque[tuple[float, Floats]] = deque(maxlen=_BEGAN_MOST)
        """When, and the sessions that each slot's server began since the Frame before."""

    def step(self, frame: Frame) -> None:
        """Takes one Frame; where the balancer did not answer, the next answer carries what came meanwhile."""
        turnover = self._holders.update(frame.rows)
        for _, began in self._began if turnover.born.size else ():
            began[turnover.born[turnover.born < len(began)]] = np.nan
        self._began.append((frame.mono_s, frame[Column.STARTED].copy()))
        if frame.balancer.reach != Reach.OK:
            return
        since_s = self._told_s if self._told_s is not None else frame.mono_s - frame.interval_s
        self._told_s = frame.mono_s
        truth = np.where(np.isnan(frame[Column.TRUTH]), frame[Column.LAST_TRUTH], frame[Column.TRUTH])
        pool_of, pools = self._holders.pool_of, len(self._holders.pools)
        held, routed, started = (
            sums_by(pool_of, or_else(column), pools) for column in (truth, frame[Column.ROUTED], frame[Column.STARTED])
        )
        tells_routed, tells_started = (
            sums_by(pool_of, ~np.isnan(frame[column]) & frame.listed, pools)
            for column in (Column.ROUTED, Column.STARTED)
        )
        length = frame[Column.SESSION_LENGTH_P50]
        for number, pool in enumerate(self._holders.pools):
            asked, refused = _asked(frame, pool)
            if math.isnan(asked) and tells_routed[number]:
                asked = float(routed[number])
            began = float(started[number]) if tells_started[number] else asked - refused
            told = length[self._holders.members[number]]
            told = told[~np.isnan(told)]
            past = self._pasts.setdefault(pool, _Past())
            past.push(frame.mono_s, since_s, asked, began, float(held[number]))
            past.told_s = float(np.median(told)) if told.size else NAN
        for pool in self._pasts.keys() - set(self._holders.pools):
            del self._pasts[pool]

    def flows(self) -> dict[str | None, Flow]:
        """Of each pool that the newest Frame has."""
        return {pool: past.flow(self._assumed_s) for pool, past in self._pasts.items()}

    def ages(self, frame: Frame) -> Floats:
        """p50, p90 and maximum of the ages of the open sessions, (3, slots), in seconds; `frame` is the newest.

        What is open on a server are about the last ones that began there. NaN: it did not tell what it began, or these are
        older than what is remembered.
        """
        capacity = frame.rows.capacity
        began = np.full((len(self._began), capacity), np.nan)
        for place, (_, column) in enumerate(reversed(self._began)):
            began[place, : len(column)] = column
        since_s = frame.mono_s - np.array([at for at, _ in reversed(self._began)])
        total: Floats = np.cumsum(began, axis=0)
        found = np.full((len(_QUANTILES), capacity), np.nan)
        for row, quantile in enumerate(_QUANTILES):
            with np.errstate(invalid="ignore"):
                reached = total >= quantile * frame[Column.TRUTH]
            first = reached.argmax(axis=0)
            # They began between this look and the one before it.
            found[row] = np.where(reached.any(axis=0), since_s[first] + frame.interval_s / 2, np.nan)
        return found


def _asked(frame: Frame, pool: str | None) -> tuple[float, float]:
    """Sessions asked for in this Frame and refused of them, by the balancer's own counters; NaN and 0: not told."""
    delta = frame.pools_delta.get(pool or "")
    if delta is None or "started" not in delta.sessions_total:
        return NAN, 0.0
    refused = float(delta.sessions_total.get("refused", 0))
    return max(float(delta.sessions_total["started"]), refused), refused


def _change(came: Floats, seconds: Floats) -> int | None:
    """Where two rates explain the counts clearly better than one (Poisson, by likelihood); None: nowhere."""
    early, early_s = np.cumsum(came)[:-1], np.cumsum(seconds)[:-1]
    late, late_s = came.sum() - early, seconds.sum() - early_s
    gain = _fit(early, early_s) + _fit(late, late_s) - _fit(came.sum(), seconds.sum())
    gain[late_s < _SHORTEST_S - 1e-6] = -np.inf
    if not gain.size or gain.max() <= _CLEARLY:
        return None
    return int(gain.argmax()) + 1


def _fit(count: Floats, seconds: Floats) -> Floats:
    """Log-likelihood of so many in so long at their own mean, without what all share."""
    return count * np.log(np.maximum(count, 1e-9) / seconds)


def _when(total: Floats, since: Floats, at: Floats, number: Floats) -> Floats:
    """When session `number` (1 is the first) began: evenly spread within its Frame."""
    place = np.minimum(total.searchsorted(number, side="left"), len(total) - 1)
    before = np.where(place > 0, total[place - 1], 0.0)
    part = (number - before) / (total[place] - before + 1.0)
    return since[place] + np.clip(part, 0.0, 1.0) * (at - since)[place]


class _Past:
    """One pool: (time, since, asked, began, open) per Frame."""

    def __init__(self) -> None:
        self._entries: deque[tuple[float, float, float, float, float]] = deque(maxlen=_MOST)
        self.told_s = NAN
        """Median length as the servers tell it."""

    def push(self, now_s: float, since_s: float, asked: float, began: float, held: float) -> None:
        self._entries.append((now_s, since_s, asked, began, held))
        while len(self._entries) > 1 and self._entries[0][0] < now_s - _KEPT_S:
            self._entries.popleft()

    def flow(self, assumed_s: float) -> Flow:
        rate, rate_margin = self._rate()
        if self.told_s > 0:
            return Flow(rate, rate_margin, self.told_s, _TOLD_MARGIN, Known.TOLD)
        length_s, margin, least_s = self._length()
        if length_s > 0:
            return Flow(rate, rate_margin, length_s, margin, Known.MEASURED)
        return Flow(rate, rate_margin, max(assumed_s, least_s), ASSUMED_MARGIN, Known.ASSUMED)

    def _rate(self) -> tuple[float, float]:
        """Sessions per second since it last changed within the newest minute, and its margin; NaN: nothing was told."""
        if not self._entries:
            return NAN, 1.0
        at, since, asked, _, _ = np.array(self._entries).T
        told = ~np.isnan(asked) & (at > at[-1] - _LONGEST_S + 1e-6)
        if not told.any():
            return NAN, 1.0
        came, seconds = asked[told], (at - since)[told]
        begin = 0
        while (split := _change(came[begin:], seconds[begin:])) is not None:
            begin += split
        total = float(came[begin:].sum())
        return total / float(seconds[begin:].sum()), 1.0 / math.sqrt(max(total, 1.0))

    def _length(self) -> tuple[float, float, float]:
        """Seconds, margin, and what it is at least; NaN: cannot be told.

        The sessions that are open are about the last ones that began: so they began within one length. That holds in a
        ramp too, where open sessions over arrivals (Little's law) is far off.
        """
        if not self._entries:
            return NAN, 1.0, 0.0
        at, since, _, began, held = np.array(self._entries).T
        if (bases := np.flatnonzero(np.isnan(began))).size:  # a new base: what began before it does not count
            first = int(bases[-1]) + 1
            at, since, began, held = at[first:], since[first:], began[first:], held[first:]
        if not at.size:
            return NAN, 1.0, 0.0
        covered_s = float(at[-1] - since[0])
        total: Floats = np.cumsum(began)
        ended = total - held
        if ended[-1] < _LEAST:
            # What was open all the while lasts longer than we have looked.
            return NAN, 1.0, covered_s if held[-1] > 0 and ended.max() <= 0 else 0.0
        late = (at > at[-1] - _ANCHORS_S) & (ended > 0) & (held > 0)
        if not late.any():
            return NAN, 1.0, 0.0
        # One length ago lies between the last one that has ended and the first that is open.
        ended, held, now = ended[late], held[late], at[late]
        begun_s = (_when(total, since, at, ended) + _when(total, since, at, ended + 1.0)) / 2
        lengths: Floats = now - begun_s
        length_s = float(np.average(lengths, weights=held))
        margin = min(ASSUMED_MARGIN, 0.05 + 0.5 / math.sqrt(float(ended[-1])))
        # Seen for hardly longer than that, most of what is open began before we looked.
        return length_s, margin if covered_s > 2 * length_s else ASSUMED_MARGIN, 0.0
