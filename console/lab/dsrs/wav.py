"""The header of a WAV file that comes in pieces: what the audio behind it is. Pure."""

from __future__ import annotations

import struct
import sys
from typing import Final

from msgspec.structs import replace

from console.lab.audio import AudioFormat, Encoding

_MOST_HEADER: Final = 4096
_ENCODINGS: Final[dict[tuple[int, int], Encoding]] = {
    (1, 16): "lsb16",
    (0xFFFE, 16): "lsb16",
    (7, 8): "mulaw",
    (6, 8): "alaw",
}
"""Encoding by format tag and bits of a sample."""
_RATES: Final = {8: (8000, 11_025), 16: (16_000, 22_050, 32_000, 44_100, 48_000)}
"""Rates, in Hz, that an engine for so many kHz takes."""
_ENDLESS: Final = 0x7FFF_0000
"""Sizes from here on are what those write who do not know the length yet."""


class UnsupportedAudio(Exception):
    """The audio is not what its format says."""


class WavHead:
    """Takes the header off; `audio` and `left` are known once it is whole."""

    def __init__(self, nominal: AudioFormat) -> None:
        self.audio: AudioFormat | None = None
        self.left = 0
        """Bytes of audio that are still to come; what follows them is no audio."""
        self._nominal = nominal
        self._found: AudioFormat | None = None
        self._data = b""

    def feed(self, data: bytes) -> bytes:
        """The audio in `data`. Raises UnsupportedAudio."""
        if self.audio is None:
            data = self._read(self._data + data)
        audio = data[: self.left]
        self.left -= len(audio)
        return audio

    def _read(self, data: bytes) -> bytes:
        """What follows the header, or nothing as long as it is not whole."""
        self._data = data
        begin = data[:12]
        if begin[:4] != b"RIFF"[: len(begin)] or begin[8:] != b"WAVE"[: len(begin[8:])]:
            raise UnsupportedAudio("no RIFF header")
        at = 12
        while len(data) >= at + 8:
            name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
            at += 8
            if name == b"data":
                if self._found is None:
                    raise UnsupportedAudio("no format before the data")
                self.audio, self._data = self._found, b""
                self.left = sys.maxsize if size == 0 or size >= _ENDLESS else size
                return data[at:]
            if name == b"fmt ":
                if len(data) < at + 16:
                    break
                self._found = self._format(data[at : at + 16])
            at += size + size % 2
        if at > _MOST_HEADER or len(data) > _MOST_HEADER:
            raise UnsupportedAudio(f"no data within {_MOST_HEADER} bytes")
        return b""

    def _format(self, chunk: bytes) -> AudioFormat:
        tag, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", chunk)
        encoding = _ENCODINGS.get((tag, bits))
        if encoding is None or channels != 1 or rate_hz not in _RATES[self._nominal.pool_rate]:
            raise UnsupportedAudio(f"format {tag}, {channels} channels, {rate_hz} Hz, {bits} bits")
        return replace(self._nominal, rate_hz=rate_hz, encoding=encoding)
