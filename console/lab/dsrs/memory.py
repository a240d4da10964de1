"""Memory of a server: what the model says it needs and, where it has a process of its own, memory that is really held."""

from __future__ import annotations

import mmap
from typing import Final

from msgspec import Struct

MIB: Final = 1024 * 1024
SCALE: Final = 512
"""A process of the lab holds one byte for so many of the model: 16 MiB stand for 8 GiB."""
_BASE: Final = 1536 * MIB
_FULL: Final = 4320 * MIB
_FACTOR_OF_ONE: Final = 3072.0
_CHUNK: Final = 65_536


class Model(Struct, frozen=True):
    """The acoustic model, buffers per session, and for each byte of audio that waits the state of the decoder."""

    base_bytes: int
    per_session_bytes: int
    per_audio_byte: float
    limit_bytes: int

    @classmethod
    def of(cls, limit: int, limit_bytes: int) -> Model:
        """A server built for `limit` sessions: full and in time it uses 5.7 GiB, and 4 MiB more per second of 8 kHz audio (at 12)."""
        return cls(_BASE, _FULL // limit, _FACTOR_OF_ONE / limit, limit_bytes)

    def used_bytes(self, sessions: int, queued_bytes: int = 0, leaked_bytes: int = 0) -> int:
        """Memory used."""
        return (
            self.base_bytes
            + sessions * self.per_session_bytes
            + round(queued_bytes * self.per_audio_byte)
            + leaked_bytes
        )


class Ballast:
    """Resident memory that stands for the model's, in the scale of the lab. Growing touches each page; shrinking gives it back."""

    def __init__(self) -> None:
        self._chunks: list[mmap.mmap] = []

    def hold(self, model_bytes: int) -> None:
        """Holds that much of the model, rounded down to 64 KiB of real memory."""
        wanted = model_bytes // SCALE // _CHUNK
        while len(self._chunks) < wanted:
            chunk = mmap.mmap(-1, _CHUNK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            chunk.write(b"\1" * _CHUNK)
            self._chunks.append(chunk)
        while len(self._chunks) > wanted:
            self._chunks.pop().close()
