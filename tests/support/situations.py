"""Situations from plain numbers, for the tests of the gates: a calm, healthy pool unless something is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from console.decide.gates import Mates, Situation
from console.domain.frame import NAN
from console.domain.states import Verb


def mates(
    count: int = 20,
    *,
    target: int = 0,
    detached: Sequence[int] = (),
    unseen: Sequence[int] = (),
    suspects: Sequence[int] = (),
    quiet: Sequence[int] = (),
    sessions: float | Sequence[float] = 3.0,
    limit: float = 12.0,
    rate: float | Sequence[float] = 0.25,
    memory: float = NAN,
    memory_limit: float = NAN,
    session_s: float = 12.0,
) -> Mates:
    """A pool of `count`; lists name indices: detached, not seen, suspects, not reporting."""

    def without(indices: Sequence[int]) -> np.ndarray:
        flags = np.ones(count, dtype=np.bool_)
        flags[list(indices)] = False
        return flags

    def column(value: float | Sequence[float]) -> np.ndarray:
        return np.array(value if isinstance(value, Sequence) else [value] * count, dtype=np.float64)

    rates = column(rate)
    rates[list(detached)] = 0.0
    return Mates(
        ids=tuple(f"s-{index:03d}" for index in range(count)),
        target=target,
        attached=without(detached),
        seen=without(unseen),
        suspect=~without(suspects),
        reporting=without(quiet),
        sessions=column(sessions),
        limit=column(limit),
        memory=column(memory),
        memory_limit=column(memory_limit),
        routed_per_s=rates,
        session_s=session_s,
    )


def situation(pool: Mates | None = None, verb: Verb = Verb.DETACH, **changes: Any) -> Situation:
    """A request for the pool's target with nothing in its way."""
    pool = mates() if pool is None else pool
    made = Situation(
        verb,
        pool.ids[pool.target],
        pool,
        pool="8k",
        attached=bool(pool.attached[pool.target]),
        report_interval_s=0.25,
        listed=len(pool.ids),
        report_age_s=0.1,
        silent_limit_s=1.0,
        version='"bal-1.1"',
        reported_for_s=3600.0,
    )
    return replace(made, **changes)
