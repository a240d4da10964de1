"""An event loop whose time jumps to the next timer as soon as nothing else is left to do: hours pass in milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    now_s = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("every task waits for something that will never happen")
        self.now_s += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Starts at 0 s. Not for sockets: nothing waits for them."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s

    def sleep_through(self, seconds: float) -> None:
        """The machine stands still for so long (a stall, a stopped process)."""
        self._jumping.now_s += seconds


class VirtualClock:
    """A Clock of that loop. The wall clock may be stepped."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.wall_offset_s = 1_737_400_000.0
        self._suspended_s = 0.0

    def monotonic(self) -> float:
        return self.loop.time() + self._suspended_s

    def wall(self) -> float:
        return self.monotonic() + self.wall_offset_s

    def suspended(self) -> float:
        return self._suspended_s

    def suspend(self, seconds: float) -> None:
        """The machine sleeps for so long: the loop's own time stands still."""
        self._suspended_s += seconds


def run_virtually(work: Callable[[VirtualClock], Coroutine[Any, Any, T]]) -> T:
    """Runs `work` in a loop of its own, in its own time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        return runner.run(work(VirtualClock(loop)))
