"""Draws the maps' picture: heads with legends, names, images, numbers, axes, strip, and over it the crosshair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QImage, QPainter, QPen

from widgets import textcells, theme, tokens, words
from widgets.mapimage import HatchCache, Ink, compose, packed
from widgets.maplayout import AXIS, HEAD, MARK, STRIP_MAP, MapLayout, Span
from widgets.planes import Planes, Slots
from widgets.shapes import paint_mark
from widgets.timeaxis import LABEL_GAP_PX, clock, labels, lefts, zone
from widgets.timeview import TimeView
from widgets.viewdata import Legend, MapKind, RowData, RowsData, Tone

LEFT = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class Scene(Struct, frozen=True, eq=False):
    """All that one picture is made of."""

    rows: RowsData
    slots: Slots
    top: int
    """First row in view."""
    layout: MapLayout
    view: TimeView
    kinds: tuple[MapKind, ...]
    legends: dict[MapKind, Legend]
    chosen: str
    scale: float

    @property
    def seen(self) -> Sequence[RowData]:
        """The rows in view."""
        return self.rows.rows[self.top : self.top + self.layout.visible]


@dataclass(slots=True, eq=False)
class Brushes:
    """Colours and fonts of one theme, made once."""

    luts: dict[MapKind, tokens.Lut]
    inks: dict[MapKind, Ink]
    cells: textcells.TextCells = field(default_factory=lambda: textcells.TextCells(theme.fixed_font(11)))
    """Names and numbers of the rows."""
    head: QFont = field(default_factory=lambda: theme.ui_font(12, bold=True))
    small: QFont = field(default_factory=lambda: theme.ui_font(11))

    @classmethod
    def of(cls, *, old: bool) -> Brushes:
        """For the theme in force; `old`: the aged look."""
        t = theme.tokens()
        luts = tokens.tables(t, old=old)
        ground, hatch = _argb(t["map"]), _argb(t["hatch"])
        return cls(luts, {kind: Ink(packed(lut), ground, hatch, ground) for kind, lut in luts.items()})


def _argb(colour: str) -> int:
    r, g, b = tokens.rgb(colour)
    return 0xFF000000 | r << 16 | g << 8 | b


def default_title(kind: MapKind) -> str:
    """The map's name where no legend was given."""
    return {
        MapKind.TRUTH: QCoreApplication.translate("heatmaps", "Truth"),
        MapKind.ROUTED: QCoreApplication.translate("heatmaps", "Routed"),
        MapKind.GAP: QCoreApplication.translate("heatmaps", "Gap"),
        MapKind.BELIEF: QCoreApplication.translate("heatmaps", "Belief"),
    }[kind]


def number_heads() -> tuple[str, ...]:
    """Heads of the number columns, in their order."""
    return (
        QCoreApplication.translate("heatmaps", "truth"),
        QCoreApplication.translate("heatmaps", "belief"),
        QCoreApplication.translate("heatmaps", "gap"),
        QCoreApplication.translate("heatmaps", "report age"),
    )


def to_image(pixels: NDArray[np.uint32], scale: float) -> QImage:
    """A QImage that owns its bytes, at `scale` device pixels a logical one."""
    return _lent(pixels, scale).copy()


