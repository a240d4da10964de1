"""The window's life: which fleet is open, what runs for it, and how all of it ends."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from PySide6.QtCore import QLocale, QObject, QSettings, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from console.app import renderer
from console.app.capture import Capture
from console.app.desk import Desk
from console.app.export import export
from console.app.fleet import Connect, EngineHandle, Fleet
from console.app.report import open_report, report_begin
from console.app.window import MainWindow
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.domain.view import View
from console.present import reason
from widgets import theme
from widgets.screen import OperatorScreen
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase

_log = logging.getLogger("dsr.window")
_GUIDE_S: Final = 1.0
_ENGINE_S: Final = 2.0
_THEME: Final = "window/theme"
_SETTLE_TURNS: Final = 4


class Shell(QObject):
    """Owns the window, the engine's thread and the workers. `end` may be called any number of times, from any reason."""

    progressed = Signal(int, int)

    def __init__(
        self,
        app: QApplication,
        settings: QSettings,
        clock: Clock,
        connect: Connect,
        start_lab: Callable[[threading.Event], Fleet],
        capture: Capture | None = None,
    ) -> None:
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
        self._exporting = False
        self._opening: threading.Event | None = None
        """Cancels what is being opened now."""
        self.workers = ThreadPoolExecutor(max_workers=3, thread_name_prefix="dsr-window")
        self.window = MainWindow(settings)
        self.window.closing.connect(self.end)
        self.window.connect_page.connectRequested.connect(self._connect_to)
        self.window.connect_page.labRequested.connect(self._connect_to_lab)
        self.window.connect_page.cancelRequested.connect(self._cancel_opening)
        self.progressed.connect(self.window.show_progress)
        QShortcut(QKeySequence("Ctrl+R"), self.window).activated.connect(self._report)

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
        try:
            await asyncio.wrap_future(self.workers.submit(handle.start))
        except Exception as error:  # noqa: BLE001  whatever it was, the page must say so instead of waiting for ever
            _log.warning("the fleet could not be opened", exc_info=error)
            self.window.show_connect(reason(str(error) or type(error).__name__), fleet.url or None)
            await asyncio.wrap_future(self.workers.submit(fleet.close))
            return
        screen = OperatorScreen()
        self._fleet, self._handle = fleet, handle
        self._desk = Desk(fleet, handle, screen, self._clock, self._settings)
        self._desk.said.connect(self.window.say)
        self._desk.shown.connect(self._shown)
        screen.snapshotRequested.connect(self._snapshot)
        screen.themeRequested.connect(self._retheme)
        self.window.show_screen(screen, fleet.environment, lab=fleet.lab)
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
        desk = self._desk
        view = None if desk is None else desk.view
        screen, fleet = self.window.screen_page, self._fleet
        if desk is None or view is None or screen is None or fleet is None or self._exporting:
            return
        self._exporting = True
        spawn(self._export(fleet, view, screen, desk), "snapshot")

    async def _export(self, fleet: Fleet, view: View, screen: OperatorScreen, desk: Desk) -> None:
        self.window.say(phrase(QT_TRANSLATE_NOOP("present", "Writing the snapshot")))
        try:
            path = await export(
                fleet,
                view,
                renderer.pictures(self.window, screen, desk.all_rows(view)),
                self.workers,
                self.progressed.emit,
            )
        except (ConsoleError, OSError) as error:
            self.window.say(reason(str(error)))
        else:
            self.window.say(phrase(QT_TRANSLATE_NOOP("present", "Snapshot written: {path}"), path=str(path)))
        finally:
            self._exporting = False
            self.window.show_progress(1, 1)

    def _report(self) -> None:
        """Ctrl+R: the report of what is open now, else of the last hour; in a window of its own."""
        desk, fleet = self._desk, self._fleet
        if desk is None or desk.view is None or fleet is None or fleet.recording is None:
            self.window.say(
                phrase(QT_TRANSLATE_NOOP("present", "Nothing is recorded here, so that no report can be drafted."))
            )
            return
        open_report(
            fleet.recording,
            operator=fleet.operator,
            clock=self._clock,
            workers=self.workers,
            language="ja" if QLocale().language() is QLocale.Language.Japanese else "en",
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
                await asyncio.sleep(0.02)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(renderer.png(self.window.grab().toImage()))
        self.end()

    # --- the end

    async def _close(self) -> None:
        """Within 3 s: the engine and what belongs to the fleet end side by side."""
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
