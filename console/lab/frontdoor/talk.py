"""One client on the WebSocket interface: `s`, `p` and `e` in, the events of its recogniser out, and every way it can end."""

from __future__ import annotations

import asyncio
import math
from enum import Enum, auto
from typing import Final, Protocol

from console.domain.tasks import spawn
from console.lab.audio import parse_format
from console.lab.frontdoor import texts
from console.lab.frontdoor.grammar import read_start
from console.lab.frontdoor.keys import Keys
from console.lab.frontdoor.limits import DoorLimits
from console.lab.frontdoor.link import Over
from console.lab.frontdoor.way import Outcome, Refusal, Seat, Wanted, Way

DEFAULT_ENGINE: Final = "-a-general"
"""Serves those that name none."""
_START, _FEED, _END = b"s", b"p", b"e"
_SPEECH_STARTS, _SPEECH_ENDS = b"S", b"E"


class Client(Protocol):
    """The connection that a talk speaks over."""

    def say(self, text: bytes) -> None:
        """One text message."""
        ...

    def part(self) -> None:
        """No more is said: CLOSE, then the connection ends. What was said before still arrives."""
        ...

    def reset(self) -> None:
        """RST, at once."""
        ...

    def hold_back(self, on: bool) -> None:
        """Stops reading, and reads on."""
        ...


class _Is(Enum):
    IDLE = auto()
    OPENING = auto()
    OPEN = auto()
    ENDING = auto()
    OVER = auto()


