"""One snapshot at a time: its words, its progress, and the way to call it off. For a live window as for a replay."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from console.app import renderer
from console.app.export import Origin, Wish, export
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.engine.rerun import Rerun
from console.present import reason
from console.record.recorder import Stretch
from console.record.snapshot import SnapshotError
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase

Pictures = Callable[[], Iterable[tuple[str, QImage] | None]]
"""Painted on the GUI thread, one after the other, as they are asked for."""
Work = Callable[[], Coroutine[Any, Any, Path]]
_LOOK_S = 0.1


class Saving(QObject):
    """`progressed(done, of)`, also from worker threads; `said(Phrase)`; `written(path)`."""

    progressed = Signal(int, int)
    said = Signal(object)
    written = Signal(object)

    def __init__(self, workers: ThreadPoolExecutor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._off = threading.Event()
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether one is being written."""
        return self._busy

    def cancel(self) -> None:
        """Calls off what is being written."""
        self._off.set()

    def save(self, origin: Origin, wish: Wish, pictures: Pictures) -> None:
        """What a window shows now."""
        self._begin(lambda: export(origin, wish, pictures(), self._workers, self.progressed.emit, self._off.is_set))

    def save_past(self, origin: Origin, source: Callable[[], Stretch], *, redact: bool = False) -> None:
        """A stretch that ended before now: it is judged again to its end, and its maps are drawn as they were then."""

        async def work() -> Path:
            stretch = await asyncio.wrap_future(self._workers.submit(source))
            rerun = Rerun(stretch)
            judging = self._workers.submit(rerun.run)
            while not judging.done():
                self.progressed.emit(rerun.begun, max(rerun.begun + 1, rerun.total))
                if self._off.is_set():
                    rerun.cancel()
                await asyncio.sleep(_LOOK_S)
            judging.result()
            if not len(rerun):
                raise SnapshotError("The recording holds nothing of that time.")
            span_s = rerun.wall(len(rerun) - 1) - rerun.wall(0) + 1.0
            wish = Wish(rerun.view(len(rerun) - 1), lambda: stretch, span_s, redact)
            return await export(
                origin, wish, renderer.past(rerun), self._workers, self.progressed.emit, self._off.is_set
            )

        self._begin(work)

    def _begin(self, work: Work) -> None:
        if self._busy:
            return
        self._busy = True
        self._off.clear()
        spawn(self._run(work), "snapshot")

    async def _run(self, work: Work) -> None:
        self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Writing the snapshot")))
        try:
            path = await work()
        except (ConsoleError, OSError) as error:
            self.said.emit(reason(str(error)))
        else:
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Snapshot written: {path}"), path=str(path)))
            self.written.emit(path)
        finally:
            self._busy = False
            self.progressed.emit(1, 1)
