"""Ctrl+S: the pictures are taken on the GUI thread, all else happens on a worker thread while the window goes on."""

from __future__ import annotations

import asyncio
import platform
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

from console import __version__
from console.app import renderer
from console.app.fleet import Fleet
from console.domain.view import View
from console.record.snapshot import Snapshot, file_name, write_snapshot

_PACKAGES: Final = ("PySide6-Essentials", "pyqtgraph", "qasync", "httpx", "numpy", "msgspec")


async def export(
    fleet: Fleet,
    view: View,
    pictures: Iterable[tuple[str, QImage]],
    workers: ThreadPoolExecutor,
    progress: Callable[[int, int], None],
) -> Path:
    """Writes the snapshot into the fleet's folder; `progress` is called on the worker thread. Raises SnapshotError, OSError."""
    drawn = {name: await asyncio.wrap_future(workers.submit(renderer.png, image)) for name, image in pictures}
    snapshot = Snapshot(
        view=view,
        environment=fleet.environment,
        product_version=__version__,
        settings=fleet.settings,
        versions=versions(),
        pictures=drawn,
    )
    path = fleet.snapshots / file_name(snapshot)
    return await asyncio.wrap_future(workers.submit(write_snapshot, path, snapshot, progress))


def versions() -> dict[str, str]:
    """What ran: the product, the interpreter, the platform, the packages that it stands on."""
    found = {"dsr-console": __version__, "python": sys.version.split()[0], "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # a frozen build may carry no metadata
            found[name] = "-"
    return found
