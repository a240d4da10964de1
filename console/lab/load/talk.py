"""What clients say: three seconds of something loud, one of silence, and so on. The words are the recogniser's business. Pure."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Final

_SPEECH_S: Final = 3
_PAUSE_S: Final = 1
TURN_S: Final = _SPEECH_S + _PAUSE_S


def rate_of(pool: str) -> int:
    """Samples per second of a pool's audio."""
    return 16_000 if pool.endswith("/16k") else 8_000


@lru_cache(maxsize=64)
def talk(rate_hz: int, length_s: float) -> bytes:
    """16-bit audio, least significant byte first."""
    loud = Random(rate_hz).randbytes(rate_hz * _SPEECH_S * 2)
    turn = loud + bytes(rate_hz * _PAUSE_S * 2)
    size = int(rate_hz * length_s) * 2
    return (turn * (size // len(turn) + 1))[:size]
