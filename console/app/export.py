"""Ctrl+S: the pictures are taken on the GUI thread, all else happens on a worker thread while the window goes on."""

from __future__ import annotations

import asyncio
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace
from PySide6.QtGui import QImage

from console import __version__
from console.app import renderer
from console.domain.view import View
from console.record.recorder import Stretch
from console.record.saving import Progress, save
from console.record.sealing import Signs
from console.record.snapshot import SPAN_S, Snapshot, file_name

_PACKAGES: Final = ("PySide6-Essentials", "pyqtgraph", "qasync", "httpx", "numpy", "msgspec")


class Origin(Struct, frozen=True):
    """Whose snapshot it is, and where it goes. The callables block: they are called on a worker thread."""

    environment: str
    snapshots: Path
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    """Without secrets."""
    audit: Callable[[float, float], bytes] = lambda first_s, last_s: b""
    signer: Callable[[], Signs | None] = lambda: None


class Wish(Struct, frozen=True):
    """What is to be written: the view that ends it, how much before, and (None: no recorder) where the recording comes from."""

    view: View
    source: Callable[[], Stretch] | None = None
    span_s: float = SPAN_S
    redact: bool = False
    """Under pseudonyms, and without pictures."""


async def export(
    origin: Origin,
    wish: Wish,
    pictures: Iterable[tuple[str, QImage] | None],
    workers: ThreadPoolExecutor,
    progress: Progress,
    called_off: Callable[[], bool],
) -> Path:
    """Writes the snapshot into the origin's folder; `progress` is called on the worker thread. Raises ConsoleError, OSError."""
    drawn: dict[str, bytes] = {}
    for picture in () if wish.redact else pictures:
        if picture is None:
            await asyncio.sleep(0)
            continue
        name, image = picture
        drawn[name] = await asyncio.wrap_future(workers.submit(renderer.png, image))

    def work() -> Path:
        last_s = wish.view.frame.wall_s
        snapshot = Snapshot(
            view=wish.view,
            environment=origin.environment,
            product_version=__version__,
            settings=origin.settings,
            versions=versions(),
            pictures=drawn,
            audit=origin.audit(last_s - wish.span_s, last_s),
            span_s=wish.span_s,
            signer=origin.signer(),
        )
        name = file_name(replace(snapshot, environment="fleet") if wish.redact else snapshot)
        return save(origin.snapshots / name, snapshot, wish.source, progress, called_off, redact=wish.redact)

    return await asyncio.wrap_future(workers.submit(work))


def versions() -> dict[str, str]:
    """What ran: the product, the interpreter, the platform, the packages that it stands on."""
    from importlib import metadata  # no start waits for it

    found = {"dsr-console": __version__, "python": sys.version.split()[0], "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # a frozen build may carry no metadata
            found[name] = "-"
    return found
