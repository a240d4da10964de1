"""In which steps each number is kept. Frames are brought to them before they are judged: what is recorded is what was judged.

Steps are powers of two: a stored whole number times its step is exact, and rounding twice changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from console.domain.frame import Bools, Column, Floats, Frame

Steps = NDArray[np.int64]
Whole = NDArray[np.signedinteger[Any]]
"""Steps as they are read: no wider than they need."""

_MOST: Final = float(2**52)
"""Numbers beyond so many steps stop there; a count of sessions or bytes never gets that far."""
_COUNT: Final = 1.0
_FINE: Final = 2.0**-10
_AGE: Final = 2.0**-7
_LONG: Final = 2.0**-3

STEP: Final[Mapping[str, float]] = {
    "truth": _COUNT,
    "truth_age": _AGE,
    "last_truth": _COUNT,
    "believed": _FINE,  # an algorithm that expires to the average believes in fractions
    "reported": _COUNT,
    "report_age": _AGE,
    "reported_seq": _COUNT,
    "received_age": _AGE,
    "received_seq": _COUNT,
    "in_flight": _COUNT,
    "routed_total": _COUNT,
    "routed": _COUNT,
    "started_total": _COUNT,
    "started": _COUNT,
    "refused_total": _COUNT,
    "limit": _COUNT,
    "weight": _FINE,
    "memory_used": 65536.0,
    "memory_limit": _COUNT,
    "memory_pressure": _FINE,
    "cpu": _FINE,
    "lag": _AGE,
    "sent_seq": _COUNT,
    "sent_age": _AGE,
    "sent_connections": _COUNT,
    "session_age_p50": _LONG,
    "session_age_p90": _LONG,
    "session_age_max": _LONG,
    "session_length_p50": _LONG,
    "session_length_p90": _LONG,
    "uptime": _LONG,
    "misses": _COUNT,
    "first_result": _AGE,
    "skew": _FINE,
    "gap": 0.25,
}
"""By lower-case name of the column. A column that is not listed here is kept bit by bit."""

SIBLING: Final[Mapping[str, str]] = {
    "last_truth": "truth",
    "believed": "truth",
    "reported": "believed",
    "received_age": "report_age",
    "received_seq": "reported_seq",
    "sent_seq": "reported_seq",
    "sent_age": "report_age",
    "sent_connections": "reported",
    "started": "routed",
}
"""Columns that are often nearly another one, which is kept before them: their difference is what is stored where that is shorter."""

NAMES: Final = tuple(column.name.lower() for column in Column)
KEPT: Final = (*NAMES, "gap")
_AS_TOLD: Final = [number for number, name in enumerate(KEPT) if name not in STEP]
"""Columns that are kept bit by bit."""
_STEPS_OF_KEPT: Final = np.array([[STEP.get(name, 1.0)] for name in KEPT])
_PER_STEP: Final = 1.0 / _STEPS_OF_KEPT
"""Exact, as steps are powers of two."""


def to_steps(name: str, values: Floats) -> tuple[Steps, Bools]:
    """Whole steps of `values` and which of them are missing (there the step is 0)."""
    step = STEP.get(name)
    missing = ~np.isfinite(values)
    if step is None:
        return np.where(missing, 0.0, values).view(np.int64), missing
    known = np.where(missing, 0.0, values) if missing.any() else values
    whole = np.rint(known if step == 1.0 else known / step)
    return np.clip(whole, -_MOST, _MOST).astype(np.int64), missing


def to_steps_at_once(values: Floats) -> tuple[Steps, Bools]:
    """`to_steps` of a row for each of KEPT."""
    missing = ~np.isfinite(values)
    known = np.where(missing, 0.0, values)
    whole = np.rint(known * _PER_STEP)
    steps = np.clip(whole, -_MOST, _MOST, out=whole).astype(np.int64)
    for number in _AS_TOLD:
        steps[number] = known[number].view(np.int64)
    return steps, missing


def from_steps(name: str, steps: Whole, missing: Bools | None, out: Floats) -> None:
    """Writes the numbers again, NaN where missing (None: nowhere)."""
    step = STEP.get(name)
    if step is None:
        np.copyto(out, np.ascontiguousarray(steps, dtype=np.int64).view(np.float64))
    else:
        np.copyto(out, steps)
        if step != 1.0:
            np.multiply(out, step, out=out)
    if missing is not None:
        np.copyto(out, np.nan, where=missing)


def rounded(frame: Frame) -> Frame:
    """The Frame in the recorder's steps: the same object of values in the same shape, counts untouched, ages to 1/256 s."""
    values = frame.values
    whole = values * _PER_STEP[: len(values)]
    np.rint(whole, out=whole)
    most, least = np.fmax.reduce(whole, axis=None, initial=0.0), np.fmin.reduce(whole, axis=None, initial=0.0)
    if most > _MOST or least < -_MOST:  # hardly ever: two looks are a third of always taking care
        np.clip(whole, -_MOST, _MOST, out=whole)
        whole[np.isinf(values)] = np.nan
    whole *= _STEPS_OF_KEPT[: len(values)]
    for number in _AS_TOLD:
        whole[number] = np.where(np.isfinite(values[number]), values[number], np.nan)
    whole.flags.writeable = False
    balancer = frame.balancer
    fine = replace(
        balancer,
        age_s=_near(balancer.age_s),
        time=None if balancer.time is None else _near(balancer.time),
        skew_s=_near(balancer.skew_s),
    )
    return replace(frame, values=whole, balancer=fine)


def _near(value: float) -> float:
    return round(value / _FINE) * _FINE if math.isfinite(value) else value
