"""One client session on a real socket: opened, fed with audio, ended; and the verbatim text where it fails."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Final, Literal

import httptools
import msgspec
from msgspec import Struct

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.dsrs import framing
from console.lab.load.talk import TURN_S, rate_of, talk

Outcome = Literal["completed", "partial_client_timeout", "partial_server_timeout", "partial_server_death", "refused"]
OPEN_TIMEOUT_S: Final = 2.0
_RESULT_TIMEOUT_S: Final = 2.0
_AUDIO_EVERY_S: Final = 0.5
"""So much audio is one frame: as much as a person says, in few pieces."""


_MOST_UNSENT_BYTES: Final = 262_144


@lru_cache
def _frames(rate_hz: int) -> tuple[bytes, ...]:
    """One turn of speech and silence, in frames. All sessions share them."""
    audio = talk(rate_hz, TURN_S)
    size = int(rate_hz * _AUDIO_EVERY_S) * 2
    return tuple(framing.encode(framing.AUDIO, audio[at : at + size]) for at in range(0, len(audio), size))


class Ended(Struct, frozen=True):
    """How a session ended; `error` is the verbatim text that its client got."""

    outcome: Outcome
    error: str | None = None


class Place(Struct, frozen=True):
    """Where a session goes, and what it says of itself there."""

    address: str
    session: str
    pool: str
    token: str | None

    def request(self) -> bytes:
        """The upgrade request."""
        audio = f"LSB{rate_of(self.pool) // 1000}K"
        body = msgspec.json.encode({"session": self.session, "pool": self.pool, "format": audio})
        authorization = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        head = (
            f"POST /v1/sessions HTTP/1.1\r\nHost: {self.address}\r\n{authorization}Connection: Upgrade\r\n"
            f"Upgrade: {framing.PROTOCOL}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("latin-1") + body


async def run_session(place: Place, length_s: float) -> Ended:
    """Opens, holds for `length_s`, ends. No fail-over: a refusal is what the client sees."""
    host, _, port = place.address.rpartition(":")
    loop = asyncio.get_running_loop()
    give_up_s = loop.time() + OPEN_TIMEOUT_S
    try:
        async with asyncio.timeout_at(give_up_s):
            _, line = await loop.create_connection(lambda: _Line(place), host, int(port))
    except (OSError, TimeoutError):
        return Ended("refused", CANNOT_CONNECT_TO_SERVER)
    try:
        return await _serve(line, length_s, give_up_s)
    finally:
        line.close()


async def _serve(line: _Line, length_s: float, give_up_s: float) -> Ended:
    try:
        async with asyncio.timeout_at(give_up_s):
            status = await line.opened
    except (OSError, TimeoutError):
        return Ended("refused", CANNOT_CONNECT)
    if status != 101:
        return Ended("refused", MAXIMUM_CLIENTS if status == 503 else CANNOT_CONNECT)
    line.feed_audio()
    done, _ = await asyncio.wait([line.result], timeout=length_s)
    if not done:
        line.end()
        done, _ = await asyncio.wait([line.result], timeout=_RESULT_TIMEOUT_S)
    if not done:
        return Ended("partial_client_timeout")
    return Ended("completed" if line.result.result() else "partial_server_death")


class _Line(asyncio.Protocol):
    """The connection: `opened` is the status of the upgrade, `result` whether its end was confirmed."""

    def __init__(self, place: Place) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[int] = loop.create_future()
        self.result: asyncio.Future[bool] = loop.create_future()
        self._place = place
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._frames: framing.FrameReader | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._audio = _frames(rate_of(place.pool))
        self._said = 0

    def feed_audio(self) -> None:
        """Speaks from now on, as fast as a person does. Where the server does not take it any more, it waits in the socket."""
        if self._transport is not None and not self._transport.is_closing():
            if self._transport.get_write_buffer_size() < _MOST_UNSENT_BYTES:
                self._transport.write(self._audio[self._said % len(self._audio)])
                self._said += 1
            self._timer = asyncio.get_running_loop().call_later(_AUDIO_EVERY_S, self.feed_audio)

    def end(self) -> None:
        """Tells the server that no more audio comes."""
        self._stop_audio()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(framing.encode(framing.END))

    def close(self) -> None:
        """Ends the connection."""
        self._stop_audio()
        if self._transport is not None:
            self._transport.abort()

    def _stop_audio(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._place.request())

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        self._stop_audio()
        self._transport = None
        if not self.opened.done():
            # 0: no status at all. A result, not an exception, so that nobody has to fetch it after a time-out.
            self.opened.set_result(0)
        if not self.result.done():
            self.result.set_result(False)

    def data_received(self, data: bytes) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        if self._frames is None:
            try:
                self._parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                self._frames = framing.FrameReader()
                data = data[int(upgrade.args[0]) :]
            except httptools.HttpParserError:
                self.close()
                return
        try:
            for kind, _ in self._frames.feed(data):
                if kind in {framing.END, framing.ERROR} and not self.result.done():
                    self.result.set_result(kind == framing.END)
        except framing.BadFrame:
            self.close()

    # httptools calls this

    def on_headers_complete(self) -> None:
        """The status is known."""
        if not self.opened.done():
            self.opened.set_result(self._parser.get_status_code())
