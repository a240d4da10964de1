"""A kept-alive HTTP/1.1 client with pipelining, for what the lab's own processes say to one another all day."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

import httptools
from msgspec import Struct, field

_MOST_ANSWER: Final = 64 * 1024 * 1024


class NoAnswer(Exception):
    """No connection, a lost one, or no whole answer in time; the text says which."""


class Answer(Struct, frozen=True):
    """One answer, read to its end. Header names are lower-case."""

    status: int
    body: bytes
    headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])


class HttpClient:
    """One connection to one host, opened when needed. Requests go out at once; answers come in their order."""

    def __init__(self, host: str, port: int, token: str | None = None) -> None:
        self._host = host
        self._port = port
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self._head = f"Host: {host}:{port}\r\n{authorization}"
        self._line: _Line | None = None
        self._opening = asyncio.Lock()
        self._closings = 0

    async def request(
        self, method: str, path: str, body: bytes = b"", timeout_s: float = 2.0, headers: str = ""
    ) -> Answer:
        """One request; `headers` are whole lines with their CRLF. Raises NoAnswer, and the connection is then new."""
        try:
            async with asyncio.timeout(timeout_s):
                line = await self._open()
                return await line.ask(self._encode(method, path, body, headers))
        except TimeoutError:
            self.close()  # later answers would have to wait behind the missing one
            raise NoAnswer(f"no answer within {timeout_s:g} s") from None
        except OSError as error:
            raise NoAnswer(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Ends the connection, also one that is being opened; requests under way fail with NoAnswer."""
        self._closings += 1
        if self._line is not None:
            self._line.close()
            self._line = None

    async def _open(self) -> _Line:
        async with self._opening:
            if self._line is None or self._line.lost:
                loop, closings = asyncio.get_running_loop(), self._closings
                _, line = await loop.create_connection(_Line, self._host, self._port)
                if closings != self._closings:
                    line.close()
                    raise NoAnswer("the connection was closed")
                self._line = line
            return self._line

    def _encode(self, method: str, path: str, body: bytes, headers: str) -> bytes:
        content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        return f"{method} {path} HTTP/1.1\r\n{self._head}{headers}{content}\r\n".encode("latin-1") + body


class _Line(asyncio.Protocol):
    """The connection itself."""

    def __init__(self) -> None:
        self.lost = False
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._asked: deque[asyncio.Future[Answer]] = deque()
        self._body: list[bytes] = []
        self._headers: dict[bytes, bytes] = {}
        self._size = 0

    async def ask(self, request: bytes) -> Answer:
        """Sends and waits."""
        if self._transport is None or self._transport.is_closing():
            raise NoAnswer("the connection is closed")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        self._transport.write(request)
        return await future

    def close(self) -> None:
        """Ends it at once."""
        self.lost = True
        if self._transport is not None:
            self._transport.abort()

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self.lost = True
        self._transport = None
        while self._asked:
            future = self._asked.popleft()
            if not future.done():
                future.set_exception(NoAnswer(str(exc or "the connection was closed")))

    def data_received(self, data: bytes) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()

    # httptools calls these

    def on_message_begin(self) -> None:
        """An answer starts."""
        self._body = []
        self._headers = {}
        self._size = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers.setdefault(name.lower(), value)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._size += len(body)
        if self._size > _MOST_ANSWER:
            self.close()
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._asked:
            future = self._asked.popleft()
            if not future.done():
                answer = Answer(self._parser.get_status_code(), b"".join(self._body), self._headers)
                future.set_result(answer)
        if not self._parser.should_keep_alive():
            self.close()
