"""Whatever the window misses, the sum of what clients suffered stays."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.lifecycle import Note
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
        base = total if base is None else base  # what came before the first look is in history
        if looked or index == len(polls) - 1:
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
    first = [english(mark.text) for mark in keeper.feed(view).marks]
    assert first[:2] == ["3 silent", "errors"]
    assert sorted(first[2:]) == ["3 gap", "herd"], "which of the two is found first is chance"
    assert [english(mark.text) for mark in keeper.feed(view).marks] == first


def test_a_note_stands_where_it_was_written_until_it_is_older_than_the_line():
    view = incident(ramp_polls=3)[2]
    keeper, wall_s = TimelineKeeper(), view.frame.wall_s
    notes = (
        Note(wall_s - 700.0, "noc-1", "long ago"),
        Note(wall_s - 30.0, "noc-1", "site says power", alarm=("gap", "dsrs-007", "i1"), server="dsrs-007"),
        Note(wall_s - 5.0, "noc-2", "called the lead"),
    )
    marks = keeper.feed(replace(view, notes=notes)).marks
    said = {mark.wall_s: english(mark.text) for mark in marks}
    assert said[wall_s - 30.0] == "note by noc-1 on gap:dsrs-007: site says power"
    assert said[wall_s - 5.0] == "note by noc-2: called the lead"
    assert wall_s - 700.0 not in said
