"""Names of hosts, resolved off the hot path: a slow or dead resolver delays nobody who has an address already."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from console.domain.errors import DeadlinePassed, Unreachable
from console.net.failures import unreachable

Lookup = Callable[[str], tuple[str, ...]]
_WORKERS = 4  # threads, started with the first name; a fleet of addresses needs none
_MOST_NAMES = 20_000


def system_lookup(host: str) -> tuple[str, ...]:
    """Addresses of a name by the machine's resolver, IPv4 first. Blocks; raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(
        dict.fromkeys(str(address[0]) for *_, address in sorted(found, key=lambda one: one[0] != socket.AF_INET))
    )


@dataclass(slots=True)
class _Known:
    addresses: tuple[str, ...] = ()
    asked_at: float | None = None
    error: Unreachable | None = None
    waiters: list[asyncio.Future[None]] = field(default_factory=list["asyncio.Future[None]"])
    under_way: bool = False


class Names:
    """A cache of resolved names. After `refresh_s` a name is asked again in the background; its last good address stays.

    It has daemon threads of its own: a look-up that hangs for ten seconds must neither fill the loop's default pool
    nor hold up the program's end.
    """

    def __init__(self, lookup: Lookup = system_lookup, refresh_s: float = 30.0) -> None:
        self._lookup = lookup
        self._refresh_s = refresh_s
        self._known: dict[str, _Known] = {}
        self._work: queue.SimpleQueue[tuple[asyncio.AbstractEventLoop, str] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def known(self, host: str) -> tuple[str, ...]:
        """What is known now, perhaps nothing; starts a look-up in the background when it is due. Never blocks."""
        loop = asyncio.get_running_loop()
        entry = self._known.get(host)
        if entry is None:
            if len(self._known) >= _MOST_NAMES:
                self._known.pop(next(iter(self._known)))
            entry = self._known[host] = _Known()
        due = entry.asked_at is None or loop.time() - entry.asked_at >= self._refresh_s
        if due and not entry.under_way:
            entry.under_way = True
            entry.asked_at = loop.time()
            self._start_workers()
            self._work.put((loop, host))
        return entry.addresses

    async def resolve(self, host: str, deadline_s: float) -> tuple[str, ...]:
        """The addresses of a name; waits only where none is known yet. Raises Unreachable, DeadlinePassed."""
        if found := self.known(host):
            return found
        entry = self._known[host]
        if entry.under_way:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            entry.waiters.append(waiter)
            try:
                async with asyncio.timeout(deadline_s):
                    await waiter
            except TimeoutError:
                raise DeadlinePassed(f"The name {host} was not resolved within {deadline_s:g} s.") from None
        if entry.addresses:
            return entry.addresses
        raise entry.error or unreachable(host, EOFError())

    def close(self) -> None:
        """Lets the threads end once their look-up is over."""
        for _ in self._threads:
            self._work.put(None)
        self._threads.clear()

    def _start_workers(self) -> None:
        if len(self._threads) < _WORKERS:
            thread = threading.Thread(target=self._run, name=f"dsr-names-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while (job := self._work.get()) is not None:
            loop, host = job
            addresses: tuple[str, ...] = ()
            error: Unreachable | None = None
            try:
                addresses = self._lookup(host)
            except (OSError, UnicodeError):
                error = unreachable(host, socket.gaierror())
            try:
                loop.call_soon_threadsafe(self._learn, host, addresses, error)
            except RuntimeError:
                return  # the loop has ended: nobody wants to know any more

    def _learn(self, host: str, addresses: tuple[str, ...], error: Unreachable | None) -> None:
        entry = self._known.get(host)
        if entry is None:
            return
        entry.under_way = False
        entry.error = error
        if addresses:
            entry.addresses = addresses
        waiters, entry.waiters = entry.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
