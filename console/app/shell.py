"""The window's life: which fleet is open, what runs for it, and how all of it ends."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from console.app import renderer
from console.app.capture import Capture
from console.app.desk import Desk
from console.app.drops import Drops
from console.app.export import Origin, Wish
from console.app.fleet import Connect, EngineHandle, Fleet
from console.app.pastasker import PastAsker
from console.app.saving import Saving
from console.app.window import MainWindow
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.assemble import os_user
from console.engine.opening import USUAL_S
from console.present import reason
from console.record.sealing import Signs
from widgets import theme
from widgets.screen import OperatorScreen
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase

if TYPE_CHECKING:
    from console.app.replays import Replays

_log = logging.getLogger("dsr.window")
_GUIDE_S: Final = 1.0
_ENGINE_S: Final = 2.0
_THEME: Final = "window/theme"
_SETTLE_TURNS: Final = 4
_SETTLE_S: Final = 0.005
_NOW_S: Final = 10.0
"""A range that ends so lately reaches to now."""
NO_RECORDER: Final = QT_TRANSLATE_NOOP("present", "Nothing is recorded here: there is no past to go back to.")


class Shell(QObject):
    """Owns the window, the engine's thread and the workers. `end` may be called any number of times, from any reason."""

    def __init__(
        self,
        app: QApplication,
        settings: QSettings,
        clock: Clock,
        connect: Connect,
        start_lab: Callable[[threading.Event], Fleet],
        capture: Capture | None = None,
        folder: Path | None = None,
        signer: Callable[[], Signs | None] | None = None,
    ) -> None:
        """`folder`, `signer`: where snapshots of a replay go, and what signs them."""
        super().__init__()
        self._app = app
        self._settings = settings
        self._clock = clock
        self._connect = connect
        self._start_lab = start_lab
        self._capture = capture
        self._held_since_s: float | None = None
        self._fleet: Fleet | None = None
        self._handle: EngineHandle | None = None
        self._desk: Desk | None = None
        self._guide: asyncio.Task[None] | None = None
        self._ended: asyncio.Event | None = None
        self._opening: threading.Event | None = None
        """Cancels what is being opened now."""
        self.workers = ThreadPoolExecutor(max_workers=3, thread_name_prefix="dsr-window")
        self.window = MainWindow(settings)
        self.window.closing.connect(self.end)
        self.window.connect_page.connectRequested.connect(self._connect_to)
        self.window.connect_page.labRequested.connect(self._connect_to_lab)
        self.window.connect_page.cancelRequested.connect(self._cancel_opening)
        QShortcut(QKeySequence("Ctrl+R"), self.window).activated.connect(self._report)
        self.saving = Saving(self.workers, self)
        self._replays: Replays | None = None
        self._folder, self._signer = folder or Path.cwd(), signer
        self._asker = PastAsker(self.window, clock, self._go_back)
        self.saving.progressed.connect(self.window.show_progress)
        self.saving.said.connect(self.window.say)
        record = self.window.record
        record.cancelRequested.connect(self.saving.cancel)
        record.saveRequested.connect(self._snapshot)
        record.openRequested.connect(lambda: self._asker.ask_file(self._open_file))
        record.backRequested.connect(lambda: self._asker.ask_time(self._fleet, self.workers))
        self._drops = Drops(self.window, self._open_file)

    @property
    def replays(self) -> Replays:
        """Made for the first window on the past: no start waits for it."""
        if self._replays is None:
            from console.app.replays import Replays

            self._replays = Replays(self.workers, self._clock, self._folder, self._signer, self)
            self._replays.said.connect(self.window.say)
        return self._replays

    # --- life

    async def live(self, fleet: Fleet | None, for_s: float | None, *, begin_with_lab: bool = False) -> int:
        """Until the window is closed, a signal comes, or `for_s` is over; then everything is closed. The exit code."""
        self._ended = asyncio.Event()
        if fleet is not None:
            await self._open(fleet)
        else:
            self.window.show_connect()
            if begin_with_lab:
                self._connect_to_lab()
        if self._capture is not None:
            self.window.resize(*self._capture.size)
        self.window.show()
        if for_s is not None:
            QTimer.singleShot(round(for_s * 1000), self.end)
        await self._ended.wait()
        await self._close()
        return 0

    def end(self) -> None:
        """Lets `live` return."""
        if self._ended is not None:
            self._ended.set()

    # --- fleets

    def _connect_to(self, url: str) -> None:
        token = self.window.connect_page.take_token()
        more = () if token is None else (token,)
        self._begin(
            lambda cancelled: self._connect(url, cancelled, *more),
            phrase(QT_TRANSLATE_NOOP("present", "Asking {url} for its fleet ..."), url=url),
        )

    def _connect_to_lab(self) -> None:
        self._begin(self._start_lab, phrase(QT_TRANSLATE_NOOP("present", "Starting the lab ...")))

    def _begin(self, make: Callable[[threading.Event], Fleet], word: Phrase) -> None:
        self._cancel_opening()
        self._opening = threading.Event()
        self.window.connect_page.set_busy(word)
        spawn(self._open_by(make, self._opening), "open a fleet")

    def _cancel_opening(self) -> None:
        """The page is free at once; what was under way ends by itself."""
        if self._opening is not None:
            self._opening.set()
            self._opening = None
            self.window.show_connect()

    async def _open_by(self, make: Callable[[threading.Event], Fleet], cancelled: threading.Event) -> None:
        try:
            fleet = await asyncio.wrap_future(self.workers.submit(make, cancelled))
        except (ConsoleError, OSError) as error:
            if not cancelled.is_set():
                self._opening = None
                self.window.show_connect(reason(str(error)))
            return
        except Exception:
            if not cancelled.is_set():
                self._opening = None
                self.window.show_connect(
                    phrase(QT_TRANSLATE_NOOP("present", "The console itself failed; its log says where."))
                )
            raise
        if cancelled.is_set():
            await asyncio.wrap_future(self.workers.submit(fleet.close))
            return
        self._opening = None
        await self._open(fleet)

    async def _open(self, fleet: Fleet) -> None:
        handle = fleet.engine()
        starting = self.workers.submit(handle.start)
        screen = OperatorScreen()  # while the engine opens its files and asks for the first time
        try:
            await asyncio.wrap_future(starting)
        except Exception as error:  # noqa: BLE001  whatever it was, the page must say so instead of waiting for ever
            _log.warning("the fleet could not be opened", exc_info=error)
            self.window.show_connect(reason(str(error) or type(error).__name__), fleet.url or None)
            screen.deleteLater()
            await asyncio.wrap_future(self.workers.submit(fleet.close))
            return
        self._fleet, self._handle = fleet, handle
        self._desk = Desk(fleet, handle, screen, self._clock, self._settings)
        self._desk.said.connect(self.window.say)
        self._desk.shown.connect(self._shown)
        screen.snapshotRequested.connect(self._snapshot)
        screen.themeRequested.connect(self._retheme)
        screen.timeline.exportRequested.connect(self._export_range)
        screen.timeline.replayRequested.connect(self._go_back)
        self.window.show_screen(screen, fleet.environment, lab=fleet.lab)
        self.window.record.set_fleet(True, recorded=fleet.past is not None)
        self._desk.bridge.start()
        if fleet.guide is not None:
            self._guide = spawn(self._tell(self._desk, fleet), "lab guide")

    async def _tell(self, desk: Desk, fleet: Fleet) -> None:
        """Asks the lab for its story; a lab that does not answer has none to tell."""
        ask = fleet.guide
        while ask is not None:
            try:
                desk.tell(await asyncio.wrap_future(self.workers.submit(ask)))
            except (ConsoleError, OSError) as error:
                _log.info("the lab's guide: %s", error)
                desk.tell(None)
            await asyncio.sleep(_GUIDE_S)

    # --- what the operator does

    def _retheme(self, name: str) -> None:
        theme.apply(self._app, name)
        self._settings.setValue(_THEME, name)

    def _snapshot(self) -> None:
        self._save(USUAL_S)

    def _save(self, span_s: float) -> None:
        """The newest `span_s`, with the recording where there is a recorder."""
        desk, screen, fleet = self._desk, self.window.screen_page, self._fleet
        view = None if desk is None else desk.view
        if desk is None or view is None or screen is None or fleet is None:
            return
        past, last_s, rows = fleet.past, view.frame.wall_s, desk.all_rows(view)
        source = None if past is None else lambda: past(last_s - span_s, last_s)
        self.saving.save(
            _origin(fleet),
            Wish(view, source, span_s, self.window.record.redacts),
            lambda: renderer.pictures(self.window, screen, rows),
        )

    def _export_range(self, first_s: float, last_s: float) -> None:
        """Of the timeline. What reaches to now is written as it is seen; what ended before is judged again to its end."""
        desk, fleet = self._desk, self._fleet
        if desk is None or desk.view is None or fleet is None:
            return
        past, now_s = fleet.past, desk.view.frame.wall_s
        if now_s - last_s <= _NOW_S:
            self._save(max(1.0, now_s - first_s))
        elif past is None:
            self.window.say(phrase(NO_RECORDER))
        else:
            self.saving.save_past(_origin(fleet), lambda: past(first_s, last_s), redact=self.window.record.redacts)

    def _go_back(self, first_s: float | None, last_s: float | None) -> None:
        """A replay window on the recorder's past; this one goes on."""
        fleet = self._fleet
        if fleet is None or (past := fleet.past) is None:
            self.window.say(phrase(NO_RECORDER))
            return
        self.replays.open_past(lambda: past(first_s, last_s), fleet.recording, fleet.operator)

    def _open_file(self, path: Path) -> None:
        self.replays.open_file(path, os_user() if self._fleet is None else self._fleet.operator)

    def _report(self) -> None:
        """Ctrl+R: the report of what is open now, else of the last hour; in a window of its own."""
        desk, fleet = self._desk, self._fleet
        if desk is None or desk.view is None or fleet is None or fleet.recording is None:
            self.window.say(
                phrase(QT_TRANSLATE_NOOP("present", "Nothing is recorded here, so that no report can be drafted."))
            )
            return
        from console.app.report import open_report, report_begin  # no start waits for it

        open_report(
            fleet.recording,
            operator=fleet.operator,
            clock=self._clock,
            workers=self.workers,
            first_wall_s=report_begin(desk.view),
        )

    # --- pictures of the real window

    def _shown(self, view: View) -> None:
        capture = self._capture
        if capture is None or not capture.holds(view):
            self._held_since_s = None
            return
        now_s = self._clock.monotonic()
        if self._held_since_s is None:
            self._held_since_s = now_s
        if now_s - self._held_since_s >= capture.after_s:
            self._capture = None
            spawn(self._take(capture), "capture")

    async def _take(self, capture: Capture) -> None:
        for name, path in capture.targets(theme.current()):
            if name != theme.current():
                theme.apply(self._app, name)
            # A few turns of the loop: sizes settle, what is built late is built, then all is painted.
            for _ in range(_SETTLE_TURNS):
                await asyncio.sleep(_SETTLE_S)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(renderer.png(self.window.grab().toImage()))
        self.end()

    # --- the end

    async def _close(self) -> None:
        """Within 3 s: the engine and what belongs to the fleet end side by side."""
        self.saving.cancel()
        if self._replays is not None:
            self._replays.close_all()
        if self._opening is not None:
            self._opening.set()
        if self._guide is not None:
            self._guide.cancel()
        if self._desk is not None:
            self._desk.close()
        waits: list[Future[Any]] = []
        if self._handle is not None:
            waits.append(self.workers.submit(self._handle.stop, _ENGINE_S))
        if self._fleet is not None:
            waits.append(self.workers.submit(self._fleet.close))
        for wait in waits:
            try:
                await asyncio.wrap_future(wait)
            except (ConsoleError, OSError, TimeoutError):
                _log.exception("did not end cleanly")
        self.workers.shutdown(wait=False, cancel_futures=True)


def _origin(fleet: Fleet) -> Origin:
    return Origin(fleet.environment, fleet.snapshots, fleet.settings, fleet.audit, fleet.signer)
