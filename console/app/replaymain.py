"""`replay FILE` with a window: application and loop as for a live window, and nothing in it that could reach a balancer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings

from console.app import bootstrap, qtloop, renderer
from console.app.replaydesk import ReplayDesk
from console.app.replays import Recorded, Replays
from console.app.replaywindow import ReplayWindow
from console.app.signals import SignalWatch
from console.domain.clock import Clock, MachineClock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.record.recorder import Stretch
from console.record.sealing import Signs

_SETTLE_TURNS = 6


class ReplayPicture(Struct, frozen=True):
    """A picture of the window once all is judged; `at_s` None: at its end. `panels`: of `compare` and `what-if`."""

    path: Path
    at_s: float | None = None
    size: tuple[int, int] = (1920, 1080)
    panels: tuple[str, ...] = ()


class CannotOpen(ConsoleError):
    """What was asked for cannot be replayed."""


def run_replay(
    make: Callable[[], Stretch],
    *,
    recorded: Recorded | None = None,
    snapshots: Path,
    signer: Callable[[], Signs | None] | None = None,
    language: str | None = None,
    theme_name: str | None = None,
    picture: ReplayPicture | None = None,
    for_s: float | None = None,
    settings: QSettings | None = None,
    clock: Clock | None = None,
) -> int:
    """Opens the replay window and returns its exit code. `make` reads the recording, on a worker thread. Raises ConsoleError.
    `recorded`: the file that it reads, and who looks at it.

    Call it once in a process, on the main thread.
    """
    app, kept = bootstrap.prepare(settings, language, theme_name)
    main = ReplayMain(clock or MachineClock(), snapshots, signer, picture)
    watch = SignalWatch(main.end)
    try:
        return qtloop.run(app, lambda: main.live(make, for_s, recorded))
    finally:
        watch.restore()
        kept.sync()
        bootstrap.close_windows()


class ReplayMain(QObject):
    """One replay window's life; it ends with its last window."""

    def __init__(
        self,
        clock: Clock,
        snapshots: Path,
        signer: Callable[[], Signs | None] | None = None,
        picture: ReplayPicture | None = None,
    ) -> None:
        super().__init__()
        self.workers = ThreadPoolExecutor(max_workers=3, thread_name_prefix="dsr-replay")
        self.replays = Replays(self.workers, clock, snapshots, signer, self)
        self.replays.emptied.connect(self.end)
        self._picture = picture
        self._ended: asyncio.Event | None = None
        self._problem = ""
        self.replays.failed.connect(self._failed)

    async def live(self, make: Callable[[], Stretch], for_s: float | None, recorded: Recorded | None = None) -> int:
        """Until the last window is closed, a signal comes, or `for_s` is over. Raises CannotOpen."""
        self._ended = asyncio.Event()
        window = await self.replays.load(make, recorded)
        try:
            if window is None:
                raise CannotOpen(self._problem)
            if self._picture is not None:
                window.resize(*self._picture.size)
                spawn(self._take(window, self.replays.desks[-1], self._picture), "picture")
            try:
                async with asyncio.timeout(for_s):
                    await self._ended.wait()
            except TimeoutError:
                pass
        finally:
            self.replays.close_all()
            self.workers.shutdown(wait=False, cancel_futures=True)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return 0

    def end(self) -> None:
        """Lets `live` return."""
        if self._ended is not None:
            self._ended.set()

    def _failed(self, problem: str) -> None:
        self._problem = problem

    async def _take(self, window: ReplayWindow, desk: ReplayDesk, picture: ReplayPicture) -> None:
        while not desk.rerun.done:
            await asyncio.sleep(0.05)
            if not desk.judging:
                break
        if picture.at_s is not None:
            desk.go_to(desk.rerun.wall(0))
            desk.look()
            if "compare" in picture.panels:
                desk.mark()
            desk.go_to(picture.at_s)
        else:
            desk.go(len(desk.rerun) - 1)
        desk.look()
        window.show_compare("compare" in picture.panels)
        window.show_what_if("what-if" in picture.panels)
        for _ in range(_SETTLE_TURNS):
            await asyncio.sleep(0.03)
        picture.path.parent.mkdir(parents=True, exist_ok=True)
        picture.path.write_bytes(renderer.png(window.grab().toImage()))
        self.end()
