"""A server on a real socket that misbehaves as told. Each behaviour is a coroutine over one connection.

async with FaultServer(slow_loris(http(status()))) as server: ... server.url("/v1/status") ...
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable

from tests.support.payloads import Json, http

Behaviour = Callable[["Connection"], Awaitable[None]]


class Connection:
    """One accepted connection."""

    def __init__(self, server: FaultServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.number = server.connections
        """1 for the first connection of this server."""

    async def request(self) -> bytes | None:
        """The head (and body) of the next request; None at the end. Counted in the server."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                head += await self.reader.readexactly(int(value))
        self.server.requests.append(head)
        return head

    async def send(self, data: bytes) -> None:
        """Writes and waits until the buffer is below its mark."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """RST instead of FIN, at once."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def gone(self) -> None:
        """Waits until the client has closed."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass


class FaultServer:
    """Listens on a port that the system chose; what it does may be changed while it runs."""

    def __init__(self, behaviour: Behaviour, *, ssl: object = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.behaviour = behaviour
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.requests: list[bytes] = []
        self.faults: list[BaseException] = []
        """What a behaviour itself raised: a broken test, not a finding."""
        self._ssl = ssl
        self._host, self.port = host, port
        self._tasks: set[asyncio.Task[None]] = set()

    def url(self, path: str = "") -> str:
        return f"{'https' if self._ssl else 'http'}://{self._host}:{self.port}{path}"

    async def __aenter__(self) -> FaultServer:
        self._server = await asyncio.start_server(self._serve, self._host, self.port, ssl=self._ssl, backlog=1024)  # type: ignore[arg-type]
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        assert not self.faults, self.faults

    def become(self, behaviour: Behaviour) -> None:
        """Behaves so from now on; connections that began under another behaviour are dropped."""
        self.behaviour = behaviour
        for task in tuple(self._tasks):
            task.cancel()

    async def stop(self) -> None:
        """Refuses from now on, and drops what is open."""
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self.behaviour(Connection(self, reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001  shown by __aexit__
            self.faults.append(error)
        finally:
            self.open -= 1
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


# Behaviours


def answering(*answers: bytes | Json) -> Behaviour:
    """Correct: one of the answers per request, over and over; whole bytes as they are, documents as 200."""
    ready = [one if isinstance(one, bytes) else http(one) for one in answers]

    async def behave(it: Connection) -> None:
        for answer in itertools.cycle(ready):
            if await it.request() is None:
                return
            await it.send(answer)

    return behave


def asked(reply: Callable[[bytes], bytes]) -> Behaviour:
    """Correct: the answer is made from the request."""

    async def behave(it: Connection) -> None:
        while (request := await it.request()) is not None:
            await it.send(reply(request))

    return behave


def hanging() -> Behaviour:
    """Accepts, reads, never answers."""

    async def behave(it: Connection) -> None:
        await it.request()
        await it.gone()

    return behave


def reset_after(part: bytes) -> Behaviour:
    """Sends a part, then RST."""

    async def behave(it: Connection) -> None:
        await it.request()
        await it.send(part)
        await asyncio.sleep(0)  # let the loop hand the part to the kernel
        it.reset()

    return behave


def ending_after(part: bytes) -> Behaviour:
    """Sends a part, then FIN."""

    async def behave(it: Connection) -> None:
        await it.request()
        await it.send(part)

    return behave


def dripping(whole: bytes, every_s: float = 0.2) -> Behaviour:
    """Slow loris: one byte at a time."""

    async def behave(it: Connection) -> None:
        await it.request()
        for byte in whole:
            await it.send(bytes((byte,)))
            await asyncio.sleep(every_s)

    return behave


def endless(start: bytes, piece: bytes) -> Behaviour:
    """Sends a start, then the same piece for ever."""

    async def behave(it: Connection) -> None:
        await it.request()
        await it.send(start)
        while True:
            await it.send(piece)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour per connection, over and over."""

    async def behave(it: Connection) -> None:
        await behaviours[(it.number - 1) % len(behaviours)](it)

    return behave


def closing_idle(answer: bytes, after_s: float) -> Behaviour:
    """Correct, but closes a connection that was silent for so long after an answer, as many servers do."""

    async def behave(it: Connection) -> None:
        if await it.request() is None:
            return
        while True:
            await it.send(answer)
            try:
                async with asyncio.timeout(after_s):
                    if await it.request() is None:
                        return
            except TimeoutError:
                return

    return behave


def chunked(pieces: Iterable[bytes]) -> bytes:
    """A whole chunked 200."""
    parts = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


ENDLESS_HEADERS = endless(b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"a" * 1000 + b"\r\n")
HUGE_HEADER = endless(b"HTTP/1.1 200 OK\r\nX-Huge: ", b"a" * 65536)
ENDLESS_CHUNKS = endless(
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"
)
TEN_GIGABYTES = endless(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", b" " * 65536)