def _lent(pixels: NDArray[np.uint32], scale: float) -> QImage:
    """A QImage on the bytes of `pixels`, which must live as long as it does."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    return image


def paint_ground(painter: QPainter, scene: Scene, brushes: Brushes) -> None:
    """What stays the same from poll to poll: the heads of maps, numbers and strip, with the fixed scales."""
    for kind, span in zip(scene.kinds, scene.layout.maps, strict=False):
        _paint_head(painter, scene, kind, span, brushes)
    _paint_number_heads(painter, scene, brushes)


def paint_scene(painter: QPainter, scene: Scene, planes: Planes, brushes: Brushes, hatches: HatchCache) -> None:
    """All that is made of data, but for the crosshair."""
    _paint_rows(painter, scene, brushes)
    for kind, span in zip(scene.kinds, scene.layout.maps, strict=False):
        _paint_map(painter, scene, kind, span, planes, brushes, hatches)
    _paint_axis(painter, scene, planes, brushes)
    if scene.layout.strip is not None:
        _paint_strip(painter, scene, planes, brushes)


def _paint_rows(painter: QPainter, scene: Scene, brushes: Brushes) -> None:
    """Marks and names at the left, numbers at the right."""
    lay, cells = scene.layout, brushes.cells
    cells.begin(painter, lay.row_h)
    text, quiet, faint = (textcells.Ink.of(theme.colour(token)) for token in ("text", "text2", "text3"))
    tones = {
        tone: faint if tone is Tone.QUIET or scene.rows.aged else textcells.Ink.of(theme.tone_colour(tone))
        for tone in Tone
    }
    panel, select = textcells.Ink.of(theme.colour("panel")), textcells.Ink.of(theme.colour("select"))
    ends = [span.end - 4 for span in lay.numbers]
    for i, row in enumerate(scene.seen):
        y = lay.body + i * lay.row_h
        chosen = row.name == scene.chosen
        ground = select if chosen else panel
        if chosen:
            painter.fillRect(0, y, lay.width, lay.row_h, select.colour)
        if row.tone is not Tone.QUIET or row.detached:
            _paint_row_mark(painter, row, lay.names.x + 1, y, lay.row_h)
        loud = chosen or row.tone is Tone.ALARM or row.tone is Tone.WARN
        name = cells.elided(words.plain(row.name, 80), lay.names.w - MARK)
        cells.draw(painter, lay.names.x + MARK, y, name, faint if row.detached else text if loud else quiet, ground)
        truth = f"{row.fresh_text} {row.truth_text}" if row.fresh_text else row.truth_text
        gap_tone = Tone.ALARM if row.truth_tone is Tone.ALARM and row.belief_tone is Tone.ALARM else Tone.QUIET
        numbers = (
            (truth, row.truth_tone),
            (row.belief_text, row.belief_tone),
            (row.gap_text, gap_tone),
            (row.age_text, row.age_tone),
        )
        for end, (value, tone) in zip(ends, numbers, strict=True):
            cells.draw(painter, end - cells.width(value), y, value, tones[tone], ground)
    cells.end(painter)


def _paint_row_mark(painter: QPainter, row: RowData, x: int, y: int, row_h: int) -> None:
    """The shape beside the colour."""
    side = min(9.0, row_h - 3.0)
    mark = QRectF(x, y + (row_h - side) / 2, side, side)
    if row.tone is not Tone.QUIET:
        paint_mark(painter, mark, row.tone)
        return
    faint = theme.colour("text3")
    painter.setPen(QPen(faint, 1))
    painter.setBrush(QBrush(faint, Qt.BrushStyle.BDiagPattern))
    painter.drawRect(mark.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_head(painter: QPainter, scene: Scene, kind: MapKind, span: Span, brushes: Brushes) -> None:
    """Title and unit above, the fixed scale below them."""
    legend = scene.legends.get(kind)
    title = words.text(legend.title) if legend else default_title(kind)
    painter.setFont(brushes.head)
    painter.setPen(theme.colour("text"))
    painter.drawText(QRect(span.x, 2, span.w, 18), LEFT, title)
    used = QFontMetricsF(brushes.head).horizontalAdvance(title) + 8
    metrics = QFontMetricsF(brushes.small)
    painter.setFont(brushes.small)
    painter.setPen(theme.colour("text2"))
    if legend:
        unit = metrics.elidedText(words.text(legend.unit), Qt.TextElideMode.ElideRight, max(0.0, span.w - used))
        painter.drawText(QRectF(span.x + used, 2, span.w - used, 18), LEFT, unit)
    low, high = (legend.low, legend.high) if legend else ("", "")
    low_w, high_w = metrics.horizontalAdvance(low) + 5, metrics.horizontalAdvance(high) + 5
    bar_w = int(min(110, span.w - low_w - high_w))
    if bar_w < 16:
        return
    table = brushes.luts[kind][np.linspace(1 if kind is MapKind.GAP else 0, 255, bar_w).astype(np.intp)]
    bar = np.repeat(packed(table)[np.newaxis, :], 7, axis=0)
    x = span.x + low_w
    painter.drawText(QRectF(span.x, 22, low_w, 16), LEFT, low)
    painter.drawImage(QPointF(x, 27), to_image(np.ascontiguousarray(bar), 1.0))
    painter.setPen(theme.colour("edge"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(x - 0.5, 26.5, bar_w + 1, 8))
    painter.setPen(theme.colour("text2"))
    painter.drawText(QRectF(x + bar_w + 5, 22, high_w, 16), LEFT, high)


def _paint_map(
    painter: QPainter, scene: Scene, kind: MapKind, span: Span, planes: Planes, brushes: Brushes, hatches: HatchCache
) -> None:
    lay, view, scale = scene.layout, scene.view, scene.scale
    shown = len(scene.seen)
    frame = QRect(span.x - 1, lay.body - 1, span.w + 1, max(1, lay.visible * lay.row_h) + 1)
    if shown:
        stop = view.stop(planes.last)
        start = view.start(planes.last, span.w)
        window = planes.window(
            kind, scene.slots[scene.top : scene.top + shown], start, stop, 0, (stop - start) // view.per
        )
        edges = np.round(np.arange(shown + 1) * lay.row_h * scale).astype(np.int_)
        column_px = max(1, round(view.column_px * scale))
        pixels = compose(
            window,
            edges,
            column_px,
            round(span.w * scale),
            brushes.inks[kind],
            hatches,
            signs=kind is MapKind.GAP,
            scale=scale,
        )
        painter.drawImage(QPointF(span.x, lay.body), _lent(pixels, scale))
        if scene.rows.aged:
            painter.fillRect(
                QRect(span.x, lay.body, span.w, shown * lay.row_h),
                QBrush(theme.colour("edge"), Qt.BrushStyle.BDiagPattern),
            )
    painter.setPen(theme.colour("line"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)
    for i, row in enumerate(scene.seen):
        if row.name == scene.chosen:
            painter.setPen(theme.colour("cursor"))
            y = lay.body + i * lay.row_h
            painter.drawLine(span.x, y - 1, span.end - 1, y - 1)
            painter.drawLine(span.x, y + lay.row_h - 1, span.end - 1, y + lay.row_h - 1)


def _paint_axis(painter: QPainter, scene: Scene, planes: Planes, brushes: Brushes) -> None:
    """The shared time axis, once under each map; the zone once under the names."""
    lay, view = scene.layout, scene.view
    y = axis_top(lay)
    painter.setFont(brushes.small)
    painter.setPen(theme.colour("text2"))
    metrics = QFontMetricsF(brushes.small)
    if planes.last > planes.first:
        newest = planes.wall(planes.last - 1, planes.last)
        painter.drawText(QRect(lay.names.x, y, lay.names.w, AXIS), RIGHT, zone(float(newest[0])))
    if not lay.maps:
        return
    # All maps are equally wide and show the same time.
    width = lay.maps[0].w
    stop, start = view.stop(planes.last), view.start(planes.last, width)
    walls = planes.wall(start, stop).reshape(-1, view.per)
    wall = np.fmin.reduce(walls, axis=1) if view.per > 1 else walls[:, 0]
    used = len(wall) * view.column_px
    shown = labels(wall, view.column_px, metrics.horizontalAdvance("00:00:00") + 2 * LABEL_GAP_PX)
    widths = [metrics.horizontalAdvance(label.text) for label in shown]
    for span in lay.maps:
        places = [span.end - used + label.column * view.column_px for label in shown]
        for label, x, own, left in zip(shown, places, widths, lefts(places, widths, span.x, span.end), strict=True):
            painter.setPen(theme.colour("edge"))
            painter.drawLine(int(x), y, int(x), y + 3)
            painter.setPen(theme.colour("text2"))
            if left is not None:
                painter.drawText(QRectF(left, y + 2, own + 1, AXIS - 2), LEFT, label.text)


def axis_top(lay: MapLayout) -> int:
    """The axis stands right under the last row."""
    return lay.body + lay.visible * lay.row_h + 1


def _paint_number_heads(painter: QPainter, scene: Scene, brushes: Brushes) -> None:
    painter.setFont(brushes.small)
    painter.setPen(theme.colour("text2"))
    for span, head in zip(scene.layout.numbers, number_heads(), strict=True):
        painter.drawText(QRect(span.x, HEAD - 19, span.w - 4, 16), RIGHT, head)
    strip = scene.layout.strip
    if strip is not None:
        fleet = QCoreApplication.translate("heatmaps", "fleet")
        painter.drawText(QRect(strip.x - 20, HEAD - 19, strip.w + 20, 16), RIGHT, fleet)


def strip_geometry(lay: MapLayout) -> tuple[int, int]:
    """Top and height of the strip of the whole fleet."""
    return lay.body, max(1, lay.visible * lay.row_h)


def _paint_strip(painter: QPainter, scene: Scene, planes: Planes, brushes: Brushes) -> None:
    """The whole fleet, pooled: truth and gap, with the part in view framed."""
    lay = scene.layout
    if lay.strip is None:
        return
    top, height = strip_geometry(lay)
    for place, kind in enumerate((MapKind.TRUTH, MapKind.GAP)):
        levels = planes.overview(kind, scene.slots, height, STRIP_MAP)
        if not levels.size:
            continue
        rows = (np.arange(height) * levels.shape[0]) // height
        pixels = np.ascontiguousarray(brushes.inks[kind].table[levels][rows])
        painter.drawImage(QRectF(lay.strip.x + 2 + place * (STRIP_MAP + 2), top, STRIP_MAP, height), _lent(pixels, 1.0))
    painter.setPen(theme.colour("line"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRect(lay.strip.x, top - 1, lay.strip.w - 1, height + 1))
    total = max(1, len(scene.rows.rows))
    y = top + round(scene.top / total * height)
    painter.setPen(QPen(theme.colour("cursor"), 2))
    painter.drawRect(QRect(lay.strip.x + 1, y, lay.strip.w - 2, max(6, round(lay.visible / total * height))))


def paint_cursor(painter: QPainter, scene: Scene, planes: Planes, row: int, tick: int, brushes: Brushes) -> None:
    """One crosshair through all maps, with its time on the axis."""
    lay, view = scene.layout, scene.view
    colour = theme.colour("cursor")
    y = lay.body + (row - scene.top) * lay.row_h
    top, bottom = lay.body, axis_top(lay)
    seen = 0 <= row - scene.top < lay.visible
    if seen:
        tint = theme.colour("cursor")
        tint.setAlpha(38)
        painter.fillRect(QRect(0, y, lay.names.end, lay.row_h), tint)
        if lay.numbers:
            painter.fillRect(QRect(lay.numbers[0].x, y, lay.numbers[-1].end - lay.numbers[0].x, lay.row_h), tint)
    wall = planes.wall(tick, tick + 1)
    said = clock(float(wall[0]))
    metrics = QFontMetricsF(brushes.small)
    for span in lay.maps:
        x = span.x + view.x_of(tick, planes.last, span.w)
        if span.x <= x < span.end:
            painter.setPen(colour)
            painter.drawLine(x, top, x, bottom)
            if view.column_px > 3:
                painter.drawLine(x + view.column_px - 1, top, x + view.column_px - 1, bottom)
            if said:
                own = metrics.horizontalAdvance(said) + 8
                left = min(max(span.x, x - own / 2), span.end - own)
                # A label that the flag would cut in two is wiped out as a whole.
                painter.fillRect(
                    QRectF(max(span.x, left - 48), bottom, own + 96, AXIS).intersected(
                        QRectF(span.x, bottom, span.w, AXIS)
                    ),
                    theme.colour("panel"),
                )
                painter.fillRect(QRectF(left, bottom, own, AXIS - 2), colour)
                painter.setPen(theme.colour("ground"))
                painter.setFont(brushes.small)
                painter.drawText(QRectF(left, bottom, own, AXIS - 2), CENTRE, said)
        if seen:
            painter.setPen(colour)
            painter.drawLine(span.x, y - 1, span.end - 1, y - 1)
            painter.drawLine(span.x, y + lay.row_h - 1, span.end - 1, y + lay.row_h - 1)
