"""A virtual incident through the real engine into a real recorder: what the console would have on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from console.domain.frame import Frame
from console.domain.view import View
from console.engine.assemble import SECTIONS
from console.engine.blackbox import BlackBox
from console.engine.keeper import Keeper
from console.engine.loop import Engine
from console.engine.parts import EngineSettings
from console.record.recorder import About, Recorder
from console.settings import load
from console.store import StoreSettings
from tests.support.incident import FULL, NIGHT, VirtualFleet

CLOSE_S = 60.0


class FrameClock:
    """Wall and monotonic seconds of the newest Frame that was handed out."""

    def __init__(self) -> None:
        self.frame: Frame | None = None

    def monotonic(self) -> float:
        return 0.0 if self.frame is None else self.frame.mono_s

    def wall(self) -> float:
        return 1_737_400_000.0 if self.frame is None else self.frame.wall_s


class PatientFeed:
    """Given Frames, each only when the recorder has room: a test must lose none for the slowness of a machine."""

    def __init__(self, frames: Sequence[Frame], recorder: Recorder, clock: FrameClock) -> None:
        self._frames, self._recorder, self._clock = frames, recorder, clock

    async def frames(self):
        for frame in self._frames:
            while self._recorder.backlog > 60:  # noqa: ASYNC110  the recorder is a thread: it has no event for us
                await asyncio.sleep(0.002)
            self._clock.frame = frame
            yield frame

    async def close(self) -> None:
        """Nothing is held."""


def incident_frames(
    seed: int = 1, *, per_pool: int = 8, calm: int = 60, muted: int = 60, ramp: int = 180
) -> list[Frame]:
    """A calm night, one pool's three idle servers fall silent, the morning ramp."""
    share = per_pool / 32
    fleet = VirtualFleet(seed, per_pool=per_pool, rate={pool: rate * share for pool, rate in NIGHT.items()})
    frames = list(fleet.run(calm))
    fleet.mute(*fleet.idle(3))
    frames += fleet.run(muted)
    fleet.rate.update({pool: rate * share for pool, rate in FULL.items()})
    return [*frames, *fleet.run(ramp)]


def record(
    path: Path, frames: Sequence[Frame], settings: EngineSettings | None = None, keeper: Keeper | None = None
) -> list[View]:
    """Runs an engine with a recorder over the Frames; returns its Views. Everything is on disk afterwards.

    `keeper`: what the rules of a run before left is taken over, and left again.
    """
    clock = FrameClock()
    clock.frame = frames[0]
    about = About("0.1.0", "virtual", load(None, SECTIONS).plain())
    recorder = Recorder(path, about=about)
    box = BlackBox(recorder, 1.0, clock)
    engine = Engine(
        PatientFeed(frames, recorder, clock),
        clock=clock,
        settings=settings or EngineSettings(store=StoreSettings(ticks=600, coarse_columns=60)),
        box=box,
        keeper=keeper,
    )
    views: list[View] = []
    engine.subscribe(views.append)
    asyncio.run(engine.run())
    recorder.close(CLOSE_S)
    return views
