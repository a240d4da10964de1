"""One thread that keeps the alarm state, so that a disk that hangs never holds up a poll, nor the end of the process.

What changed since the last write waits in a table by alarm: however slow the disk is, it never waits for more than the newest
of each. Nothing is written before the engine has taken over what an earlier run left.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, Protocol

from console.domain.errors import ConsoleError
from console.domain.lifecycle import Cycle, Key, Memory, Note, Raising

_log = logging.getLogger("dsr.engine")
LAZY_S: Final = 5.0
"""What runs on by itself (a shelf, a hold) is written this often."""
RETRY_S: Final = 2.0
CLOSE_S: Final = 0.5
MOST_WAITING: Final = 40_000
"""Alarms whose news waits for a disk that does not take it; beyond that, news of those that are normal again is dropped."""


class StateKeeping(Protocol):
    """The state file, as the keeper's thread uses it. Each raises ConsoleError."""

    remark: str | None

    def load(self, fleet: str) -> Memory:
        """What is kept of this fleet."""
        ...

    def save(
        self,
        fleet: str,
        cycles: Mapping[Key, Cycle | None],
        raisings: Iterable[Raising],
        notes: tuple[Note, ...] | None,
        running: Mapping[str, Any] | None = None,
    ) -> None:
        """All of it, or nothing."""
        ...

    def close(self) -> None:
        """Lets go of the file."""
        ...


class Keeper:
    """`opener` runs in the thread. `error`: the newest failure until a write succeeds again; `remark`: see `StateFile`."""

    def __init__(self, opener: Callable[[], StateKeeping] | None, fleet: str = "") -> None:
        self._opener = opener
        self._fleet = fleet
        self._state = threading.Condition()
        self._cycles: dict[Key, Cycle | None] = {}
        self._raisings: deque[Raising] = deque(maxlen=MOST_WAITING)
        self._notes: tuple[Note, ...] | None = None
        self._running: dict[str, Any] = {}
        self._urgent = self._restored = self._stopping = False
        self._given = self._kept = 0
        """Numbers of the newest change handed in, and of the newest one on disk."""
        self._waiters: list[tuple[int, asyncio.Future[bool]]] = []
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.error: str | None = None
        self.remark: str | None = None

    async def start(self, restore: Callable[[Memory], None], patience_s: float = 1.0) -> None:
        """Loads, and hands what was kept to `restore` on this loop: before it returns, or whenever the disk has answered."""
        if self._opener is None:
            return
        self._loop = asyncio.get_running_loop()
        loaded = asyncio.Event()

        def take_over(memory: Memory) -> None:
            try:
                restore(memory)
            finally:
                loaded.set()
                with self._state:
                    self._restored = True
                    self._state.notify()

        self._thread = threading.Thread(target=self._run, args=(take_over, loaded.set), name="dsr-state", daemon=True)
        self._thread.start()
        try:
            async with asyncio.timeout(patience_s):
                await loaded.wait()
        except TimeoutError:
            self.error = (
                "The disk has not answered yet: acknowledgements, shelves and notes of before are still missing."
            )

    @property
    def keeps(self) -> bool:
        """Whether there is a file, and what an earlier run left has been taken over."""
        return self._restored

    def put(
        self,
        cycles: Mapping[Key, Cycle | None],
        raisings: Iterable[Raising] = (),
        notes: tuple[Note, ...] | None = None,
        urgent: bool = True,
        running: Mapping[str, Any] | None = None,
    ) -> None:
        """Takes what changed; returns at once. `urgent` False: it may wait for some seconds. `running`: what the rules leave, by part."""
        if self._thread is None:
            return
        with self._state:
            self._cycles.update(cycles)
            self._raisings.extend(raisings)
            self._notes = notes if notes is not None else self._notes
            self._running.update(running or {})
            if len(self._cycles) > MOST_WAITING:
                self._cycles = {key: cycle for key, cycle in self._cycles.items() if cycle is not None}
            self._given += 1
            if urgent and not self._urgent:
                self._urgent = True
                self._state.notify()

    async def flushed(self, timeout_s: float = 1.0) -> bool:
        """Whether all that was put is on disk, waiting for it that long at most."""
        if self._thread is None or self._loop is None:
            return False
        with self._state:
            if self._kept >= self._given:
                return True
            waiter: asyncio.Future[bool] = self._loop.create_future()
            self._waiters.append((self._given, waiter))
        try:
            async with asyncio.timeout(timeout_s):
                return await waiter
        except TimeoutError:
            return False

    async def close(self) -> None:
        """Writes what waits, for half a second at most; a disk that hangs is left behind with its thread."""
        if self._thread is None:
            return
        with self._state:
            self._stopping = True
            self._state.notify()
        await asyncio.to_thread(self._thread.join, CLOSE_S)

    # In the thread

    def _run(self, take_over: Callable[[Memory], None], give_up: Callable[[], None]) -> None:
        file = self._open(take_over, give_up)
        if file is None:
            return
        try:
            while self._wait():
                self._save(file)
            self._save(file)
        finally:
            file.close()

    def _open(self, take_over: Callable[[Memory], None], give_up: Callable[[], None]) -> StateKeeping | None:
        """Tries until it is open, or the engine ends. A first failure is told, and the engine goes on without."""
        assert self._opener is not None  # there is a thread only with one
        while True:
            try:
                file = self._opener()
                memory = file.load(self._fleet)
            except ConsoleError as error:
                self._failed(error)
                self._call(give_up)
                with self._state:
                    if self._state.wait_for(lambda: self._stopping, RETRY_S):
                        return None
                continue
            self.error, self.remark = None, file.remark
            if self.remark is not None:
                _log.warning("%s", self.remark)
            self._call(partial(take_over, memory))
            with self._state:
                self._state.wait_for(lambda: self._restored or self._stopping)
            return file

    def _wait(self) -> bool:
        """Until something is to be written; False: the engine ends."""
        with self._state:
            self._state.wait_for(lambda: self._urgent or self._stopping, LAZY_S if self.error is None else RETRY_S)
            return not self._stopping

    def _save(self, file: StateKeeping) -> None:
        with self._state:
            if self._kept >= self._given or not self._restored:
                self._urgent = False
                return
            cycles, raisings, notes, number = self._cycles, tuple(self._raisings), self._notes, self._given
            running = self._running
            self._cycles, self._notes, self._running, self._urgent = {}, None, {}, False
            self._raisings.clear()
        try:
            file.save(self._fleet, cycles, raisings, notes, running)
        except ConsoleError as error:
            self._failed(error)
            with self._state:  # what came meanwhile is newer
                self._cycles = {**cycles, **self._cycles}
                self._raisings.extendleft(reversed(raisings))
                self._notes = notes if self._notes is None else self._notes
                self._running = {**running, **self._running}
            return
        self.error = None
        with self._state:
            self._kept = number
            done = [waiter for at, waiter in self._waiters if at <= number]
            self._waiters = [(at, waiter) for at, waiter in self._waiters if at > number]
        for waiter in done:
            self._call(lambda waiter=waiter: None if waiter.done() else waiter.set_result(True))

    def _failed(self, error: ConsoleError) -> None:
        if self.error != str(error):  # the tries that follow fail for the same reason
            _log.error("%s", error)
        self.error = str(error)

    def _call(self, what: Callable[[], None]) -> None:
        assert self._loop is not None  # set before the thread starts
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:  # the loop is closed: the engine has ended without waiting for this disk
            _log.debug("the engine's loop had ended already")
