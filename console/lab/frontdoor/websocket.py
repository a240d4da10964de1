"""RFC 6455 framing, as strict as the field allows: masked or not, whole or in fragments, no extension. Pure.

The field's own client sends unmasked frames and takes no heed of opcodes, so both are accepted and the payload's first byte
decides elsewhere. What is never sent: a ping, a CLOSE with a payload, a compressed frame. That client dies of them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Final, NamedTuple

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
_CONTROL: Final = frozenset((CLOSE, PING, PONG))
_MOST_CONTROL: Final = 125
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
EMPTY_CLOSE: Final = b"\x88\x00"


class BadFrame(Exception):
    """A reserved bit, a control frame that is too long or in parts, or a message beyond the cap."""


class Message(NamedTuple):
    """A whole message; `opcode` is CLOSE, PING or PONG for control frames, and the sender's word for everything else."""

    opcode: int
    payload: bytes


class MessageReader:
    """Cuts a stream into messages. Never holds more than one message and one read."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._parts_bytes = 0
        self._opcode = TEXT

    @property
    def held(self) -> int:
        """Bytes of unfinished messages."""
        return len(self._buffer) + self._parts_bytes

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes, to be read to the end.

        Raises BadFrame as soon as a head promises too much, after the messages that came before it.
        """
        self._buffer += data
        at = 0
        while (frame := self._frame(at)) is not None:
            first, start, end, mask = frame
            payload = bytes(self._buffer[start:end])
            at = end
            if mask is not None:
                payload = _masked(payload, mask)
            message = self._take(first & 0x80 != 0, first & 0x0F, payload)
            if message is not None:
                yield message
        del self._buffer[:at]

    def _frame(self, at: int) -> tuple[int, int, int, bytes | None] | None:
        """First byte, payload's start and end, and mask of the frame at `at`; None while it is not whole."""
        buffer = self._buffer
        if len(buffer) < at + 2:
            return None
        first, second = buffer[at], buffer[at + 1]
        length, start = second & 0x7F, at + 2
        if first & 0x70:
            raise BadFrame("a reserved bit is set")
        opcode = first & 0x0F
        if opcode in _CONTROL and (length > _MOST_CONTROL or not first & 0x80):
            raise BadFrame("a control frame is too long, or in parts")
        if length > _MOST_CONTROL:
            size = 2 if length == 126 else 8
            if len(buffer) < start + size:
                return None
            length = int.from_bytes(buffer[start : start + size])
            start += size
        held = 0 if opcode in _CONTROL else self._parts_bytes
        if held + length > self._most_bytes:
            raise BadFrame(f"a message of more than {self._most_bytes} bytes")
        mask: bytes | None = None
        if second & 0x80:
            mask = bytes(buffer[start : start + 4])
            start += 4
        return (first, start, start + length, mask) if len(buffer) >= start + length else None

    def _take(self, final: bool, opcode: int, payload: bytes) -> Message | None:
        if opcode in _CONTROL:
            return Message(opcode, payload)
        if final and not self._parts:
            return Message(opcode, payload)
        if not self._parts:
            self._opcode = opcode
        self._parts.append(payload)
        # An empty fragment costs too: else endless ones would grow the list without ever reaching the cap.
        self._parts_bytes += len(payload) + 64
        if not final:
            return None
        message = Message(self._opcode, b"".join(self._parts))
        self._parts, self._parts_bytes = [], 0
        return message


def encode(payload: bytes, opcode: int = TEXT, mask: bytes | None = None) -> bytes:
    """One whole frame; a mask (4 bytes) is a client's duty, and a server must have none."""
    length, bit = len(payload), 0 if mask is None else 0x80
    if length <= _MOST_CONTROL:
        head = bytes((0x80 | opcode, bit | length))
    elif length < 65_536:
        head = bytes((0x80 | opcode, bit | 126)) + length.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, bit | 127)) + length.to_bytes(8)
    return head + payload if mask is None else head + mask + _masked(payload, mask)


def accept_key(key: str) -> str:
    """Sec-WebSocket-Accept for a Sec-WebSocket-Key."""
    digest = hashlib.sha1(key.encode("latin-1") + _GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def _masked(payload: bytes, mask: bytes) -> bytes:
    """XOR with the mask, over and over; as one long number, which is a hundred times faster than byte by byte."""
    length = len(payload)
    if not length:
        return payload
    pattern = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload) ^ int.from_bytes(pattern)).to_bytes(length)
