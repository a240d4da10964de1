"""Parameters and audio of a request on the synchronous HTTP interface, in each shape in which the field sends them. Pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from console.lab.audio import AudioFormat, parse_format
from console.lab.frontdoor.grammar import read_conditions
from console.lab.frontdoor.http1 import Head
from console.lab.frontdoor.multipart import BadForm, FormReader, boundary_of

AUDIO: Final = "a"
SNIFFED_BYTES: Final = 64
"""A WAV header's rate stands within its first bytes."""
_MOST_VALUE: Final = 262_144
_MOST_FIELDS: Final = 100
_LOW_RATE_HZ: Final = 11_025


class Form:
    """A multipart form, or a bare body with everything in the query. What comes after the audio counts for nothing.

    Where a name stands in both, the query wins: the newer manual says so, the older one the opposite.
    """

    def __init__(self, head: Head) -> None:
        try:
            self._values = dict(reversed(parse_qsl(head.query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)))
        except ValueError as error:
            raise BadForm(str(error)) from None
        self._in_query = frozenset(self._values)
        boundary = boundary_of(head.headers.get("content-type", ""))
        self._reader = None if boundary is None else FormReader(boundary)
        self._parts: dict[str, bytearray] = {}
        self._audio_came = False

    def feed(self, data: bytes) -> bytes:
        """The audio in `data`. Raises BadForm."""
        if self._reader is None:
            return data
        audio: list[bytes] = []
        for name, piece, starts in self._reader.feed(data):
            if name == AUDIO and (starts or self._audio_came):
                self._audio_came = True
                audio.append(piece)
            elif not self._audio_came:
                value = self._parts.setdefault(name, bytearray())
                value += piece
                if len(value) > _MOST_VALUE:
                    raise BadForm(f"the part {name!r} is too long")
        return b"".join(audio)

    def value(self, name: str) -> str | None:
        """A parameter, as far as the form has come."""
        if name in self._in_query:
            return self._values[name]
        part = self._parts.get(name)
        return None if part is None else part.decode("utf-8", "replace").strip()

    @property
    def key(self) -> str | None:
        """The app key: in `u`, or as `authorization` inside `d`."""
        given = self.value("u")
        return given if given is not None else read_conditions(self.value("d") or "")[1].get("authorization")

    @property
    def engine(self) -> str | None:
        """As named in `d`."""
        return read_conditions(self.value("d") or "")[0]

    def audio_format(self, start: bytes) -> AudioFormat | None:
        """What `c` names; without it what the audio's own header says, `start` being its first bytes. None: no such format."""
        named = self.value("c")
        if named:
            return parse_format(named)
        rate_hz = int.from_bytes(start[24:28], "little") if start[:4] == b"RIFF" and len(start) >= 28 else 16_000
        return parse_format("8K" if rate_hz <= _LOW_RATE_HZ else "16K")
