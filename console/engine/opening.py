"""What can be replayed: a snapshot, the recorder's file, or a part of what is being recorded. Blocks; for worker threads."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from console.domain.errors import ConsoleError
from console.record.reader import OpenSnapshot
from console.record.recorder import Recording, Stretch, held

USUAL_S: Final = 900.0
"""Of a recording's newest time, where nobody says how much."""
_SQLITE: Final = b"SQLite format 3\0"
_ZIP: Final = b"PK"


class CannotReplay(ConsoleError):
    """The file cannot be replayed; one sentence says why."""


def opened(
    path: Path, first_s: float | None = None, until: float | None = None, length_s: float | None = None
) -> Stretch:
    """In memory; the file is closed again. Of a recording [first, until], else so long before its end. Raises ConsoleError."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise CannotReplay(f"{path} cannot be read: {error.strerror or error}.") from error
    if head.startswith(_SQLITE):
        with Recording(path) as recording:
            span = recording.span()
            if span is None:
                raise CannotReplay(f"The recording {path} is empty.")
            end = span[1] if until is None else until
            return held(recording.stretch(end - (length_s or USUAL_S) if first_s is None else first_s, end))
    if not head.startswith(_ZIP):
        raise CannotReplay(f"{path} is neither a snapshot nor a recording of this console.")
    with OpenSnapshot(path) as found:
        stretch = found.stretch()
        if stretch is None:
            raise CannotReplay(f"{path} carries no recording: it was written without a flight recorder.")
        return held(stretch)


def span_of(path: Path) -> tuple[float, float] | None:
    """Wall seconds of the oldest and the newest poll of a recording; None: it holds none. Raises ConsoleError."""
    with Recording(path) as recording:
        return recording.span()
