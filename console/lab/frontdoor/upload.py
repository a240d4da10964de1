"""The body of a request on its way from the connection to the one who reads it; a slow reader holds the client back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

_HIGH: Final = 262_144
_LOW: Final = 65_536


class Upload:
    """Pieces in order, then the end. `hold_back` is called with True above 256 KiB, and with False once below 64 KiB."""

    def __init__(self, hold_back: Callable[[bool], None]) -> None:
        self._hold_back = hold_back
        self._pieces: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._held_back = False
        self.held = 0
        """Bytes that wait to be read."""
        self.complete = False
        """The last piece has come (it may not have been read yet)."""

    def put(self, piece: bytes, last: bool) -> None:
        """A piece that came; empty ones are left out."""
        if piece:
            self._pieces.append(piece)
            self.held += len(piece)
        self.complete = self.complete or last
        if self.held > _HIGH and not self._held_back:
            self._held_back = True
            self._hold_back(True)
        self._news.set()

    async def read(self, timeout_s: float) -> bytes | None:
        """The next piece; None at the end. TimeoutError where nothing comes for so long."""
        async with asyncio.timeout(timeout_s):
            while not self._pieces:
                if self.complete:
                    return None
                self._news.clear()
                await self._news.wait()
        piece = self._pieces.popleft()
        self.held -= len(piece)
        if self._held_back and self.held < _LOW:
            self._held_back = False
            self._hold_back(False)
        return piece
