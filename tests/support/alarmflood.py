"""Ten thousand alarms in one second, through the real engine and the real window: 1,000 servers, ten rules, a thousand more each 0.1 s.

`storm(...)` plays it once and measures how it went. The rules are stood in for (no fleet makes them all at once); life-cycle, flood,
state file, View, list, sounds and notifications are the real ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from console.app.desk import Desk
from console.app.fleet import Fleet
from console.app.qtloop import run
from console.app.window import MainWindow
from console.domain.alarms import Alarm, AlarmState
from console.domain.clock import MachineClock
from console.domain.frame import Frame
from console.domain.states import Priority
from console.engine import Engine
from console.engine.keeper import Keeper
from console.engine.thread import EngineThread
from console.record.state import StateFile
from tests.support.builders import FrameMaker, make_fleet
from widgets.screen import OperatorScreen

SERVERS = 1_000
RULES = ("gap", "silent", "herd", "saturation", "memory", "stuck", "hot", "latency", "restart", "skew")
BATCH_S = 0.1
CALM = 5
"""Frames before the storm."""
BEAT_MS = 2


@dataclass
class Storm:
    """How it went. Times in seconds, on the wall: everything that the machine did meanwhile is in them."""

    stall_s: float = 0.0
    """Longest time in which the window's loop did not turn, from the first alarm to the last acknowledgement drawn."""
    turn_cpu_s: float = 0.0
    """Most CPU time of the window's thread in one such turn."""
    ready_s: float = float("nan")
    """From the Frame that brought the last of them into the engine to their list on the screen."""
    acknowledged_s: float = float("nan")
    """From the press on "Acknowledge 10000" to a list in which nothing waits."""
    acknowledged_cpu_s: float = float("nan")
    """CPU time meanwhile of the two threads that stand between press and picture: the window's and the engine's."""
    count: int = 0
    button: str = ""
    flood: str = ""
    lines: int = 0
    sounds: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept: bool = False
    """The acknowledgement came to be on disk."""


class _Feed:
    """A calm fleet, a Frame each 0.1 s until the storm is over, then one a second."""

    def __init__(self) -> None:
        self.over = False
        self.frame: Frame | None = None
        self.polls = 0

    async def frames(self) -> AsyncIterator[Frame]:
        maker = FrameMaker(interval=1.0)
        fleet = make_fleet(SERVERS, truth=3)
        while True:
            frame = maker.make(fleet)
            self.polls += 1
            yield replace(frame, mono_s=time.monotonic(), wall_s=time.time())
            await asyncio.sleep(1.0 if self.over else BATCH_S)

    async def close(self) -> None:
        pass


class _Loud:
    """The detectors, with the storm in place of what they find: a thousand alarms more at each Frame."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.begin = False
        self._alarms: list[Alarm] = []

    def step(self, *given: Any) -> Any:
        judgement, frame = self._inner.step(*given), given[0]
        if self.begin and len(self._alarms) < SERVERS * len(RULES):
            rule = RULES[len(self._alarms) // SERVERS]
            because = {"truth": 12.0, "belief": 0.0, "gap": 12.0, "margin": 6.0, "limit": 12.0}
            self._alarms += [
                Alarm(
                    rule, row.id, Priority.HIGH, AlarmState.RAISED, frame.wall_s, frame.mono_s, because, row.incarnation
                )
                for row in frame.rows
            ]
        return replace(judgement, alarms=tuple(self._alarms))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def storm(app: QApplication, folder: Path) -> Storm:
    """Plays it once."""
    found, feed, clock = Storm(), _Feed(), MachineClock()
    loud: list[_Loud] = []

    def make() -> Engine:
        keeper = Keeper(lambda: StateFile(folder / "state.db"), "storm")
        engine = Engine(feed, clock=clock, operator="noc-2", keeper=keeper)
        loud.append(_Loud(engine._eye.detectors))
        engine._eye.detectors = loud[0]  # type: ignore[assignment]
        return engine

    handle = EngineThread(make)
    handle.start()
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window, screen = MainWindow(settings), OperatorScreen()
    desk = Desk(Fleet(lambda: handle, "storm", operator="noc-2"), handle, screen, clock, settings)
    desk.herald._player.play = found.sounds.append  # type: ignore[method-assign]
    desk.herald._notifier.show = lambda title, body, *, urgent: found.notes.append(body)  # type: ignore[method-assign]
    window.isActiveWindow = lambda: False  # type: ignore[method-assign]
    window.show_screen(screen, "storm", lab=False)
    window.resize(1920, 1080)
    window.show()
    said: list[Any] = []
    desk.said.connect(said.append)
    beat = QTimer()
    last_s = [time.perf_counter(), time.thread_time()]

    def tick() -> None:
        now_s, cpu_s = time.perf_counter(), time.thread_time()
        found.stall_s = max(found.stall_s, now_s - last_s[0])
        found.turn_cpu_s = max(found.turn_cpu_s, cpu_s - last_s[1])
        last_s[:] = now_s, cpu_s

    beat.timeout.connect(tick)

    async def scene() -> int:
        desk.bridge.start()
        await _until(lambda: desk.view is not None and feed.polls >= CALM)
        await asyncio.sleep(0.3)
        last_s[:] = time.perf_counter(), time.thread_time()
        beat.start(BEAT_MS)
        loud[0].begin = True
        await _until(lambda: _listed(handle) >= SERVERS * len(RULES))
        feed.over = True
        await _until(lambda: screen.alarms.button.text().endswith(str(SERVERS * len(RULES))))
        view = desk.view
        assert view is not None
        found.ready_s = time.monotonic() - view.received_mono_s
        found.count, found.lines = len(view.cycles), len(screen.alarms.lines)
        found.button, found.flood = screen.alarms.button.text(), screen.alarms.flood_text()
        began_s, began_cpu_s = time.perf_counter(), _cpu_s(handle)
        screen.alarms.button.click()
        await _until(screen.alarms.button.isHidden)
        found.acknowledged_s = time.perf_counter() - began_s
        found.acknowledged_cpu_s = _cpu_s(handle) - began_cpu_s
        beat.stop()
        await _until(lambda: any("Acknowledged" in one.source or "on disk" in one.source for one in said))
        found.kept = await asyncio.wrap_future(handle.submit(handle.engine._desk.keeper.flushed(60.0)))
        desk.bridge.stop()
        return 0

    try:
        run(app, scene)
    finally:
        handle.stop()
    desk.herald.close()
    window.close()
    window.deleteLater()
    return found


async def _until(holds: Callable[[], object]) -> None:
    end_s = time.monotonic() + 60.0
    while not holds():
        if time.monotonic() > end_s:
            raise TimeoutError
        await asyncio.sleep(0.002)


def _cpu_s(handle: EngineThread) -> float:
    """CPU time of this thread and the engine's; of the process where the system does not tell of threads."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time()
    ident = handle._thread.ident
    assert ident is not None
    return time.thread_time() + time.clock_gettime(time.pthread_getcpuclockid(ident))


def _listed(handle: EngineThread) -> int:
    return 0 if handle.newest is None else len(handle.newest.cycles)
