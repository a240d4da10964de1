"""One client of the door: tells HTTP from WebSocket, keeps it within its bounds, and lets go of it properly."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final

from console.domain.tasks import spawn
from console.lab import closing
from console.lab.frontdoor import answers
from console.lab.frontdoor.http1 import BadRequest, Body, Head, read_head
from console.lab.frontdoor.recognize import Recognition
from console.lab.frontdoor.talk import Talk
from console.lab.frontdoor.upload import Upload
from console.lab.frontdoor.websocket import CLOSE, EMPTY_CLOSE, PING, PONG, BadFrame, MessageReader, encode

if TYPE_CHECKING:
    from console.lab.frontdoor.server import Door

WEBSOCKET: Final = frozenset(("/v1", "/v1/", "/v1/nolog", "/v1/nolog/"))
RECOGNIZE: Final = frozenset(("/v1/recognize", "/v1/nolog/recognize"))
_PIPELINED: Final = 65_536
"""Bytes of a next request that are kept while one is being answered."""


class Connection(asyncio.BufferedProtocol):
    """One client. It is at a request's head, in a request, in a talk over WebSocket, or told to go."""

    def __init__(self, door: Door) -> None:
        loop = asyncio.get_running_loop()
        self._door = door
        self._limits = door.limits
        self._now = loop.time
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._talk: Talk | None = None
        self._reader: MessageReader | None = None
        self._body: Body | None = None
        self._upload: Upload | None = None
        self._request: asyncio.Task[None] | None = None
        self._parting = False
        self._held = 0
        self._held_back: set[str] = set()
        self._due_s = self._now() + self._limits.head_s
        """When it has lasted too long; moved with every state."""
        self._slow_s = math.inf
        """When a client that takes nothing is reset."""
        self._timer: asyncio.TimerHandle | None = None
        self._armed_s = math.inf
        """When the timer looks next; inf: it is not set."""
        self._arm()

    # What others ask of it

    def say(self, text: bytes) -> None:
        """One text message."""
        self._write(encode(text))

    def part(self) -> None:
        """Says good-bye, hangs up, and reads on for a while: an early close would take the last words with it."""
        if self._parting or self._transport is None or self._transport.is_closing():
            return
        if self._talk is not None:
            self._transport.write(EMPTY_CLOSE)
        self._parting = True
        self._held_back.clear()
        self._transport.resume_reading()
        try:
            self._transport.write_eof()
        except OSError:  # the client was quicker, with a reset
            self._transport.abort()
        self._wake_at(self._now() + self._limits.linger_s)

    def reset(self) -> None:
        """RST: the one way to end a client that still waits, without a word."""
        if self._transport is None:
            return
        self._door.reset += 1
        closing.with_reset(self._transport)
        self._transport.abort()

    def hold_back(self, on: bool) -> None:
        """Stops reading for the recogniser's sake, and reads on."""
        self._hold("recogniser", on)

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """A client has come."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._door.connections.add(self)
        self._door.accepted += 1
        if len(self._door.connections) > self._limits.connections:
            self.reset()

    def connection_lost(self, exc: Exception | None) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It is gone."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._door.connections.discard(self)
        self._door.held -= self._held
        self._held = 0
        if self._talk is not None:
            self._talk.gone()
        if self._request is not None:
            self._request.cancel()

    def pause_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It does not take what it is told."""
        self._slow_s = self._now() + self._limits.no_communication_s
        self._arm()
        if self._talk is not None:
            self._talk.slow(True)

    def resume_writing(self) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It takes it again."""
        self._slow_s = math.inf
        if self._talk is not None:
            self._talk.slow(False)

    def eof_received(self) -> bool:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """It ends its side, and so has gone: an answer that nobody awaits must not count as a completed session."""
        return False

    def get_buffer(self, sizehint: int) -> memoryview:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """Where to read to."""
        return self._door.inbox

    def buffer_updated(self, nbytes: int) -> None:  # pyright: ignore[reportImplicitOverride]  typing.override is 3.12
        """So much was read."""
        if self._parting or self._transport is None or self._transport.is_closing():
            return
        data = bytes(self._door.inbox[:nbytes])
        if self._reader is not None:
            self._read_messages(self._reader, data)
        else:
            self._buffer += data
            self._read_http()
        self._account()

    # WebSocket

    def _read_messages(self, reader: MessageReader, data: bytes) -> None:
        assert self._talk is not None, "the two come together"
        try:
            for opcode, payload in reader.feed(data):
                if self._parting or self._transport is None or self._transport.is_closing():
                    return
                if opcode == PING:
                    self._write(encode(payload, PONG))
                elif opcode == CLOSE:
                    self._talk.gone()
                    self.part()
                elif opcode != PONG:
                    self._talk.hear(payload)
        except BadFrame:
            self.reset()

    def _upgrade(self, head: Head) -> None:
        key, version = head.headers.get("sec-websocket-key"), head.headers.get("sec-websocket-version")
        if head.method != "GET" or not key or (version is not None and version != "13"):
            self._refuse(400, "This is no WebSocket handshake of version 13.")
            return
        self._write(answers.switching(key))
        self._reader = MessageReader(self._limits.message_bytes)
        self._talk = Talk(self, self._door.way, self._door.keys, self._limits)
        self._wake_at(self._talk.look())
        early, self._buffer = bytes(self._buffer), bytearray()
        if early:
            self._read_messages(self._reader, early)

    # HTTP

    def _read_http(self) -> None:
        try:
            while self._buffer and self._step():
                pass
        except BadRequest as error:
            self._refuse(400, f"{str(error).capitalize()}.")

    def _step(self) -> bool:
        """One step on in the buffer; False where more must come, or the answer must go first. Raises BadRequest."""
        if self._body is not None and self._upload is not None and not self._body.done:
            self._upload.put(self._body.take(self._buffer), self._body.done)
            return False
        if self._request is not None:
            self._hold("pipeline", len(self._buffer) > _PIPELINED)
            return False
        head = read_head(self._buffer)
        if head is None:
            return False
        if head.path in WEBSOCKET and head.wants("websocket"):
            self._upgrade(head)
            return False
        if head.path in RECOGNIZE and head.method == "POST":
            self._begin(head)
            return True
        if head.path in WEBSOCKET or head.path in RECOGNIZE:
            self._refuse(
                405, "WebSocket is spoken at /v1/ and /v1/nolog/; POST to /v1/recognize or /v1/nolog/recognize."
            )
        else:
            self._refuse(404, "There is nothing at this address.")
        return False

    def _begin(self, head: Head) -> None:
        self._body = body = Body(head)
        self._upload = upload = Upload(lambda on: self._hold("upload", on))
        if head.headers.get("expect", "").lower() == "100-continue" and not body.done:
            self._write(answers.CONTINUE)
        if body.done:
            upload.put(b"", last=True)
        self._due_s = math.inf  # from here on the request keeps its own time
        self._request = spawn(self._recognize(head, upload), "request")

    async def _recognize(self, head: Head, upload: Upload) -> None:
        door = self._door
        done = await Recognition(door.way, door.keys, self._limits).run(head, upload)
        keep_alive = head.keep_alive and upload.complete
        self._write(answers.answer(done.session or door.new_id(), done.code, done.results, keep_alive))
        self._request = self._body = self._upload = None
        self._hold("upload", on=False)
        self._hold("pipeline", on=False)
        if not keep_alive:
            self.part()
            return
        self._wake_at(self._now() + self._limits.idle_s)
        self._read_http()
        self._account()

    def _refuse(self, status: int, sentence: str) -> None:
        if self._request is not None:
            self._request.cancel()
        self._write(answers.plain(status, sentence))
        self.part()

    # Bounds

    def _account(self) -> None:
        held = len(self._buffer)
        held += 0 if self._reader is None else self._reader.held
        held += 0 if self._upload is None else self._upload.held
        if self._transport is None:
            held = 0
        self._door.held += held - self._held
        self._held = held
        if self._door.held > self._limits.total_held_bytes:
            self.reset()

    def _hold(self, why: str, on: bool) -> None:
        (self._held_back.add if on else self._held_back.discard)(why)
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if self._held_back else self._transport.resume_reading)()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._parting and not self._transport.is_closing():
            self._transport.write(data)

    def _wake_at(self, at_s: float) -> None:
        """Moves the deadline of this state."""
        self._due_s = at_s
        self._arm()

    def _arm(self) -> None:
        """Looks at the nearest deadline; where a timer looks earlier anyway, that one will do."""
        at_s = min(self._due_s, self._slow_s)
        if at_s < self._armed_s:
            if self._timer is not None:
                self._timer.cancel()
            self._armed_s = at_s
            self._timer = asyncio.get_running_loop().call_at(at_s, self._look)

    def _look(self) -> None:
        self._armed_s = math.inf
        if self._transport is None:
            return
        now_s = self._now()
        if now_s >= self._slow_s or (self._parting and now_s >= self._due_s):
            self.reset()
            return
        if self._talk is not None and not self._parting:
            due_s = self._talk.look()
            self._due_s = self._due_s if self._parting else due_s
        elif now_s >= self._due_s:
            self._late()
        self._arm()

    def _late(self) -> None:
        """A head that did not come in time, or a connection that idles."""
        if self._buffer:
            self._refuse(408, "The request did not come in time.")
        else:
            self.part()
