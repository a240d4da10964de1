"""Two servers, or two times, on one scale."""

from __future__ import annotations

import numpy as np
import pytest

from console.decide import compare
from console.domain.history import Track
from tests.support.views import incident


def test_two_servers_share_a_scale_and_the_difference_is_signed() -> None:
    _, _, view, muted = incident(1, calm_polls=8, ramp_polls=20)
    full, calm = (view.frame.rows.get(server) for server in (muted[0], "dsrs-064"))
    assert full is not None and calm is not None
    history = view.history
    tracks = {one.track: one for one in compare.servers(history, calm.slot, full.slot, history.last - 10, history.last)}
    truth, gap, memory = tracks[Track.TRUTH], tracks[Track.GAP], tracks[Track.MEMORY]
    assert truth.low == 0 and truth.high == 12 and truth.difference[-1] > 0
    assert gap.low == -gap.high and gap.difference[-1] > 0
    assert np.isnan(memory.difference).all() == np.isnan(memory.left).all()
    turned = {one.track: one for one in compare.servers(history, full.slot, calm.slot, history.last - 10, history.last)}
    for track, one in tracks.items():
        np.testing.assert_array_equal(one.difference, -turned[track].difference)
        assert (one.low, one.high) == (turned[track].low, turned[track].high) or np.isnan(one.high)


def test_two_times_are_compared_slot_by_slot_and_a_lost_time_is_refused() -> None:
    _, _, view, muted = incident(1, calm_polls=8, ramp_polls=20)
    history, slots = view.history, np.arange(64)
    (truth, *_) = compare.times(history, history.first + 2, history.last - 1, slots)
    assert truth.track is Track.TRUTH and len(truth.left) == 64
    rows = [view.frame.rows.get(server) for server in muted]
    assert all(truth.difference[row.slot] >= 8 for row in rows if row is not None)
    with pytest.raises(ValueError, match="is not in history"):
        compare.times(history, history.last, history.first, slots)


def test_one_server_beside_itself_earlier() -> None:
    _, _, view, muted = incident(1, calm_polls=8, ramp_polls=20)
    row, history = view.frame.rows.get(muted[0]), view.history
    assert row is not None
    last = history.last
    found = {one.track: one for one in compare.periods(history, row.slot, last - 8, row.slot, last - 18, 8)}
    truth = found[Track.TRUTH]
    np.testing.assert_array_equal(
        truth.left, history.track(Track.TRUTH, last - 8, last, slice(row.slot, row.slot + 1))[0]
    )
    assert len(truth.right) == 8 and truth.high == 12
    assert truth.difference[0] < 0, "it was emptier then"
