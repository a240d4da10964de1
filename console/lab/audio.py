"""The names of audio formats that clients give, and what they mean: encoding, byte rate, pool. Pure."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Encoding = Literal["lsb16", "msb16", "mulaw", "alaw"]
"""16-bit samples, least or most significant byte first; or one companded byte a sample."""
PoolRate = Literal[8, 16]


class AudioFormat(Struct, frozen=True):
    """One format. With a header (`8K`, `16K`) rate and encoding are nominal until the header of the audio has been read."""

    name: str
    """In capitals, as the manual writes it."""
    rate_hz: int
    encoding: Encoding
    pool_rate: PoolRate
    """8: served by engines for 8 kHz (they take 11.025 kHz too); 16: by the others."""
    header: bool = False

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return 2 if self.encoding in {"lsb16", "msb16"} else 1

    @property
    def bytes_per_s(self) -> int:
        """Bytes of one second of audio, one channel."""
        return self.rate_hz * self.sample_bytes


def parse_format(name: str) -> AudioFormat | None:
    """The format of that name, whatever its case; None for a name that is none."""
    return FORMATS.get(name.upper()) if name.isascii() else None


def _pcm(order: Literal["lsb16", "msb16"], kilohertz: int, rate_hz: int) -> AudioFormat:
    return AudioFormat(f"{order[:3].upper()}{kilohertz}K", rate_hz, order, 8 if kilohertz <= 11 else 16)


_RATES: Final = {8: 8000, 11: 11_025, 16: 16_000, 22: 22_050, 32: 32_000, 44: 44_100, 48: 48_000}
_ALL: Final = (
    AudioFormat("8K", 8000, "lsb16", 8, header=True),
    AudioFormat("16K", 16_000, "lsb16", 16, header=True),
    AudioFormat("MULAW", 8000, "mulaw", 8),
    AudioFormat("ALAW", 8000, "alaw", 8),
    *(_pcm("lsb16", kilohertz, rate_hz) for kilohertz, rate_hz in _RATES.items()),
    *(_pcm("msb16", kilohertz, rate_hz) for kilohertz, rate_hz in _RATES.items()),
)
FORMATS: Final[dict[str, AudioFormat]] = {each.name: each for each in _ALL}
"""All that there are, by name."""
