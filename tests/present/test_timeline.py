"""Whatever the window misses, the sum of what clients suffered stays."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from console.present.timeline import TimelineKeeper
from tests.support.builders import FrameMaker, make_fleet
from tests.support.views import ViewMaker, incident
from tests.support.words import english


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=30))
def test_refused_sessions_are_neither_lost_nor_counted_twice(polls):
    """Each poll refuses so many; the window looks at some of them only."""
    frames, maker, keeper = FrameMaker(), ViewMaker(), TimelineKeeper()
    total, base, data = 0, None, None
    for index, (refused, looked) in enumerate(polls):
        total += refused
        view = maker.take(frames.make(make_fleet(2), sessions={"started": 1000, "refused": total}))
        if looked or index == len(polls) - 1:
            base = total if base is None else base
            data = keeper.feed(view)
    assert data is not None
    counted = np.nansum(data.refused_per_s) * frames.interval
    assert counted == np.float64(total - base).round(6) or abs(counted - (total - base)) < 1e-6


def test_a_new_balancer_begins_anew_without_a_negative_rate():
    frames, maker, keeper = FrameMaker(), ViewMaker(), TimelineKeeper()
    keeper.feed(maker.take(frames.make(make_fleet(2), sessions={"refused": 50})))
    frames.balancer_incarnation = "bal-2"
    data = keeper.feed(maker.take(frames.make(make_fleet(2), sessions={"refused": 3})))
    assert np.isnan(data.refused_per_s[-1])
    assert not (data.refused_per_s < 0).any()


def test_the_moments_are_marked_once_and_together():
    _, _, view, _ = incident()
    keeper = TimelineKeeper()
    assert [english(mark.text) for mark in keeper.feed(view).marks] == ["3 silent", "errors", "3 gap", "herd"]
    assert [english(mark.text) for mark in keeper.feed(view).marks] == ["3 silent", "errors", "3 gap", "herd"]
