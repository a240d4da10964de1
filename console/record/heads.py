"""Where the audit's head is kept besides the file itself, so that a cut tail shows: beside it, and in the state folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from console.record.chain import Head

SUFFIX = ".head"


def head_places(file: Path, state: Path | None) -> tuple[Path, ...]:
    """Beside the file, and under the state folder by the name of the file's place."""
    beside = file.with_name(file.name + SUFFIX)
    if state is None:
        return (beside,)
    name = hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:16]
    return beside, state / "heads" / f"{name}.json"


def keep(head: Head, places: Iterable[Path]) -> None:
    """Writes the head to every place, whole or not at all. Raises OSError."""
    text = json.dumps({"seq": head.seq, "hash": head.hash})
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{os.getpid()}")
        part.write_text(text, encoding="ascii")
        part.replace(place)


def kept(place: Path) -> Head | None:
    """The head that is kept there; None: none, or none that can be read."""
    try:
        found: Any = json.loads(place.read_text(encoding="ascii"))
        return Head(int(found["seq"]), str(found["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
