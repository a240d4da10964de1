"""What the console can see of its fleet, as of one Frame. The age of the Frame itself is for whoever shows it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from console.detect import blind
from console.detect.estimate import Estimate
from console.domain.alarms import Alarm
from console.domain.frame import Frame, count
from console.domain.states import Sight

NEARLY_ALL = 0.9
"""From this share of unreadable servers on, the cause is our way to them and not the servers."""
REPORTING = 0.5
"""At least this share of the attached servers reports to the balancer: they are alive."""


def sight_of(frame: Frame, estimate: Estimate, alarms: Iterable[Alarm]) -> Sight:
    """Blind follows the alarm `blind`, so that screen, gates and pager never disagree."""
    is_blind = any(alarm.rule == blind.RULE for alarm in alarms)
    if frame.balancer.generation is None:
        return Sight.BLIND if is_blind else Sight.STARTING
    if estimate.told and count(frame.listed):
        asked = count(frame.tried)
        if not asked:
            return Sight.STARTING
        lost = count(frame.unread) / asked
        if lost >= NEARLY_ALL and asked >= 2:
            with np.errstate(invalid="ignore"):
                fresh = count(estimate.report_age <= estimate.silent_limit_s)
            if fresh >= max(1.0, REPORTING * count(frame.attached)):
                return Sight.TRUTH_NOT_REACHABLE
    if is_blind:
        return Sight.BLIND
    return Sight.CLEAR if estimate.told else Sight.LATE
