"""Widgets -> pictures, on a screen or without one. Painting belongs to the GUI thread; making PNG of an image does not."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from widgets import mapexport
from widgets.screen import OperatorScreen
from widgets.viewdata import RowsData


def png(image: QImage) -> bytes:
    """The image as PNG; on any thread. Raises OSError."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(image):
        raise OSError(f"Qt could not write the picture: {writer.errorString()}")
    return bytes(data.data())


def pictures(window: QWidget, screen: OperatorScreen, rows: RowsData) -> Iterator[tuple[str, QImage]]:
    """The window as it is, then the maps with all `rows`, together and one by one; each is painted when it is asked for."""
    yield "window", window.grab().toImage()
    yield from mapexport.parts(screen.maps, rows)
