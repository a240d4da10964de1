"""The main view: truth, routed and gap (and belief) side by side on one shared row axis, with one crosshair through all.

Names never vanish: rows that do not fit scroll, beside a strip of the whole fleet. Here is the pointer and the keyboard
on the picture (`mappicture`): reading cells, choosing rows, zoom, pan, scroll, and who holds the rows' order.
"""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets.mappaint import strip_geometry
from widgets.mappicture import MapPicture

DRAG_PX: Final = 6
"""A press that moves further than this pans instead of choosing."""
STILL_MS: Final = 10_000
"""A pointer that has not moved for this long no longer holds the order of the rows."""


class Heatmaps(MapPicture):
    """See the module. `cellHovered(slot, tick)`, (-1, -1) when the crosshair leaves; `interactionChanged`: freeze the rows' order."""

    interactionChanged = Signal(bool)
    serverChosen = Signal(str)
    detailRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._press: QPointF | None = None
        self._dragged_from: QPointF | None = None
        self._in_strip = False
        self._interacting = False
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._pointer_rests)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- pointer

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._pointer_moves()
        if self._in_strip:
            self._scroll_strip(at.y())
            return
        if self._press is not None and self._dragged_from is None and abs(at.x() - self._press.x()) > DRAG_PX:
            self._dragged_from = at
        if self._dragged_from is not None:
            moved = int((at.x() - self._dragged_from.x()) // self.view.column_px)
            if moved:
                self._dragged_from = at
                self.pan(-moved * self.view.per)
        self._point(at)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        strip = self.layout_now().strip
        self._keyboard = False
        if strip is not None and strip.holds(event.position().x()):
            self._in_strip = True
            self._scroll_strip(event.position().y())
            return
        self._press = event.position()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._press is not None and self._dragged_from is None and not self._in_strip
        self._press = self._dragged_from = None
        self._in_strip = False
        row = self._row_at(event.position().y())
        if clicked and row is not None:
            self._choose_row(row)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row is not None:
            self.detailRequested.emit(self._rows.rows[row].name)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        held = event.modifiers()
        whole = 1 if steps > 0 else -1 if steps < 0 else 0
        if held & Qt.KeyboardModifier.ShiftModifier:
            self.pan(-whole * max(1, self._span() // 8))
        elif held & Qt.KeyboardModifier.ControlModifier or self._top_most() == 0:
            self.zoom(whole, self._cursor[1] if self._cursor else None)
        else:
            self.scroll_to(self._top - whole * 3)
            self._point(event.position())
        event.accept()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer_moves()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._still.stop()
        self._pointer = False
        if not self._keyboard:
            self._set_cursor(None)
        self._tell_interaction()
        super().leaveEvent(event)

    # --- keyboard

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard = event.reason() not in {Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason}
        self._tell_interaction()
        super().focusInEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._keyboard = False
        if not self._pointer:
            self._set_cursor(None)
        self._tell_interaction()
        super().focusOutEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, page = event.key(), max(1, self.layout_now().visible - 1)
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_PageUp: (-page, 0),
            Qt.Key.Key_PageDown: (page, 0),
        }
        self._keyboard = True
        if key in moves:
            self._step(*moves[Qt.Key(key)])
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(1, self._cursor[1] if self._cursor else None)
        elif key == Qt.Key.Key_Minus:
            self.zoom(-1, self._cursor[1] if self._cursor else None)
        elif key == Qt.Key.Key_Home:
            self.pan(self.planes.first - self.planes.last)
        elif key == Qt.Key.Key_End:
            self.follow_live()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._cursor is not None:
            self._choose_row(self._cursor[0])
            self.detailRequested.emit(self._rows.rows[self._cursor[0]].name)
        else:
            self._keyboard = self._keyboard and self._cursor is not None
            super().keyPressEvent(event)
        self._tell_interaction()

    # --- inner moves

    def _step(self, rows: int, columns: int) -> None:
        """Moves the crosshair, and the view with it."""
        if not self._rows.rows or self.planes.last == self.planes.first:
            return
        row, tick = self._cursor or (self._index_of(self._chosen), self.planes.last - 1 - columns)
        row = max(0, min(len(self._rows.rows) - 1, row + rows))
        tick = max(self.planes.first, min(self.planes.last - 1, tick + columns * self.view.per))
        lay = self.layout_now()
        if row < self._top:
            self.scroll_to(row)
        elif row >= self._top + lay.visible:
            self.scroll_to(row - lay.visible + 1)
        start, stop = self.view.start(self.planes.last, lay.maps[0].w), self.view.stop(self.planes.last)
        if tick < start:
            self.pan(tick - start)
        elif tick >= stop:
            self.pan(tick - stop + self.view.per)
        self._set_cursor((row, tick))

    def _point(self, at: QPointF) -> None:
        lay = self.layout_now()
        row = self._row_at(at.y())
        which = lay.map_at(at.x())
        if row is None or self.planes.last == self.planes.first:
            self._set_cursor(None)
            return
        # Over a name or a number the newest column is meant.
        span = lay.maps[which] if which is not None else None
        tick = self.view.tick_at(at.x() - span.x, self.planes.last, span.w) if span else self.planes.last - 1
        self._set_cursor(
            (row, tick)
            if self.planes.first <= tick < self.planes.last
            else (row, self.planes.last - 1)
            if span is None
            else None
        )

    def _choose_row(self, index: int) -> None:
        row = self._rows.rows[index]
        self.choose(row.name)
        self.serverChosen.emit(row.name)

    def _row_at(self, y: float) -> int | None:
        row = self.layout_now().row_at(y)
        return None if row is None or row + self._top >= len(self._rows.rows) else row + self._top

    def _scroll_strip(self, y: float) -> None:
        top, height = strip_geometry(self.layout_now())
        self.scroll_to(round((y - top) / height * len(self._rows.rows) - self.layout_now().visible / 2))

    def _pointer_moves(self) -> None:
        self._still.start()
        self._pointer = True
        self._tell_interaction()

    def _pointer_rests(self) -> None:
        """A pointer that was only left lying there must not keep the worst row from the top."""
        self._pointer = False
        self._tell_interaction()

    def _tell_interaction(self) -> None:
        now = self._pointer or (self._keyboard and self.hasFocus())
        if now != self._interacting:
            self._interacting = now
            self.interactionChanged.emit(now)
            self.update()
