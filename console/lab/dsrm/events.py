"""DSRM's log of changes: membership, states, the algorithm. Numbers go on; the oldest fall out."""

from __future__ import annotations

from collections import deque
from typing import Final

from console.lab.dsrm import wire

_KEPT: Final = 10_000


class EventLog:
    """The newest 10,000 events."""

    def __init__(self) -> None:
        self._events: deque[wire.Event] = deque(maxlen=_KEPT)

    def add(
        self,
        kind: wire.EventKind,
        at: float,
        generation: int,
        server: str | None = None,
        by: str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> None:
        """One more; `at` in Unix seconds."""
        seq = self._events[-1].seq + 1 if self._events else 1
        self._events.append(wire.Event(seq, at, kind, server, by, reason, generation, key))

    def after(self, seq: int, limit: int) -> tuple[int, list[wire.Event], int]:
        """Oldest kept number, events after `seq` (at most `limit`), and the number to go on from."""
        oldest = self._events[0].seq
        skip = max(0, seq - oldest + 1)
        found = [self._events[index] for index in range(skip, min(skip + limit, len(self._events)))]
        return oldest, found, found[-1].seq if found else seq

    def newest(self, count: int) -> list[wire.Event]:
        """The last few, oldest first."""
        return list(self._events)[-count:]
