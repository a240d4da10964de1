"""Counters to what is new: a counter that went down, or a new owner, starts a new base. Never negative, never a spike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from console.domain.frame import NAN, Floats
from console.domain.readings import Counters


def grown(before: Floats, now: Floats) -> Floats:
    """now - before, elementwise; NaN where either is missing or the counter went down."""
    with np.errstate(invalid="ignore"):
        return np.where(now >= before, now - before, NAN)


def counters_grown(before: Counters | None, now: Counters) -> Counters | None:
    """What is new in a scope; None on a new base: nothing before, or any counter went down or vanished.

    A name that a known scope did not have before counts from 0: counters restart at 0 and appear with their first event.
    """
    if before is None or not (before.errors_total or before.sessions_total):
        return None
    errors = _table_grown(before.errors_total, now.errors_total)
    sessions = _table_grown(before.sessions_total, now.sessions_total)
    return None if errors is None or sessions is None else Counters(errors, sessions)


def scopes_grown(before: Mapping[str, Counters], now: Mapping[str, Counters]) -> dict[str, Counters]:
    """The same for each pool or interface; those on a new base are left out."""
    found = {name: counters_grown(before.get(name), counters) for name, counters in now.items()}
    return {name: counters for name, counters in found.items() if counters is not None}


def _table_grown(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int] | None:
    if any(now.get(name, -1) < count for name, count in before.items()):
        return None
    return {name: count - before.get(name, 0) for name, count in now.items()}
