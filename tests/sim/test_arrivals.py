"""The load is open-loop and the same for the same seed."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sim.arrivals import Arrival, Arrivals, Ramp

times = st.floats(0, 100)
rates = st.one_of(st.just(0.0), st.floats(0.001, 50))


def play(arrivals: Arrivals, until_s: float) -> list[Arrival]:
    taken: list[Arrival] = []
    while arrivals.next_s <= until_s:
        taken.append(arrivals.take())
    return taken


def ramped(seed: int, pool: str = "8k") -> list[Arrival]:
    arrivals = Arrivals(seed, pool, 1.0, 12.0)
    before = play(arrivals, 20.0)
    arrivals.change(20.0, 12.0, 5.0)
    return before + play(arrivals, 60.0)


def test_the_same_seed_gives_the_same_sessions():
    assert ramped(1) == ramped(1)
    assert Arrivals(1, "8k", 2.0, 12.0).initial() == Arrivals(1, "8k", 2.0, 12.0).initial()


def test_seeds_and_pools_differ():
    starts = [tuple(arrival.at_s for arrival in ramped(*who)) for who in ((1, "8k"), (2, "8k"), (1, "16k"))]
    assert len(set(starts)) == 3


def test_the_number_of_sessions_follows_the_rate():
    arrivals = ramped(1)
    night = [a for a in arrivals if a.at_s <= 20]
    full = [a for a in arrivals if a.at_s > 25]
    assert abs(len(night) - 20) < 4 * math.sqrt(20)
    assert abs(len(full) - 420) < 4 * math.sqrt(420)
    assert all(a.at_s < b.at_s for a, b in itertools.pairwise(arrivals))
    assert all(8.4 <= a.length_s <= 15.6 for a in arrivals)


def test_a_rate_of_zero_sends_nothing_and_can_be_raised_again():
    arrivals = Arrivals(1, "8k", 0.0, 12.0)
    assert arrivals.next_s == math.inf
    assert arrivals.initial() == []
    arrivals.change(100.0, 5.0)
    assert 100.0 <= arrivals.next_s < 110.0


def test_looking_at_the_plan_in_small_steps_changes_nothing():
    """Whether the rate is set once or again and again to the same value, the same sessions come."""
    steady, nervous = Arrivals(4, "8k", 3.0, 12.0), Arrivals(4, "8k", 3.0, 12.0)
    wanted = play(steady, 30.0)
    seen: list[Arrival] = []
    for step in range(300):
        seen += play(nervous, step / 10)
        nervous.change(step / 10, 3.0)
    seen += play(nervous, 30.0)
    assert [a.length_s for a in seen] == [a.length_s for a in wanted]
    assert [a.at_s for a in seen] == pytest.approx([a.at_s for a in wanted])


@given(times, rates, rates, st.floats(0, 30), times, st.floats(0, 200))
def test_when_is_the_inverse_of_expected(start: float, a: float, b: float, over: float, later: float, count: float):
    ramp = Ramp(start, a, b, over)
    from_s = start + later
    at_s = ramp.when(from_s, count)
    assert at_s >= from_s
    if math.isfinite(at_s) and at_s < 1e6:
        assert ramp.expected(from_s, at_s) == pytest.approx(count, rel=1e-6, abs=1e-6)
    elif math.isinf(at_s):
        assert b == 0


@given(rates, rates, st.floats(0.1, 30), times, st.floats(0, 40), st.floats(0, 40))
def test_expected_adds_up(a: float, b: float, over: float, later: float, first: float, second: float):
    ramp = Ramp(0.0, a, b, over)
    middle, end = later + first, later + first + second
    whole = ramp.expected(later, end)
    assert whole == pytest.approx(ramp.expected(later, middle) + ramp.expected(middle, end), abs=1e-6)
    assert whole >= 0
