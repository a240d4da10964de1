"""The replay windows that are open: a file's, or the recorder's past beside the live window, which goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from console.app import renderer
from console.app.export import Origin, Wish
from console.app.replaydesk import ReplayDesk
from console.app.replaywindow import ReplayWindow
from console.app.saving import Saving
from console.app.whatif import WhatIf
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.engine.opening import opened
from console.engine.recording import LAB
from console.engine.rerun import Rerun
from console.present import reason
from console.record.recorder import Stretch, within
from console.record.sealing import Signs
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase

_log = logging.getLogger("dsr.window")


class Recorded(Struct, frozen=True):
    """The file behind a replay, and who looks at it: what a report of it needs."""

    path: Path
    operator: str


@dataclass(slots=True, eq=False)
class _Open:
    window: ReplayWindow
    recorded: Recorded | None
    desk: ReplayDesk
    what_if: WhatIf
    saving: Saving


class Replays(QObject):
    """`said(Phrase)`: for the window that asked; `opened(window)`; `emptied()`: the last one was closed.

    `failed(sentence)`: what was to be opened cannot be."""

    said = Signal(object)
    opened = Signal(object)
    emptied = Signal()
    failed = Signal(str)

    def __init__(
        self,
        workers: ThreadPoolExecutor,
        clock: Clock,
        folder: Path,
        signer: Callable[[], Signs | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workers, self._clock, self._folder = workers, clock, folder
        self._signer = signer or (lambda: None)
        self._open: list[_Open] = []

    @property
    def windows(self) -> tuple[ReplayWindow, ...]:
        """Those that are open."""
        return tuple(one.window for one in self._open)

    @property
    def desks(self) -> tuple[ReplayDesk, ...]:
        """Of the windows, in their order."""
        return tuple(one.desk for one in self._open)

    def open_file(self, path: Path, operator: str = "") -> None:
        """A snapshot, or the newest time of a recording; what cannot be replayed is said in one sentence."""
        self.open(lambda: opened(path), Recorded(path, operator))

    def open_past(self, make: Callable[[], Stretch], recording: Path | None, operator: str) -> None:
        """What `make` reads of the recorder's file; without one no report can be drafted of it."""
        self.open(make, None if recording is None else Recorded(recording, operator))

    def open(self, make: Callable[[], Stretch], recorded: Recorded | None = None) -> None:
        """What `make` reads, on a worker thread. `recorded`: where from, so that a report can be drafted of it."""
        spawn(self.load(make, recorded), "open a replay")

    async def load(self, make: Callable[[], Stretch], recorded: Recorded | None = None) -> ReplayWindow | None:
        """As `open`; None: it could not be read, and was said."""
        self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Opening the recording ...")))

        def read() -> Rerun:
            return Rerun(make())

        try:
            rerun = await asyncio.wrap_future(self._workers.submit(read))
        except (ConsoleError, OSError) as error:
            self.said.emit(reason(str(error)))
            self.failed.emit(str(error))
            return None
        window = self._show(rerun, recorded)
        self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "A replay window is open beside this one.")))
        return window

    def close_all(self) -> None:
        """Ends all of them."""
        for one in tuple(self._open):
            one.window.close()

    def _show(self, rerun: Rerun, recorded: Recorded | None) -> ReplayWindow:
        window = ReplayWindow()
        window.set_lab(rerun.stretch.environment == LAB)
        desk = ReplayDesk(rerun, window.screen_page, window.bar, self._clock, self._workers)
        what_if = WhatIf(rerun, window.what_if, self._workers)
        saving = Saving(self._workers, window)
        found = _Open(window, recorded, desk, what_if, saving)
        self._open.append(found)
        desk.said.connect(window.say)
        desk.told.connect(window.set_what)
        desk.comparedTo.connect(window.compare.set_data)
        what_if.pointed.connect(desk.go_to)
        saving.said.connect(window.say)
        saving.progressed.connect(window.record.set_progress)
        window.record.cancelRequested.connect(saving.cancel)
        window.saveRequested.connect(lambda: self._save(found, None))
        window.reportRequested.connect(lambda: self._report(found))

        def save_range(first_s: float, last_s: float) -> None:
            self._save(found, (first_s, last_s))

        window.screen_page.timeline.exportRequested.connect(save_range)
        window.closing.connect(lambda: self._closed(found))
        window.show()
        desk.start()
        self.opened.emit(window)
        return window

    def _save(self, found: _Open, chosen: tuple[float, float] | None) -> None:
        """The chosen stretch, else all that is judged, as it ends then."""
        desk, window = found.desk, found.window
        rerun = desk.rerun
        if desk.view is None or not len(rerun):
            return
        first_s, last_s = chosen or (rerun.wall(0), rerun.wall(len(rerun) - 1))
        view = rerun.view(rerun.at(last_s))
        stretch = rerun.stretch
        origin = Origin(desk.environment, self._folder, stretch.settings, signer=self._signer)
        wish = Wish(
            view,
            lambda: within(stretch, first_s, view.frame.wall_s),
            max(view.frame.interval_s, view.frame.wall_s - first_s + view.frame.interval_s),
            window.record.redacts,
        )
        rows = desk.all_rows()
        found.saving.save(origin, wish, lambda: renderer.pictures(window, window.screen_page, rows))

    def _report(self, found: _Open) -> None:
        """Of the time that is replayed; its evidence leads to the moments of this window."""
        recorded, stretch = found.recorded, found.desk.rerun.stretch
        if recorded is None:
            found.window.say(
                phrase(QT_TRANSLATE_NOOP("present", "No report can be drafted here: its file is not known."))
            )
            return
        from console.app.report import open_report  # no start waits for it

        open_report(
            recorded.path,
            operator=recorded.operator,
            clock=self._clock,
            workers=self._workers,
            first_wall_s=stretch.first_wall_s,
            last_wall_s=stretch.last_wall_s,
            follow=found.desk.go_to,
            parent=found.window,
        )

    def _closed(self, found: _Open) -> None:
        if found not in self._open:
            return
        self._open.remove(found)
        found.desk.stop()
        found.what_if.stop()
        found.saving.cancel()
        found.window.deleteLater()
        if not self._open:
            self.emptied.emit()
