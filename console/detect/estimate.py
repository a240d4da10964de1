"""What one Frame says of silence and of the belief gap, per slot: the numbers under the rules, before any verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.detect.bypool import by_slot, sums_by
from console.detect.interval import ReportInterval
from console.detect.recent import HAIR_S, Recent
from console.detect.settled import settled
from console.domain.frame import Bools, Column, Floats, Frame, count, or_else
from console.domain.options import option
from console.domain.states import Reach
from console.store import Holders, Turnover


@dataclass(frozen=True, slots=True)
class GapSettings:
    """The belief gap: truth - belief - what may have arrived since the report."""

    base: float = option(2.0, unit="sessions", low=0.0, high=1000.0, sentence="Gap that is always allowed.")
    spread: float = option(
        4.0,
        low=0.0,
        high=20.0,
        sentence="Allowed on top: so many standard deviations of the sessions that arrived since the report.",
    )
    largest_share: float = option(
        0.5, low=0.05, high=1.0, sentence="What is allowed never exceeds this share of the limit."
    )
    fresh_reports: float = option(
        1.5,
        unit="report intervals",
        low=1.0,
        high=10.0,
        sentence="A report older than this is late: the server's own count of new sessions then goes back to the silence limit.",
    )


@dataclass(frozen=True, slots=True)
class SilenceSettings:
    """When a report counts as overdue."""

    intervals: float = option(
        3.0, unit="report intervals", low=1.5, high=100.0, sentence="A report older than this is overdue."
    )
    least_s: float = option(
        1.0, unit="s", low=0.1, high=600.0, sentence="But never before this age, however short the interval."
    )


class Estimate(Struct, frozen=True, eq=False):
    """Per slot and for the fleet, as of one Frame. NaN: cannot be told."""

    told: bool
    """The balancer answered in this Frame: what rests on belief is new."""
    interval_s: float
    """R, the report interval."""
    silent_limit_s: float
    report_age: Floats
    """Seconds, attached servers only; one that never reported counts from when it was first seen."""
    silent: Bools
    """Attached and overdue; the newest known where the balancer did not answer."""
    gap: Floats
    """Sessions, signed; attached servers only."""
    margin: Floats
    """Sessions: the gap that chance and the age of the report may explain."""
    compensation: Floats
    """Sessions that may have arrived since the report."""
    routed_10s: Floats
    routed_60s: Floats
    seconds_10: float
    """What `routed_10s` really covers."""
    seconds_60: float
    """The same for `routed_60s`."""
    counts_routed: bool
    """At least one Frame told how many sessions were routed since the one before."""
    pool_of: NDArray[np.intp]
    """Number of the pool per slot; free slots hold the number of pools."""
    pools: tuple[str | None, ...]
    members: tuple[NDArray[np.intp], ...]
    """Per pool: its slots."""
    servers: Floats
    """Per pool: attached."""
    came: Floats
    """Per pool: new sessions over 10 s on its attached servers."""
    fair_rate: Floats
    """Per slot: new sessions per second and attached server of its pool, over 10 s."""
    turnover: Turnover


class GapEstimator:
    """Steps once per Frame, in order."""

    def __init__(self, gap: GapSettings | None = None, silence: SilenceSettings | None = None) -> None:
        self._gap = gap or GapSettings()
        self._silence = silence or SilenceSettings()
        self._interval = ReportInterval()
        self._holders = Holders()
        self._routed_10s, self._routed_60s = Recent(10.0), Recent(60.0)
        self._started, self._started_late = Recent(0.0), Recent(0.0)
        """As far back as a report of now, and as one may be old without being overdue."""
        self._rebased_s: Floats = np.zeros(0)
        """When it last could not be told how many sessions a server started; -inf: never."""
        self._first_seen: Floats = np.zeros(0)
        self._silent: Bools = np.zeros(0, dtype=np.bool_)
        self._told = True
        self._seen_since_s = -np.inf
        """When the balancer answered again after it had failed to."""
        self._tells_ages = False
        self._counts_routed = False
        self._balancer: str | None = None
        self._before_s: float | None = None
        self._routed_before_s: float | None = None

    def step(self, frame: Frame) -> Estimate:
        """The estimate of this Frame."""
        with np.errstate(divide="ignore", invalid="ignore"):  # NaN is "not known", and to compare it no fault
            return self._estimate(frame)

    def _estimate(self, frame: Frame) -> Estimate:
        told = frame.balancer.reach == Reach.OK
        turnover, attached = self._follow(frame), frame.attached
        interval_s = self._interval.step(frame)
        limit_s = max(self._silence.intervals * interval_s, self._silence.least_s)
        self._count(frame, told, interval_s, limit_s)
        age = self._ages(frame, told, attached)
        if told:
            if not self._told:
                self._seen_since_s = frame.mono_s
            # Reports that a balancer could not take while it was away are not missing: only time in sight counts,
            # except for those that were silent before.
            overdue = age > limit_s
            self._silent = overdue if frame.mono_s - self._seen_since_s > limit_s else overdue & self._silent
        self._told = told
        self._silent = self._silent & attached
        seconds = max(self._routed_10s.covered_s, frame.interval_s)
        pool_of, pools = self._holders.pool_of, len(self._holders.pools)
        came = sums_by(pool_of, self._routed_10s.total * attached, pools)
        servers = _attached_of(pool_of, attached, pools)
        fair = by_slot(came / servers / seconds, pool_of)
        compensation = self._compensation(frame.mono_s, age, fair, interval_s, limit_s)
        margin = self._gap.base + self._gap.spread * np.sqrt(np.fmax(1.0, compensation))
        gap = frame[Column.TRUTH] - frame[Column.BELIEVED] - compensation
        if told:
            gap[~attached] = np.nan
        else:
            gap[:] = np.nan
        margin = np.fmin(frame[Column.LIMIT] * self._gap.largest_share, margin)
        for handed_out in (gap, margin, age, compensation, self._silent):
            handed_out.flags.writeable = False
        return Estimate(
            told=told,
            interval_s=interval_s,
            silent_limit_s=limit_s,
            report_age=age,
            silent=self._silent,
            gap=gap,
            margin=margin,
            compensation=compensation,
            routed_10s=self._routed_10s.total,
            routed_60s=self._routed_60s.total,
            seconds_10=seconds,
            seconds_60=max(self._routed_60s.covered_s, frame.interval_s),
            counts_routed=self._counts_routed,
            pool_of=pool_of,
            pools=self._holders.pools,
            members=self._holders.members,
            servers=servers,
            came=came,
            fair_rate=fair,
            turnover=turnover,
        )

    def _follow(self, frame: Frame) -> Turnover:
        turnover = self._holders.update(frame.rows)
        more = frame.rows.capacity - len(self._first_seen)
        if more > 0:
            self._first_seen = np.concatenate([self._first_seen, np.full(more, np.nan)])
            self._silent = np.concatenate([self._silent, np.zeros(more, dtype=np.bool_)])
            self._rebased_s = np.concatenate([self._rebased_s, np.full(more, -np.inf)])
        if turnover or more > 0:
            self._first_seen[turnover.born] = frame.mono_s
            self._silent = self._silent.copy()
            self._silent[turnover.born] = False
            self._rebased_s[turnover.other] = -np.inf
            for recent in (self._routed_10s, self._routed_60s, self._started, self._started_late):
                recent.fit(frame.rows.capacity)
                recent.forget(turnover.other)
        if frame.balancer.incarnation != self._balancer:
            self._balancer, self._tells_ages = frame.balancer.incarnation, False
        return turnover

    def _count(self, frame: Frame, told: bool, interval_s: float, limit_s: float) -> None:
        """Adds this Frame's new sessions to the windows."""
        now = frame.mono_s
        since = self._before_s if self._before_s is not None else now - frame.interval_s
        self._counts_routed = self._counts_routed or not np.isnan(frame[Column.ROUTED]).all()
        if told:  # a reading after failed ones carries what came meanwhile
            routed_since = self._routed_before_s if self._routed_before_s is not None else now - frame.interval_s
            routed = or_else(frame[Column.ROUTED])
            for recent in (self._routed_10s, self._routed_60s):
                recent.push(now, routed_since, routed)
            self._routed_before_s = now
        # Sessions in truth but not yet in belief: at most what the server started between its report (R old) and now,
        # and its status may itself be one poll old.
        self._started.seconds, self._started_late.seconds = interval_s + frame.interval_s, limit_s + frame.interval_s
        started = frame[Column.STARTED]
        untold = np.isnan(started)
        if count(untold):
            self._rebased_s[untold & ~np.isnan(frame[Column.TRUTH])] = now
            started = or_else(started)
        for recent in (self._started, self._started_late):
            recent.push(now, since, started)
        self._before_s = now

    def _ages(self, frame: Frame, told: bool, attached: Bools) -> Floats:
        """Seconds since the newest report of each attached server; NaN throughout where the balancer tells no ages."""
        age = frame[Column.REPORT_AGE].copy()
        if told and not self._tells_ages:
            self._tells_ages = bool(count(~np.isnan(age) & frame.listed))
        if self._tells_ages and told:
            never = np.isnan(age)
            age[never] = (frame.mono_s - self._first_seen)[never]
        age[~attached] = np.nan
        return age

    def _compensation(self, now_s: float, age: Floats, fair: Floats, interval_s: float, limit_s: float) -> Floats:
        """Sessions that may have arrived since the report: counted by the server itself until the report is overdue, else its fair share.

        One report that was lost must not make a gap: with a long interval all that came meanwhile may be there. Once a
        report is overdue its age has no bound, and the server's own count would explain everything away.
        """
        compensation = fair * interval_s
        for window, newest_s in ((self._started_late, limit_s), (self._started, self._gap.fresh_reports * interval_s)):
            told = window.total
            if count(rebased := self._rebased_s > now_s - window.seconds + HAIR_S):
                told = np.where(rebased, np.nan, told)
            np.copyto(compensation, told, where=age <= newest_s)
        compensation[np.isnan(age)] = np.nan
        return compensation


@settled
def _attached_of(pool_of: NDArray[np.intp], attached: Bools, pools: int) -> Floats:
    """Per pool: how many are attached."""
    return sums_by(pool_of, attached, pools)
