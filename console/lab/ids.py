"""Identifiers that sort by time: 10 characters of milliseconds, then chance."""

from __future__ import annotations

from random import Random
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def session_id(wall_s: float, rng: Random) -> str:
    """26 characters (a ULID): one session."""
    return _time(wall_s) + "".join(rng.choices(_ALPHABET, k=16))


def incarnation(wall_s: float, rng: Random) -> str:
    """14 characters: one life of a process."""
    return _time(wall_s) + "".join(rng.choices(_ALPHABET, k=4))


def _time(wall_s: float) -> str:
    milliseconds = int(wall_s * 1000)
    return "".join(_ALPHABET[milliseconds >> shift & 31] for shift in range(45, -1, -5))
