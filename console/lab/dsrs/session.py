"""One client of a DSRS, from the 101 to the end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from console.lab import closing
from console.lab.audio import AudioFormat
from console.lab.dsrs import framing
from console.lab.dsrs.recogniser import BLOCK_S, Recogniser
from console.lab.dsrs.wav import UnsupportedAudio, WavHead
from console.lab.dsrs.work import WorkQueue

UNSUPPORTED: Final = b"p received unsupported audio format"
NOT_FED: Final = b"p can't feed audio data to recognizer server"
TIMED_OUT: Final = b"e timeout occurred while recognizing audio data from client"
_MOST_WAITING_S: Final = 30.0
"""A session that is so far behind is not read from any more, until it is half as far: TCP then holds its client back."""
_MOST_UNREAD_BYTES: Final = 262_144
"""A client that leaves so much unread is cut."""
_LINGER_S: Final = 5.0
"""So long the last words may take to leave."""


class Owner(Protocol):
    """The server of a session."""

    @property
    def queue(self) -> WorkQueue:
        """Where its audio waits."""
        ...

    def mono(self) -> float:
        """Seconds that never step."""
        ...

    def hold(self, more_bytes: int) -> None:
        """So many more bytes of audio are held, or fewer."""
        ...

    def fed(self) -> None:
        """A session has more that waits."""
        ...

    def first_result(self, after_s: float) -> None:
        """An utterance got its first result, so long after its speech came."""
        ...

    def ended(self, session: Session, completed: bool) -> None:
        """A session is over."""
        ...


class Session:
    """One client being served. Its audio waits for its turn; after the client's end and the last of it, `e` and the connection closes.

    Its connection is `fragile`: if the process dies, the client never sees a clean end.
    """

    def __init__(
        self, owner: Owner, audio: AudioFormat, stamp: Callable[[int], str], update_ms: int, since_s: float
    ) -> None:
        self.since_s = since_s
        self.heard_s = since_s
        """When it last said something."""
        self.queued_bytes = 0
        self.ending = False
        """The client has said its last."""
        self.over = False
        self._owner = owner
        self._audio = audio
        self._stamp = stamp
        self._update_ms = update_ms
        self._head = WavHead(audio) if audio.header else None
        self._recogniser = Recogniser(audio, stamp, update_ms)
        self._reader = framing.FrameReader()
        self._transport: asyncio.Transport | None = None
        self._partial = bytearray()
        self._blocks: deque[tuple[float, bytes]] = deque()
        """When it came, and what; in their order."""
        self._spoken_at_s: float | None = None
        """When the speech came that still has no result."""
        self._paused = False

    # HttpServer calls these

    def start(self, transport: asyncio.Transport) -> None:
        """The 101 has been sent."""
        self._transport = transport

    def receive(self, data: bytes) -> None:
        """Frames of the client."""
        if self.over:
            return
        self.heard_s = self._owner.mono()
        try:
            for kind, payload in self._reader.feed(data):
                if self.ending:
                    break  # nothing counts after the end
                if kind == framing.AUDIO:
                    self._take(payload)
                elif kind == framing.END:
                    self._say_no_more()
        except (framing.BadFrame, UnsupportedAudio):
            self.fail(UNSUPPORTED)
            return
        self._owner.fed()

    def lost(self) -> None:
        """The client is gone."""
        self._transport = None
        self._close(completed=False)

    # The work queue calls these

    @property
    def next_block_s(self) -> float:
        """Seconds of audio of the next block; 0: none waits."""
        return len(self._blocks[0][1]) / self._audio.bytes_per_s if self._blocks else 0.0

    def work(self, now_s: float) -> None:
        """Recognises one block and sends what comes of it."""
        came_s, block = self._blocks.popleft()
        self._hold(-len(block))
        self._send(self._recogniser.hear(block), came_s, now_s)
        if self.ending and not self._blocks:
            self._complete(now_s)
        elif self._paused and self._waiting_s() < _MOST_WAITING_S / 2:
            self._pause(False)

    # The server calls these

    def fail(self, text: bytes) -> None:
        """Ends it at once, with an error text."""
        if not self.over:
            self._close(completed=False, last=framing.encode(framing.ERROR, text))

    def _take(self, payload: bytes) -> None:
        if self._head is not None:
            payload = self._head.feed(payload)
            if self._head.audio is not None and self._head.audio is not self._audio:
                self._audio = self._head.audio
                self._recogniser = Recogniser(self._audio, self._stamp, self._update_ms)
        self._partial += payload
        self._hold(len(payload))
        size = int(self._audio.bytes_per_s * BLOCK_S) // self._audio.sample_bytes * self._audio.sample_bytes
        while len(self._partial) >= size:
            self._queue(bytes(self._partial[:size]))
            del self._partial[:size]
        if not self._paused and self._waiting_s() > _MOST_WAITING_S:
            self._pause(True)

    def _say_no_more(self) -> None:
        self.ending = True
        if self._partial:
            self._queue(bytes(self._partial))
            self._partial.clear()
        if not self._blocks:
            self._complete(self._owner.mono())

    def _queue(self, block: bytes) -> None:
        now_s = self._owner.mono()
        self._blocks.append((now_s, block))
        self._owner.queue.put(self, len(block) / self._audio.bytes_per_s, now_s)

    def _hold(self, more_bytes: int) -> None:
        self.queued_bytes += more_bytes
        self._owner.hold(more_bytes)

    def _waiting_s(self) -> float:
        return self.queued_bytes / self._audio.bytes_per_s

    def _pause(self, on: bool) -> None:
        """Reading stops, or goes on."""
        self._paused = on
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if on else self._transport.resume_reading)()

    def _send(self, events: list[str], came_s: float, now_s: float) -> None:
        if self._transport is None or self._transport.is_closing() or not events:
            return
        self._transport.write(b"".join(framing.encode(framing.TEXT, event.encode()) for event in events))
        for event in events:
            if event[0] == "S":
                self._spoken_at_s = came_s
            elif event[0] in "UA" and self._spoken_at_s is not None:
                self._owner.first_result(now_s - self._spoken_at_s)
                self._spoken_at_s = None
        if self._transport.get_write_buffer_size() > _MOST_UNREAD_BYTES:
            self._transport.abort()

    def _complete(self, now_s: float) -> None:
        self._send(self._recogniser.finish(), now_s, now_s)
        self._close(completed=True, last=framing.encode(framing.END))

    def _close(self, *, completed: bool, last: bytes = b"") -> None:
        if self.over:
            return
        self.over = True
        waiting = sum(len(block) for _, block in self._blocks)
        self._blocks.clear()
        self._partial.clear()
        self._hold(-self.queued_bytes)
        self._owner.queue.drop(self, waiting / self._audio.bytes_per_s)
        self._owner.ended(self, completed)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(last)
            closing.in_order(self._transport)
            self._transport.close()
            if self._transport.get_write_buffer_size():
                asyncio.get_running_loop().call_later(_LINGER_S, self._transport.abort)
