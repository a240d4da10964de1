"""R, the interval at which servers report: what the balancer says, else learned from sequence numbers, else 5 s."""

from __future__ import annotations

from collections import deque

import numpy as np

from console.domain.frame import Column, Floats, Frame
from console.domain.states import Reach

DEFAULT_S = 5.0
_KEPT = 30
"""Frames whose medians are kept: enough to sit out a stall, short enough to follow a change within half a minute."""


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
        seq = frame[Column.REPORTED_SEQ]
        at = frame.mono_s - frame.balancer.age_s - frame[Column.REPORT_AGE]
        if len(seq) == len(self._seq):
            reports = seq - self._seq
            with np.errstate(divide="ignore", invalid="ignore"):
                each = (at - self._at) / reports
            each = each[(reports >= 1) & (each > 0)]
            if each.size:
                self._medians.append(float(np.median(each)))
                self.seconds, self.learned = float(np.median(list(self._medians))), True
        self._seq, self._at = seq, at
