"""Frames of a session: u32 length (big-endian) of what follows the type, one type byte, payload. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

PROTOCOL: Final = "dsr-session/1"
AUDIO: Final = b"a"
END: Final = b"e"
TEXT: Final = b"t"
ERROR: Final = b"x"
_TYPES: Final = b"aetx"
_HEAD: Final = struct.Struct(">Ic")
_MOST_PAYLOAD: Final = 65_536


class BadFrame(Exception):
    """An unknown type, or a payload beyond 64 KiB."""


def encode(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame; the length counts the payload only."""
    return _HEAD.pack(len(payload), kind) + payload


class FrameReader:
    """Cuts a stream into (type, payload)."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that `data` completes, to be read to the end. Raises BadFrame after those that came before it."""
        data = self._rest + data
        at = 0
        while len(data) - at >= _HEAD.size:
            length, kind = _HEAD.unpack_from(data, at)
            if length > _MOST_PAYLOAD or kind not in _TYPES:
                raise BadFrame(f"type {kind!r}, {length} bytes")
            end = at + _HEAD.size + length
            if end > len(data):
                break
            yield kind, data[at + _HEAD.size : end]
            at = end
        self._rest = data[at:]
