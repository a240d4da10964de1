import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from PySide6.QtGui import QFontMetricsF

from widgets import samples, theme
from widgets.timeaxis import moments
from widgets.timechart import Scale
from widgets.timeline import Timeline
from widgets.viewdata import ErrorLine, TimelineData, TimeMark, Tone, phrase, verbatim

FULL = "s can't connect to recognizer server (can't find available servers because maximum allowed clients has reached)"
LOST = "s can't connect to recognizer server (can't connect to server)"
WALL = np.arange(600.0) + 1_737_400_000.0


def data(peak=9.0, texts=(FULL,)):
    refused = np.where(np.arange(600) > 300, peak, 0.0)
    errors = tuple(ErrorLine(text, WALL, refused / (place + 1), "312") for place, text in enumerate(texts))
    marks = (TimeMark(WALL[250], phrase("3 silent"), Tone.WARN), TimeMark(WALL[301], phrase("3 gap"), Tone.ALARM))
    return TimelineData(WALL, refused, marks, errors)


def shown(qtbot, given_data, size=(1000, 78)):
    widget = Timeline()
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.set_data(given_data)
    widget.show()
    return widget


@given(st.floats(0, 1e9), st.integers(0, 12))
def test_a_scale_holds_its_value_and_has_few_round_lines(most, lines):
    scale = Scale.of(most, lines)
    assert scale.top >= most
    assert scale.top >= 1
    assert 1 <= len(scale.lines()) - 1 <= max(1, lines)
    assert scale.lines()[-1] == pytest.approx(scale.top)
    if most >= 1:
        assert scale.top < 10 * most


@given(st.floats(1.0, 2e9), st.floats(5, 90_000), st.integers(80, 3000))
def test_times_are_round_inside_and_apart(first, span, width):
    found = moments(first, first + span, width, 60)
    px = width / span
    assert all(first - 1e-3 <= one.wall_s <= first + span + 1e-3 for one in found)
    gaps = np.diff([one.wall_s for one in found]) * px
    assert not gaps.size or gaps.min() >= 59.9
    assert all(one.text for one in found)
    if span * px >= 60 * 8 and span < 3000:
        assert len(found) >= 2


@pytest.mark.usefixtures("dark")
def test_the_text_that_clients_were_told_is_named_with_its_count_and_two_are_two_lines(qtbot):
    widget = shown(qtbot, data())
    assert widget.texts() == (f"312 × {FULL}",)
    one = widget.chart.grab().toImage()
    widget.set_data(data(texts=(FULL, LOST)))
    assert widget.texts() == (f"312 × {FULL}", f"312 × {LOST}")
    assert widget.chart.grab().toImage() != one
    assert "now 9.0 per second" in widget.accessibleDescription()
    widget.set_data(data(0.0, ()))
    assert widget.texts() == ()


@pytest.mark.usefixtures("dark")
@pytest.mark.parametrize("size", [(1000, 78), (420, 66), (1500, 100), (30, 20)])
def test_marks_never_hide_the_line_and_the_pointer_reads_both(qtbot, caplog, size):
    widget = shown(qtbot, data(), size)
    widget.grab()
    assert caplog.records == []
    chart = widget.chart
    box = chart._box
    if box.width() < 100:
        return
    metrics = QFontMetricsF(theme.ui_font(11))
    assert box.top() >= metrics.height() or not chart._words(metrics)
    assert chart.told(box.left() + 250 / 599 * box.width()).endswith("3 silent")
    assert chart.told(box.left() + 0.9 * box.width()).endswith("9.0 /s")
    assert chart.told(box.right() + 50) == ""


@pytest.mark.usefixtures("dark")
def test_what_is_not_known_is_a_break_and_nothing_at_all_is_drawn_too(qtbot, caplog):
    widget = shown(qtbot, samples.timeline(samples.fleet(ticks=60), bad=True))
    whole = data()
    hole = whole.refused_per_s.copy()
    hole[400:450] = np.nan
    nothing = np.full(600, np.nan)
    pictures = []
    for values in (whole.refused_per_s, hole, nothing):
        widget.set_data(structs.replace(whole, refused_per_s=values, errors=()))
        pictures.append(widget.chart.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]
    box = widget.chart._box
    x = round(box.left() + 425 / 599 * box.width())
    ink = theme.colour("alarm").name()
    column = [{picture.pixelColor(x, y).name() for y in range(picture.height())} for picture in pictures[:2]]
    assert ink in column[0]
    assert ink not in column[1]
    widget.set_data(TimelineData(np.zeros(0), np.zeros(0), (TimeMark(1.0, verbatim("x"), Tone.QUIET),)))
    widget.grab()
    assert caplog.records == []
