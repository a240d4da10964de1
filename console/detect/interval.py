"""How often servers report. R is the fleet's: what the balancer says, else learned from sequence numbers, else 5 s.

A server's own is measured by the numbers of its reports, wherever it keeps a pace of its own.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from console.domain.frame import Column, Floats, Frame
from console.domain.states import Reach

DEFAULT_S = 5.0
_KEPT = 30
"""Frames whose medians are kept: enough to sit out a stall, short enough to follow a change within half a minute."""
_OWN_KEPT = 8
"""Of each server: its newest reports say what its pace is now."""
_OWN_LEAST = 3


class ReportInterval:
    """Follows R from Frame to Frame. A learned value is a median over servers, then over Frames: muted ones do not move it."""

    def __init__(self) -> None:
        self.seconds = DEFAULT_S
        self.learned = False
        self._seq: Floats = np.zeros(0)
        self._at: Floats = np.zeros(0)
        self._medians: deque[float] = deque(maxlen=_KEPT)

    def step(self, frame: Frame) -> float:
        """R in seconds as of this Frame."""
        told = frame.balancer.report_interval_s
        if told is not None and told > 0:
            self.seconds, self.learned = told, True
            return told
        if frame.balancer.reach == Reach.OK:
            self._learn(frame)
        return self.seconds

    def _learn(self, frame: Frame) -> None:
        seq, at = _newest(frame)
        if len(seq) == len(self._seq):
            each = _apart(seq - self._seq, at - self._at)
            each = each[~np.isnan(each)]
            if each.size:
                self._medians.append(float(np.median(each)))
                self.seconds, self.learned = float(np.median(list(self._medians))), True
        self._seq, self._at = seq, at


class Paces:
    """Each server's own interval: the median of the newest ones, so that a report that was lost or late does not move it."""

    def __init__(self) -> None:
        self._seq: Floats = np.zeros(0)
        self._at: Floats = np.zeros(0)
        self._each: Floats = np.zeros((_OWN_KEPT, 0))
        self._count = np.zeros(0, dtype=np.intp)

    def step(self, frame: Frame, born: npt.NDArray[np.intp]) -> Floats:
        """Per slot, in seconds; NaN: not measured often enough yet. `born`: slots that another life has taken over. A copy."""
        more = frame.rows.capacity - len(self._seq)
        if more > 0:
            self._seq, self._at = (np.concatenate([one, np.full(more, np.nan)]) for one in (self._seq, self._at))
            self._each = np.concatenate([self._each, np.full((_OWN_KEPT, more), np.nan)], axis=1)
            self._count = np.concatenate([self._count, np.zeros(more, dtype=np.intp)])
        self._each[:, born], self._count[born] = np.nan, 0
        self._seq[born] = np.nan
        if frame.balancer.reach == Reach.OK:
            seq, at = _newest(frame)
            each = _apart(seq - self._seq, at - self._at)
            slots = np.flatnonzero(~np.isnan(each))
            self._each[self._count[slots] % _OWN_KEPT, slots] = each[slots]
            self._count[slots] += 1
            # Without a new report the time of the one before stays: seen again, it would only wander with the clocks.
            fresh = ~np.isnan(each) | np.isnan(self._seq) | (seq < self._seq)
            self._seq, self._at = np.where(fresh, seq, self._seq), np.where(fresh, at, self._at)
        paces = np.full(len(self._count), np.nan)
        known = np.flatnonzero(self._count >= _OWN_LEAST)
        if known.size:
            # What is not measured yet is NaN and sorts behind the rest: a nanmedian, at a third of its cost.
            ordered = np.sort(self._each[:, known], axis=0)
            measured, which = np.minimum(self._count[known], _OWN_KEPT), np.arange(known.size)
            paces[known] = (ordered[(measured - 1) // 2, which] + ordered[measured // 2, which]) / 2
        paces.flags.writeable = False
        return paces


def _newest(frame: Frame) -> tuple[Floats, Floats]:
    """Per slot: number of the newest report that the balancer holds, and when it came, on our monotonic clock."""
    return frame[Column.REPORTED_SEQ], frame.mono_s - frame.balancer.age_s - frame[Column.REPORT_AGE]


def _apart(reports: Floats, passed_s: Floats) -> Floats:
    """Seconds from report to report; NaN where none is new."""
    with np.errstate(divide="ignore", invalid="ignore"):
        each = passed_s / reports
        return np.where((reports >= 1) & (each > 0), each, np.nan)
