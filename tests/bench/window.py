"""The window under load: 1,000 servers x 3,600 columns while 1,000 polls a second come in, all in one process as in `run`.

Frame time is what one turn of the window costs: take the newest View, present it where it is new, and all that follows from
that in Qt's event loop: layouts, the collection of garbage, and the whole screen painted, changed or not. Every turn counts.
Wall time includes waiting for the engine's thread (one interpreter lock); CPU time is the GUI thread's own.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import numpy as np
from msgspec import structs
from typing_extensions import override

from console.domain.clock import MachineClock
from console.domain.frame import Column, Frame
from console.domain.ports import FrameFeed
from console.engine import Engine, EngineThread
from console.engine.assemble import SECTIONS, endpoint, engine_settings, source
from console.settings import Settings, load
from tests.support.cheapfleet import CheapFleet

SERVERS = 1_000
COLUMNS = 3_600
FRAMES = 600
TURN_S = 0.05
WATCHDOG_S = 900.0
"""The hour of history is judged first, which takes minutes on a slow machine."""


class Prefilled:
    """A FrameFeed: an hour of history made of the first whole Frame, then the live Frames behind it."""

    def __init__(self, live: FrameFeed) -> None:
        self._live = live

    async def frames(self) -> AsyncIterator[Frame]:
        random = np.random.default_rng(1)
        shift = 0
        async for frame in self._live.frames():
            if not shift:
                if np.isfinite(frame[Column.TRUTH]).sum() < SERVERS:
                    continue
                for past in range(COLUMNS, 0, -1):
                    values = frame.values.copy()
                    values[Column.TRUTH] += random.integers(-1, 4, values.shape[1])
                    values[Column.ROUTED] = random.integers(0, 3, values.shape[1])
                    yield structs.replace(
                        frame,
                        seq=COLUMNS - past + 1,
                        mono_s=frame.mono_s - past * frame.interval_s,
                        wall_s=frame.wall_s - past * frame.interval_s,
                        values=values,
                    )
                shift = COLUMNS + 1 - frame.seq
            yield structs.replace(frame, seq=frame.seq + shift)

    async def close(self) -> None:
        await self._live.close()


def _engine(settings: Settings) -> Engine:
    from console.collect import Collector, PollSettings

    clock = MachineClock()
    live = Collector(source(settings, endpoint(settings)), clock, settings.of(PollSettings))
    return Engine(Prefilled(live), clock=clock, settings=engine_settings(settings))


def run() -> list[dict[str, object]]:
    """Frame time and data-to-pixels, in milliseconds."""
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication

    from console.app.garbage import GuiGarbage
    from console.present import Arrangement, Presenter
    from widgets import theme
    from widgets.screen import OperatorScreen

    class Watched(OperatorScreen):
        painted = 0

        @override
        def paintEvent(self, event: QPaintEvent) -> None:
            self.painted += 1
            super().paintEvent(event)

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    garbage = GuiGarbage()
    with CheapFleet(SERVERS) as fleet:
        settings = load(None, SECTIONS, {"balancer": {"url": fleet.url}})
        thread = EngineThread(lambda: _engine(settings))
        thread.start()
        clock = MachineClock()
        screen, presenter = Watched(), Presenter("bench")
        screen.resize(1920, 1080)
        screen.show()
        walls: list[float] = []
        cpus: list[float] = []
        data_walls: list[float] = []
        to_pixels: list[float] = []
        shown = -1
        give_up = time.monotonic() + WATCHDOG_S
        try:
            while len(walls) < FRAMES:
                if time.monotonic() > give_up:
                    raise TimeoutError(f"the window bench did not come to its end in {WATCHDOG_S:g} s")
                due = time.monotonic() + TURN_S
                view = thread.newest
                full = view is not None and view.frame.seq > COLUMNS
                wall, cpu = time.perf_counter(), time.thread_time()
                new = False
                if view is not None and full and view.version != shown:
                    new, first, shown = True, shown < 0, view.version
                    data = presenter.present(view, Arrangement(), clock.monotonic(), clock.wall())
                    if first:
                        screen.set_legends(presenter.legends(view))
                    screen.set_data(data)
                screen.update()
                painted = screen.painted
                app.processEvents()
                if screen.painted == painted:
                    raise RuntimeError("a turn has not painted the screen")
                if full and shown >= 0:
                    wall = time.perf_counter() - wall
                    if new and walls:
                        data_walls.append(wall)
                        to_pixels.append(clock.monotonic() - view.received_mono_s)
                    walls.append(wall)
                    cpus.append(time.thread_time() - cpu)
                time.sleep(max(0.0, due - time.monotonic()))
        finally:
            thread.stop()
            screen.close()
            screen.deleteLater()
            app.processEvents()
            garbage.restore()
    walls, cpus = walls[1:], cpus[1:]  # the first picture carries the whole hour
    name = f"window, {SERVERS} servers x {COLUMNS} columns, {SERVERS} polls/s"
    return [
        _row(f"{name}: frame, wall ms", walls, 16.7),
        _row(f"{name}: frame, CPU ms of the GUI thread", cpus, None),
        _row(f"{name}: frame with new data, wall ms", data_walls, None),
        _row(f"{name}: from data to pixels, ms (window turns at {1 / TURN_S:.0f} Hz)", to_pixels, None),
    ]


def _row(name: str, seconds: list[float], aim_p99_ms: float | None) -> dict[str, object]:
    p50, p99 = (float(value) * 1e3 for value in np.percentile(seconds, (50, 99)))
    row: dict[str, object] = {"what": name, "n": len(seconds), "p50": round(p50, 2), "p99": round(p99, 2)}
    if aim_p99_ms is not None:
        row |= {"aim": f"p99 < {aim_p99_ms}", "reached": p99 < aim_p99_ms}
    return row
