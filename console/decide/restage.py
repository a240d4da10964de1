"""Frames as they would have been under another algorithm: what the shadow balancer can know of them, and nothing else.

Real stays: who is listed, attached and detached, limits, silences and their ages, statuses that failed, the balancer's own
absence. Worked out: who holds and gets how many sessions, what is believed of it, what is refused. Everything else that
depends on load (memory, CPU, delays, the length of sessions that were cut) is missing: nobody can know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.decide.shadowfleet import Staged
from console.domain.frame import NAN, Column, Floats, Frame
from console.domain.readings import Counters
from console.domain.texts import MAXIMUM_CLIENTS

JUDGED: Final = frozenset(
    ("blind", "budget", "errors", "gap", "herd", "hot", "n-plus-one", "saturation", "silent", "stuck")
)
"""Rules that read nothing but what is real or worked out."""
_UNKNOWN: Final = (
    Column.MEMORY_USED, Column.MEMORY_PRESSURE, Column.CPU, Column.LAG, Column.FIRST_RESULT, Column.STARTED_TOTAL,
    Column.ROUTED_TOTAL, Column.REFUSED_TOTAL, Column.SENT_CONNECTIONS,
    Column.SESSION_AGE_P50, Column.SESSION_AGE_P90, Column.SESSION_AGE_MAX,
)  # fmt: skip


def restaged(frame: Frame, staged: Staged) -> Frame:
    """The Frame with that fleet in it. What was not told is not told here either."""
    values = frame.values.copy()
    capacity = frame.rows.capacity

    def put(column: Column, worked_out: Floats) -> None:
        values[column] = np.where(np.isnan(frame[column]), NAN, worked_out[:capacity])

    put(Column.TRUTH, staged.truth)
    put(Column.LAST_TRUTH, staged.truth)
    put(Column.REPORTED, staged.reported)
    put(Column.IN_FLIGHT, staged.in_flight)
    put(Column.ROUTED, staged.routed)
    put(Column.STARTED, staged.started)
    values[Column.BELIEVED] = np.where(np.isnan(frame[Column.REPORTED]), NAN, staged.believed[:capacity])
    values[list(_UNKNOWN)] = NAN
    values.flags.writeable = False
    return replace(
        frame,
        values=values,
        fleet=_told(frame.fleet),
        fleet_delta=_counted(frame.fleet_delta, sum(staged.asked.values()), sum(staged.refused.values())),
        pools={name: _told(counters) for name, counters in frame.pools.items()},
        pools_delta=_by_pool(frame.pools_delta, staged),
        interfaces={},
    )


def _by_pool(deltas: Mapping[str, Counters], staged: Staged) -> dict[str, Counters]:
    found: dict[str, Counters] = {}
    for name, delta in deltas.items():
        counted = _counted(delta, staged.asked.get(name, 0), staged.refused.get(name, 0))
        if counted is not None:
            found[name] = counted
    return found


def _counted(delta: Counters | None, asked: int, refused: int) -> Counters | None:
    """Of the three texts only that of full servers can be worked out."""
    if delta is None:
        return None
    return Counters({MAXIMUM_CLIENTS: refused} if refused else {}, {"started": asked, "refused": refused})


def _told(counters: Counters) -> Counters:
    """Whether something is counted at all stays as it was; totals are nobody's."""
    return Counters(
        {MAXIMUM_CLIENTS: 0} if counters.errors_total else {},
        {name: 0 for name in ("started", "refused") if name in counters.sessions_total},
    )
