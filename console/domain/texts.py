"""The service's own error texts. Counted by exact string, never translated, never re-worded."""

from __future__ import annotations

from typing import Final

CANNOT_CONNECT: Final = "s can't connect to recognizer server"
CANNOT_CONNECT_TO_SERVER: Final = "s can't connect to recognizer server (can't connect to server)"
MAXIMUM_CLIENTS: Final = (
    "s can't connect to recognizer server (can't find available servers because maximum allowed clients has reached)"
)
ERROR_TEXTS: Final = (CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS)
