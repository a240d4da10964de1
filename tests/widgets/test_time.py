import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.timeaxis import clock, labels, lefts, zone
from widgets.timeview import SCALES, TimeView


@given(
    st.floats(0, 2e10),
    st.lists(st.floats(0.0, 30.0), min_size=2, max_size=200),
    st.sampled_from([1, 2, 3, 6, 12]),
    st.floats(30, 90),
)
@settings(max_examples=200, deadline=None)
def test_labels_never_crowd_and_stand_on_their_columns(start, steps, column_px, label_px):
    wall = start + np.cumsum(steps)
    found = labels(wall, column_px, label_px)
    places = [label.column for label in found]
    assert places == sorted(places)
    assert all((b - a) * column_px >= label_px for a, b in itertools.pairwise(places))
    assert all(0 <= place < len(wall) and label.text for place, label in zip(places, found, strict=True))


def test_labels_are_round_times():
    wall = 1_760_000_003.0 + np.arange(600)
    texts = [label.text for label in labels(wall, 1.0, 80.0)]
    assert len(texts) >= 4
    assert all(len(text) == 5 and int(text[-2:]) % 2 == 0 for text in texts)


def test_what_is_no_time_gets_no_label():
    nothing = np.array([np.nan, np.inf, -np.inf, 1e300, -5.0])
    assert labels(nothing, 1.0, 50.0) == []
    assert labels(np.array([0.0, 1e11]), 1.0, 50.0) == []
    assert [clock(v) for v in nothing] == [""] * 5
    assert zone(float("nan")) == ""


@given(
    st.lists(st.tuples(st.sampled_from(["zoom", "pan", "follow", "grow"]), st.integers(-400, 400)), max_size=25),
    st.integers(60, 900),
)
@settings(max_examples=200, deadline=None)
def test_the_view_always_shows_something_and_columns_stay_whole(moves, width):
    view, newest = TimeView(), 100
    for what, amount in moves:
        if what == "zoom":
            view.zoom(1 if amount > 0 else -1, None, newest, width)
        elif what == "pan":
            view.pan(amount, 0, newest, width)
        elif what == "follow":
            view.follow()
        else:
            newest += abs(amount)
        start, stop = view.start(newest, width), view.stop(newest)
        assert start < newest
        assert stop > 0
        assert (stop - start) % view.per == 0
        assert (stop - start) // view.per * view.column_px >= width
        assert not view.live or stop >= newest


@given(st.integers(0, len(SCALES) - 1), st.integers(0, 599), st.integers(1, 4000))
def test_tick_and_pixel_agree(scale, x, newest):
    view = TimeView(scale=scale, auto=False)
    tick = view.tick_at(x, newest, 600)
    left = view.x_of(tick, newest, 600)
    assert left <= x < left + view.column_px


@given(st.integers(300, 2000), st.integers(1, 250))
def test_zooming_keeps_the_tick_under_the_crosshair(newest, back):
    view = TimeView(scale=6, auto=False, end=newest - 20)
    anchor = newest - 20 - back
    before = view.x_of(anchor, newest, 600)
    view.zoom(1, anchor, newest, 600)
    assert abs(view.x_of(anchor, newest, 600) - before) <= 2 * view.column_px


def test_a_young_history_fills_its_map_and_a_hand_on_the_zoom_ends_that():
    view = TimeView()
    view.fit(20, 430)
    assert view.column_px == 6
    view.fit(200, 430)
    assert view.column_px == 2
    view.fit(4000, 430)
    assert (view.column_px, view.per) == (1, 1)
    view.zoom(2, None, 4000, 430)
    view.fit(4000, 430)
    assert view.column_px == 3


def test_a_label_that_the_end_of_the_axis_pushes_back_never_runs_into_the_one_before():
    assert lefts([40.0, 100.0, 158.0], [50.0] * 3, 0.0, 240.0) == [15.0, 75.0, 133.0]
    assert lefts([10.0, 100.0, 158.0], [50.0] * 3, 0.0, 165.0) == [0.0, 75.0, None]
    assert lefts([], [], 0.0, 10.0) == []
