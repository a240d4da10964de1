"""The door's one port for both interfaces, and what is common to all of its clients."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

from console.lab.frontdoor.connection import Connection
from console.lab.frontdoor.keys import Keys
from console.lab.frontdoor.limits import DoorLimits
from console.lab.frontdoor.way import Way

_ACCEPTED: Final = 64
"""Clients at most in one turn of the loop."""
_WAITING: Final = 4_096
"""Clients that may wait to be accepted; beyond that a connect takes a second and more, for good clients too."""
_READ_BYTES: Final = 65_536
"""Read at a time: what a client can put into one read is done in one turn, and the others wait for so long."""


class Door:
    """Serves both interfaces until it is stopped. `new_id` names requests that came to no session."""

    def __init__(self, way: Way, keys: Keys, limits: DoorLimits, new_id: Callable[[], str]) -> None:
        self.way = way
        self.keys = keys
        self.limits = limits
        self.new_id = new_id
        self.connections: set[Connection] = set()
        self.held = 0
        """Bytes of unfinished input of all clients."""
        self.accepted = 0
        self.reset = 0
        self.inbox = memoryview(bytearray(_READ_BYTES))
        """What was just read; emptied at once, so that one does for all connections."""
        self._listener: asyncio.Server | None = None

    async def start(self, host: str, port: int = 0) -> int:
        """Listens; the port."""
        loop = asyncio.get_running_loop()
        listener = socket.create_server((host, port))
        self._listener = await loop.create_server(lambda: Connection(self), sock=listener, backlog=_ACCEPTED)
        # To asyncio the backlog is also how many it accepts in one turn; a burst may wait in the kernel without blocking anybody.
        listener.listen(_WAITING)
        return int(listener.getsockname()[1])

    def stop(self) -> None:
        """Closes the port and resets every connection: no client may wait for an answer that never comes."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self.connections):
            connection.reset()

    def figures(self) -> dict[str, Any]:
        """What it does, for the lab's state."""
        return {
            "connections": len(self.connections),
            "sessions": self.way.seated,
            "tasks": len(asyncio.all_tasks()),
            "accepted_total": self.accepted,
            "reset_total": self.reset,
            "held_bytes": self.held,
            "sessions_total": self.way.outcomes,
            "unreported_total": self.way.unreported,
        }
