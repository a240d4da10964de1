"""What a server can recognise in a second, shared among its sessions in turn. Pure; times are passed in.

Audio waits in blocks; each turn takes one block of one session. Demand beyond the capacity waits, and so everything waits.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

_MEMORY_S: Final = 5.0
"""Time constant of the utilisation."""
_MOST_CATCH_UP_S: Final = 1.0
"""After a stall of the machine no more than this is made up for: who did not run did not recognise."""


class Job(Protocol):
    """A session, as the queue sees it."""

    @property
    def next_block_s(self) -> float:
        """Seconds of audio of its next block; 0: none waits."""
        ...

    def work(self, now_s: float) -> None:
        """Recognises that block."""
        ...


class WorkQueue:
    """The work of one server. `capacity` is in seconds of audio per second."""

    def __init__(self, capacity: float, now_s: float) -> None:
        self.capacity = capacity
        self.waiting_s = 0.0
        """Seconds of audio that wait."""
        self._done_s = 0.0
        self._ready: dict[Job, None] = {}
        self._credit_s = 0.0
        self._at_s = now_s
        self._used = 0.0
        self._used_at_s = now_s
        self._behind: deque[tuple[float, Callable[[], None]]] = deque()

    @property
    def lag_s(self) -> float:
        """So long what comes now will wait."""
        return self.waiting_s / self.capacity

    def put(self, job: Job, block_s: float, now_s: float) -> None:
        """One more block of a session waits."""
        if not self._ready:
            self._at_s = now_s
            self._credit_s = 0.0
        self._ready[job] = None
        self.waiting_s += block_s

    def drop(self, job: Job, waiting_s: float) -> None:
        """A session is gone, and what waits of it is not wanted any more."""
        self._ready.pop(job, None)
        self._account(waiting_s)
        self._settle()

    def behind(self, call: Callable[[], None]) -> None:
        """Calls back when all that waits now is done; at once where nothing waits."""
        if self.waiting_s > 0:
            self._behind.append((self._done_s + self.waiting_s, call))
        else:
            call()

    def release(self) -> None:
        """Calls back everybody who waits: the server ends."""
        while self._behind:
            self._behind.popleft()[1]()

    def rest(self, now_s: float) -> None:
        """Nothing was done since the last turn: the server stood still."""
        self._at_s = now_s

    def run(self, now_s: float) -> None:
        """Does what could be done since the last turn."""
        self._credit_s += min(max(0.0, now_s - self._at_s), _MOST_CATCH_UP_S) * self.capacity
        self._at_s = now_s
        while self._ready:
            job = next(iter(self._ready))
            block_s = job.next_block_s
            if block_s > self._credit_s:
                return
            del self._ready[job]
            self._credit_s -= block_s
            self._account(block_s)
            self._use(block_s / self.capacity, now_s)
            job.work(now_s)
            if job.next_block_s > 0:
                self._ready[job] = None
            self._settle()
        self._credit_s = 0.0

    def wait_s(self) -> float | None:
        """How long until the next block can be done; None: none waits."""
        if not self._ready:
            return None
        return max(0.0, next(iter(self._ready)).next_block_s - self._credit_s) / self.capacity

    def utilisation(self, now_s: float) -> float:
        """Share of its time that it worked lately, 0 to 1."""
        return min(1.0, self._used * math.exp(min(0.0, self._used_at_s - now_s) / _MEMORY_S))

    def _use(self, busy_s: float, now_s: float) -> None:
        self._used = self._used * math.exp(min(0.0, self._used_at_s - now_s) / _MEMORY_S) + busy_s / _MEMORY_S
        self._used_at_s = now_s

    def _account(self, seconds: float) -> None:
        self._done_s += seconds
        self.waiting_s = max(0.0, self.waiting_s - seconds)

    def _settle(self) -> None:
        if not self._ready:
            self.waiting_s = 0.0  # sums of fractions do not meet at 0 by themselves
        while self._behind and (self._behind[0][0] <= self._done_s + 1e-6 or not self.waiting_s):
            self._behind.popleft()[1]()
