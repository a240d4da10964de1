"""What is not known is "-"; what is not zero never reads as zero."""

from __future__ import annotations

import math
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.present import numbers

MISSING = st.sampled_from([None, math.nan, math.inf, -math.inf])
FORMATS = (
    numbers.count,
    numbers.decimal,
    numbers.signed,
    numbers.share,
    numbers.seconds,
    numbers.whole_seconds,
    numbers.size,
    lambda value: numbers.of(value, 12.0),
)


@given(MISSING)
def test_missing_is_a_dash_in_every_format(value):
    assert {write(value) for write in FORMATS} == {numbers.DASH}


@given(st.floats(1e-9, 1.0))
def test_a_share_that_is_not_zero_never_reads_zero(value):
    for digits in (0, 1):
        assert float(numbers.share(value, digits).removesuffix(" %").lstrip("<")) > 0


@given(st.floats(1e-9, 1e6))
def test_a_rate_that_is_not_zero_never_reads_zero(value):
    assert float(numbers.decimal(value).lstrip("<")) > 0


def test_zero_reads_zero():
    assert (numbers.share(0.0), numbers.decimal(0.0), numbers.signed(-0.2), numbers.count(0.0)) == (
        "0 %",
        "0.0",
        "0",
        "0",
    )


@pytest.mark.parametrize(
    ("age", "text"),
    [(0.31, "0.3 s"), (-0.01, "0.0 s"), (48.4, "48 s"), (348.0, "5 min 48 s"), (11520.0, "3 h 12 min")],
)
def test_ages(age, text):
    assert numbers.seconds(age) == text


def test_clocks_carry_their_zone():
    jst = timezone(timedelta(hours=9), "JST")
    assert numbers.zoned_clock(1_737_400_000.0, jst) == "04:06:40 JST"
    assert numbers.utc_clock(1_737_400_000.0) == "19:06:40 UTC"


def test_a_limit_that_is_not_known_is_left_out():
    assert numbers.of(11.0, math.nan) == "11"
