"""Numbers by pool without loops over servers give what loops would, for few pools and for many, and for none at all."""

from __future__ import annotations

import numpy as np
import pytest

from console.detect.bypool import by_slot, medians_by_pool, sums_by
from console.detect.robust import Trail
from console.detect.settled import settled


@pytest.mark.parametrize("pools", [1, 3, 8, 9, 40])
@pytest.mark.parametrize("missing", [0.0, 0.3, 0.9, 1.0])
def test_medians_and_sums_are_those_of_each_pool_alone(pools, missing):
    rng = np.random.default_rng(pools)
    pool_of = rng.permutation(np.concatenate([np.arange(pools), rng.integers(0, pools + 1, 5 * pools)]))
    values = np.where(rng.random(len(pool_of)) < missing, np.nan, rng.integers(0, 9, len(pool_of)) / 4.0)
    members = [np.flatnonzero(pool_of == pool) for pool in range(pools)]
    known = [values[mine][~np.isnan(values[mine])] for mine in members]

    medians, counts = medians_by_pool(values, pool_of, members)

    np.testing.assert_array_equal(medians, [np.median(mine) if len(mine) else np.nan for mine in known])
    np.testing.assert_array_equal(counts, [len(mine) for mine in known])
    sums = sums_by(pool_of, np.nan_to_num(values), pools)
    np.testing.assert_allclose(sums, [mine.sum() for mine in known])
    spread = by_slot(medians, pool_of)
    np.testing.assert_array_equal(spread, [medians[pool] if pool < pools else np.nan for pool in pool_of])


def test_no_server_at_all_is_no_pool_and_still_a_number_of_the_right_kind():
    none = np.zeros(0, dtype=np.intp)
    medians, counts = medians_by_pool(np.zeros(0), none, ())
    assert len(medians) == len(counts) == 0
    assert sums_by(none, np.zeros(0, dtype=np.bool_), 0).dtype == np.float64
    np.testing.assert_array_equal(sums_by(none, np.zeros(0), 2), [0.0, 0.0])


def test_what_is_settled_is_worked_out_again_with_any_other_byte_and_only_then():
    asked = []

    @settled
    def total(values, more):
        asked.append(more)
        return float(np.nansum(values)) + more

    values = np.array([1.0, np.nan, 3.0])
    assert [total(values, 1), total(values.copy(), 1), total(values, 2)] == [5.0, 5.0, 6.0]
    assert asked == [1, 2]
    values[0] = 2.0
    assert total(values, 2) == 7.0
    assert total(values[:2], 2) == 4.0
    assert asked == [1, 2, 2, 2]


@pytest.mark.parametrize("apart_s", [0.3, 1.0, 3.0, 4.0, 5.0, 7.5, 20.0])
def test_a_trail_holds_its_seconds_at_any_pace_and_knows_the_slope(apart_s):
    trail, none, slots = Trail(60.0, 13), np.zeros(0, dtype=np.intp), np.array([1, 0])
    for at in range(200):
        now_s = at * apart_s
        trail.push(now_s, np.array([7.0, 100.0 + 0.5 * now_s, np.nan]), none)
    np.testing.assert_allclose(trail.slope(slots, 30.0), [0.5, 0.0])
    oldest = trail.oldest(slots)
    assert oldest[1] == 7.0
    assert 60.0 - 2 * max(apart_s, 5.0) <= (100.0 + 0.5 * now_s - oldest[0]) / 0.5 <= 60.0
    trail.push(now_s + apart_s, np.array([7.0, 100.0, 5.0, 8.0]), np.array([0]))
    np.testing.assert_array_equal(trail.slope(np.array([0, 2, 3]), 0.1), [np.nan] * 3)
