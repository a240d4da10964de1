"""What holds for every widget of every scene: plain text, no tiny type, a name for whoever cannot see it."""

import itertools
import re

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QLineEdit, QWidget

from widgets import samples, theme, words
from widgets.canvas import Canvas
from widgets.gallery import SCENES, screen_of, whole
from widgets.tokens import SMALLEST_PX
from widgets.viewdata import Phrase, phrase, verbatim

pytestmark = pytest.mark.usefixtures("dark")

HOSTILE = (
    "<img src=http://127.0.0.1:9/canary>",
    "<b>bold</b>&amp;",
    "\u202eevil\u202c name",
    "two\nlines\r\n\ttabs",
    "\x1b[31mred\x07",
    "x" * 10_000,
    "名前" * 200,
    "",
    "{server}",
    "%1 %n",
)


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_drawn_in_both_themes_plain_legible_and_named(qtbot, qapp, caplog, scene):
    """A theme is set while nothing stands: another one for a whole window costs more than the window."""
    pictures = []
    for look in ("dark", "light"):
        theme.apply(qapp, look)
        frame = SCENES[scene]()
        frame.resize(1366, 768)
        frame.show()
        qapp.processEvents()
        check(frame)
        pictures.append(frame.grab().toImage())
        frame.close()
        frame.deleteLater()
        qapp.sendPostedEvents(frame, QEvent.Type.DeferredDelete)
    for picture in pictures:
        assert len({picture.pixel(x, y) for x in range(0, 1366, 7) for y in range(0, 768, 7)}) > 6
    assert pictures[0] != pictures[1]
    assert caplog.records == []


def check(frame: QWidget) -> None:
    """No markup, no tiny type, and whatever takes the keyboard has a name."""
    nameless = []
    for widget in frame.findChildren(QWidget):
        widget.ensurePolished()
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText, widget.text()
            assert not widget.openExternalLinks()
            assert widget.fontInfo().pixelSize() >= SMALLEST_PX, widget.text()
        if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
            assert widget.font().pixelSize() >= SMALLEST_PX
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        if takes and not isinstance(widget.parent(), (QComboBox, QAbstractItemView)):
            said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            if not said:
                nameless.append(type(widget).__name__)
    assert nameless == []


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text_everywhere_and_nothing_breaks(qtbot, caplog, name):
    run = samples.fleet(servers=70, ticks=60)
    run = structs.replace(run, names=tuple(f"{name}{i}" for i in range(70)), pools=(name,) * 70)
    data = samples.screen("incident", run=run, lab=True)
    data = structs.replace(data, header=structs.replace(data.header, environment=name, balancer=name))
    frame = whole("healthy")
    qtbot.addWidget(frame)
    frame.resize(1600, 900)
    screen = screen_of(frame)
    screen.set_data(data)
    frame.show()
    for width, height in ((1600, 900), (1366, 768), (960, 540)):
        frame.resize(width, height)
        frame.grab()
        assert (frame.width(), frame.height()) == (width, height), "a long name has pushed the window wider"
    assert caplog.records == []
    for widget in frame.findChildren(QWidget):
        tip = widget.toolTip()
        assert not re.search(r"<(img|b|a)\b", tip), tip[:80]
        if isinstance(widget, QLabel):
            assert "\u202e" not in widget.text()
            assert "\x1b" not in widget.text()
            assert "\n" not in widget.text()
            assert len(widget.text()) < 2_000


def test_arguments_are_filled_in_once_and_never_read_again():
    assert words.text(phrase("{a} and {b}", a="{b}", b="x")) == "{b} and x"
    assert words.text(phrase("{a} {missing} {", a="1")) == "1 {missing} {"
    assert words.text(phrase("{outer}", outer=phrase("in {a}", a="<b>"))) == "in <b>"
    assert words.text(verbatim("{a}")) == "{a}"
    assert words.text(Phrase("")) == ""


def test_an_error_text_of_the_service_is_not_touched():
    said = "s can't connect to recognizer server (can't find available servers because maximum allowed clients has reached)"
    assert words.text(verbatim(said)) == said


NUMBERS = (None, float("nan"), float("inf"), -1.0)


@pytest.mark.parametrize(("count", "value"), [*itertools.product((0, 1, 2), NUMBERS), (10_000, float("nan"))])
def test_missing_numbers_and_any_count_of_rows_are_drawn(qtbot, caplog, count, value):
    run = samples.fleet(servers=max(1, count), ticks=3 if count > 100 else 50, silent=(0,))
    full = samples.screen("incident", run=run)
    rows = tuple(
        structs.replace(
            row,
            truth=value,
            limit=value,
            belief=value,
            gap=value,
            routed_per_s=value,
            report_age_s=value,
            truth_text="-",
        )
        for row in full.rows.rows[:count]
    )
    empty = np.zeros(0, dtype=np.float64)
    none = np.full(5, np.nan)
    detail = structs.replace(
        full.detail,
        wall_s=none,
        truth=none.astype(np.float32),
        belief=none.astype(np.float32),
        routed=none.astype(np.float32),
        limit=value,
    )
    frame = whole("healthy", lab=False)
    qtbot.addWidget(frame)
    frame.resize(1700, 900)
    screen = screen_of(frame)
    frame.show()
    screen.detail.plot.build()
    for line in (samples.TimelineData(empty, empty), samples.TimelineData(none, none), full.timeline):
        screen.set_data(structs.replace(full, rows=samples.RowsData(rows, 0, count), detail=detail, timeline=line))
        frame.grab()
    screen.maps.point_at(0, screen.maps.planes.last - 1)
    screen.set_table_shown(True)
    screen.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    frame.grab()
    screen.set_data(
        structs.replace(full, rows=samples.RowsData(()), columns=None, detail=None, suspects=(), alarms=(), actions=())
    )
    frame.grab()
    assert caplog.records == []


@pytest.mark.parametrize("size", [(1, 1), (200, 120), (480, 320), (3840, 2160)])
def test_any_size_is_drawn(qtbot, caplog, size):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.setMinimumSize(1, 1)
    frame.show()
    frame.resize(*size)
    frame.grab()
    for part in frame.findChildren(Canvas):
        part.resize(*size)
        part.grab()
    assert caplog.records == []
