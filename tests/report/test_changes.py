"""Change points: found where they are, none where none is, and missing polls weigh nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.report.changes import segments


def series(seed: int, *parts: tuple[int, float]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    asked = rng.poisson(8, sum(length for length, _ in parts)).astype(float)
    shares = np.concatenate([np.full(length, share) for length, share in parts])
    return rng.binomial(asked.astype(int), shares).astype(float), asked


@pytest.mark.parametrize("seed", range(8))
def test_two_windows_of_a_long_day_are_found_to_the_poll(seed):
    refused, asked = series(seed, (18_000, 0.0), (8_760, 0.47), (14_640, 0.0), (60, 0.47), (1_200, 0.0))
    bad = [(part.begin, part.end) for part in segments(refused, asked) if part.share >= 0.05]
    begin, end = min(part[0] for part in bad if part[0] < 30_000), max(part[1] for part in bad if part[1] < 30_000)
    assert abs(begin - 18_000) <= 3 and abs(end - 26_760) <= 3
    (second,) = [part for part in bad if part[0] > 30_000]
    assert abs(second[0] - 41_400) <= 3 and abs(second[1] - 41_460) <= 3


@pytest.mark.parametrize("seed", range(8))
def test_noise_of_one_level_has_no_change_point(seed):
    refused, asked = series(seed, (20_000, 0.02))
    assert len(segments(refused, asked)) == 1


def test_a_burst_of_a_few_polls_is_a_segment_of_its_own():
    refused, asked = series(3, (900, 0.0), (5, 0.9), (900, 0.0))
    found = [part for part in segments(refused, asked) if part.share > 0.5]
    assert [(part.begin, part.end) for part in found] == [(900, 905)]


def test_polls_that_are_missing_are_not_calm():
    refused, asked = series(4, (300, 0.0), (300, 0.5), (300, 0.0))
    refused[400:420] = asked[400:420] = np.nan
    bad = [part for part in segments(refused, asked) if part.share > 0.05]
    assert abs(bad[0].begin - 300) <= 2 and abs(bad[-1].end - 600) <= 2
    assert sum(part.end - part.begin for part in bad) >= 296, "the hole does not cut the window in two"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=200))
def test_segments_cover_everything_once_and_keep_the_sums(pairs):
    refused, asked = np.array([pair[0] for pair in pairs], float), np.array([sum(pair) for pair in pairs], float)
    found = segments(refused, asked)
    assert [part.begin for part in found] == [0, *[part.end for part in found[:-1]]][: len(found)]
    assert sum(part.count for part in found) == refused.sum() and sum(part.of for part in found) == asked.sum()
    assert not found or found[-1].end == len(pairs)
