"""Audio for tests: tones and silence in every format, and WAV files of them."""

from __future__ import annotations

import math
import struct
import sys
from array import array

from console.lab.audio import AudioFormat, parse_format

_QUIET = {"lsb16": 0, "msb16": 0, "mulaw": 0xFF, "alaw": 0xD5}


def named(name: str) -> AudioFormat:
    """A format that there is."""
    audio = parse_format(name)
    assert audio is not None
    return audio


def silence(audio: AudioFormat, seconds: float) -> bytes:
    """Nothing to hear."""
    return bytes([_QUIET[audio.encoding]]) * (round(audio.rate_hz * seconds) * audio.sample_bytes)


def tone(audio: AudioFormat, seconds: float, hertz: float = 1000.0) -> bytes:
    """A sine, a quarter of full scale. Companded: a square wave of that size, for who would want a table."""
    count = round(audio.rate_hz * seconds)
    if audio.sample_bytes == 1:
        loud = (0x9F, 0x1F) if audio.encoding == "mulaw" else (0xB5, 0x35)
        return bytes(loud[n // 4 % 2] for n in range(count))
    samples = array("h", (int(8000 * math.sin(2 * math.pi * hertz * n / audio.rate_hz)) for n in range(count)))
    if (audio.encoding == "msb16") != (sys.byteorder == "big"):
        samples.byteswap()
    return samples.tobytes()


def wav(
    data: bytes, rate_hz: int = 8000, *, tag: int = 1, bits: int = 16, channels: int = 1, extra: bytes = b""
) -> bytes:
    """A WAV file; `extra` are whole chunks before the data."""
    size = bits // 8 * channels
    chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, channels, rate_hz, rate_hz * size, size, bits)
    body = chunk + extra + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body
