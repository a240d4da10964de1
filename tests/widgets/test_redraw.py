"""What a poll makes the screen do, counted: no more than what is in view, and nothing for what has not changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from widgets import mappicture, samples, theme
from widgets.errorrow import ErrorRow
from widgets.heatmaps import Heatmaps
from widgets.labels import PlainLabel
from widgets.suspects import SuspectColumn, SuspectView
from widgets.textcells import Ink, TextCells
from widgets.timechart import TimeChart
from widgets.viewdata import ErrorCount, RowsData, phrase

pytestmark = pytest.mark.usefixtures("dark")


class Looked(Sequence):
    """Rows that note which of them somebody has looked at."""

    def __init__(self, rows):
        self._rows = rows
        self.seen = set()

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, index):
        self.seen.update(range(len(self._rows))[index] if isinstance(index, slice) else [index])
        return self._rows[index]


class Events(QObject):
    """Counts the events of one widget by type."""

    def __init__(self, widget):
        super().__init__(widget)
        self.found = []
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched, event):
        self.found.append(event.type())
        return False


def long_list():
    """1,000 servers, with names and slots given as a presenter gives them."""
    plain = samples.rows(samples.fleet(servers=1_000, ticks=30))
    rows = Looked(plain.rows)
    return RowsData(rows, total=len(rows), slots=plain.slots, names=plain.names), rows


def test_of_a_thousand_rows_only_those_in_view_are_looked_at(qtbot):
    data, rows = long_list()
    widget = Heatmaps()
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    widget.append(samples.columns(samples.fleet(servers=1_000, ticks=30)))
    widget.set_rows(data)
    widget.grab()
    visible = widget.layout_now().visible
    assert visible < 100
    assert rows.seen == set(range(visible))
    widget.scroll_to(500)
    widget.choose(data.names[510])
    widget.point_at(505, widget.planes.last - 1)
    widget.grab()
    assert rows.seen == set(range(visible)) | set(range(500, 500 + visible))


def test_heads_and_scales_are_drawn_once_and_not_at_each_poll(qtbot, monkeypatch):
    drawn = []
    real = mappicture.paint_ground
    monkeypatch.setattr(mappicture, "paint_ground", lambda *parts: (drawn.append(1), real(*parts)))
    run = samples.fleet(ticks=50)
    widget = Heatmaps()
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    widget.set_legends(samples.legends())
    widget.append(samples.columns(run))
    for _ in range(3):
        widget.set_rows(samples.rows(run))
        widget.grab()
    assert len(drawn) == 1
    widget.set_legends(samples.legends())
    widget.grab()
    assert len(drawn) == 1, "the same legends again"
    widget.set_belief_shown(True)
    widget.grab()
    assert len(drawn) == 2
    widget.restyled()
    widget.grab()
    assert len(drawn) == 3


@pytest.mark.parametrize("row_h", [11, 13, 24])
@pytest.mark.parametrize("ratio", [1.0, 2.0, 1.25])
def test_a_ready_text_is_the_text_as_drawn(qapp, row_h, ratio):
    cells, metrics = TextCells(theme.fixed_font(11)), QFontMetricsF(theme.fixed_font(11))
    texts = [(10.0, "dsrs-007"), (33.25, "12/12"), (7.5, "<1 s"), (20.0, "gap (y)"), (12.0, "名前")]

    def painted(draw):
        picture = QPixmap(round(120 * ratio), round(130 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.colour("panel"))
        painter = QPainter(picture)
        draw(painter)
        painter.end()
        image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
        return np.frombuffer(image.constBits(), dtype=np.uint8).copy()

    def direct(painter):
        painter.setFont(theme.fixed_font(11))
        painter.setPen(theme.colour("text"))
        for line, (x, said) in enumerate(texts):
            painter.drawText(QPointF(x, 2 + line * row_h + (row_h + metrics.capHeight()) / 2), said)

    def ready(painter):
        cells.begin(painter, row_h)
        for line, (x, said) in enumerate(texts):
            cells.draw(painter, x, 2 + line * row_h, said, Ink.of(theme.colour("text")), Ink.of(theme.colour("panel")))
        cells.end(painter)

    wanted = painted(direct)
    assert np.ptp(wanted.reshape(-1, 4)[:, :3]) > 100
    assert np.array_equal(painted(ready), wanted)
    assert np.array_equal(painted(ready), wanted), "from the kept pictures"


def test_a_text_is_made_once_for_each_colour_and_place(qapp, monkeypatch):
    made = []
    real = TextCells._picture
    monkeypatch.setattr(TextCells, "_picture", lambda cells, *rest: (made.append(rest[0]), real(cells, *rest))[1])
    cells, ground = TextCells(theme.fixed_font(11)), Ink.of(theme.colour("panel"))
    picture = QPixmap(200, 200)
    painter = QPainter(picture)
    try:
        for line in range(8):
            cells.begin(painter, 13)
            cells.draw(painter, 5.0, 13 * line, "3/12", Ink.of(QColor("white")), ground)
            cells.draw(painter, 60.0, 13 * line, "3/12", Ink.of(QColor("red")), ground)
            cells.end(painter)
    finally:
        painter.end()
    assert made == ["3/12", "3/12"]


def test_what_has_not_changed_asks_for_no_layout(qtbot):
    label, row = PlainLabel(elide=True), ErrorRow()
    for widget in (label, row):
        qtbot.addWidget(widget)
    errors = (ErrorCount("maximum clients", "3"), ErrorCount("no worker", "0"))
    label.set_phrase(phrase("data {age} old", age="0.4 s"))
    row.set_data(errors)
    row.show()
    qtbot.waitExposed(row)
    marks = Events(label), Events(row)
    label.set_phrase(phrase("data {age} old", age="0.4 s"))
    row.set_data(tuple(errors))
    assert [event.found for event in marks] == [[], []]
    label.set_phrase(phrase("data {age} old", age="0.5 s"))
    assert label.text() == "data 0.5 s old"
    assert QEvent.Type.ToolTipChange in marks[0].found


def test_a_line_over_time_is_drawn_once_and_again_for_what_it_shows(qtbot, monkeypatch):
    drawn = []
    paint = TimeChart.paint
    monkeypatch.setattr(TimeChart, "paint", lambda self, *how: (drawn.append(1), paint(self, *how)))
    chart = TimeChart()
    qtbot.addWidget(chart)
    chart.resize(600, 90)
    timeline = samples.screen("incident").timeline
    chart.set_data(timeline)
    first = chart.grab().toImage()
    assert chart.grab().toImage() == first
    assert len(drawn) == 1, "what comes to light again is not drawn again"
    for change in (
        lambda: chart.set_data(samples.screen("healthy").timeline),
        lambda: chart.set_range((timeline.wall_s[3], timeline.wall_s[9])),
        lambda: chart.resize(500, 90),
        lambda: QApplication.sendEvent(chart, QEvent(QEvent.Type.StyleChange)),
        lambda: QApplication.sendEvent(chart, QEvent(QEvent.Type.LanguageChange)),
    ):
        before = len(drawn)
        change()
        chart.grab()
        assert len(drawn) == before + 1
    assert chart.grab().toImage() != first


def test_cards_that_a_whole_fleet_once_needed_are_given_back(qtbot):
    pane = SuspectColumn()
    qtbot.addWidget(pane)
    (card, *_) = samples.screen("incident").suspects
    pane.set_data(tuple(structs.replace(card, server=f"dsrs-{n:03}") for n in range(60)))
    assert len(pane.order()) == len(pane.cards()) == 60
    pane.set_data((card,))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert pane.order() == (card.server,)
    assert len(pane.findChildren(SuspectView)) < 20
    pane.set_data(tuple(structs.replace(card, server=f"dsrs-{n:03}") for n in range(30)))
    assert len(pane.order()) == 30
