"""Herd physics: how strongly a pool can herd, how long until its next server is full, and which one that is."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.detect.bypool import sums_by
from console.detect.estimate import Estimate
from console.detect.facts import lately, number
from console.detect.robust import median
from console.detect.spread import Spread
from console.domain.alarms import Herd
from console.domain.frame import NAN, Bools, Column, Floats, Frame, count, or_else, slots_of

FAR_S: Final = 600.0
"""What is further off than this is no forecast any more."""
_TIE: Final = 0.25
"""Servers whose times to full differ by less than this share cannot be told apart."""
_MOST_VICTIMS: Final = 3
_RATES_S: Final = (5.0, 7.5, 10.0, 15.0, 20.0, 30.0)
"""Windows of the rate of the forecast."""
_CHANCE: Final = 1.5
"""Standard deviations by which what came before may differ from what comes now."""
_LENGTH_S: Final = 60.0
_YOUNG: Final = 0.7
"""No session that begins now ends before this part of the usual length; until then only those that were there end."""


_Entry = tuple[float, float, list[float], list[float]]
"""Time, since, what came per pool before that (a running total), sessions per pool."""


class HerdKeeper:
    """Steps once per Frame, in order; holds the last minute of arrivals and sessions per pool."""

    def __init__(self) -> None:
        self._pools: tuple[str | None, ...] = ()
        self._past: list[_Entry] = []
        self._total: Floats = np.zeros(0)
        """Came per pool, since the pools were last others."""
        self._before_s: float | None = None
        self._newest: tuple[Herd, ...] = ()

    def step(self, frame: Frame, estimate: Estimate, spread: Spread) -> tuple[Herd, ...]:
        """One for each pool with attached servers, the most concentrated first; the last known while nothing is told."""
        if not estimate.told:
            return self._newest
        self._remember(frame, estimate)
        attached = frame.attached
        pools = [
            self._of_pool(frame, estimate, spread, attached, index)
            for index in range(len(estimate.pools))
            if spread.servers[index]
        ]
        self._newest = tuple(sorted(pools, key=lambda herd: _order(herd.n_eff / herd.n_fair)))
        return self._newest

    def _remember(self, frame: Frame, estimate: Estimate) -> None:
        if estimate.pools != self._pools:
            self._pools = estimate.pools
            self._past, self._total = [], np.zeros(len(estimate.pools))
        pools, now_s = len(estimate.pools), frame.mono_s
        since_s = self._before_s if self._before_s is not None else now_s - frame.interval_s
        self._before_s = now_s
        came = sums_by(estimate.pool_of, or_else(frame[Column.ROUTED]), pools)
        truth = lately(frame)
        told = ~np.isnan(truth)
        servers = sums_by(estimate.pool_of, frame.listed | told, pools)
        with np.errstate(divide="ignore", invalid="ignore"):  # who is not heard of has as many as the others
            held = servers * sums_by(estimate.pool_of, np.where(told, truth, 0.0), pools)
            held /= sums_by(estimate.pool_of, told, pools)
        self._past.append((now_s, since_s, self._total.tolist(), held.tolist()))
        self._total = self._total + came  # whole numbers: a running total is exact
        old = bisect_right(self._past, now_s - _LENGTH_S, key=_time)
        del self._past[: min(old, len(self._past) - 1)]

    def _rate(self, pool: int) -> float:
        """Sessions per second: back to where what came begins to differ from the last seconds: little chance, and a ramp shows."""
        came, covered_s = self._came(pool, _RATES_S[0])
        for window_s in _RATES_S[1:]:
            more, longer_s = self._came(pool, window_s)
            expected = came / covered_s * (longer_s - covered_s)
            if abs(more - came - expected) > _CHANCE * math.sqrt(max(expected, 1.0)):
                break
            came, covered_s = more, longer_s
        return came / covered_s

    def _came(self, pool: int, window_s: float) -> tuple[float, float]:
        """Sessions of the last so many seconds, and what that really covers."""
        past = self._past
        now_s = past[-1][0]
        first = past[min(bisect_right(past, now_s - window_s + 1e-6, key=_time), len(past) - 1)]
        return float(self._total[pool]) - first[2][pool], max(now_s - first[1], 1e-3)

    def _length(self, frame: Frame, mine: NDArray[np.intp], pool: int) -> float:
        """How long a session lasts, in seconds: as servers tell, else from what came and what is left; inf: cannot be told.

        Sessions of which nothing was heard make `ended` NaN, and that is no length.
        """
        told = frame[Column.SESSION_LENGTH_P50][mine]
        told = told[~np.isnan(told)]
        if told.size:
            return max(median(told), 1e-3)
        first, last = self._past[0], self._past[-1]
        after = self._past[1][2][pool] if len(self._past) > 1 else float(self._total[pool])
        came = float(self._total[pool]) - after
        ended = came - (last[3][pool] - first[3][pool])
        held = float(np.mean([entry[3][pool] for entry in self._past]))
        return held * (last[0] - first[0]) / ended if ended >= 5 else math.inf

    def _of_pool(self, frame: Frame, estimate: Estimate, spread: Spread, attached: Bools, pool: int) -> Herd:
        mine = estimate.members[pool]
        mine = mine[attached[mine]]
        truth, limit, belief = (frame[column][mine] for column in (Column.TRUTH, Column.LIMIT, Column.BELIEVED))
        known = ~np.isnan(truth) & ~np.isnan(limit)
        told = count(known)
        headroom = median(limit[known]) - float(truth[known].sum() / told) if told else NAN
        rate = self._rate(pool)
        steady = float(spread.came[pool]) / estimate.seconds_10 if estimate.counts_routed else NAN
        number_h = steady * estimate.interval_s / headroom if headroom > 0 else math.inf if headroom <= 0 else NAN
        times, sharing, level = self._times(frame, estimate, mine, pool, rate, truth, limit, belief)
        open_ = known & (truth < limit) & np.isfinite(times)
        countdown_s, victims = NAN, ()
        if count(open_):
            countdown_s = float(times[open_].min())
            tied = slots_of(open_ & (times <= countdown_s * (1.0 + _TIE) + 0.5))
            first = tied[np.lexsort((-truth[tied], times[tied]))][:_MOST_VICTIMS].tolist()
            victims = tuple(row.id for at in first if (row := frame.rows.rows[mine[at]]) is not None)
        because = {
            "headroom": number(headroom),
            "rate_per_s": number(rate),
            "sharing": sharing,
            "believed": number(float(np.fmin.reduce(belief))),
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
        self,
        frame: Frame,
        estimate: Estimate,
        mine: NDArray[np.intp],
        pool: int,
        rate: float,
        truth: Floats,
        limit: Floats,
        belief: Floats,
    ) -> tuple[Floats, int, float]:
        """Seconds to full per server of the pool (inf: never), how many share the herd, and the level of the others' belief."""
        silent = estimate.silent[mine]
        with np.errstate(invalid="ignore"):
            frozen: Bools = silent & (belief < limit)
        fresh = belief[~silent & ~np.isnan(belief)]
        level = median(fresh) if fresh.size else math.inf
        any_frozen = bool(count(frozen))
        # Between two reports all goes to one server and then to another: only what lasts a minute fills one.
        inflow = np.minimum(
            estimate.routed_10s[mine] / estimate.seconds_10, estimate.routed_60s[mine] / estimate.seconds_60
        )
        lowest = float(np.min(belief[frozen])) if any_frozen else math.inf
        sharing = 0
        if lowest < level or (any_frozen and not fresh.size):
            # Their belief does not rise with what they get, and that of any other does with its next report: all that
            # comes is theirs, in equal parts.
            herd = frozen & (belief == lowest)
            sharing = count(herd)
            inflow = np.where(herd, rate / sharing, 0.0)
        length_s = self._length(frame, mine, pool)
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (limit - truth) / (inflow - truth / length_s)
            young = (first > 0) & (first <= _YOUNG * length_s)
            times = np.where(young, first, np.inf)
            fills = ~young & (inflow * length_s > limit)
            if count(fills):
                later = length_s * np.log((inflow * length_s - truth) / (inflow * length_s - limit))
                times = np.where(fills & (later > 0), later, times)
        return times, sharing, level


def _time(entry: _Entry) -> float:
    return entry[0]


def _order(share: float) -> float:
    return math.inf if math.isnan(share) else share
