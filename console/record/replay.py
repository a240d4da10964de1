"""A recording as a FrameFeed: the same Frames again, in their own time, at any pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from console.domain.errors import ConsoleError
from console.domain.frame import Frame
from console.record.recorder.block import Tick
from console.record.recorder.stretch import Stretch

_BREATH = 50
"""Frames between two turns of the loop where nothing is waited for."""


class ReplayClock:
    """A Clock that stands at the newest replayed Frame."""

    def __init__(self) -> None:
        self.mono_s = 0.0
        self.wall_s = 0.0

    def monotonic(self) -> float:
        """The Frame's monotonic seconds."""
        return self.mono_s

    def wall(self) -> float:
        """The Frame's wall clock."""
        return self.wall_s


class ReplayFeed:
    """Plays a stretch once. `speed` (None: as fast as possible) and `paused` may be changed at any time, on the loop.

    `before` hears of each tick before its Frame is handed out: number, tick, and whether a run of the console begins with it.
    """

    def __init__(
        self,
        stretch: Stretch,
        speed: float | None = None,
        before: Callable[[int, Tick, bool], None] | None = None,
    ) -> None:
        self.clock = ReplayClock()
        self.speed = speed
        self._stretch = stretch
        self._before = before
        self._go = asyncio.Event()
        self._go.set()
        self._closed = False
        self.failure: ConsoleError | None = None
        """Why the recording could not be read to its end; an engine would begin it anew for ever."""

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return not self._go.is_set()

    def pause(self, on: bool = True) -> None:
        """Stands still before the next Frame, or goes on."""
        if on:
            self._go.clear()
        else:
            self._go.set()

    async def frames(self) -> AsyncIterator[Frame]:
        """The warm-up at once, then the window at its pace. Where the recording is damaged it ends with `failure`."""
        try:
            async for frame in self._frames():
                yield frame
        except ConsoleError as error:
            self.failure = error

    async def _frames(self) -> AsyncIterator[Frame]:
        run = -1 if self._stretch.state is None else self._stretch.state.run
        seq, played_s = 0, 0.0
        for number, tick in self._stretch.ticks():
            if self._closed:
                return
            warm = self._stretch.warms_up(number)
            await self._wait(0.0 if warm or not seq else max(0.0, tick.frame.wall_s - played_s), seq)
            played_s = tick.frame.wall_s
            self.clock.mono_s, self.clock.wall_s = tick.frame.mono_s, tick.frame.wall_s
            if self._before is not None:
                self._before(number, tick, tick.run != run)
            run, seq = tick.run, seq + 1
            yield tick.frame

    async def close(self) -> None:
        """Ends the feed."""
        self.end()
        self._go.set()

    def end(self) -> None:
        """No further Frame comes; on any thread."""
        self._closed = True

    async def _wait(self, seconds: float, seq: int) -> None:
        if not self._go.is_set():
            await self._go.wait()
        if self.speed is not None and seconds > 0:
            await asyncio.sleep(seconds / self.speed)
        elif seq % _BREATH == 0:
            await asyncio.sleep(0)
