"""Stretches in hand: with their blocks in memory, so that no file stays open; and narrower windows of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from console.record.recorder.block import Block
from console.record.recorder.database import RecordingError
from console.record.recorder.stretch import Piece, Stretch

MOST_BYTES: Final = 512 << 20


def held(stretch: Stretch, most: int = MOST_BYTES) -> Stretch:
    """The same stretch, read once: the recording behind it may be closed, and may drop what is old. Raises ConsoleError."""
    pieces: list[Piece] = []
    total = 0
    for piece in stretch.pieces:
        body = piece.load()
        total += len(body)
        if total > most:
            raise RecordingError("The window is longer than memory holds; choose a shorter one.")
        pieces.append(replace(piece, load=_given(body)))
    return replace(stretch, pieces=tuple(pieces))


def within(stretch: Stretch, first_wall_s: float, last_wall_s: float) -> Stretch:
    """The part [first, last] of the window; what comes before it warms up. Raises ConsoleError where it holds nothing."""
    first_s, last_s = max(first_wall_s, stretch.first_wall_s), min(last_wall_s, stretch.last_wall_s)
    found = _first_tick(stretch, first_s)
    pieces = tuple(piece for piece in stretch.pieces if piece.first < found or piece.first_wall_s <= last_s)
    if first_s > last_s or not any(piece.last >= found for piece in pieces):
        raise RecordingError("The recording holds nothing of that time.")
    return replace(stretch, first_wall_s=first_s, last_wall_s=last_s, first_tick=found, pieces=pieces)


def ticks_of(stretch: Stretch) -> int:
    """How many polls it holds at most, those that warm up among them."""
    after = 0 if stretch.state is None else stretch.state.tick
    return sum(max(0, piece.last - max(piece.first - 1, after)) for piece in stretch.pieces)


def widest(stretch: Stretch) -> int:
    """Servers in its largest block. Raises BlockError."""
    return max((Block(piece.load()).servers for piece in stretch.pieces), default=0)


def _first_tick(stretch: Stretch, wall_s: float) -> int:
    for piece in stretch.pieces:
        if piece.last < stretch.first_tick or piece.last_wall_s < wall_s:
            continue
        for number, wall in enumerate(Block(piece.load()).times[0].tolist(), piece.first):
            if number >= stretch.first_tick and wall >= wall_s:
                return number
    raise RecordingError("The recording holds nothing of that time.")


def _given(body: bytes) -> Callable[[], bytes]:
    return lambda: body
