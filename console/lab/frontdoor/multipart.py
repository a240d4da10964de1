"""multipart/form-data as it comes in, without waiting for its end: the last part is the audio, and it may be long. Pure."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, NamedTuple

_MOST_HEADERS: Final = 8_192
_MOST_PARTS: Final = 64
_NAME: Final = re.compile(rb'^content-disposition:[^\r\n]*?[;\s]name=(?:"([^"\r\n]*)"|([^\s;"]+))', re.I | re.M)
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.I)


class BadForm(Exception):
    """It is no form: no boundary, headers without end, or too many parts."""


class Piece(NamedTuple):
    """Some bytes of a part; `starts` is True for the first piece of each, which may be empty."""

    name: str
    data: bytes
    starts: bool


class _In(Enum):
    PREAMBLE = auto()
    DELIMITER = auto()
    HEADERS = auto()
    PART = auto()
    EPILOGUE = auto()


def boundary_of(content_type: str) -> bytes | None:
    """The boundary of a multipart content type; None for every other type. Raises BadForm where it has none."""
    if not content_type.lower().startswith("multipart/"):
        return None
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadForm("the content type names no boundary")
    return (found[1] or found[2]).encode("latin-1")


class FormReader:
    """Cuts a form into pieces. Holds no more than a part's headers or a boundary."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._rest = b"\r\n"  # so that the first boundary may stand at the very start
        self._in = _In.PREAMBLE
        self._name = ""
        self._parts = 0

    @property
    def ended(self) -> bool:
        """Whether the last boundary has come."""
        return self._in is _In.EPILOGUE

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces in `data`. Raises BadForm."""
        self._rest += data
        pieces: list[Piece] = []
        while self._step(pieces):
            pass
        return pieces

    def _step(self, pieces: list[Piece]) -> bool:
        """One step on; False where more must come."""
        match self._in:
            case _In.PREAMBLE | _In.PART:
                return self._to_boundary(pieces)
            case _In.DELIMITER:
                return self._behind_boundary()
            case _In.HEADERS:
                return self._headers(pieces)
            case _In.EPILOGUE:
                self._rest = b""
                return False

    def _to_boundary(self, pieces: list[Piece]) -> bool:
        at = self._rest.find(self._delimiter)
        # What could be the start of a boundary is kept until it is known.
        safe = at if at >= 0 else max(0, len(self._rest) - len(self._delimiter) + 1)
        if self._in is _In.PART and safe:
            pieces.append(Piece(self._name, self._rest[:safe], starts=False))
        self._rest = self._rest[safe + len(self._delimiter) :] if at >= 0 else self._rest[safe:]
        if at >= 0:
            self._in = _In.DELIMITER
        return at >= 0

    def _behind_boundary(self) -> bool:
        self._rest = self._rest.lstrip(b" \t")
        if len(self._rest) < 2:
            return False
        if self._rest.startswith(b"--"):
            self._in = _In.EPILOGUE
        elif self._rest.startswith(b"\r\n"):
            self._in = _In.HEADERS
        else:
            raise BadForm("a boundary does not end its line")
        return True

    def _headers(self, pieces: list[Piece]) -> bool:
        end = self._rest.find(b"\r\n\r\n", 0, _MOST_HEADERS)
        if end < 0:
            if len(self._rest) >= _MOST_HEADERS:
                raise BadForm("the headers of a part have no end")
            return False
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise BadForm(f"there are more than {_MOST_PARTS} parts")
        found = _NAME.search(self._rest, 0, end)
        self._name = "" if found is None else (found[1] if found[1] is not None else found[2]).decode("latin-1")
        self._rest = self._rest[end + 4 :]
        self._in = _In.PART
        # An empty part is followed by its boundary at once, whose line break is the one that ended the headers' blank line.
        self._rest = self._rest if not self._rest.startswith(self._delimiter[2:]) else b"\r\n" + self._rest
        pieces.append(Piece(self._name, b"", starts=True))
        return True
