"""One session over WebSocket: RFC-strict, on a bare protocol, so that hundreds at once cost little."""

from __future__ import annotations

import asyncio
import base64
import os
import random
from collections.abc import Callable
from typing import Final

from console.lab.client.speech import Speech
from console.lab.client.spoken import Outcome, Spoken
from console.lab.frontdoor.websocket import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    BadFrame,
    MessageReader,
    accept_key,
    encode,
)

_MOST_HEAD: Final = 16_384
_MOST_MESSAGE: Final = 4 * 1024 * 1024


async def speak_ws(host: str, port: int, path: str, speech: Speech) -> Spoken:
    """The session; see `speak`."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    line = _Line(host, port, path, speech)
    try:
        async with asyncio.timeout(speech.timeout_s):
            await loop.create_connection(lambda: line, host, port)
    except OSError as error:  # a time-out is one too, without words
        return Spoken("refused", f"no connection: {str(error) or 'not in time'}", talked_s=loop.time() - began_s)
    try:
        outcome = await _talk(line, speech)
    finally:
        line.close()
    talked_s = loop.time() - began_s
    return Spoken(outcome, line.error, line.first_result_s, tuple(line.results), talked_s)


async def _talk(line: _Line, speech: Speech) -> Outcome:
    loop = asyncio.get_running_loop()
    if not await line.until(lambda: line.upgraded):
        return line.how_it_failed_to_start()
    line.say(speech.command().encode(), TEXT)
    if not await line.until(lambda: line.started):
        return line.how_it_failed_to_start()
    began_s = line.first_audio_s = loop.time()
    for number in range(speech.packets):
        wait_s = began_s + speech.due_s(number) - loop.time()
        if wait_s > 0:
            await line.rest(wait_s)
        if not await line.until(lambda: not line.full and (not speech.patient or line.pending <= 1)):
            return line.how_it_ended()
        line.say(b"p" + speech.packet(number), BINARY)
    line.say(b"e", TEXT)
    if await line.until(lambda: line.ended):
        return "completed"
    return line.how_it_ended()


class _Line(asyncio.Protocol):
    """The connection and what has come over it."""

    def __init__(self, host: str, port: int, path: str, speech: Speech) -> None:
        self.upgraded = self.started = self.ended = False
        self.error: str | None = None
        self.results: list[str] = []
        self.first_audio_s: float | None = None
        self.first_result_s: float | None = None
        self.pending = 0
        """Utterances that have begun and have no result yet."""
        self.full = False
        """The line takes no more for now."""
        self.lost = False
        self._speech = speech
        self._key = base64.b64encode(os.urandom(16)).decode("ascii")
        self._hello = (
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {self._key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode("latin-1")
        self._head = b""
        self._reader = MessageReader(_MOST_MESSAGE)
        self._transport: asyncio.Transport | None = None
        self._news = asyncio.Event()

    @property
    def over(self) -> bool:
        """Nothing more can come."""
        return self.lost or self.error is not None or self.ended

    async def until(self, true: Callable[[], bool]) -> bool:
        """Waits for it; False where the session ended first, or nothing at all came for the client's time-out."""
        while not true():
            if self.over:
                return False
            self._news.clear()
            try:
                async with asyncio.timeout(self._speech.timeout_s):
                    await self._news.wait()
            except TimeoutError:
                return False
        return not (self.lost or self.error is not None)

    async def rest(self, seconds: float) -> None:
        """Sleeps, unless the session ends."""
        end_s = asyncio.get_running_loop().time() + seconds
        while not self.over:
            self._news.clear()
            try:
                async with asyncio.timeout_at(end_s):
                    await self._news.wait()
            except TimeoutError:
                return

    def how_it_failed_to_start(self) -> Outcome:
        """The outcome of a session that did not begin."""
        if self.lost and self.error is None:
            self.error = "the connection was lost"
        return "refused" if self.over else "partial_client_timeout"

    def how_it_ended(self) -> Outcome:
        """The outcome of a session that began and did not complete."""
        if self.error is not None and "timeout occurred" in self.error:
            return "partial_server_timeout"
        return "partial_server_death" if self.over else "partial_client_timeout"

    def say(self, payload: bytes, opcode: int) -> None:
        """One message, masked as a client must."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode(payload, opcode, random.getrandbits(32).to_bytes(4)))

    def close(self) -> None:
        """Says good-bye and hangs up."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode(b"", CLOSE, bytes(4)))
            self._transport.close()

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._hello)

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self.lost = True
        self._transport = None
        self._news.set()

    def pause_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self.full = True

    def resume_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self.full = False
        self._news.set()

    def data_received(self, data: bytes) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        if not self.upgraded:
            data = self._read_head(data)
        if self.upgraded:
            try:
                self._read(data)
            except BadFrame as error:
                self._fail(f"the server does not speak WebSocket: {error}")
        self._news.set()

    def _read(self, data: bytes) -> None:
        for opcode, payload in self._reader.feed(data):
            if opcode == PING:
                self.say(payload, PONG)
            elif opcode == CLOSE:
                self.lost = True
            elif opcode != PONG:
                self._take(payload.decode("utf-8", "replace"))

    def _read_head(self, data: bytes) -> bytes:
        self._head += data
        head, blank, rest = self._head.partition(b"\r\n\r\n")
        if not blank:
            if len(head) > _MOST_HEAD:
                self._fail("the answer to the upgrade has no end")
            return b""
        if b" 101 " not in head[:16] or accept_key(self._key).encode() not in head:
            status = head.partition(b"\r\n")[0].decode("latin-1")
            self._fail(f"no upgrade: {status}")
            return b""
        self.upgraded = True
        return rest

    def _fail(self, sentence: str) -> None:
        self.error = sentence
        self._news.set()
        if self._transport is not None:
            self._transport.abort()

    def _take(self, text: str) -> None:
        kind = text[:1]
        if kind in {"s", "p", "e"} and len(text) > 1:
            self.error = text
        elif kind == "s":
            self.started = True
        elif kind == "e":
            self.ended = True
        elif kind == "S":
            self.pending += 1
        elif kind in {"A", "U"}:
            if self.first_result_s is None and self.first_audio_s is not None:
                self.first_result_s = asyncio.get_running_loop().time() - self.first_audio_s
            if kind == "A":
                self.pending = max(0, self.pending - 1)
                self.results.append(text[2:])
        if self._speech.on_event is not None:
            self._speech.on_event(text)
