"""Over which interface each session of a pool comes: shares settable, the order the same for the same seed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final, Literal

Interface = Literal["direct", "websocket", "http"]
INTERFACES: Final[tuple[Interface, ...]] = ("direct", "websocket", "http")
"""`direct` asks the balancer itself and holds the cheapest session that there is; the others speak through the front door."""


class Mix:
    """The interfaces of one pool's sessions, one after another."""

    def __init__(self, seed: int, pool: str, shares: Mapping[str, float] | None = None) -> None:
        """`shares` of `websocket` and `http`, 0 to 1 together; what is left is direct."""
        shares = shares or {}
        self._dice = Random(f"{seed}:{pool}:interfaces")
        self._websocket = shares.get("websocket", 0.0)
        self._http = shares.get("http", 0.0)

    def take(self) -> Interface:
        """The interface of the next session."""
        dice = self._dice.random()
        if dice < self._websocket:
            return "websocket"
        return "http" if dice < self._websocket + self._http else "direct"
