"""HTTP/1.1 as a front door meets it: heads and bodies out of a stream, bounded, without surprises for what follows. Pure.

Our own parser and not httptools: the field sends upgrades without a version, bodies behind upgrades and header bombs, and the
bytes behind a request must stay unread until it is answered.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

_MOST_HEAD: Final = 16_384
_MOST_HEADERS: Final = 100
_MOST_CHUNK_LINE: Final = 1_024
_MOST_TRAILER: Final = 8_192
_BLANK: Final = b"\r\n\r\n"
_METHODS: Final = frozenset(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"))


class BadRequest(Exception):
    """This is not HTTP, or too much of it; the connection can only end."""


class Head(Struct, frozen=True):
    """A request line and its headers, names in lower case; of a repeated header the first counts."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    keep_alive: bool

    def wants(self, protocol: str) -> bool:
        """Whether it asks for an upgrade to `protocol`."""
        tokens = [token.strip().lower() for token in self.headers.get("connection", "").split(",")]
        return "upgrade" in tokens and self.headers.get("upgrade", "").strip().lower() == protocol


def read_head(buffer: bytearray) -> Head | None:
    """Takes a head off the front of `buffer`; None while it is not whole. Raises BadRequest."""
    while buffer.startswith(b"\r\n"):  # RFC 9112, 2.2: empty lines before a request are to be ignored
        del buffer[:2]
    end = buffer.find(_BLANK, 0, _MOST_HEAD)
    if end < 0:
        if len(buffer) >= _MOST_HEAD:
            raise BadRequest(f"the head is longer than {_MOST_HEAD} bytes")
        if len(buffer) >= 8 and not buffer[:8].partition(b" ")[0].isalpha():
            raise BadRequest("this is not HTTP")
        return None
    lines = bytes(buffer[:end]).decode("latin-1").split("\r\n")
    del buffer[: end + len(_BLANK)]
    if len(lines) > _MOST_HEADERS:
        raise BadRequest(f"there are more than {_MOST_HEADERS} headers")
    words = lines[0].split(" ")
    if len(words) != 3 or words[0] not in _METHODS or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        raise BadRequest("the request line is wrong")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest("a header is wrong")
        name = name.lower()
        if name in headers and name in {"content-length", "transfer-encoding"}:
            raise BadRequest(f"{name} is given twice")
        headers.setdefault(name, value.strip())
    path, _, query = words[1].partition("?")
    connection = headers.get("connection", "").lower()
    keep_alive = "close" not in connection and (words[2] == "HTTP/1.1" or "keep-alive" in connection)
    return Head(words[0], path, query, headers, keep_alive)


class Body:
    """Takes a body off a stream, piece by piece."""

    def __init__(self, head: Head) -> None:
        length, coding = head.headers.get("content-length"), head.headers.get("transfer-encoding")
        if length is not None and coding is not None:
            raise BadRequest("content-length and transfer-encoding contradict each other")
        if coding is not None and coding.lower() != "chunked":
            raise BadRequest("the only transfer-encoding is chunked")
        if length is not None and not (length.isascii() and length.isdigit() and len(length) <= 15):
            raise BadRequest("content-length is no number")
        self._chunked = coding is not None
        self._left = int(length or 0)
        """Bytes to come: of the body, or of the chunk."""
        self._trailer = False
        self._first = True
        self.done = not self._chunked and self._left == 0

    def take(self, buffer: bytearray) -> bytes:
        """What `buffer` has of the body, taken off its front; `done` says whether that was the end. Raises BadRequest."""
        pieces: list[bytes] = []
        while buffer and not self.done:
            if not self._left and not self._next(buffer):
                break
            piece = bytes(buffer[: self._left])
            del buffer[: len(piece)]
            self._left -= len(piece)
            if piece:
                pieces.append(piece)
            if not self._chunked and not self._left:
                self.done = True
        return b"".join(pieces)

    def _next(self, buffer: bytearray) -> bool:
        """Reads the line of the next chunk, or a line of the trailer; False while it is not whole."""
        if not self._first and not self._trailer:
            if len(buffer) < 2:
                return False
            if not buffer.startswith(b"\r\n"):
                raise BadRequest("a chunk is longer than it says")
            skip = 2
        else:
            skip = 0
        most = _MOST_TRAILER if self._trailer else _MOST_CHUNK_LINE
        end = buffer.find(b"\r\n", skip, skip + most)
        if end < 0:
            if len(buffer) >= skip + most:
                raise BadRequest("the line of a chunk is too long")
            return False
        line = bytes(buffer[skip:end])
        del buffer[: end + 2]
        if self._trailer:
            self.done = not line
            return not self.done
        self._first = False
        size = line.partition(b";")[0].strip()
        if not size or len(size) > 8 or size.strip(b"0123456789abcdefABCDEF"):
            raise BadRequest("the length of a chunk is no number")
        self._left = int(size, 16)
        self._trailer = not self._left
        return True
