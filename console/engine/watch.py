"""`watch`: the engine without a window. Frames and alarms as lines, a command per alarm, a heartbeat file."""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.exits import Exit
from console.engine.headless import end, stop_signals
from console.engine.lines import Line, alarm_line, as_json, as_text, frame_line
from console.engine.loop import Engine
from console.engine.output import LineWriter
from console.engine.paging import Pager


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """What `watch` writes, and how long. `for_s` None: until a signal."""

    for_s: float | None = None
    json: bool = False
    on_alarm: tuple[str, ...] = ()
    """Command and arguments; empty: none."""
    heartbeat: Path | None = None
    hidden_variable: str | None = None
    """Environment variable that holds the token: the command does not inherit it."""


async def watch(engine: Engine, options: WatchOptions, tell: Callable[[str], None]) -> Exit:
    """Runs the engine and writes to stdout until `for_s` is over, a signal comes or nobody reads. `tell`: remarks, to stderr."""
    return await _Watch(engine, options, tell).run()


class _Watch:
    """One run of `watch`."""

    def __init__(self, engine: Engine, options: WatchOptions, tell: Callable[[str], None]) -> None:
        self._engine = engine
        self._options = options
        self._tell = tell
        self._stop = asyncio.Event()
        self._form = as_json if options.json else as_text
        environ = {name: value for name, value in os.environ.items() if name != options.hidden_variable}
        self._pager = Pager(options.on_alarm, tell, environ=environ) if options.on_alarm else None
        self._heartbeat_works = True
        self._reached = False
        self._newest = 0
        """Number of the newest Frame written."""

    async def run(self) -> Exit:
        loop = asyncio.get_running_loop()
        self._out = LineWriter(sys.stdout.fileno(), lambda: loop.call_soon_threadsafe(self._stop.set))
        unsubscribe = self._engine.subscribe(self._on_view)
        running = spawn(self._engine.run(), "engine")
        stopped = spawn(self._stop.wait(), "stop")
        try:
            with stop_signals(self._stop.set):
                await asyncio.wait({running, stopped}, timeout=self._options.for_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            unsubscribe()
            stopped.cancel()
            await end(running)
            if self._pager is not None:
                await self._pager.close()
            self._out.close()
            if self._out.dropped:
                self._tell(f"{self._out.dropped} lines were lost: whatever reads them is too slow.")
        if not self._reached:
            balancer = None if self._engine.newest is None else self._engine.newest.frame.balancer
            why = f" {balancer.error}" if balancer is not None and balancer.error else ""
            self._tell(f"the balancer was never reached.{why}")
            return Exit.UNREACHED
        return Exit.OK

    def _on_view(self, view: View) -> None:
        self._reached = self._reached or math.isfinite(view.frame.balancer.age_s)
        if view.frame.seq == self._newest:
            return  # the same Frame again, because an action climbed
        self._newest = view.frame.seq
        self._write(frame_line(view))
        for alarm in view.changes:
            line = alarm_line(alarm, view.frame.wall_s)
            self._write(line)
            if self._pager is not None:
                self._pager.page(as_json(line))
        if self._options.heartbeat is not None:
            self._beat(self._options.heartbeat)

    def _write(self, line: Line) -> None:
        self._out.write(self._form(line))

    def _beat(self, file: Path) -> None:
        try:
            file.touch()
        except OSError as error:
            if self._heartbeat_works:
                self._tell(f"--heartbeat: {file} could not be touched: {error.strerror or error}.")
            self._heartbeat_works = False
        else:
            self._heartbeat_works = True
