"""Replaces dead servers: after a boot delay a new one, with a new id, joins the pool. It reports 0 and may draw the next herd."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from console.domain.clock import Clock
from console.domain.tasks import spawn
from console.lab.problem import Problem

Json = dict[str, Any]
Join = Callable[[str], Awaitable[str]]
_KEPT: Final = 1000


class Autoscaler:
    """One for the fleet. `join` starts a server in a pool and gives its id. Off, it replaces nobody."""

    def __init__(self, clock: Clock, join: Join, on: bool, boot_s: float) -> None:
        self._clock = clock
        self._join = join
        self._on = on
        self._boot_s = boot_s
        self._booting: dict[str, asyncio.Task[None]] = {}
        self._replaced: deque[Json] = deque(maxlen=_KEPT)

    def change(self, on: bool, boot_s: float) -> None:
        """From the next death on. What boots already goes on booting."""
        self._on = on
        self._boot_s = boot_s

    def died(self, server: str, pool: str) -> None:
        """A server is dead."""
        if self._on and server not in self._booting:
            self._booting[server] = spawn(self._replace(server, pool), f"replacement of {server}")

    def revived(self, server: str) -> None:
        """It is back under its own id and needs no replacement."""
        if (booting := self._booting.pop(server, None)) is not None:
            booting.cancel()

    async def stop(self) -> None:
        """No more replacements."""
        self._on = False
        tasks = list(self._booting.values())
        self._booting.clear()  # one that has not begun yet never gets to do it
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def line(self) -> Json:
        """Its settings, whose replacements boot, and who was replaced by whom (Unix seconds)."""
        return {
            "on": self._on,
            "boot_s": self._boot_s,
            "booting": list(self._booting),
            "replacements": list(self._replaced),
        }

    async def _replace(self, server: str, pool: str) -> None:
        died_at = self._clock.wall()
        try:
            await asyncio.sleep(self._boot_s)
            try:
                by = await self._join(pool)
            except Problem:
                return  # it died while it booted, and that death has been told as well
            self._replaced.append(
                {"server": server, "by": by, "pool": pool, "died_at": died_at, "up_at": self._clock.wall()}
            )
        finally:
            self._booting.pop(server, None)
