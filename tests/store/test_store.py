"""History rings against a plain list: what was appended is what is read, whatever wraps, grows or is overwritten meanwhile."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.frame import Frame, Row, RowTable
from console.domain.history import History, Mark, Track
from console.domain.readings import Counters
from console.domain.states import Reach
from console.store import Store, StoreSettings
from console.store.scale import SCALES
from tests.support.builders import FrameMaker, Server

SMALL = StoreSettings(ticks=60, coarse_s=10.0, coarse_columns=60)


def keep(store: Store, frame: Frame, gap: float | np.ndarray = 0.0) -> int:
    return store.append(frame, np.broadcast_to(np.asarray(gap, dtype=np.float64), (frame.rows.capacity,)))


@pytest.mark.parametrize("track", list(Track))
@given(value=st.one_of(st.just(float("nan")), st.floats(-1e5, 1e5)))
def test_a_scale_gives_back_what_it_can_hold(track: Track, value: float) -> None:
    scale = SCALES[track]
    back = scale.unpack(scale.pack(np.array([value])))[0]
    if np.isnan(value):
        assert np.isnan(back)
    else:
        low = -scale.high if scale.signed else 0.0
        assert back == pytest.approx(min(max(value, low), scale.high), abs=0.51 * scale.step, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), polls=st.integers(1, 200))
def test_a_cut_reads_what_was_appended(data: st.DataObject, polls: int) -> None:
    frames, store, kept = FrameMaker(), Store(2, SMALL), []
    for poll in range(polls):
        truths = [float(poll % 50), None if poll % 7 == 3 else float(poll % 11)]
        servers = [
            Server(f"s{n}", truth=truth, belief=1, reach=Reach.OK if truth is not None else Reach.TIMEOUT)
            for n, truth in enumerate(truths)
        ]
        assert keep(store, frames.make(servers), gap=-poll / 4) == poll
        kept.append((truths, frames.wall, -poll / 4))
    cut: History = store.cut()
    assert (cut.first, cut.last, cut.capacity) == (max(0, polls - 60), polls, 2)
    first = data.draw(st.integers(-5, polls + 5))
    last = data.draw(st.integers(first, polls + 10))
    truth, gap, marks = cut.track(Track.TRUTH, first, last), cut.track(Track.GAP, first, last), cut.marks(first, last)
    wall, ticks = cut.wall(first, last), range(first, last)
    assert truth.shape == marks.shape == (2, len(ticks)) and truth.dtype == np.float32
    for column, tick in enumerate(ticks):
        if not cut.first <= tick < cut.last:
            assert (
                np.isnan(truth[:, column]).all() and np.isnan(wall[column]) and (marks[:, column] == Mark.ABSENT).all()
            )
            continue
        truths, at, expected_gap = kept[tick]
        assert wall[column] == at and (gap[:, column] == np.float32(expected_gap)).all()
        for slot, expected in enumerate(truths):
            assert np.isnan(truth[slot, column]) if expected is None else truth[slot, column] == expected
            assert bool(marks[slot, column] & Mark.NO_TRUTH) == (expected is None)
    picked = cut.track(Track.TRUTH, first, last, np.array([1]))
    np.testing.assert_array_equal(picked[0], truth[1])


def test_a_reader_that_is_lapped_reads_missing_and_never_another_tick() -> None:
    frames, store = FrameMaker(), Store(1, SMALL)
    for poll in range(60):
        keep(store, frames.make([Server("s", truth=poll)]))
    cut = store.cut()
    before = cut.track(Track.TRUTH, 0, 60)
    for poll in range(8):  # the margin of a ring of 60
        keep(store, frames.make([Server("s", truth=1000 + poll)]))
    np.testing.assert_array_equal(cut.track(Track.TRUTH, 0, 60), before)
    for poll in range(10):
        keep(store, frames.make([Server("s", truth=2000 + poll)]))
    after = cut.track(Track.TRUTH, 0, 60)[0]
    assert np.isnan(after[:10]).all() and np.isnan(cut.wall(0, 10)).all() and (cut.marks(0, 10) == Mark.ABSENT).all()
    np.testing.assert_array_equal(after[10:], before[0, 10:])


def test_a_reader_on_another_thread_never_sees_a_torn_column() -> None:
    capacity, store = 400, Store(400, SMALL)
    frames = FrameMaker()
    pattern = [frames.make([Server(f"s{n}", truth=value) for n in range(capacity)]) for value in range(7)]
    keep(store, pattern[0])
    stop = threading.Event()

    def write() -> None:
        poll = 1
        while not stop.is_set():
            keep(store, pattern[poll % 7])
            poll += 1

    writer = threading.Thread(target=write)
    writer.start()
    torn = lapped = 0
    for look in range(60):
        cut = store.cut()
        while store.cut().last < cut.last + look % 40:  # the writer runs on between the cut and its reading
            pass
        values = cut.track(Track.TRUTH, cut.first, cut.last)
        expected = np.arange(cut.first, cut.last) % 7
        torn += int((~np.isnan(values) & (values != expected)).sum())
        lapped += bool(np.isnan(values).any())
    stop.set()
    writer.join()
    assert lapped, "the reader was never overtaken: this proves nothing"
    assert torn == 0


def test_it_grows_by_doubling_and_an_older_cut_stays_whole() -> None:
    frames, store = FrameMaker(), Store(2, SMALL)
    keep(store, frames.make([Server("a", truth=1), Server("b", truth=2)]))
    older, small = store.cut(), store.nbytes
    fleet = [Server(f"s{n}", truth=n) for n in range(5)]
    keep(store, frames.make([Server("a", truth=3), Server("b", truth=4), *fleet]))
    newer = store.cut()
    assert (older.capacity, newer.capacity) == (2, 7) and store.nbytes == 4 * small
    np.testing.assert_array_equal(older.track(Track.TRUTH, 0, 1), [[1], [2]])
    both = newer.track(Track.TRUTH, 0, 2)
    np.testing.assert_array_equal(both[:2], [[1, 3], [2, 4]])
    assert np.isnan(both[2:, 0]).all() and (newer.marks(0, 1)[2:] == Mark.ABSENT).all()
    assert newer.marks(1, 2)[2, 0] & Mark.BORN


def test_memory_is_flat_from_the_start_and_bounded() -> None:
    store, frames = Store(100), FrameMaker()
    at_start = store.nbytes
    for poll in range(30):
        keep(store, frames.make([Server("s", truth=poll)]))
    assert store.nbytes == at_start
    assert at_start * 10 < 200e6  # so a fleet of 1,000


def test_another_holder_of_a_slot_does_not_inherit_and_a_new_incarnation_breaks_the_line() -> None:
    frames, store = FrameMaker(), Store(1, SMALL)
    for truth in (5, 6):
        frame = frames.make([Server("old", truth=truth)])
        keep(store, frame)
    older = store.cut()
    keep(store, frames.make([Server("old", truth=7, incarnation="inc-2")]))
    restarted = store.cut()
    np.testing.assert_array_equal(restarted.track(Track.TRUTH, 0, 3), [[5, 6, 7]])
    assert [bool(mark & Mark.BORN) for mark in restarted.marks(0, 3)[0]] == [True, False, True]
    taken = RowTable((Row(0, "new", "inc-9", None, 9),), 3)
    keep(store, replace(frame, rows=taken))
    newer = store.cut()
    truth, marks = newer.track(Track.TRUTH, 0, 4), newer.marks(0, 4)
    assert np.isnan(truth[0, :3]).all() and truth[0, 3] == 6
    assert (marks[0, :3] == Mark.ABSENT).all() and marks[0, 3] & Mark.BORN
    np.testing.assert_array_equal(older.track(Track.TRUTH, 0, 2), [[5, 6]])


def test_marks_say_why_a_number_is_missing() -> None:
    frames, store = FrameMaker(), Store(4, SMALL)
    fleet = [
        Server("ok"),
        Server("dark", reach=Reach.TIMEOUT),
        Server("out", attached=False),
        Server("gone", listed=False),
    ]
    frame = frames.make(fleet)
    store.append(frame, np.zeros(4), np.array([True, False, False, False]))
    keep(store, frames.make(fleet, balancer=False))
    marks = store.cut().marks(0, 2) & np.uint8(0xFF ^ Mark.BORN)
    assert marks[0].tolist() == [Mark.SILENT, Mark.NO_BELIEF]
    assert marks[1].tolist() == [Mark.NO_TRUTH, Mark.NO_TRUTH | Mark.NO_BELIEF]
    assert marks[2].tolist() == [Mark.DETACHED, Mark.DETACHED | Mark.NO_BELIEF]
    assert marks[3].tolist() == [Mark.ABSENT, Mark.ABSENT]


def test_the_coarse_tier_keeps_what_was_hot() -> None:
    frames, store = FrameMaker(), Store(2, SMALL)
    for poll in range(21):
        servers = [
            Server("a", truth=12 if poll == 4 else 1, routed_total=poll * 2, attached=poll != 3),
            Server("b", truth=None, reach=Reach.TIMEOUT),
        ]
        keep(store, frames.make(servers, sessions={"started": poll * 5}), gap=-8.0 if poll == 7 else 2.0)
    day = store.cut_day()
    assert (day.first, day.last) == (0, 2)
    assert day.track(Track.TRUTH, 0, 2)[0].tolist() == [12, 1]
    assert day.track(Track.ROUTED, 0, 2)[0].tolist() == [18, 20]  # the first poll is a base
    assert day.track(Track.GAP, 0, 2)[0].tolist() == [-8, 2]
    assert np.isnan(day.track(Track.TRUTH, 0, 2)[1]).all() and np.isnan(day.track(Track.LIMIT, 0, 2)).all()
    marks = day.marks(0, 2)
    assert [bool(mark & Mark.DETACHED) for mark in marks[0]] == [True, False]
    assert not (marks[0] & Mark.NO_TRUTH).any() and (marks[1] & Mark.NO_TRUTH).all()
    assert day.series("started", 0, 2).tolist() == [45, 50]
    assert np.diff(day.mono(0, 2)).tolist() == [10.0]


def test_fleet_series_are_kept_by_verbatim_text_and_bounded_in_number() -> None:
    frames, store = FrameMaker(), Store(1, SMALL)
    keep(store, frames.make([Server("s")], errors={"no": 1}, sessions={"started": 10, "refused": 1}))
    keep(store, frames.make([Server("s")], errors={"no": 4}, sessions={"started": 15, "refused": 3}))
    keep(store, frames.make([Server("s")], balancer=False))
    cut = store.cut()
    assert set(cut.series_names) == {"started", "refused", "error:no"}
    np.testing.assert_array_equal(cut.series("error:no", 0, 3), [np.nan, 3, np.nan])
    np.testing.assert_array_equal(cut.series("started", 0, 3), [np.nan, 5, np.nan])
    assert np.isnan(cut.series("nobody", 0, 3)).all()
    flood = Counters({f"text {n}": n for n in range(500)}, {})
    keep(store, replace(frames.make([Server("s")]), fleet_delta=flood))
    assert len(store.cut().series_names) == 32
