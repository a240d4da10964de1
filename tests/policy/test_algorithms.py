"""All algorithms: what none of them may do, what each is for, and that many picks at once are as one after another."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.errors import SettingsError
from console.policy import NAMES, NOBODY, Balancing, Candidates, by_name, options_of

NAN = math.nan
counts = st.one_of(st.integers(0, 14).map(float), st.just(NAN))
limits = st.one_of(st.integers(0, 12).map(float), st.just(NAN))
ages = st.one_of(st.sampled_from([0.0, 0.2, 0.76, 50.0]), st.just(NAN))
rows = st.tuples(counts, ages, st.integers(0, 6).map(float), limits, ages)
algorithms = st.sampled_from(NAMES).map(by_name)


def table(servers: list[tuple[float, float, float, float, float]], interval: float = 0.25) -> Candidates:
    """Reported, age, in flight, limit, reporting since."""
    columns = np.array(servers, dtype=np.float64).reshape(-1, 5).T
    return Candidates(columns[0], columns[1], columns[2], columns[3], columns[4], interval)


def calm(reported: list[float], *, age: float = 0.1, in_flight: float = 0.0, limit: float = 12.0) -> Candidates:
    return table([(load, age, in_flight, limit, 1000.0) for load in reported])


@given(st.lists(rows, max_size=12), algorithms, st.integers(0, 2**32), st.sampled_from([0.25, NAN]))
def test_nobody_full_unknown_or_outside_is_ever_picked(
    servers: list[tuple[float, ...]], balancing: Balancing, seed: int, interval: float
):
    candidates = table(servers, interval)  # type: ignore[arg-type]
    believed = balancing.believed(candidates)
    open_ = {
        i
        for i in range(len(servers))
        if believed[i] < servers[i][3] or (math.isnan(servers[i][3]) and not math.isnan(believed[i]))
    }
    one = balancing.pick(candidates, Random(seed))
    many = balancing.pick_many(candidates, 40, np.random.default_rng(seed))
    assert len(many) == 40
    assert (one in open_) if open_ else (one is None)
    assert set(many.tolist()) <= open_ | {NOBODY}
    assert (many[0] == NOBODY) is not bool(open_)
    assert len(balancing.pick_many(candidates, 0, np.random.default_rng(seed))) == 0


@given(st.lists(rows, max_size=8), algorithms, st.integers(0, 2**32))
def test_who_says_that_ages_do_not_count_does_not_look_at_them(
    servers: list[tuple[float, ...]], balancing: Balancing, seed: int
):
    candidates = table(servers)  # type: ignore[arg-type]
    blind = replace(candidates, report_age_s=np.full(len(servers), NAN), reporting_s=None)
    if not balancing.ages_count:
        assert np.array_equal(balancing.believed(candidates), balancing.believed(blind), equal_nan=True)
        assert balancing.pick(candidates, Random(seed)) == balancing.pick(blind, Random(seed))


@given(st.lists(rows, max_size=8), algorithms, st.integers(0, 2**32))
def test_the_same_dice_give_the_same_picks(servers: list[tuple[float, ...]], balancing: Balancing, seed: int):
    candidates = table(servers)  # type: ignore[arg-type]
    assert balancing.pick(candidates, Random(seed)) == balancing.pick(candidates, Random(seed))
    first, second = (balancing.pick_many(candidates, 20, np.random.default_rng(seed)).tolist() for _ in range(2))
    assert first == second


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 12)), min_size=1, max_size=8),
    st.integers(0, 60),
    st.integers(0, 2**32),
)
def test_own_dispatches_fill_the_lowest_places_first(servers: list[tuple[int, int, int]], count: int, seed: int):
    """As one pick after another would: the same levels, whichever of several equals comes first."""
    candidates = table([(float(r), 0.1, float(f), float(c), 1000.0) for r, f, c in servers])
    balancing = by_name("count-in-flight")
    levels = [r + f for r, f, _ in servers]
    expected = list(levels)
    reached: list[int] = []
    for _ in range(count):
        open_ = [i for i, (_, _, limit) in enumerate(servers) if expected[i] < limit]
        if not open_:
            break
        least = min(open_, key=expected.__getitem__)
        reached.append(expected[least])
        expected[least] += 1
    picked = balancing.pick_many(candidates, count, np.random.default_rng(seed)).tolist()
    got: list[int] = []
    index: int
    for index in picked[: len(reached)]:
        got.append(levels[index])
        levels[index] += 1
        assert levels[index] <= servers[index][2]
    assert got == reached
    assert picked[len(reached) :] == [NOBODY] * (count - len(reached))


@pytest.mark.parametrize("name", NAMES)
def test_among_equals_it_picks_evenly_at_random(name: str):
    candidates = calm([2.0] * 4)
    dice = Random(7)
    single = Counter(by_name(name).pick(candidates, dice) for _ in range(2000))
    rng = np.random.default_rng(7)
    batch = Counter(int(i) for _ in range(1000) for i in by_name(name).pick_many(candidates, 2, rng))
    for picks in (single, batch):
        assert set(picks) == {0, 1, 2, 3}
        assert all(400 < count < 600 for count in picks.values())  # 500 +- 5 sigma of 19.4


@pytest.mark.parametrize("name", NAMES)
def test_many_picks_have_the_shares_of_single_ones(name: str):
    """On a fixed table, where a single pick is repeated without being counted, first picks must have equal distributions."""
    candidates = table(
        [(1, 0.1, 2, 12, 99), (3, 0.1, 0, 12, 99), (4, 0.1, 1, 12, 99), (0, 9.0, 5, 12, 99), (NAN, NAN, 0, 12, 99)]
    )
    dice, rng = Random(3), np.random.default_rng(3)
    balancing = by_name(name)
    single = Counter(balancing.pick(candidates, dice) for _ in range(4000))
    batch = Counter(int(balancing.pick_many(candidates, 1, rng)[0]) for _ in range(4000))
    assert set(single) == set(batch)
    assert all(abs(count - batch[index or 0]) < 5 * math.sqrt(2 * 4000 * 0.25) for index, count in single.items())


def test_a_silent_server_under_each_algorithm():
    """Server 0 last reported 0, long ago, and was sent 9 sessions since; the others report 4 of 12."""
    silent = table([(0, 60.0, 9, 12, 999), *[(4, 0.1, 0, 12, 999)] * 9])
    share = {
        name: np.count_nonzero(by_name(name).pick_many(silent, 4000, np.random.default_rng(5)) == 0) / 4000
        for name in NAMES
        if name not in {"count-in-flight", "both"}
    }
    assert share["least-reported"] == 1.0
    assert share["exclude-stale"] == 0.0
    assert abs(share["best-of-two"] - 0.2) < 0.03  # it is in 2 of 10 draws, and wins each of them
    assert abs(share["expire-to-average"] - 0.1) < 0.03, "neither all nor nothing: the fair share"
    assert by_name("count-in-flight").believed(silent)[0] == 9.0
    assert math.isnan(by_name("both").believed(silent)[0])
    assert by_name("expire-to-average").believed(silent)[0] == 4.0
    for name in ("count-in-flight", "both"):
        assert {by_name(name).pick(silent, Random(seed)) for seed in range(20)} <= set(range(1, 10))


def test_where_all_have_fallen_silent():
    dark = calm([4.0, 0.0], age=60.0)
    assert by_name("exclude-stale").pick(dark, Random(1)) is None
    assert by_name("both").pick(dark, Random(1)) is None
    for name in ("exclude-stale", "both"):
        assert by_name(name, {"panic_share": 0.5}).pick(dark, Random(1)) == 1, "old news beats none"
    assert by_name("expire-to-average").believed(dark).tolist() == [2.0, 2.0]


def test_a_newcomer_does_not_draw_the_herd_while_it_is_blacked_out():
    fleet = table([(0, 0.1, 0, 12, 1.0), (6, 0.1, 0, 12, 999.0), (8, 0.1, 0, 12, 999.0)])
    assert by_name("expire-to-average").believed(fleet).tolist() == [7.0, 6.0, 8.0]
    assert by_name("expire-to-average", {"blackout_intervals": 0}).believed(fleet).tolist() == [0.0, 6.0, 8.0]
    assert by_name("expire-to-average").believed(replace(fleet, reporting_s=None)).tolist() == [0.0, 6.0, 8.0]


def test_parameters_are_listed_and_come_back():
    for name in NAMES:
        balancing = by_name(name)
        assert balancing.name == name
        assert by_name(name, balancing.parameters) == balancing
        assert set(balancing.parameters) == set(options_of(name))
        for parameter, option in options_of(name).items():
            assert option.low is not None
            assert option.high is not None
            assert option.low <= balancing.parameters[parameter] <= option.high
            assert by_name(name, {parameter: option.high}).parameters[parameter] == option.high
    assert dict(by_name("both", {"stale_after_intervals": 5}).parameters) == {
        "stale_after_intervals": 5.0,
        "panic_share": 0.0,
    }


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("round-robin", {}, "There is no algorithm 'round-robin'; there are least-reported, exclude-stale"),
        ("best-of-two", {"of": 3}, "The algorithm best-of-two has no parameter 'of'; it has none."),
        ("both", {"stale": 3}, "has no parameter 'stale'; it has stale_after_intervals, panic_share."),
        ("exclude-stale", {"stale_after_intervals": 0}, "exclude-stale: stale_after_intervals is 0; it must be a number from 1 to 1000"),
        ("exclude-stale", {"panic_share": True}, "panic_share is True; it must be a number from 0 to 1"),
        ("exclude-stale", {"panic_share": NAN}, "panic_share is nan; it must be a number"),
        ("exclude-stale", {"panic_share": "0.5"}, "panic_share is '0.5'; it must be a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(name: str, parameters: dict[str, object], sentence: str):
    with pytest.raises(SettingsError) as caught:
        by_name(name, parameters)
    assert sentence in str(caught.value)
