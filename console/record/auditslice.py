"""The part of the audit file that belongs to a time: its lines as they are, so that the chain can be followed in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from console.record.chain import parsed
from console.record.journal import full_files

_MOST: Final = 8 << 20


def audit_slice(path: Path, first_wall_s: float, last_wall_s: float) -> bytes:
    """Lines of [first, last], oldest first, also from the newest file that is full; empty where there is none or it cannot be read."""
    found: list[bytes] = []
    for file in (*full_files(path)[-1:], path):
        try:
            data = file.read_bytes()
        except OSError:  # the audit of this user is told by `audit verify`, not by a snapshot
            continue
        for line in data.split(b"\n"):
            record = parsed(line) if line else None
            wall_s = None if record is None else record.get("wall_s")
            if isinstance(wall_s, int | float) and first_wall_s <= wall_s <= last_wall_s:
                found.append(line)
    body = b"".join(line + b"\n" for line in found)
    return body if len(body) <= _MOST else body[body.index(b"\n", len(body) - _MOST) + 1 :]
