"""Bytes to readings, strictly. No I/O: bytes in, readings out, or BadAnswer with one sentence."""

from __future__ import annotations

from console.decode.answers import (
    ErrorBody,
    Whoami,
    decode_answer,
    decode_error,
    decode_events,
    decode_whoami,
)
from console.decode.dsrm import decode_fleet
from console.decode.dsrs import decode_status
from console.decode.limits import MOST_SERVERS
from console.decode.text import clean_text, is_id

__all__ = [
    "MOST_SERVERS",
    "ErrorBody",
    "Whoami",
    "clean_text",
    "decode_answer",
    "decode_error",
    "decode_events",
    "decode_fleet",
    "decode_status",
    "decode_whoami",
    "is_id",
]
