"""The fleet in numbers: what the header shows. Missing is NaN, never 0."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from console.detect.estimate import Estimate
from console.detect.recent import Tally
from console.detect.spread import LEAST_SAMPLE
from console.domain.frame import NAN, Bools, Column, Floats, Frame, count
from console.domain.readings import Counters
from console.domain.view import Figures


class FigureKeeper:
    """Steps once per Frame, in order; holds the sums by name of the last 10 s and 60 s."""

    def __init__(self) -> None:
        self._sessions = _Tallies(10.0)
        self._errors = Tally(60.0)
        self._before_s: float | None = None

    def step(self, frame: Frame, estimate: Estimate) -> Figures:
        """The figures of this Frame."""
        listed, attached, truth = frame.listed, frame.attached, frame[Column.TRUTH]
        self._count(frame, estimate)
        known = listed & ~np.isnan(truth)
        with np.errstate(invalid="ignore"):
            fresh = attached & (estimate.report_age <= estimate.silent_limit_s)
        there, servers, told = count(listed), count(attached), count(known)
        used, after_loss = _used(frame, attached)
        minutes = self._errors.covered_s / 60.0
        refused = self._sessions.refused_shares()
        n_eff, herd = _spread(estimate, servers)
        return Figures(
            servers=there,
            attached=servers,
            detached=count(frame.detached),
            fresh=count(fresh) if estimate.told else count(attached & ~estimate.silent),
            silent=count(estimate.silent),
            unreachable=count(frame.unread),
            sessions=float(truth[known].sum()) if told else NAN,
            sessions_unknown=there - told,
            slots=_sum(frame[Column.LIMIT][attached]),
            routed=_sum(frame[Column.ROUTED][listed]),
            routed_per_s=float(estimate.routed_10s.sum()) / estimate.seconds_10 if estimate.counts_routed else NAN,
            n_eff=n_eff,
            n_eff_of=servers,
            herd_share=herd,
            used_share=used,
            used_share_after_loss=after_loss,
            refused_share=refused.pop(None, NAN),
            refused_share_by_pool={pool: share for pool, share in refused.items() if pool is not None},
            errors_per_min={text: number / minutes for text, number in self._errors.sums().items()} if minutes else {},
            errors=_floats(frame.fleet_delta.errors_total) if frame.fleet_delta is not None else {},
        )

    def _count(self, frame: Frame, estimate: Estimate) -> None:
        if not estimate.told:
            return
        since_s = self._before_s if self._before_s is not None else frame.mono_s - frame.interval_s
        self._before_s = frame.mono_s
        if frame.fleet_delta is not None:
            self._errors.push(frame.mono_s, since_s, frame.fleet_delta.errors_total)
            self._sessions.push(frame.mono_s, since_s, {None: frame.fleet_delta, **frame.pools_delta})


class _Tallies:
    """Sessions by outcome per pool over `seconds`; None: of the whole fleet."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._by_scope: dict[str | None, Tally] = {}

    def push(self, mono_s: float, since_s: float, scopes: Mapping[str | None, Counters]) -> None:
        for scope in {**self._by_scope, **scopes}:  # in a fixed order
            tally = self._by_scope.setdefault(scope, Tally(self._seconds))
            tally.push(mono_s, since_s, scopes[scope].sessions_total if scope in scopes else {})
        gone = [
            scope for scope, tally in self._by_scope.items() if scope not in scopes and not any(tally.sums().values())
        ]
        for scope in gone:
            del self._by_scope[scope]

    def refused_shares(self) -> dict[str | None, float]:
        """Refused of all that were asked for, per scope; NaN where none came. Each session asked for counts as started."""
        shares: dict[str | None, float] = {}
        for scope, tally in self._by_scope.items():
            sums = tally.sums()
            refused = sums.get("refused", 0)
            asked = max(sums.get("started", 0), refused)
            shares[scope] = refused / asked if asked else NAN
        return shares


def _floats(counts: Mapping[str, int]) -> dict[str, float]:
    return {name: float(number) for name, number in counts.items()}


def _sum(values: Floats) -> float:
    """Of those that are known; NaN where none is."""
    missing = np.isnan(values)
    if not count(missing):
        return float(values.sum()) if len(values) else NAN
    return NAN if missing.all() else float(np.where(missing, 0.0, values).sum())


def _used(frame: Frame, attached: Bools) -> tuple[float, float]:
    """Sessions of the attached servers per slot, now and on what remains if the largest of them goes."""
    truth, limit = frame[Column.TRUTH][attached], frame[Column.LIMIT][attached]
    known = ~np.isnan(truth) & ~np.isnan(limit)
    if not known.all():
        truth, limit = truth[known], limit[known]
    slots, sessions = float(limit.sum()), float(truth.sum())
    if not slots:
        return NAN, NAN
    left = slots - float(limit.max())
    return sessions / slots, sessions / left if left else NAN


def _spread(estimate: Estimate, servers: int) -> tuple[float, float]:
    """N_eff and the largest share of one server. N_eff: over 10 s, else 60 s, else no verdict; never more than there are."""
    counts: Floats = estimate.routed_10s
    total = float(counts.sum())
    herd = float(counts.max()) / total if total else NAN
    least = max(LEAST_SAMPLE, 2 * servers)
    if total < least:
        counts = estimate.routed_60s
        total = float(counts.sum())
    pairs = float((counts * (counts - 1.0)).sum())
    if total < least or pairs <= 0 or not servers:
        return NAN, herd
    return min(total * (total - 1.0) / pairs, float(servers)), herd
