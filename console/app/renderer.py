"""Widgets -> pictures, on a screen or without one. Painting belongs to the GUI thread; making PNG of an image does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from console.engine.rerun import Rerun
from console.present import Arrangement, Order, Presenter
from console.present.columns import ColumnEncoder, encode
from widgets import mapexport
from widgets.mappicture import MapPicture
from widgets.planes import Planes
from widgets.screen import OperatorScreen
from widgets.viewdata import RowsData

Painted = Iterator[tuple[str, QImage] | None]
"""Pictures by name, each painted when it is asked for; None: a breath within one."""
_WIDE_PX: Final = 1244
"""Of maps that no window shows: as on a full HD screen."""
_FAST = 11
"""Of 0 to 100: a third less time than the usual one, for a file that is a tenth larger."""


def png(image: QImage) -> bytes:
    """The image as PNG; on any thread. Raises OSError."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setCompression(_FAST)
    if not writer.write(image):
        raise OSError(f"Qt could not write the picture: {writer.errorString()}")
    return bytes(data.data())


def pictures(window: QWidget, screen: OperatorScreen, rows: RowsData) -> Painted:
    """The window as it is, then the maps with all `rows`, together and one by one; each is painted when it is asked for."""
    yield "window", window.grab().toImage()
    yield from mapexport.parts(screen.maps, rows)


def past(rerun: Rerun) -> Painted:
    """The maps of a recording that no window shows, as they were at its end."""
    view = rerun.view(len(rerun) - 1)
    presenter, encoder, maps = Presenter(rerun.stretch.environment), ColumnEncoder(), MapPicture()
    try:
        rows = presenter.all_rows(view, Arrangement(order=Order.HOTNESS), view.received_mono_s, view.frame.wall_s)
        maps.planes = Planes(max(1, view.history.last - rerun.first_tick))
        maps.resize(_WIDE_PX, maps.sizeHint().height())
        maps.set_rows(rows)
        maps.set_legends(presenter.legends(view))
        maps.append(encode(view, rerun.first_tick, view.history.last, encoder.routed_full(view)))
        yield None
        yield from mapexport.parts(maps, rows)
    finally:
        maps.deleteLater()
