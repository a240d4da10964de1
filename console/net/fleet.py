"""FleetTransport: thousands of hosts, one kept-alive connection each, a few microseconds per poll.

httpx's own pool looks through all its connections at each request: at 500 hosts that is milliseconds per poll.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import httpx
from typing_extensions import override

from console.domain.clock import Clock, MachineClock
from console.domain.errors import DeadlinePassed, Unreachable, Untrusted
from console.net.distrust import expired_here
from console.net.failures import unreachable
from console.net.handshake import Context
from console.net.limits import connection_budget
from console.net.prepared import Prepared, prepare
from console.net.restraint import Restraint
from console.net.url import Url
from console.net.wire import STATUS_CAP, HttpAnswer, WentStale, Wire

_Key = tuple[str, str, int, int]
_WORD_S: Final = 0.25
"""So long the first request waits for a server that says nothing after the handshake: its alert would be here by then."""
_CLOSING: Final = "This console is closing its connections."


@dataclass(slots=True, eq=False)
class _Lane:
    """One (scheme, host, port, lane): its connection, and who waits for it."""

    key: _Key
    wire: Wire | None = None
    busy: bool = False
    queue: deque[asyncio.Future[None]] = field(default_factory=deque["asyncio.Future[None]"])
    idle_since: float = 0.0


class FleetTransport(httpx.AsyncBaseTransport):
    """Polls many hosts, each over one connection with one request at a time.

    Refuses redirects, compression, over-long heads and bodies, and answers that nobody asked for; reads no proxy and
    no netrc from the environment. Every failure is a SourceError. `get` is the path of the fan-out; as a transport of
    httpx it takes `extensions={"deadline_s": 1.0, "body_cap": 262144, "addresses": ("10.0.0.5",), "lane": 0}`.
    """

    def __init__(
        self,
        *,
        tls: Callable[[Prepared], Context] | None = None,
        restraint: Restraint | None = None,
        max_connections: int | None = None,
        idle_limit_s: float = 75.0,
        clock: Clock | None = None,
    ) -> None:
        self._tls = tls
        """Gives the context of a connection; asked only where a host wants TLS, since building one takes time."""
        self._restraint = restraint or Restraint()
        self._clock = clock or MachineClock()
        self._most = connection_budget() if max_connections is None else max_connections
        self._idle_limit_s = idle_limit_s
        self._lanes: dict[_Key, _Lane] = {}
        self._idle: OrderedDict[_Lane, None] = OrderedDict()
        """Lanes with an unused connection, longest unused first."""
        self._open: set[Wire] = set()
        self._dying: set[Wire] = set()
        """Told to close; their sockets go in this or the next turn of the loop."""
        self._connecting = 0
        self._room: deque[asyncio.Future[None]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None
        self._emptied: asyncio.Event | None = None
        self._closed = False

    @property
    def connections(self) -> int:
        """Sockets held now, those being connected included."""
        return len(self._open) + self._connecting

    async def get(self, request: Prepared, deadline_s: float = 1.0, body_cap: int = STATUS_CAP) -> HttpAnswer:
        """One request, one whole answer of any status but 3xx, within `deadline_s` from now, waiting and connecting included."""
        if self._closed:
            raise Unreachable(_CLOSING)
        loop = asyncio.get_running_loop()
        self._restraint.check_trust(request.origin, loop.time())
        deadline = loop.time() + deadline_s
        key = (*request.origin, request.lane)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(key)
        try:
            if lane.busy:
                await _turn(lane.queue, deadline, unused=lambda: self._release(loop, lane))
            lane.busy = True
            try:
                return await self._exchange(loop, lane, request, deadline, body_cap)
            finally:
                self._release(loop, lane)
        except TimeoutError:
            raise DeadlinePassed(f"{request.url.authority} gave no whole answer within {deadline_s:g} s.") from None
        except Untrusted as error:
            self._restraint.distrusted(request.origin, error, loop.time())
            raise

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same for a plain httpx.AsyncClient. Hosts must be IP addresses, or resolved ones be given as `addresses`."""
        body = await request.aread()
        try:
            url = Url.parse(str(request.url))
        except ValueError as error:
            raise Unreachable(f"This address cannot be polled: {error}") from None
        addresses: tuple[str, ...] = request.extensions.get("addresses") or ((url.host,) if url.numeric else ())
        if not addresses:
            raise Unreachable(f"The name of {url.authority} has not been resolved.")
        own = {
            "host",
            "accept",
            "accept-encoding",
            "user-agent",
            "connection",
            "content-length",
            "transfer-encoding",
            "authorization",
        }
        headers = tuple((name, value) for name, value in request.headers.items() if name not in own)
        prepared = prepare(
            url,
            tuple(addresses),
            authorization=request.headers.get("authorization"),
            method=request.method,
            headers=headers,
            body=body,
            lane=request.extensions.get("lane", 0),
        )
        answer = await self.get(
            prepared, request.extensions.get("deadline_s", 1.0), request.extensions.get("body_cap", STATUS_CAP)
        )
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body, request=request)

    @override
    async def aclose(self) -> None:
        """Drops all connections and waits until their sockets are gone. Requests under way end as Unreachable."""
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for wire in tuple(self._open):
            wire.end(Unreachable(_CLOSING))
        if self._open or self._dying:
            self._emptied = asyncio.Event()
            await self._emptied.wait()

    # One exchange

    async def _exchange(
        self, loop: asyncio.AbstractEventLoop, lane: _Lane, request: Prepared, deadline: float, body_cap: int
    ) -> HttpAnswer:
        self._idle.pop(lane, None)
        wire = lane.wire
        if wire is not None:
            if wire.address in request.addresses and wire.usable():
                try:
                    return await _ask(loop, wire, request, deadline, body_cap)
                except WentStale as stale:
                    # The server closed its idle connection just as we asked. Nothing of an answer came, so a GET may go again.
                    if not request.may_repeat:
                        raise stale.error from None
            self._drop(lane)
        lane.wire = wire = await self._connect(lane, request, deadline)
        try:
            return await _ask(loop, wire, request, deadline, body_cap)
        except WentStale as stale:
            raise stale.error from None

    async def _connect(self, lane: _Lane, request: Prepared, deadline: float) -> Wire:
        """A fresh connection to the first address that takes one. Raises Unreachable, TimeoutError."""
        url = request.url
        place = f"{url.host}:{url.port}"
        if url.scheme == "https" and self._tls is None:
            raise Unreachable(f"{place} wants TLS, which was not set up here.")
        failure: BaseException = EOFError()
        async with asyncio.timeout_at(deadline):
            for address in request.addresses:
                while self.connections >= self._most:
                    if not self._evict():
                        await _turn(self._room, deadline, unused=lambda: _wake(self._room))
                try:
                    wire = await self._open_wire(lane, place, address, request)
                except OSError as error:
                    failure = error
                else:
                    if self._closed:
                        wire.end(Unreachable(_CLOSING))
                        raise Unreachable(_CLOSING)
                    return wire
        raise unreachable(place, failure)

    async def _open_wire(self, lane: _Lane, place: str, address: str, request: Prepared) -> Wire:
        """Connects; over TLS it returns only when a request may leave. Raises OSError, Untrusted."""
        url = request.url
        tls = self._tls(request) if self._tls is not None and url.scheme == "https" else None
        if tls is not None and tls.expires_wall_s <= self._clock.wall():
            raise expired_here(place, tls.expires)
        self._connecting += 1
        try:
            _, wire = await asyncio.get_running_loop().create_connection(
                lambda: Wire(place, address, lambda wire: self._lost(lane, wire)),
                address,
                url.port,
                ssl=tls,
                server_hostname=url.host if tls else None,
                ssl_shutdown_timeout=1.0 if tls else None,
            )
        finally:
            self._connecting -= 1
            _wake(self._room)
        self._open.add(wire)
        if tls is not None and (request.carries_token or tls.shows_certificate):
            try:
                await wire.taken(_WORD_S)
            except BaseException:
                wire.abort()
                raise
        return wire

    # Bookkeeping

    def _release(self, loop: asyncio.AbstractEventLoop, lane: _Lane) -> None:
        """Hands the lane, still busy, to the next who waits, or lays it among the idle ones."""
        wire = lane.wire
        if wire is not None and not wire.open:
            wire = lane.wire = None
        if lane.queue and _wake(lane.queue):
            return
        lane.busy = False
        if wire is None:
            self._lanes.pop(lane.key, None)
        else:
            lane.idle_since = loop.time()
            self._idle[lane] = None
            if self._sweeper is None and not self._closed:
                self._sweeper = loop.call_later(self._idle_limit_s / 2, self._sweep)
        if self._room:
            _wake(self._room)

    def _drop(self, lane: _Lane) -> None:
        """Ends the lane's connection."""
        wire, lane.wire = lane.wire, None
        if wire is not None and wire in self._open:
            self._open.discard(wire)
            self._dying.add(wire)
            wire.abort()

    def drop_idle(self) -> None:
        """Closes every connection that is unused just now."""
        while self._evict():
            pass

    def _evict(self) -> bool:
        """Closes the connection that has been unused for longest. False: all are in use."""
        if not self._idle:
            return False
        lane, _ = self._idle.popitem(last=False)
        self._drop(lane)
        self._lanes.pop(lane.key, None)
        return True

    def _sweep(self) -> None:
        """Drops connections that were not used for a while: retired servers, and those in back-off."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - self._idle_limit_s
        while self._idle and next(iter(self._idle)).idle_since < oldest:
            self._evict()
        self._sweeper = loop.call_later(self._idle_limit_s / 2, self._sweep) if self._idle else None

    def _lost(self, lane: _Lane, wire: Wire) -> None:
        """A socket is gone."""
        self._open.discard(wire)
        self._dying.discard(wire)
        if lane.wire is wire and not lane.busy:
            lane.wire = None
            self._idle.pop(lane, None)
            self._lanes.pop(lane.key, None)
        if self._room:
            _wake(self._room)
        if self._emptied is not None and not self._open and not self._dying:
            self._emptied.set()


async def _ask(
    loop: asyncio.AbstractEventLoop, wire: Wire, request: Prepared, deadline: float, body_cap: int
) -> HttpAnswer:
    """Raises TimeoutError at the deadline, WentStale, SourceError; whatever is raised, no answer can come late."""
    waiter: asyncio.Future[HttpAnswer] = loop.create_future()
    timer = loop.call_at(deadline, _expire, waiter)
    try:
        wire.ask(request.head, body_cap, waiter)
        return await waiter
    except BaseException:
        wire.abort()
        raise
    finally:
        timer.cancel()


def _expire(waiter: asyncio.Future[HttpAnswer]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


async def _turn(queue: deque[asyncio.Future[None]], deadline: float, unused: Callable[[], object]) -> None:
    """Waits in a queue until woken. Raises TimeoutError at the deadline; a turn that came too late goes to `unused`."""
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    queue.append(waiter)
    try:
        async with asyncio.timeout_at(deadline):
            await waiter
    except BaseException:
        if waiter in queue:
            queue.remove(waiter)
        elif waiter.done() and not waiter.cancelled():
            unused()
        raise


def _wake(queue: deque[asyncio.Future[None]]) -> bool:
    while queue:
        waiter = queue.popleft()
        if not waiter.done():
            waiter.set_result(None)
            return True
    return False
