import itertools

import numpy as np
import pytest

from widgets.tokens import THEMES, TONE_TOKEN, contrast, gap_lut, load_lut, luminance, tables
from widgets.viewdata import GAP_ZERO, MapKind, Tone

THEME_NAMES = tuple(THEMES)


def _hex(colour):
    return "#{:02x}{:02x}{:02x}".format(*(int(c) for c in colour[:3]))


@pytest.mark.parametrize("name", THEME_NAMES)
def test_text_has_4_5_to_1_on_every_ground_it_stands_on(name):
    t = THEMES[name]
    grounds = ("ground", "panel", "raised")
    pairs = [(ink, ground) for ink in ("text", "text2", "text3") for ground in grounds]
    pairs += [(TONE_TOKEN[tone], ground) for tone in Tone for ground in ("panel", "ground")]
    pairs += [(tone, f"{tone}_ground") for tone in ("alarm", "warn", "notice", "unknown")]
    pairs += [("text", f"{tone}_ground") for tone in ("alarm", "warn", "notice", "unknown")]
    pairs += [
        ("act_text", "act"),
        ("act_text", "act_hover"),
        ("lab_text", "lab"),
        ("text", "select"),
        ("text", "pressed"),
    ]
    pairs += [("ground", "cursor"), ("disabled", "panel")]
    low = {pair: round(contrast(t[pair[0]], t[pair[1]]), 2) for pair in pairs if contrast(t[pair[0]], t[pair[1]]) < 4.5}
    assert not low


@pytest.mark.parametrize("name", THEME_NAMES)
def test_graphics_have_3_to_1_on_the_panel(name):
    t = THEMES[name]
    inks = ("edge", "focus", "hatch", "cursor", "truth", "belief", "routed", "positive", "negative", "lab")
    low = {ink: round(contrast(t[ink], t["panel"]), 2) for ink in inks if contrast(t[ink], t["panel"]) < 3.0}
    assert not low


@pytest.mark.parametrize("name", THEME_NAMES)
def test_load_begins_at_the_panel_and_more_is_always_more_contrast(name):
    t, table = THEMES[name], load_lut(THEMES[name])
    assert table.shape == (256, 4)
    assert table.dtype == np.uint8
    assert _hex(table[0]) == t["map"]
    ratios = [contrast(_hex(colour), t["map"]) for colour in table]
    assert ratios[1] > 1.0
    assert all(later >= before - 0.02 for before, later in itertools.pairwise(ratios))
    assert ratios[255] > 8.0


@pytest.mark.parametrize("name", THEME_NAMES)
def test_below_half_of_the_limit_all_is_grey(name):
    table = load_lut(THEMES[name]).astype(int)[:128, :3]
    assert (table.max(axis=1) - table.min(axis=1)).max() <= 12
    assert int(np.ptp(load_lut(THEMES[name]).astype(int)[255, :3])) > 60


@pytest.mark.parametrize("name", THEME_NAMES)
def test_gap_is_symmetric_and_its_ends_differ_in_hue(name):
    t, table = THEMES[name], gap_lut(THEMES[name])
    assert _hex(table[GAP_ZERO]) == t["map"]
    assert _hex(table[255]) == t["positive"]
    assert _hex(table[1]) == t["negative"]
    assert abs(luminance(t["positive"]) - luminance(t["negative"])) > 0.05


@pytest.mark.parametrize("name", THEME_NAMES)
def test_the_aged_look_has_no_colour(name):
    for table in tables(THEMES[name], old=True).values():
        assert np.ptp(table.astype(int)[:, :3], axis=1).max() <= 14
    assert not np.array_equal(tables(THEMES[name])[MapKind.GAP], tables(THEMES[name], old=True)[MapKind.GAP])
