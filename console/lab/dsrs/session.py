"""One client of a DSRS, from the 101 to the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from console.lab.dsrs import framing

if TYPE_CHECKING:
    from console.lab.dsrs.server import Dsrs


class Session:
    """One client being served. Audio is counted; at the client's end it gets a final text, then the connection closes."""

    def __init__(self, owner: Dsrs, name: str, since_s: float) -> None:
        self.since_s = since_s
        self._owner = owner
        self._name = name
        self._reader = framing.FrameReader()
        self._transport: asyncio.Transport | None = None
        self._audio_bytes = 0
        self._over = False

    def start(self, transport: asyncio.Transport) -> None:
        """The 101 has been sent."""
        self._transport = transport

    def receive(self, data: bytes) -> None:
        """Frames of the client."""
        try:
            frames = self._reader.feed(data)
        except framing.BadFrame:
            self._finish(framing.ERROR, b"p received unsupported audio format", completed=False)
            return
        for kind, payload in frames:
            if self._over:
                return
            if kind == framing.AUDIO:
                self._audio_bytes += len(payload)
            elif kind == framing.END:
                result: dict[str, Any] = {
                    "results": [{"tokens": [], "text": ""}],
                    "utteranceid": self._name,
                    "audio_bytes": self._audio_bytes,
                    "text": "",
                    "code": "",
                    "message": "",
                }
                self._finish(framing.TEXT, b"A " + msgspec.json.encode(result), completed=True)

    def lost(self) -> None:
        """The client is gone."""
        if not self._over:
            self._over = True
            self._owner.ended(self, completed=False)

    def cut(self) -> None:
        """Ends it at once."""
        self._finish(framing.ERROR, b"p can't feed audio data to recognizer server", completed=False)

    def _finish(self, kind: bytes, payload: bytes, *, completed: bool) -> None:
        if self._over:
            return
        self._over = True
        self._owner.ended(self, completed)
        if self._transport is not None:
            self._transport.write(framing.encode(kind, payload))
            self._transport.close()
