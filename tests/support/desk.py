"""A window without an engine: a handle that gives Views and notes what is submitted, and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from console.domain.actions import Action
from console.domain.view import View


@dataclass
class HandClock:
    """Both clocks; they move when told to."""

    mono: float = 1000.0
    wall_s: float = 1_737_400_000.0

    def monotonic(self) -> float:
        return self.mono

    def wall(self) -> float:
        return self.wall_s

    def at(self, view: View, later: float = 0.2) -> None:
        """A moment after this View came."""
        self.mono, self.wall_s = view.received_mono_s + later, view.frame.wall_s + later


class FakeEngine:
    """Its coroutines only carry what was asked."""

    async def detach(self, server: str, reason: str, operator: str | None = None) -> Action:
        raise AssertionError("submit does not run it")

    attach = detach


@dataclass
class FakeHandle:
    """As `EngineThread`: `newest` is set by the test; each submit is noted and answered by its future."""

    newest: View | None = None
    submitted: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    futures: list[Future[Action]] = field(default_factory=list)
    refuse: Exception | None = None
    engine: FakeEngine = field(default_factory=FakeEngine)
    started: bool = False
    stopped: bool = False

    def start(self) -> None:
        self.started = True

    def submit(self, work: Coroutine[Any, Any, Action]) -> Future[Action]:
        arguments = work.cr_frame.f_locals if work.cr_frame is not None else {}
        called = (work.__name__, (arguments["server"], arguments["reason"], arguments["operator"]))
        work.close()
        if self.refuse is not None:
            raise self.refuse
        self.submitted.append(called)
        self.futures.append(Future())
        return self.futures[-1]

    def stop(self, timeout_s: float = 3.0) -> None:
        self.stopped = True


async def until(holds: Callable[[], object], what: str, within_s: float = 60.0) -> None:
    """Returns when it holds. The watchdog is generous: it says that something never came."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  widgets tell of most things by what they look like
            await asyncio.sleep(0.01)
    assert holds(), what
