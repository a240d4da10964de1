"""How surely a session would have come to a server by now, had its pool gone on feeding it. Pure.

Sessions come in bursts: between two reports a balancer that compares loads gives them all to whoever looked emptiest, and then
none for a while. So it is intervals that are counted, not sessions: of the last ones, in how many did the server get any? With the
share q of empty ones, none comes in n more with the chance q^n; a pool that gets more or less meanwhile has longer or shorter ones.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from console.domain.frame import NAN, Floats

LOOKED_BACK: Final = 60
"""Report intervals (or polls, where those are longer) that are looked at."""
_LATELY: Final = 20
"""Of these alone: who gets nothing any more proves nothing by what it got before."""
_STEADY: Final = 8
"""With a session in each of so many it is a stream, whatever was before: the server that a herd is on."""


def surety(own: Floats, pool: Floats, each: int) -> float:
    """Per session of the pool: by how much (natural logarithm) it becomes less likely that the server goes on without one by chance.

    `own`, `pool`: new sessions per poll, oldest first, of the server and of its whole pool. `each`: polls that make one interval. NaN:
    too little is known.
    """
    known = ~np.isnan(own) & ~np.isnan(pool)
    own, pool = own[known], pool[known]
    long, late, steady = (_of_newest(own, pool, each, count) for count in (LOOKED_BACK, _LATELY, _STEADY))
    if math.isnan(long[0]):
        return NAN
    surest = min(long[0], late[0])
    return max(surest, steady[0]) if steady[1] else surest


def _of_newest(own: Floats, pool: Floats, each: int, count: int) -> tuple[float, bool]:
    """The same of the newest `count` intervals, or of as many as there are; and whether there are so many and none is empty."""
    most = min(len(own) // each, count)
    came = float(pool[len(pool) - most * each :].sum()) if most else 0.0
    if not came > 0:
        return NAN, False
    filled = int((own[len(own) - most * each :].reshape(most, each).sum(axis=1) > 0).sum())
    # Laplace's rule of succession: what never happened yet may happen next.
    return -math.log((most - filled + 1) / (most + 2)) * most / came, filled == most == count
