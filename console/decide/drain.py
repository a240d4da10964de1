"""How long a detached server takes to become empty, from the ages of its sessions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from console.domain.foresight import Drain, Flow, Known
from console.domain.frame import NAN, Column, Frame
from console.sim import remaining
from console.sim.arrivals import SPREAD

LONGEST_S: Final = 86_400.0
"""The service ends a session after 24 hours."""
_DRAWS: Final = 200
_OVERDUE: Final = 1.0 + SPREAD
"""A session older than this part of the usual length is of another kind: nobody knows when it ends."""


def drain(frame: Frame, server: str, flow: Flow, *, seed: int = 1) -> Drain:
    """Of one server, if nothing new comes to it. No such server: nothing is known."""
    truth = frame.at(server, Column.TRUTH)
    sessions = truth if not math.isnan(truth) else frame.at(server, Column.LAST_TRUTH)
    if math.isnan(sessions):
        return Drain(server, None, NAN, NAN, LONGEST_S, certain=False)
    count = int(sessions)
    if count <= 0:
        return Drain(server, 0, 0.0, 0.0, 0.0, certain=True)
    columns = (Column.SESSION_AGE_P50, Column.SESSION_AGE_P90, Column.SESSION_AGE_MAX)
    ages = [frame.at(server, column) for column in columns]
    rng = np.random.default_rng([seed, count])
    draws = np.full(_DRAWS, count)
    left = remaining(draws, np.repeat(np.array([ages]).T, _DRAWS, axis=1), flow.session_s, rng)
    left = left.reshape(_DRAWS, count).max(axis=1)
    known = flow.known is not Known.ASSUMED
    overdue = bool(known and ages[-1] > _OVERDUE * flow.session_s)
    p50_s, p90_s = (float(value) for value in np.quantile(left, (0.5, 0.9)))
    # The oldest is the first to be cut after 24 hours, the youngest the last.
    return Drain(server, count, p50_s, p90_s, LONGEST_S, certain=known and not overdue, overdue=overdue)
