"""An HTTP/1.1 server for the DSRS and the lab's own control: keep-alive, pipelining, upgrades, and the faults of a server."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable
from typing import Final
from urllib.parse import unquote

import httptools

from console.domain.tasks import spawn
from console.lab import closing
from console.lab.http.messages import Handler, Outcome, Reply, Request, Switch, Upgraded, problem_reply
from console.lab.problem import Problem

_MOST_HEADERS: Final = 16_384
_MOST_BODY: Final = 65_536
_MOST_HELD: Final = 262_144
_REQUEST_S: Final = 10.0
"""A request that is not whole within this time, the first one counted from the connection on, ends the connection."""


class HttpServer:
    """One port. It can be frozen (accepts, never answers), refuse (new connections only) and reset (each connection ends with RST)."""

    def __init__(self, handler: Handler, request_s: float = _REQUEST_S) -> None:
        self.handler = handler
        self.request_s = request_s
        self.frozen = False
        self.connections: set[_Connection] = set()
        self.stopped = False
        self._listener: asyncio.Server | None = None
        self._kept: socket.socket | None = None
        """Bound and deaf: keeps the port while new connections are refused."""

    async def start(self, host: str, port: int = 0) -> int:
        """Listens; the port."""
        self.stopped = False
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: _Connection(self), host, port, backlog=512)
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def refusing(self) -> bool:
        """Whether new connections are refused."""
        return self._kept is not None

    async def refuse(self, on: bool) -> None:
        """From now on new connections are refused, or taken again; those that there are go on."""
        if on and self._listener is not None:
            address = self._listener.sockets[0].getsockname()
            self._listener.close()
            self._listener = None
            self._kept = socket.socket()
            self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._kept.bind(address)
        elif not on and self._kept is not None:
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(lambda: _Connection(self), sock=self._kept, backlog=512)
            self._kept = None

    def freeze(self, on: bool) -> None:
        """From now on nothing is answered; on thaw, what came meanwhile is."""
        self.frozen = on
        if not on:
            for connection in list(self.connections):
                connection.thaw()

    def stop(self, reset: bool = False) -> None:
        """Closes the port and every connection, with RST if so wanted; also those that are just being accepted."""
        self.stopped = True
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        for connection in list(self.connections):
            connection.end(reset)


class _Connection(asyncio.Protocol):
    """One client."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._request = Request()
        self._header_bytes = 0
        self._waiting: deque[Request] = deque()
        self._busy = False
        self._upgrading: Request | None = None
        """An upgrade whose body is still coming."""
        self._early = b""
        """What came behind it."""
        self._upgraded: Upgraded | None = None
        self._held = b""
        self._patience: asyncio.TimerHandle | None = None

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(self)
        self._wait(True)
        if self._server.stopped:  # it was accepted while the port closed
            self.end(reset=True)

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self._server.connections.discard(self)
        self._wait(False)
        self._transport = None
        self._waiting.clear()
        if self._upgraded is not None:
            self._upgraded.lost()

    def data_received(self, data: bytes) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        if self._server.frozen:
            self._held += data
            if len(self._held) > _MOST_HELD:
                self.end(reset=True)
        elif self._upgraded is not None:
            self._upgraded.receive(data)
        elif self._transport is not None and not self._transport.is_closing():
            self._parse(data)

    # HttpServer calls these

    def thaw(self) -> None:
        """Reads what came while the server was frozen."""
        held, self._held = self._held, b""
        if held:
            self.data_received(held)

    def end(self, reset: bool) -> None:
        """Closes; a reset throws away what is not sent yet."""
        if self._transport is None:
            return
        if reset:
            closing.with_reset(self._transport)
            self._transport.abort()
        else:
            self._transport.close()

    def _wait(self, on: bool) -> None:
        """From now on somebody is to finish a request, or nobody is."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = asyncio.get_running_loop().call_later(self._server.request_s, self._give_up) if on else None

    def _give_up(self) -> None:
        if self._server.frozen:
            self._wait(True)  # it is not the client that is slow
        else:
            self.end(reset=False)

    def _parse(self, data: bytes) -> None:
        if self._upgrading is not None:
            self._gather(self._upgrading, data)
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # httptools stops at the end of the head: the body is ours to read.
            if self._upgrading is not None:
                self._gather(self._upgrading, data[int(upgrade.args[0]) :])
        except httptools.HttpParserError:
            self._refuse()
        else:
            self._serve_next()

    def _gather(self, request: Request, data: bytes) -> None:
        """Reads the body of an upgrade; what follows it belongs to the new protocol."""
        length = request.headers.get(b"content-length", b"0")
        if (
            not length.isdigit()
            or len(length) > 6
            or int(length) > _MOST_BODY
            or b"transfer-encoding" in request.headers
        ):
            self._refuse()
            return
        data = request.body + data
        request.body, rest = data[: int(length)], data[int(length) :]
        if len(request.body) < int(length):
            return
        self._wait(False)
        self._upgrading = None
        self._early = rest
        self._waiting.append(request)
        self._serve_next()

    def _refuse(self) -> None:
        if self._transport is not None:
            self._transport.write(problem_reply(Problem(400, "bad_request", "This is not HTTP.")).encode(False))
            self._transport.close()

    # httptools calls these

    def on_message_begin(self) -> None:
        """A request starts."""
        self._wait(True)
        self._request = Request()
        self._header_bytes = 0

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        self._count(len(url))
        self._request.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._count(len(name) + len(value))
        self._request.headers.setdefault(name.lower(), value)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if len(self._request.body) + len(body) > _MOST_BODY:
            raise _TooLarge
        self._request.body += body

    def on_message_complete(self) -> None:
        """The request is whole."""
        request = self._request
        request.method = self._parser.get_method().decode("latin-1")
        request.path = unquote(request.path.partition("?")[0])
        request.keep_alive = self._parser.should_keep_alive()
        request.upgrade = self._parser.should_upgrade()
        if request.upgrade:
            self._upgrading = request  # its body is still to come
        else:
            self._wait(False)
            self._waiting.append(request)

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > _MOST_HEADERS:
            raise _TooLarge

    def _serve_next(self) -> None:
        """Answers in the order of the requests; an answer that takes time holds back the later ones."""
        while self._waiting and not self._busy and self._upgraded is None:
            request = self._waiting.popleft()
            try:
                outcome = self._server.handler(request)
            except Problem as problem:
                outcome = problem_reply(problem)
            if isinstance(outcome, Reply | Switch):
                self._answer(request, outcome)
            else:
                self._busy = True
                spawn(self._answer_later(request, outcome), "http answer")

    async def _answer_later(self, request: Request, outcome: Awaitable[Outcome]) -> None:
        try:
            answer = await outcome
        except Problem as problem:
            answer = problem_reply(problem)
        self._busy = False
        self._answer(request, answer)
        self._serve_next()

    def _answer(self, request: Request, outcome: Outcome) -> None:
        transport = self._transport
        if transport is None:
            if isinstance(outcome, Switch):
                outcome.to.lost()
            return
        if isinstance(outcome, Switch):
            head = f"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {outcome.protocol}\r\n\r\n"
            if outcome.fragile:
                closing.with_reset(transport)
            transport.write(head.encode("latin-1"))
            self._upgraded = outcome.to
            outcome.to.start(transport)
            if self._early:
                outcome.to.receive(self._early)
            return
        # Who asked for another protocol and did not get it cannot go on with this one: httptools stops there.
        keep_alive = request.keep_alive and not request.upgrade
        transport.write(outcome.encode(keep_alive))
        if not keep_alive:
            transport.close()


class _TooLarge(Exception):
    """A request beyond the caps."""
