"""Widgets -> PNG, on a screen or without one."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from widgets.screen import OperatorScreen


def png(pixmap: QPixmap) -> bytes:
    """The picture as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not pixmap.save(buffer, "PNG"):
        raise OSError("Qt could not write the picture")
    return bytes(data.data())


def pictures(window: QWidget, screen: OperatorScreen) -> dict[str, bytes]:
    """The window, all maps together, and each map by itself."""
    found = {"window": png(window.grab()), "maps": png(screen.grab_maps())}
    maps = screen.maps
    for kind, span in zip(maps.kinds, maps.layout_now().maps, strict=True):
        found[f"map-{kind.value}"] = png(maps.grab(QRect(span.x, 0, span.w, maps.height())))
    return found
