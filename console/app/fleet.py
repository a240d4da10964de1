"""What the window is given: one fleet, ready to be opened, as plain values and callables. Who puts it together is the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol, TypeVar

from msgspec import Struct, field

from console.detect.announce import AnnounceSettings
from console.domain.actions import Action
from console.domain.command import Command
from console.domain.lifecycle import Key
from console.domain.safety import Manual, Outcome, PlanStanding, Said
from console.domain.view import View
from console.record.recorder import Stretch
from console.record.sealing import Signs

_Result = TypeVar("_Result")


class ActingEngine(Protocol):
    """What a click needs of the engine."""

    async def act(self, command: Command) -> Action:
        """Gates, journal, request; returns after the answer."""
        ...

    async def carry(self, command: Command) -> PlanStanding:
        """Begins a plan; a refused one comes back over."""
        ...

    async def stop_plan(self, operator: str | None = None) -> None:
        """Ends the running plan before its next step."""
        ...

    async def arm(self, operator: str | None = None) -> Said | None:
        """Arms this console; None: done, else why not."""
        ...

    async def disarm(self, operator: str | None = None) -> None:
        """Back to reading only."""
        ...

    async def acknowledge(self, keys: Sequence[Key] | None, note: str = "", operator: str | None = None) -> bool:
        """Of these alarms; whether it is kept on disk. Raises LifecycleRefused."""
        ...

    async def shelve(self, key: Key, reason: str, seconds: float | None = None, operator: str | None = None) -> bool:
        """For so long (None: as the settings say); whether it is kept on disk. Raises LifecycleRefused."""
        ...

    async def unshelve(self, key: Key, operator: str | None = None) -> bool:
        """Back into the list; whether it is kept on disk. Raises LifecycleRefused."""
        ...

    async def note(self, key: Key | None, text: str, operator: str | None = None, server: str | None = None) -> bool:
        """On an alarm, else a server, else the situation; whether it is kept on disk. Raises LifecycleRefused."""
        ...

    async def manual_shown(self, manual: Manual, operator: str | None = None) -> None:
        """The site's own command stands before the operator's eyes."""
        ...

    async def manual_said(self, server: str, outcome: Outcome, operator: str | None = None) -> None:
        """What came of it, by the operator's word."""
        ...

    async def used(self) -> None:
        """The operator is there."""
        ...

    async def look_at(self, servers: frozenset[str]) -> None:
        """Whose gates the next Views carry beside the suspects' and the detached ones'."""
        ...


class EngineHandle(Protocol):
    """The engine on its own thread; `console.engine.EngineThread` is one."""

    @property
    def engine(self) -> ActingEngine:
        """Its coroutines go through `submit`."""
        ...

    @property
    def newest(self) -> View | None:
        """The newest View; safe from any thread."""
        ...

    def start(self) -> None:
        """Returns once the engine is built. Raises what stood in the way."""
        ...

    def submit(self, work: Any) -> Future[Any]:
        """Runs a coroutine of the engine on its loop; raises RuntimeError where it does not run."""
        ...

    def stop(self, timeout_s: float = 3.0) -> None:
        """Ends it; raises TimeoutError where it does not end in time."""
        ...


class Connect(Protocol):
    """Opens the fleet at an address that somebody typed, with their token where they typed one. Blocks; raises ConsoleError."""

    def __call__(self, url: str, cancelled: threading.Event, token: str | None = None, /) -> Fleet:
        """Gives up soon after `cancelled` is set."""
        ...


def _nothing() -> None:
    return None


class Fleet(Struct, frozen=True):
    """One fleet. All callables may block: they are called on a worker thread, except `engine`."""

    engine: Callable[[], EngineHandle]
    """Makes the (not yet started) engine thread."""
    environment: str
    """What it is called on the screen."""
    lab: bool = False
    url: str = ""
    """Its address, to be shown where it cannot be opened."""
    operator: str = ""
    """Who acts; empty: the engine's own answer to that."""
    guide: Callable[[], Mapping[str, object] | None] | None = None
    """The lab's story, asked for once a second; None: there is none."""
    close: Callable[[], object] = _nothing
    """Ends what belongs to it (the lab's process)."""
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    """Without secrets, for the snapshot."""
    announce: AnnounceSettings = field(default_factory=AnnounceSettings)
    """How alarms sound, flash, and are shown and spoken."""
    snapshots: Path = field(default_factory=Path.cwd)
    """Folder for Ctrl+S."""
    recording: Path | None = None
    """The flight recorder's file, of which the report is drafted; None: nothing is recorded."""
    past: Callable[[float | None, float | None], Stretch] | None = None
    """What was recorded between two wall times, in memory; None: there is no recorder. Raises ConsoleError."""
    span: Callable[[], tuple[float, float] | None] | None = None
    """Wall seconds of the recording's oldest and newest poll."""
    audit: Callable[[float, float], bytes] = lambda first_s, last_s: b""
    """Lines of the audit file between two wall times."""
    signer: Callable[[], Signs | None] = lambda: None
    """The key that snapshots are signed with; None: they are not."""
