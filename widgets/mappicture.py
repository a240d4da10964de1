"""What the maps show: rows, columns, scale, crosshair, and their picture. The hand on it is `heatmaps.Heatmaps`.

What is drawn from data is kept as one layer; the crosshair moves over it without drawing a cell anew.
"""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas, paint_focus
from widgets.mapimage import HatchCache
from widgets.maplayout import READOUT, MapLayout, lay_out
from widgets.mappaint import LEFT, Brushes, Scene, axis_top, number_heads, paint_cursor, paint_ground, paint_scene
from widgets.planes import Planes, Slots
from widgets.timeview import TimeView
from widgets.viewdata import NOTHING, ColumnBlock, Legend, MapKind, Phrase, RowData, RowsData

NAME_MOST_PX: Final = 176
_ALWAYS: Final = (MapKind.TRUTH, MapKind.ROUTED, MapKind.GAP)


class MapPicture(Canvas):
    """See the module. Rows come in their order; the columns' memory is its own (`planes`)."""

    cellHovered = Signal(int, int)
    liveChanged = Signal(bool)
    beliefShownChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.planes = Planes()
        self.view = TimeView()
        self._rows = RowsData(())
        self._slots: Slots = np.zeros(0, dtype=np.intp)
        self._top = 0
        self._kinds: tuple[MapKind, ...] = _ALWAYS
        self._legends: dict[MapKind, Legend] = {}
        self._chosen = ""
        self._cursor: tuple[int, int] | None = None
        self._told = -1
        """Slot that the crosshair was last told to be on."""
        self._readout = NOTHING
        self._layer: QPixmap | None = None
        self._stale = True
        """The layer shows what was: it is drawn over before it is shown again (a new one each poll costs a millisecond)."""
        self._ground: tuple[tuple[object, ...], QPixmap] | None = None
        self._layout: MapLayout | None = None
        self._brushes: Brushes | None = None
        self._hatches = HatchCache()
        self._pointer = self._keyboard = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(400, 150)
        self.retranslate()

    # --- data

    def set_rows(self, data: RowsData) -> None:
        """Takes the rows in their order and the newest numbers."""
        old = self._rows
        self._rows = data
        self._slots = data.slots
        if old.names != data.names:
            self._layout = None
            self._follow_pointed(old)
        if self._cursor is not None and int(self._slots[self._cursor[0]]) != self._told:
            self._tell_cell()
        if old.aged != data.aged:
            self._brushes = None
        self._refresh()

    def append(self, block: ColumnBlock) -> None:
        """Takes new columns."""
        self.planes.append(block)
        if self._cursor is not None and self._cursor[1] < self.planes.first:
            self._set_cursor(None)  # its time has left the memory
        lay = self.layout_now()
        if lay.maps and self.view.live and not self._pointer:
            self.view.fit(self.planes.last - self.planes.first, lay.maps[0].w)
        self._refresh()

    def set_legends(self, legends: tuple[Legend, ...]) -> None:
        """Titles, units and ends of the fixed scales."""
        self._legends = {legend.kind: legend for legend in legends}
        self._refresh()

    def set_readout(self, phrase: Phrase) -> None:
        """The line that reads all values of the cell under the crosshair."""
        self._readout = phrase
        self.setAccessibleDescription(words.text(phrase))
        self.update()

    def choose(self, server: str) -> None:
        """Marks a row as the chosen one."""
        if server != self._chosen:
            self._chosen = server
            self._refresh()

    def set_belief_shown(self, shown: bool) -> None:
        """Shows or hides the fourth map."""
        self._kinds = (*_ALWAYS, MapKind.BELIEF) if shown else _ALWAYS
        self._layout = None
        self._refresh()
        self.beliefShownChanged.emit(shown)

    @property
    def belief_shown(self) -> bool:
        """Is the fourth map on the screen?"""
        return MapKind.BELIEF in self._kinds

    @property
    def kinds(self) -> tuple[MapKind, ...]:
        """The maps shown, from left to right."""
        return self._kinds

    @property
    def legends(self) -> tuple[Legend, ...]:
        """The fixed scales."""
        return tuple(self._legends.values())

    @property
    def row_data(self) -> Sequence[RowData]:
        """The rows, in their order."""
        return self._rows.rows

    @property
    def scroll_top(self) -> int:
        """First row in view."""
        return self._top

    @property
    def pointed_server(self) -> str:
        """The server under the crosshair; empty without one."""
        return "" if self._cursor is None else self._rows.names[self._cursor[0]]

    def release_cursor(self) -> bool:
        """Takes the crosshair away; False where there is none."""
        there = self._cursor is not None
        self._set_cursor(None)
        return there

    @property
    def cursor_cell(self) -> tuple[int, int] | None:
        """Row (index into the rows) and tick under the crosshair."""
        return self._cursor

    def layout_now(self) -> MapLayout:
        """The geometry in force."""
        if self._layout is None:
            metrics = QFontMetricsF(theme.fixed_font(11))
            longest = max(self._rows.names, key=len, default="dsrs-000")
            name_px = min(NAME_MOST_PX, round(metrics.horizontalAdvance(words.plain(longest, 80))) + 8)
            small = QFontMetricsF(theme.ui_font(11))
            least = (8, 4, 6, 8)
            numbers = tuple(
                round(max(metrics.horizontalAdvance("0" * chars), small.horizontalAdvance(head))) + 12
                for chars, head in zip(least, number_heads(), strict=True)
            )
            self._layout = lay_out(
                self.width(), self.height(), len(self._rows.rows), name_px, numbers, len(self._kinds)
            )
            self._top = min(self._top, self._top_most())
        return self._layout

    # --- time

    def zoom(self, steps: int, anchor: int | None = None) -> None:
        """Zooms in time: in for `steps` > 0."""
        lay = self.layout_now()
        if lay.maps:
            self.view.zoom(steps, anchor, self.planes.last, lay.maps[0].w)
            self._moved()

    def pan(self, ticks: int) -> None:
        """Moves through time; at the newest it follows again."""
        lay = self.layout_now()
        if lay.maps:
            self.view.pan(ticks, self.planes.first, self.planes.last, lay.maps[0].w)
            self._moved()

    def follow_live(self) -> None:
        """Back to the newest columns."""
        self.view.follow()
        self._moved()

    def show_to(self, tick: int) -> None:
        """The columns up to this tick, it being the last one: of a replay, whose later columns are there already."""
        end = None if tick >= self.planes.last - 1 else tick + 1
        if (lay := self.layout_now()).maps:
            self.view.fit(self.planes.last - self.planes.first, lay.maps[0].w)
        if end != self.view.end:
            self.view.end = end
            self._refresh()

    def point_at(self, row: int, tick: int) -> None:
        """Puts the crosshair on a row (index into the rows) and a tick; ignored where there is no such cell."""
        if 0 <= row < len(self._rows.rows) and self.planes.first <= tick < self.planes.last:
            self._set_cursor((row, tick))

    def scroll_to(self, top: int) -> None:
        """Puts row `top` at the top, as far as possible."""
        self._top = max(0, min(top, self._top_most()))
        self._refresh()

    # --- painting

    def borrow(self, other: MapPicture) -> None:
        """Colours, fonts and drawn texts of another picture that looks the same: they are not made twice."""
        if other.row_data and other._rows.aged == self._rows.aged:
            self._brushes = other.brushes()

    def drawn(self, part: QRect) -> QImage:
        """That part of what is drawn from data, on a screen or without one: no crosshair, no line that reads a cell."""
        layer = self._draw_layer(self._scene(), self.brushes())
        ratio = layer.devicePixelRatio()
        edges = (part.x(), part.y(), part.width(), part.height())
        return layer.toImage().copy(QRect(*(round(edge * ratio) for edge in edges)))

    @override
    def sizeHint(self) -> QSize:
        return QSize(1100, 760)

    @override
    def restyled(self) -> None:
        self._brushes = self._layout = self._layer = self._ground = None

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Heatmaps: truth, routed and gap of every server over time"))
        self.setAccessibleDescription(words.text(self._readout))
        self._layout = self._layer = self._ground = None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = self._layer = None
        super().resizeEvent(event)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        scene, brushes = self._scene(), self.brushes()
        if self._layer is None or self._stale:
            self._layer = self._draw_layer(scene, brushes)
            self._stale = False
        painter.drawPixmap(0, 0, self._layer)
        if self._cursor is not None:
            paint_cursor(painter, scene, self.planes, *self._cursor, brushes)
        self._paint_readout(painter, scene)
        if self.hasFocus() and self._keyboard:
            paint_focus(painter, self.rect())

    def _draw_layer(self, scene: Scene, brushes: Brushes) -> QPixmap:
        ground, layer = self._draw_ground(scene, brushes), self._layer
        if layer is None or layer.size() != ground.size():
            layer = QPixmap(ground.size())
            layer.setDevicePixelRatio(ground.devicePixelRatio())
        painter = QPainter(layer)
        try:
            painter.drawPixmap(0, 0, ground)
            paint_scene(painter, scene, self.planes, brushes, self._hatches)
            if not self._rows.rows:
                painter.setFont(theme.ui_font(13))
                painter.setPen(theme.colour("text2"))
                painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._empty_sentence())
        finally:
            painter.end()
        return layer

    def _draw_ground(self, scene: Scene, brushes: Brushes) -> QPixmap:
        """What no poll changes; drawn anew where one of the things that it is made of is another one."""
        ratio = self.devicePixelRatioF()
        made_of = (scene.layout, brushes, scene.kinds, scene.legends, ratio)
        if self._ground is not None and self._ground[0] == made_of:
            return self._ground[1]
        ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        ground.setDevicePixelRatio(ratio)
        ground.fill(theme.colour("panel"))
        painter = QPainter(ground)
        try:
            paint_ground(painter, scene, brushes)
        finally:
            painter.end()
        self._ground = (made_of, ground)
        return ground

    def _empty_sentence(self) -> str:
        if self._rows.hidden:
            return self.tr("No row passes the filter. Esc clears it.")
        return self.tr("No server is listed yet.")

    def _paint_readout(self, painter: QPainter, scene: Scene) -> None:
        box = QRect(8, axis_top(scene.layout) + 19, self.width() - 16, READOUT - 2)
        said = words.text(self._readout) if self._cursor is not None else ""
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour("text" if said else "text3"))
        hint = self.tr("Point at a cell, or press the arrow keys, to read it here. F1 lists the keys.")
        metrics = painter.fontMetrics()
        painter.drawText(box, LEFT, metrics.elidedText(said or hint, Qt.TextElideMode.ElideRight, box.width()))

    def _scene(self) -> Scene:
        ratio = self.devicePixelRatioF()
        scale = ratio if ratio.is_integer() else 1.0
        return Scene(
            self._rows,
            self._slots,
            self._top,
            self.layout_now(),
            self.view,
            self._kinds,
            self._legends,
            self._chosen,
            scale,
        )

    def brushes(self) -> Brushes:
        """Colours and fonts in force."""
        if self._brushes is None:
            self._brushes = Brushes.of(old=self._rows.aged)
        return self._brushes

    # --- for the hand

    def _set_cursor(self, cell: tuple[int, int] | None) -> None:
        if cell == self._cursor:
            return
        self._cursor = cell
        self._tell_cell()
        self.update()

    def _tell_cell(self) -> None:
        if self._cursor is None:
            self._readout = NOTHING
            self.cellHovered.emit(-1, -1)
        else:
            self._told = int(self._slots[self._cursor[0]])
            self.cellHovered.emit(self._told, self._cursor[1])

    def _follow_pointed(self, old: RowsData) -> None:
        """The crosshair stays on its server when the rows change places, and on its time; it goes where its server goes."""
        if self._cursor is None:
            return
        row, tick = self._cursor
        name = old.names[row] if row < len(old.names) else ""
        names = self._rows.names
        if row < len(names) and names[row] == name:
            return
        at = next((index for index, other in enumerate(names) if other == name), None)
        self._cursor = None if at is None else (at, tick)
        if at is None:
            self._tell_cell()

    def _index_of(self, server: str) -> int:
        return self._rows.names.index(server) if server in self._rows.names else self._top

    def _top_most(self) -> int:
        visible = self._layout.visible if self._layout is not None else self.layout_now().visible
        return max(0, len(self._rows.rows) - visible)

    def _span(self) -> int:
        lay = self.layout_now()
        return self.view.stop(self.planes.last) - self.view.start(self.planes.last, lay.maps[0].w) if lay.maps else 1

    def _moved(self) -> None:
        self.liveChanged.emit(self.view.live)
        self._refresh()

    def _refresh(self) -> None:
        self._stale = True
        self.update()
