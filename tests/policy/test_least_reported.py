"""The balancer of the incident: last reports, and nothing else."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from console.policy import Candidates, LeastReported


def known(reported: list[float], limit: list[float], age_s: float = 0.1, in_flight: float = 0.0) -> Candidates:
    size = len(reported)
    return Candidates(np.array(reported), np.full(size, age_s), np.full(size, in_flight), np.array(limit))


counts = st.one_of(st.integers(0, 14).map(float), st.just(math.nan))


@given(st.lists(st.tuples(counts, st.one_of(st.integers(0, 12).map(float), st.just(math.nan)))), st.integers())
def test_it_picks_a_smallest_report_below_its_limit(servers: list[tuple[float, float]], seed: int):
    reported, limit = [r for r, _ in servers], [c for _, c in servers]
    usable = [r for r, c in servers if not math.isnan(r) and not r >= c]
    picked = LeastReported().pick(known(reported, limit), Random(seed))
    if not usable:
        assert picked is None
    else:
        assert picked is not None
        assert reported[picked] == min(usable)
        assert not reported[picked] >= limit[picked]


def test_ties_are_broken_at_random_and_evenly():
    rng = Random(7)
    picks = Counter(LeastReported().pick(known([3, 0, 0, 5, 0], [12] * 5), rng) for _ in range(3000))
    assert set(picks) == {1, 2, 4}
    assert all(800 < count < 1200 for count in picks.values())


def test_it_is_blind_to_age_and_to_its_own_dispatches():
    silent = known([4, 0], [12, 12], age_s=3600.0, in_flight=40.0)
    assert {LeastReported().pick(silent, Random(n)) for n in range(20)} == {1}
    assert LeastReported().believed(silent).tolist() == [4, 0]
