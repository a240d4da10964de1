"""A stretch judged once in the order of its Frames, and then looked at in any order: what a replay window shows.

One thread judges, another looks. Views are kept without their Frames, which are read from the blocks again when they are asked for.
"""

from __future__ import annotations

import asyncio
import dataclasses
from bisect import bisect_left, bisect_right
from typing import Any, Final

from msgspec.structs import replace

from console.domain.alarms import AlarmState
from console.domain.errors import ConsoleError
from console.domain.frame import Frame
from console.domain.view import View
from console.engine.counterfactual import Found, recorded_settings, summary
from console.engine.parts import EngineSettings
from console.engine.replaying import ReplayEngine
from console.record.recorder import Stretch, ticks_of, widest
from console.record.recorder.block import Block
from console.store import StoreSettings

MOST_CELLS: Final = 15_000_000
"""Servers times polls that one replay holds: about 300 MB."""
_MOST_TICKS: Final = 86_400
_HELD: Final = 3
"""Blocks whose Frames are kept unpacked."""


class TooLong(ConsoleError):
    """The stretch is longer than a replay holds."""


class Rerun:
    """See the module."""

    def __init__(self, stretch: Stretch) -> None:
        """The stretch must be held in memory. Raises ConsoleError."""
        self.stretch = stretch
        self.settings: EngineSettings = recorded_settings(stretch)
        ticks = ticks_of(stretch)
        if ticks > _MOST_TICKS or ticks * widest(stretch) > MOST_CELLS:
            raise TooLong("The window is longer than a replay holds; choose a shorter one.")
        self.total = max(1, ticks)
        """Polls to be judged, those that warm up among them."""
        self.begun = 0
        """Polls judged so far, of `total`."""
        self.found = Found()
        self.done = False
        self.exact = False
        """Once it is done: whether the alarms recompute exactly as they were found."""
        self.first_tick = 0
        """The window's first column in the Views' history."""
        self._store = StoreSettings(ticks=max(60, ticks), coarse_columns=60)
        self._views: list[View] = []
        self._numbers: list[int] = []
        self._walls: list[float] = []
        self._moments: list[int] = []
        self._known = 0
        self._stub: Frame | None = None
        self._cancelled = False
        self._frames: dict[int, tuple[Frame, ...]] = {}
        self._firsts = [piece.first for piece in stretch.pieces]

    def run(self) -> None:
        """Judges all; blocks, on any thread, once. Raises ConsoleError where the recording is damaged; what came before is there."""
        asyncio.run(self._run())

    def cancel(self) -> None:
        """Lets `run` return soon."""
        self._cancelled = True

    def __len__(self) -> int:
        """Moments of the window that can be looked at by now."""
        return len(self._views)

    def wall(self, index: int) -> float:
        """Wall seconds of a moment."""
        return self._walls[index]

    def at(self, wall_s: float) -> int:
        """The last moment that is not later than this time; the first one where all are."""
        count = len(self._views)
        return max(0, min(count, bisect_right(self._walls, wall_s, hi=min(count, len(self._walls)))) - 1)

    def view(self, index: int) -> View:
        """A moment as it was judged. Raises IndexError, BlockError."""
        view, number = self._views[index], self._numbers[index]
        return replace(view, frame=self._frame(number))

    def newest(self) -> View | None:
        """The newest one judged, without its Frame: its history holds every column so far."""
        return self._views[-1] if self._views else None

    def raised_near(self, index: int, step: int) -> int | None:
        """The next moment (-1: the one before) at which an alarm was raised; None: there is none."""
        moments = self._raised()
        if step > 0:
            place = bisect_right(moments, index)
            return moments[place] if place < len(moments) else None
        place = bisect_left(moments, index)
        return moments[place - 1] if place else None

    def _raised(self) -> list[int]:
        """Moments at which alarms were raised, in order; worked out anew as more come."""
        count = len(self.found.changes)
        if count != self._known:
            changes = self.found.changes[:count]
            self._moments = sorted({self.at(wall) for wall, alarm in changes if alarm.state is AlarmState.RAISED})
            self._known = count
        return self._moments

    def told(self) -> dict[str, Any]:
        """Its alarms held against the recorded ones, as `replay --json` tells them."""
        return summary(self.stretch, self.found, exact=self.exact, changed={})

    async def _run(self) -> None:
        engine = ReplayEngine(self.stretch, dataclasses.replace(self.settings, store=self._store))
        seq = -1

        def take(view: View) -> None:
            nonlocal seq
            if self._cancelled:
                engine.feed.end()
                return
            again, seq = view.frame.seq == seq and self.begun > 0, view.frame.seq
            if again:
                return
            self.begun += 1
            self.found.take(view, warming_up=engine.warming_up)
            if engine.warming_up:
                return
            if self._stub is None:
                self._stub, self.first_tick = view.frame, view.history.last - 1
            self._walls.append(view.frame.wall_s)
            self._numbers.append(engine.number)
            self._views.append(replace(view, frame=self._stub))  # last: its length says what can be looked at

        engine.subscribe(take)
        await engine.run()
        self.found.last = None  # a Frame that nobody looks at
        self.exact, self.done = engine.exact, not self._cancelled
        if engine.feed.failure is not None:
            raise engine.feed.failure

    def _frame(self, number: int) -> Frame:
        piece = self.stretch.pieces[bisect_right(self._firsts, number) - 1]
        frames = self._frames.get(piece.first)
        if frames is None:
            while len(self._frames) >= _HELD:
                self._frames.pop(next(iter(self._frames)))
            frames = self._frames[piece.first] = tuple(tick.frame for tick in Block(piece.load()))
        return frames[number - piece.first]
