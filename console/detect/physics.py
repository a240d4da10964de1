"""Herd physics: how strongly a pool can herd, how long until its next server is full, and which one that is."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.detect.estimate import Estimate
from console.detect.facts import number
from console.detect.spread import Spread, sums_by
from console.domain.alarms import Herd
from console.domain.frame import NAN, Bools, Column, Floats, Frame

FAR_S: Final = 600.0
"""What is further off than this is no forecast any more."""
_TIE: Final = 0.25
"""Servers whose times to full differ by less than this share cannot be told apart."""
_MOST_VICTIMS: Final = 3
_RATES_S: Final = (5.0, 10.0, 30.0)
"""Windows of the rate of the forecast."""
_LENGTH_S: Final = 60.0
_YOUNG: Final = 0.7
"""No session that begins now ends before this part of the usual length; until then only those that were there end."""


class HerdKeeper:
    """Steps once per Frame, in order; holds the last minute of arrivals and sessions per pool."""

    def __init__(self) -> None:
        self._pools: tuple[str | None, ...] = ()
        self._past: deque[tuple[float, float, Floats, Floats]] = deque()
        """(time, since, came per pool, sessions per pool)."""
        self._before_s: float | None = None
        self._newest: tuple[Herd, ...] = ()

    def step(self, frame: Frame, estimate: Estimate, spread: Spread) -> tuple[Herd, ...]:
        """One for each pool with attached servers, the most concentrated first; the last known while nothing is told."""
        if not estimate.told:
            return self._newest
        self._remember(frame, estimate)
        pools = [
            self._of_pool(frame, estimate, spread, index)
            for index in range(len(estimate.pools))
            if spread.servers[index]
        ]
        self._newest = tuple(sorted(pools, key=lambda herd: _order(herd.n_eff / herd.n_fair)))
        return self._newest

    def _remember(self, frame: Frame, estimate: Estimate) -> None:
        if estimate.pools != self._pools:
            self._pools = estimate.pools
            self._past.clear()
        pools, now_s = len(estimate.pools), frame.mono_s
        since_s = self._before_s if self._before_s is not None else now_s - frame.interval_s
        self._before_s = now_s
        came = sums_by(estimate.pool_of, np.nan_to_num(frame[Column.ROUTED]), pools)
        truth = np.where(np.isnan(frame[Column.TRUTH]), frame[Column.LAST_TRUTH], frame[Column.TRUTH])
        held = sums_by(estimate.pool_of, np.nan_to_num(truth), pools)
        self._past.append((now_s, since_s, came, held))
        while len(self._past) > 1 and self._past[0][0] <= now_s - _LENGTH_S:
            self._past.popleft()

    def _rate(self, pool: int) -> float:
        """Sessions per second: over the longest window that the last seconds do not contradict: little chance, and a ramp shows."""
        newest, seconds = self._came(pool, _RATES_S[0])
        for window_s in reversed(_RATES_S):
            came, covered_s = self._came(pool, window_s)
            expected = came / covered_s * seconds
            if abs(newest - expected) <= math.sqrt(max(expected, 1.0)):
                return came / covered_s
        return newest / seconds

    def _came(self, pool: int, window_s: float) -> tuple[float, float]:
        """Sessions of the last so many seconds, and what that really covers."""
        now_s = self._past[-1][0]
        late = [entry for entry in self._past if entry[0] > now_s - window_s + 1e-6] or [self._past[-1]]
        return float(sum(entry[2][pool] for entry in late)), max(late[-1][0] - late[0][1], 1e-3)

    def _length(self, frame: Frame, mine: NDArray[np.intp], pool: int) -> float:
        """How long a session lasts, in seconds: as servers tell, else from what came and what is left; inf: cannot be told."""
        told = frame[Column.SESSION_LENGTH_P50][mine]
        told = told[~np.isnan(told)]
        if told.size:
            return max(float(np.median(told)), 1e-3)
        first, last = self._past[0], self._past[-1]
        came = sum(entry[2][pool] for entry in self._past) - first[2][pool]
        ended = came - (last[3][pool] - first[3][pool])
        held = float(np.mean([entry[3][pool] for entry in self._past]))
        return held * (last[0] - first[0]) / ended if ended >= 5 else math.inf

    def _of_pool(self, frame: Frame, estimate: Estimate, spread: Spread, pool: int) -> Herd:
        mine = np.flatnonzero(frame.attached & (estimate.pool_of == pool))
        truth, limit, belief = (frame[column][mine] for column in (Column.TRUTH, Column.LIMIT, Column.BELIEVED))
        known = ~np.isnan(truth) & ~np.isnan(limit)
        headroom = float(np.median(limit[known]) - np.mean(truth[known])) if known.any() else NAN
        rate = self._rate(pool)
        steady = float(spread.came[pool]) / estimate.seconds_10 if estimate.counts_routed else NAN
        number_h = steady * estimate.interval_s / headroom if headroom > 0 else math.inf if headroom <= 0 else NAN
        times, sharing, level = self._times(frame, estimate, mine, pool, rate)
        open_ = known & (truth < limit) & np.isfinite(times)
        countdown_s, victims = NAN, ()
        if open_.any():
            order = np.flatnonzero(open_)[np.lexsort((-truth[open_], times[open_]))]
            countdown_s = float(times[order[0]])
            tied = [at for at in order[:_MOST_VICTIMS].tolist() if times[at] <= countdown_s * (1.0 + _TIE) + 0.5]
            victims = tuple(row.id for at in tied if (row := frame.rows.rows[mine[at]]) is not None)
        because = {
            "headroom": number(headroom),
            "rate_per_s": number(rate),
            "sharing": sharing,
            "believed": number(float(np.nanmin(belief)) if (~np.isnan(belief)).any() else NAN),
            "level": number(level),
            "report_interval_s": number(estimate.interval_s),
        }
        return Herd(
            pool=estimate.pools[pool],
            rate_per_s=steady,
            n_eff=float(spread.n_eff[pool]),
            n_fair=float(spread.n_fair[pool]),
            number=number_h,
            countdown_s=countdown_s if countdown_s <= FAR_S else NAN,
            victims=victims if countdown_s <= FAR_S else (),
            because=because,
        )

    def _times(
        self, frame: Frame, estimate: Estimate, mine: NDArray[np.intp], pool: int, rate: float
    ) -> tuple[Floats, int, float]:
        """Seconds to full per server of the pool (inf: never), how many share the herd, and the level of the others' belief."""
        truth, limit, belief = (frame[column][mine] for column in (Column.TRUTH, Column.LIMIT, Column.BELIEVED))
        with np.errstate(invalid="ignore"):
            frozen: Bools = estimate.silent[mine] & (belief < limit)
        fresh = belief[~estimate.silent[mine] & ~np.isnan(belief)]
        level = float(np.median(fresh)) if fresh.size else math.inf
        # Between two reports all goes to one server and then to another: only what lasts a minute fills one.
        inflow = np.minimum(
            estimate.routed_10s[mine] / estimate.seconds_10, estimate.routed_60s[mine] / estimate.seconds_60
        )
        lowest = float(np.min(belief[frozen])) if frozen.any() else math.inf
        sharing = 0
        if lowest < level or (frozen.any() and not fresh.size):
            # Their belief does not rise with what they get, and that of any other does with its next report: all that
            # comes is theirs, in equal parts.
            herd = frozen & (belief == lowest)
            sharing = int(herd.sum())
            inflow = np.where(herd, rate / sharing, 0.0)
        length_s = self._length(frame, mine, pool)
        times = np.full(len(mine), np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (limit - truth) / (inflow - truth / length_s)
            times = np.where((first > 0) & (first <= _YOUNG * length_s), first, times)
            later = length_s * np.log((inflow * length_s - truth) / (inflow * length_s - limit))
            times = np.where(~np.isfinite(times) & (inflow * length_s > limit) & (later > 0), later, times)
        return times, sharing, level


def _order(share: float) -> float:
    return math.inf if math.isnan(share) else share