class Talk:
    """The state of one connection. Whoever holds it calls `look` when that asks for it."""

    def __init__(self, client: Client, way: Way, keys: Keys, limits: DoorLimits) -> None:
        self._client = client
        self._way = way
        self._keys = keys
        self._limits = limits
        self._shortest_s = min(
            limits.stalled_s, limits.no_communication_s, limits.non_speech_s, limits.session_s, limits.result_s
        )
        self._now = asyncio.get_running_loop().time
        self._is = _Is.IDLE
        self._seat: Seat | None = None
        self._early: list[bytes] = []
        """Messages that came while the session was being opened."""
        self._early_bytes = 0
        self._heard_s = self._now()
        self._since_s = 0.0
        """Of the session; while ENDING, of the end."""
        self._spoke_s = 0.0
        """When speech was last heard of; inf while it goes on."""
        self._audio = False
        self._full_s = math.inf
        """Since when the recogniser takes no more audio."""
        self._told_off = False
        """It was told that audio cannot be fed; once is enough until the next `s`."""

    # The client

    def hear(self, message: bytes) -> None:
        """One message. Its first byte says what it is, whatever its opcode."""
        self._heard_s = self._now()
        if self._is is _Is.OPENING:
            self._keep(message)
            return
        match message[:1]:
            case b"p" if self._is is _Is.OPEN and self._seat is not None:
                self._audio = True
                self._seat.link.feed(message[1:])
            case b"p":
                if not self._told_off:
                    self._told_off = True
                    self._client.say(texts.P_CANNOT_FEED.encode())
            case b"s" if self._is is _Is.IDLE:
                self._start(message)
            case b"e" if self._is is _Is.OPEN and self._seat is not None:
                self._is = _Is.ENDING
                self._since_s = self._heard_s
                self._seat.link.end()
            case b"e" if self._is is _Is.IDLE:
                self._client.say(_END)  # there is nothing to end; who waits for this answer must get one
            case b"e" if self._is is _Is.ENDING:
                pass  # said twice; the one answer is on its way
            case _:
                self._end("partial_client_timeout")
                self._client.reset()

    def gone(self) -> None:
        """The client has hung up."""
        self._end("partial_client_timeout")
        self._is = _Is.OVER

    def slow(self, on: bool) -> None:
        """The client takes nothing for now; or it has caught up."""
        if self._seat is not None:
            self._seat.link.hold_back(on)

    def _keep(self, message: bytes) -> None:
        self._early.append(message)
        self._early_bytes += len(message) + 64
        if self._early_bytes > self._limits.held_bytes:
            self._client.reset()

    def _start(self, message: bytes) -> None:
        wish = read_start(message.decode("utf-8", "replace"))
        audio_format = parse_format(wish.format)
        pool = f"{wish.engine or DEFAULT_ENGINE}/{audio_format.pool_rate}k" if audio_format is not None else ""
        if not self._keys.accept(wish.parameters.get("authorization")):
            self._client.say(texts.S_NO_AUTHORITY.encode())
        elif audio_format is None:
            self._client.say(texts.S_BAD_FORMAT.encode())
        elif pool not in self._way.pools:
            self._client.say(texts.S_NO_AUTHORITY.encode())  # no key of this lab may use an engine that it has not
        else:
            self._is = _Is.OPENING
            spawn(self._open(Wanted("websocket", pool, audio_format.name)), "opening of a session")

    async def _open(self, wanted: Wanted) -> None:
        opened = await self._way.open(wanted)
        gone = self._is is _Is.OVER
        if isinstance(opened, Refusal):
            if not gone:
                self._is = _Is.IDLE
                self._client.say(opened.text.encode())
        elif gone:
            self._way.end(opened, "websocket", "partial_client_timeout")
        else:
            self._seat = opened
            self._is = _Is.OPEN
            self._since_s = self._spoke_s = self._heard_s = self._now()
            self._audio = self._told_off = False
            self._full_s = math.inf
            self._client.say(_START)
            opened.link.listen(self)
        early, self._early, self._early_bytes = self._early, [], 0
        for message in early:
            if self._is is not _Is.OVER:
                self.hear(message)

    # The recogniser

    def on_text(self, text: bytes) -> None:
        """An event or a result: as it is."""
        kind = text[:1]
        if kind == _SPEECH_STARTS:
            self._spoke_s = math.inf
        elif kind == _SPEECH_ENDS:
            self._spoke_s = self._now()
        self._client.say(text)

    def on_over(self, over: Over, text: bytes) -> None:
        """It has said all, or failed."""
        match over:
            case Over.DONE:
                self._end("completed")
                self._is = _Is.IDLE
                self._heard_s = self._now()
                self._client.say(_END)
            case Over.ERROR if text == texts.P_BAD_FORMAT.encode():
                self._cut(texts.P_BAD_FORMAT, "refused")
            case Over.ERROR if text == texts.E_TIMEOUT_DURING.encode():
                self._cut(texts.E_TIMEOUT_DURING, "partial_server_timeout")
            case Over.ERROR | Over.DIED:
                self._cut(texts.P_CANNOT_FEED, "partial_server_death")

    def on_full(self, full: bool) -> None:
        """A recogniser that does not read: the client is still read for as long as the cap allows, and only then held back."""
        self._heard_s = self._now()
        self._full_s = self._heard_s if full else math.inf
        self._client.hold_back(full)

    # The clock

    def look(self) -> float:
        """Ends what has lasted too long; when to look again, on the loop's clock."""
        now_s = self._now()
        for due_s, text, outcome in self._deadlines():
            if now_s >= due_s:
                self._cut(text, outcome)
                return math.inf
        # A state may soon have a deadline that is nearer: look again within the shortest.
        return min([now_s + self._shortest_s, *(due_s for due_s, _, _ in self._deadlines())])

    def _deadlines(self) -> list[tuple[float, str, Outcome]]:
        limits = self._limits
        match self._is:
            case _Is.IDLE:
                return [(self._heard_s + limits.no_communication_s, texts.E_TIMEOUT_BEFORE, "partial_server_timeout")]
            case _Is.OPEN:
                silent = texts.E_TIMEOUT_DURING if self._audio else texts.E_TIMEOUT_BEFORE
                # Who is not read from cannot say anything.
                heard_s = self._heard_s if self._full_s == math.inf else math.inf
                return [
                    (self._full_s + limits.stalled_s, texts.P_CANNOT_FEED, "partial_server_timeout"),
                    (heard_s + limits.no_communication_s, silent, "partial_server_timeout"),
                    (self._spoke_s + limits.non_speech_s, texts.P_CANNOT_FEED, "partial_server_timeout"),
                    (self._since_s + limits.session_s, texts.P_SESSION_TIMEOUT, "partial_server_timeout"),
                ]
            case _Is.ENDING:
                return [(self._since_s + limits.result_s, texts.E_TIMEOUT_DURING, "partial_server_timeout")]
            case _Is.OPENING | _Is.OVER:
                return []

    # Ends

    def _end(self, outcome: Outcome, error: str | None = None) -> None:
        if self._seat is not None:
            self._way.end(self._seat, "websocket", outcome, error)
            self._seat = None

    def _cut(self, text: str, outcome: Outcome) -> None:
        """Never a bare end: a client that waits for an answer would wait for ever."""
        self._end(outcome, text)
        self._is = _Is.OVER
        self._client.say(text.encode())
        self._client.part()
