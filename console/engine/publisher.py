"""Hands out the newest View. Nobody that looks can hold the engine up for longer than their own callback takes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from console.domain.view import View

_log = logging.getLogger("dsr.engine")


class Publisher:
    """Belongs to the engine's loop; `newest` may be read from any thread."""

    def __init__(self) -> None:
        self.newest: View | None = None
        self._callbacks: list[Callable[[View], None]] = []
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def next_version(self) -> int:
        """Of the View that comes next."""
        return 1 if self.newest is None else self.newest.version + 1

    def subscribe(self, callback: Callable[[View], None]) -> Callable[[], None]:
        """Calls `callback` with each View; returns what ends it."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._callbacks.remove(callback)

        return unsubscribe

    def publish(self, view: View) -> None:
        """From here on it is the newest, and everybody is told."""
        self.newest = view
        for callback in tuple(self._callbacks):
            try:
                callback(view)
            except Exception:  # noqa: BLE001  whoever shows a View must not be able to stop the watch
                _log.exception("a subscriber failed")

    def wake(self) -> None:
        """Something is new: whoever waits looks again."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def news(self) -> None:
        """Returns when `wake` is called next."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
