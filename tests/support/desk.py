"""A window without an engine: a handle that gives Views and notes what is submitted, and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from console.domain.actions import Action
from console.domain.command import Command
from console.domain.lifecycle import Key
from console.domain.safety import Manual, Outcome, PlanStanding, Said
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

    async def act(self, command: Command) -> Action:
        raise AssertionError("submit does not run it")

    async def carry(self, command: Command) -> PlanStanding:
        raise AssertionError("submit does not run it")

    async def stop_plan(self, operator: str | None = None) -> None: ...

    async def arm(self, operator: str | None = None) -> Said | None: ...

    async def disarm(self, operator: str | None = None) -> None: ...

    async def acknowledge(self, keys: Sequence[Key] | None, note: str = "", operator: str | None = None) -> bool:
        raise AssertionError("submit does not run it")

    async def shelve(self, key: Key, reason: str, seconds: float | None = None, operator: str | None = None) -> bool:
        raise AssertionError("submit does not run it")

    async def unshelve(self, key: Key, operator: str | None = None) -> bool:
        raise AssertionError("submit does not run it")

    async def note(self, key: Key | None, text: str, operator: str | None = None, server: str | None = None) -> bool:
        raise AssertionError("submit does not run it")

    async def manual_shown(self, manual: Manual, operator: str | None = None) -> None: ...

    async def manual_said(self, server: str, outcome: Outcome, operator: str | None = None) -> None: ...

    async def used(self) -> None: ...

    async def look_at(self, servers: frozenset[str]) -> None: ...


@dataclass
class FakeHandle:
    """As `EngineThread`: `newest` is set by the test; each request is noted and answered by its future."""

    newest: View | None = None
    submitted: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    """Requests to act: verb, and (server, reason, operator)."""
    given: list[Command] = field(default_factory=list)
    """Each of them, whole."""
    asides: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What else was asked: looks, arming, plans."""
    futures: list[Future[Any]] = field(default_factory=list)
    refuse: Exception | None = None
    engine: FakeEngine = field(default_factory=FakeEngine)
    started: bool = False
    stopped: bool = False

    def start(self) -> None:
        self.started = True

    def submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        arguments = dict(work.cr_frame.f_locals) if work.cr_frame is not None else {}
        arguments.pop("self", None)
        name = work.__name__
        work.close()
        if name != "act":
            self.asides.append((name, arguments))
            answer: Future[Any] = Future()
            if name not in {"carry", "acknowledge", "shelve", "unshelve", "note"}:
                answer.set_result(None)
            else:
                self.futures.append(answer)
            return answer
        if self.refuse is not None:
            raise self.refuse
        command: Command = arguments["command"]
        self.submitted.append((command.verb.value, (command.server, command.reason, command.operator)))
        self.given.append(command)
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
