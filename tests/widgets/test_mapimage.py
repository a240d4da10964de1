import numpy as np

from widgets.mapimage import HatchCache, Ink, compose, packed
from widgets.planes import Window
from widgets.tokens import DARK, load_lut
from widgets.viewdata import GAP_ZERO, CellState

GROUND, HATCH, SIGN = 0xFF000001, 0xFF00FF02, 0xFFFF0003


def draw(levels, states=None, *, px=4, row=12, width=None, signs=False):
    levels = np.asarray(levels, dtype=np.uint8)
    states = np.zeros_like(levels) if states is None else np.asarray(states, dtype=np.uint8)
    table = np.arange(256, dtype=np.uint32) | 0xFF000000
    ink = Ink(table, GROUND, HATCH, SIGN)
    edges = np.arange(levels.shape[0] + 1) * row
    window = Window(levels, states, 0, 1)
    return compose(window, edges, px, width or levels.shape[1] * px, ink, HatchCache(), signs=signs)


def test_each_cell_is_a_block_and_rows_keep_a_line_of_ground_between_them():
    pixels = draw([[10, 20], [30, 40]])
    assert (pixels[0:11, 0:4] == 0xFF00000A).all()
    assert (pixels[12:23, 4:8] == 0xFF000028).all()
    assert (pixels[11] == GROUND).all()


def test_the_newest_column_ends_at_the_right_edge():
    pixels = draw([[10, 20, 30]], width=10)
    assert (pixels[0, 6:10] == 0xFF00001E).all()
    assert (pixels[0, 0:2] == 0xFF00000A).all()
    assert (draw([[10]], width=10)[0, :6] == GROUND).all()


def test_each_state_has_a_hatch_of_its_own_and_absent_has_none():
    inks = {}
    for state in CellState:
        pixels = draw(np.full((1, 12), 90), np.full((1, 12), state), px=4)[:11]
        inks[state] = pixels == HATCH
        if state is CellState.ABSENT:
            assert (pixels == GROUND).all()
    assert not inks[CellState.OK].any()
    hatched = [inks[s] for s in (CellState.DETACHED, CellState.NO_DATA, CellState.BLIND)]
    assert all(h.any() and not h.all() for h in hatched)
    assert not any(np.array_equal(a, b) for i, a in enumerate(hatched) for b in hatched[i + 1 :])


def test_a_detached_server_still_shows_its_load():
    pixels = draw(np.full((1, 12), 90), np.full((1, 12), CellState.DETACHED))[:11]
    assert (pixels == 0xFF00005A).any()


def test_the_hatch_touches_only_its_own_row():
    states = np.zeros((3, 20), dtype=np.uint8)
    states[1] = CellState.BLIND
    pixels = draw(np.full((3, 20), 9), states)
    assert (pixels[12:23] == HATCH).any()
    assert not (pixels[:12] == HATCH).any()
    assert not (pixels[24:] == HATCH).any()


def test_large_gaps_carry_their_sign_and_small_ones_do_not():
    plus = draw(np.full((1, 40), 255), signs=True) == SIGN
    minus = draw(np.full((1, 40), 1), signs=True) == SIGN
    assert plus.any(axis=1).sum() == 5
    assert minus.any(axis=1).sum() == 1
    assert not (draw(np.full((1, 40), GAP_ZERO + 30), signs=True) == SIGN).any()


def test_packing_keeps_the_colours():
    table = load_lut(DARK)
    number = int(packed(table)[255])
    assert (number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255) == (
        255,
        *(int(c) for c in table[255, :3]),
    )


def test_nothing_to_draw_is_ground():
    assert draw(np.zeros((0, 0)), width=5).shape == (0, 5)
