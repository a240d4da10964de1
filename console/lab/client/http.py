"""One session over the synchronous HTTP interface: a chunked form whose last part is the audio, and one answer."""

from __future__ import annotations

import asyncio
from typing import Final

import httptools
import msgspec

from console.lab.client.speech import Speech
from console.lab.client.spoken import Outcome, Spoken

_BOUNDARY: Final = "dsr-console-7d29f6"
_MOST_ANSWER: Final = 16 * 1024 * 1024
_SERVER_CODES: Final = frozenset("<$")
"""Codes that say that the session had begun and the server was too slow."""


async def speak_http(host: str, port: int, path: str, speech: Speech) -> Spoken:
    """The session; see `speak`."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    line = _Line()
    try:
        async with asyncio.timeout(speech.timeout_s):
            await loop.create_connection(lambda: line, host, port)
    except OSError as error:  # a time-out is one too, without words
        return Spoken("refused", f"no connection: {str(error) or 'not in time'}", talked_s=loop.time() - began_s)
    try:
        first_s = await _upload(line, host, port, path, speech)
        done, _ = await asyncio.wait([line.answer], timeout=speech.timeout_s)
    finally:
        line.close()
    talked_s = loop.time() - began_s
    if not done:
        return Spoken("partial_client_timeout", talked_s=talked_s)
    body = line.answer.result()
    if body is None:
        return Spoken("partial_server_death", "the connection was lost", talked_s=talked_s)
    if speech.on_event is not None:
        speech.on_event(body.decode("utf-8", "replace").strip())
    return _judged(body, loop.time() - first_s, talked_s)


def _judged(body: bytes, first_result_s: float, talked_s: float) -> Spoken:
    try:
        answer = msgspec.json.decode(body)
        code, message = str(answer["code"]), str(answer["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return Spoken("refused", body[:200].decode("utf-8", "replace").strip(), talked_s=talked_s)
    text = body.decode("utf-8").strip()
    if not code and not message:
        return Spoken("completed", None, first_result_s, (text,), talked_s)
    outcome: Outcome = "refused"
    if code == ">":
        outcome = "partial_server_death"
    elif code in _SERVER_CODES:
        outcome = "partial_server_timeout"
    return Spoken(outcome, f"{code} {message}", talked_s=talked_s)


async def _upload(line: _Line, host: str, port: int, path: str, speech: Speech) -> float:
    """Sends the form; when the first audio went, on the loop's clock. Ends early where an answer comes early."""
    loop = asyncio.get_running_loop()
    line.write(
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nTransfer-Encoding: chunked\r\n"
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\n\r\n".encode("latin-1")
    )
    fields = {"u": speech.key, "d": speech.engine, "c": speech.format_name}
    form = "".join(_part(name) + f"\r\n{value}\r\n" for name, value in fields.items() if value is not None)
    file = _part("a", '; filename="audio"') + "Content-Type: application/octet-stream\r\n\r\n"
    line.chunk((form + file).encode())
    began_s = loop.time()
    for number in range(speech.packets):
        wait_s = began_s + speech.due_s(number) - loop.time()
        if wait_s > 0:
            await asyncio.wait([line.answer], timeout=wait_s)
        if not await line.ready(speech.timeout_s):
            return began_s
        line.chunk(speech.packet(number))
    line.chunk(f"\r\n--{_BOUNDARY}--\r\n".encode())
    line.chunk(b"")
    return began_s


def _part(name: str, more: str = "") -> str:
    return f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'


class _Line(asyncio.Protocol):
    """The connection: `answer` is the body of the one answer, None where the connection was lost before."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._writable = asyncio.Event()
        self._writable.set()

    async def ready(self, timeout_s: float) -> bool:
        """Waits until the line takes more; False where it does not, or nothing more need be said."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._writable.wait()
        except TimeoutError:
            return False
        return not self.answer.done()

    def write(self, data: bytes) -> None:
        """Sends."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def chunk(self, data: bytes) -> None:
        """One chunk; the empty one ends the body."""
        self.write(b"%x\r\n%s\r\n" % (len(data), data))

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.close()

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self._transport = None
        self._writable.set()
        if not self.answer.done():
            self.answer.set_result(None)

    def pause_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self._writable.clear()

    def resume_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self._writable.set()

    def data_received(self, data: bytes) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()

    # httptools calls these

    def on_body(self, body: bytes) -> None:
        """A part of the answer."""
        self._size += len(body)
        if self._size > _MOST_ANSWER:
            self.close()
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if not self.answer.done():
            self.answer.set_result(b"".join(self._body))
