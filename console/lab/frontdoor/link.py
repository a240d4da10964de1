"""The door's connection to one DSRS: opened by an upgrade, then frames both ways, and how it came to its end."""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from typing import Final, Protocol

import httptools
import msgspec

from console.lab.dsrs import framing

_MOST_PAYLOAD: Final = 65_536
NO_STATUS: Final = 0
"""The connection ended before an answer came."""


class Over(Enum):
    """How a session at a DSRS ended."""

    DONE = auto()
    """It had said all, after it was told that no more audio comes."""
    DIED = auto()
    """The connection was lost, or made no sense any more."""
    ERROR = auto()
    """It gave an error text."""


class Listener(Protocol):
    """Who is on the other side of the door."""

    def on_text(self, text: bytes) -> None:
        """An event or a result, as the client is to get it."""
        ...

    def on_over(self, over: Over, text: bytes) -> None:
        """The end, told once; `text` is that of an ERROR."""
        ...

    def on_full(self, full: bool) -> None:
        """The DSRS reads too slowly: more audio than the cap waits for it; or it has caught up."""
        ...


class Link(asyncio.Protocol):
    """One session at one DSRS. `opened` is the status of the upgrade: 101, another one, or NO_STATUS."""

    def __init__(self, request: bytes, held_bytes: int) -> None:
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._request = request
        self._held_bytes = held_bytes
        self._listener: Listener | None = None
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._frames = framing.FrameReader()
        self._early: bytes | None = None
        """Frames that came with the 101, until somebody listens; None before it."""
        self._end_sent = False
        self._over = False
        self._lost = False

    def listen(self, listener: Listener) -> None:
        """Tells everything to `listener` from now on; once, after a 101."""
        self._listener = listener
        if self._early:
            self._take_frames(self._early)
        if self._lost:
            self._finish(Over.DIED)
        self.hold_back(False)

    def feed(self, audio: bytes) -> None:
        """Audio for the recogniser."""
        for at in range(0, len(audio), _MOST_PAYLOAD):
            self._write(framing.encode(framing.AUDIO, audio[at : at + _MOST_PAYLOAD]))

    def end(self) -> None:
        """No more audio comes."""
        self._end_sent = True
        self._write(framing.encode(framing.END))

    def hold_back(self, on: bool) -> None:
        """Stops reading while the client takes nothing, and reads on."""
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if on else self._transport.resume_reading)()

    def close(self) -> None:
        """Hangs up at once; nothing is told any more."""
        self._over = True
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _finish(self, over: Over, text: bytes = b"") -> None:
        if not self._over and self._listener is not None:
            self._over = True
            self._listener.on_over(over, text)
        if self._transport is not None:
            self._transport.abort()

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """The TCP connection is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=self._held_bytes)
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It is gone."""
        self._transport = None
        self._lost = True
        if not self.opened.done():
            # A result, not an exception, so that nobody has to fetch it after a time-out.
            self.opened.set_result(NO_STATUS)
        self._finish(Over.DIED)  # a clean end is a frame, not a closed connection

    def pause_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """More than the cap waits for it."""
        if self._listener is not None:
            self._listener.on_full(True)

    def resume_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It reads again."""
        if self._listener is not None:
            self._listener.on_full(False)

    def data_received(self, data: bytes) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """An answer, then frames."""
        if self._early is not None:
            self._take_frames(data)
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._early = data[int(upgrade.args[0]) :]
            self.hold_back(True)
        except httptools.HttpParserError:
            self.close()

    def _take_frames(self, data: bytes) -> None:
        try:
            for kind, payload in self._frames.feed(data):
                if self._over:
                    return
                self._take(kind, payload)
        except framing.BadFrame:
            self._finish(Over.DIED)

    def _take(self, kind: bytes, payload: bytes) -> None:
        assert self._listener is not None, "nothing is read before"
        if kind == framing.TEXT:
            self._listener.on_text(payload)
        elif kind == framing.END and self._end_sent:
            self._finish(Over.DONE)
        elif kind == framing.ERROR:
            self._finish(Over.ERROR, payload)

    # httptools calls this

    def on_headers_complete(self) -> None:
        """The status is known."""
        if not self.opened.done():
            self.opened.set_result(self._parser.get_status_code())


def upgrade_request(address: str, session: str, pool: str, audio_format: str, token: str | None) -> bytes:
    """POST /v1/sessions with its body."""
    body = msgspec.json.encode({"session": session, "pool": pool, "format": audio_format})
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST /v1/sessions HTTP/1.1\r\nHost: {address}\r\n{authorization}Connection: Upgrade\r\n"
        f"Upgrade: {framing.PROTOCOL}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body
