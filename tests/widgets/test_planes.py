import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.planes import BUCKET, Planes
from widgets.viewdata import GAP_ZERO, CellState, ColumnBlock, MapKind


def block(first, levels, states=None, *, kinds=tuple(MapKind)):
    levels = np.asarray(levels, dtype=np.uint8)
    states = np.zeros_like(levels) if states is None else np.asarray(states, dtype=np.uint8)
    wall = 1000.0 + first + np.arange(levels.shape[1], dtype=np.float64)
    return ColumnBlock(first, wall, dict.fromkeys(kinds, levels), dict.fromkeys(kinds, states))


def slots(n):
    return np.arange(n, dtype=np.intp)


@given(
    st.integers(1, 40),
    st.integers(1, 300),
    st.integers(1, 24),
    st.integers(1, 60),
    st.data(),
    st.sampled_from(tuple(MapKind)),
)
@settings(max_examples=150, deadline=None)
def test_one_hot_cell_survives_any_pooling(rows, ticks, height, width, data, kind):
    zero = GAP_ZERO if kind is MapKind.GAP else 0
    hot = 1 if kind is MapKind.GAP and data.draw(st.booleans()) else 255
    row, tick = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, ticks - 1))
    levels = np.full((rows, ticks), zero, dtype=np.uint8)
    levels[row, tick] = hot
    planes = Planes(columns=320)
    for start in range(0, ticks, 37):
        planes.append(block(start, levels[:, start : start + 37], kinds=(kind,)))
    window = planes.window(kind, slots(rows), 0, ticks, height, width)
    assert window.levels.shape[0] == min(rows, height)
    assert window.levels.shape[1] <= width + 1
    assert (window.levels == hot).sum() == 1
    assert (planes.overview(kind, slots(rows), height) == hot).sum() == 1


def test_one_hot_cell_among_ten_thousand_servers_and_an_hour():
    planes = Planes()
    levels = np.zeros((10_000, 1), dtype=np.uint8)
    planes.append(block(0, levels, kinds=(MapKind.TRUTH,)))
    levels = np.zeros((10_000, 3599), dtype=np.uint8)
    levels[7_777, 1_234] = 255
    planes.append(block(1, levels, kinds=(MapKind.TRUTH,)))
    window = planes.window(MapKind.TRUTH, slots(10_000), 0, 3600, 700, 400)
    assert (window.levels == 255).sum() == 1
    assert (planes.overview(MapKind.TRUTH, slots(10_000), 700) == 255).sum() == 1


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12), st.integers(0, 500))
@settings(max_examples=80, deadline=None)
def test_the_ring_holds_exactly_the_newest_columns(sizes, begin):
    planes, columns, at = Planes(columns=120), 120, begin
    kept: dict[int, int] = {}
    for size in sizes:
        ticks = np.arange(at, at + size)
        planes.append(block(at, (ticks % 251)[np.newaxis, :], kinds=(MapKind.TRUTH,)))
        kept.update({int(t): int(t % 251) for t in ticks})
        at += size
    assert planes.last == at
    assert planes.first == max(begin, at - columns)
    for tick in range(planes.first, planes.last):
        assert planes.cell(MapKind.TRUTH, 0, tick) == (kept[tick], CellState.OK)
    assert planes.cell(MapKind.TRUTH, 0, planes.first - 1)[1] is CellState.ABSENT
    assert planes.cell(MapKind.TRUTH, 0, planes.last)[1] is CellState.ABSENT


def test_a_state_is_drawn_only_where_no_pooled_cell_has_a_value():
    states = np.array([[0, 3, 3, 3, 1, 4, 3, 4]], dtype=np.uint8)
    planes = Planes(columns=64)
    planes.append(block(0, np.full((1, 8), 9), states))
    window = planes.window(MapKind.TRUTH, slots(1), 0, 8, 10, 4)
    assert window.states.tolist() == [[CellState.OK, CellState.NO_DATA, CellState.BLIND, CellState.BLIND]]
    assert window.levels.tolist() == [[9, 0, 0, 0]]


def test_no_data_never_beats_a_value_and_never_adds_one():
    levels = np.array([[250, 10]], dtype=np.uint8)
    planes = Planes(columns=64)
    planes.append(block(0, levels, [[CellState.NO_DATA, CellState.DETACHED]]))
    window = planes.window(MapKind.TRUTH, slots(1), 0, 2, 10, 1)
    assert window.levels.tolist() == [[10]]


def test_a_gap_keeps_the_value_largest_in_size_with_its_sign():
    planes = Planes(columns=64)
    planes.append(block(0, [[GAP_ZERO + 20, GAP_ZERO - 60, GAP_ZERO + 50, GAP_ZERO]]))
    assert planes.window(MapKind.GAP, slots(1), 0, 4, 1, 1).levels.tolist() == [[GAP_ZERO - 60]]


def test_skipped_ticks_are_blind_and_growth_is_absent():
    planes = Planes(columns=64)
    planes.append(block(0, [[5, 6]]))
    planes.append(block(4, [[7], [8]]))
    assert planes.cell(MapKind.TRUTH, 0, 2) == (0, CellState.BLIND)
    assert planes.cell(MapKind.TRUTH, 1, 0) == (0, CellState.ABSENT)
    assert planes.cell(MapKind.TRUTH, 1, 4) == (8, CellState.OK)
    assert np.isnan(planes.wall(2, 4)).all()


def test_columns_do_not_shimmer_as_time_goes_on():
    rng = np.random.default_rng(5)
    levels = rng.integers(0, 255, (3, 200), dtype=np.uint8)
    planes = Planes(columns=400)
    planes.append(block(0, levels[:, :150]))
    before = planes.window(MapKind.TRUTH, slots(3), 0, 150, 3, 50)
    planes.append(block(150, levels[:, 150:]))
    after = planes.window(MapKind.TRUTH, slots(3), 3, 153, 3, 50)
    assert (before.per, after.per) == (3, 3)
    assert np.array_equal(before.levels[:, 1:], after.levels[:, :49])


def test_an_old_run_is_forgotten_when_time_starts_anew():
    planes = Planes(columns=2 * BUCKET)
    planes.append(block(500, np.full((2, 30), 200)))
    planes.append(block(3, np.full((2, 1), 40)))
    assert (planes.first, planes.last) == (3, 4)
    assert planes.overview(MapKind.TRUTH, slots(2), 2).max() == 40


def test_slots_beyond_the_memory_are_absent():
    planes = Planes(columns=64)
    planes.append(block(0, [[5]]))
    window = planes.window(MapKind.TRUTH, np.array([0, 99], dtype=np.intp), 0, 1, 9, 9)
    assert window.states.tolist() == [[CellState.OK], [CellState.ABSENT]]
