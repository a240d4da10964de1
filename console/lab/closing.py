"""How a connection ends where nobody ends it in order: with RST, or as ever with FIN. The kernel keeps to it when the process dies."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

_RESET: Final = struct.pack("ii", 1, 0)
_ORDERLY: Final = struct.pack("ii", 0, 0)


def with_reset(transport: asyncio.BaseTransport) -> None:
    """From now on its close, and the death of this process, is an RST: no client takes a part for the whole."""
    _linger(transport, _RESET)


def in_order(transport: asyncio.BaseTransport) -> None:
    """From now on its close is a FIN behind all that was written."""
    _linger(transport, _ORDERLY)


def _linger(transport: asyncio.BaseTransport, how: bytes) -> None:
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, how)
