"""A stretch of a recording as members of a snapshot, and back: whole Frames in blocks, events, the detectors' state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from console.domain.errors import ConsoleError
from console.record.container import MOST_BYTES, BadSnapshot
from console.record.recorder import facts
from console.record.recorder.block import Block, Tick
from console.record.recorder.stretch import Happened, Piece, State, Stretch, packed

VERSION: Final = 1
INDEX, STATE = "recording/index.json", "recording/state.bin"
_BLOCK: Final = 60
_MEMBER: Final = 16 << 20
"""Blocks are put together into members of about this size."""


def members_of(stretch: Stretch, each: Callable[[int], None] | None = None) -> dict[str, bytes]:
    """By name. Equal ticks give equal bytes, sealed or not in the file that they come from. `each` hears how many are packed."""
    found: dict[str, bytes] = {}
    pieces: list[list[Any]] = []
    parts: list[bytes] = []
    for piece in _blocks(stretch):
        if sum(map(len, parts)) > _MEMBER:
            found[f"recording/blocks-{len(found):04}.bin"] = b"".join(parts)
            parts = []
        body = piece.load()
        place = [f"recording/blocks-{len(found):04}.bin", sum(map(len, parts)), len(body)]
        pieces.append([piece.first, piece.last, piece.run, piece.first_wall_s, piece.last_wall_s, *place])
        parts.append(body)
        if each is not None:
            each(sum(piece[1] - piece[0] + 1 for piece in pieces))
    if not pieces:
        raise ConsoleError("The recording holds nothing of that time.")
    found[f"recording/blocks-{len(found):04}.bin"] = b"".join(parts)
    state = stretch.state
    if state is not None:
        found[STATE] = state.body
    last = pieces[-1][1]
    index = {
        "version": VERSION,
        "window": [stretch.first_wall_s, stretch.last_wall_s],
        "first_tick": stretch.first_tick,
        "environment": stretch.environment,
        "product": stretch.product,
        "settings": stretch.settings,
        "state": None if state is None else [state.tick, state.run, state.wall_s],
        "pieces": pieces,
        "events": [
            [event.tick, event.wall_s, event.kind, event.body] for event in stretch.events if event.tick <= last
        ],
    }
    found[INDEX] = facts.encoded(index)
    return found


def summary(stretch: Stretch, members: Mapping[str, bytes]) -> dict[str, Any]:
    """What the manifest says of it."""
    pieces = facts.decoded(members[INDEX])["pieces"]
    return {
        "version": VERSION,
        "ticks": sum(
            last - max(first, stretch.first_tick) + 1 for first, last, *_ in pieces if last >= stretch.first_tick
        ),
        "warm_up_ticks": sum(
            min(last, stretch.first_tick - 1) - first + 1 for first, last, *_ in pieces if first < stretch.first_tick
        ),
        "state": STATE in members,
        "exact": stretch.exact,
    }


def stretch_of(names: Mapping[str, object], read: Callable[[str], bytes]) -> Stretch | None:
    """The stretch of an open snapshot; None: it carries none. Raises BadSnapshot."""
    if INDEX not in names:
        return None
    try:
        index = facts.decoded(read(INDEX))
        if index["version"] > VERSION:
            raise BadSnapshot("The recording in it was written by a newer console.", INDEX)

        def loader(member: str, at: int, length: int) -> Callable[[], bytes]:
            if not member.startswith("recording/blocks-") or min(at, length) < 0 or at + length > MOST_BYTES:
                raise BadSnapshot("A block is said to be where none can be.", INDEX)
            return lambda: bodies(member)[at : at + length]

        held: dict[str, bytes] = {}

        def bodies(member: str) -> bytes:
            if member not in held:
                held.clear()  # one at a time: they are read in order
                held[member] = read(member)
            return held[member]

        pieces = tuple(
            Piece(int(first), int(last), int(run), float(low), float(high), loader(str(member), int(at), int(length)))
            for first, last, run, low, high, member, at, length in index["pieces"]
        )
        state = index["state"]
        return Stretch(
            first_wall_s=float(index["window"][0]),
            last_wall_s=float(index["window"][1]),
            first_tick=int(index["first_tick"]),
            pieces=pieces,
            events=tuple(
                Happened(int(tick), float(wall), str(kind), dict(body)) for tick, wall, kind, body in index["events"]
            ),
            state=None if state is None else State(int(state[0]), int(state[1]), float(state[2]), read(STATE)),
            environment=str(index["environment"]),
            product=str(index["product"]),
            settings=dict(index["settings"]),
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BadSnapshot(f"The recording in it cannot be read: {error}.", INDEX) from error


def _blocks(stretch: Stretch) -> Iterator[Piece]:
    """Runs of at most sixty ticks of one start of the console, without a hole.

    A state is kept with the first tick of a block of the recorder, so that a stretch after one begins in step with them: they are
    taken as they are. What is not sealed yet, or out of step, is packed as the recorder would have. Raises BlockError.
    """
    room = _BLOCK if stretch.state is None else _BLOCK - 1
    first, part = 0, list[Tick]()
    for piece in stretch.pieces:
        if part and (part[0].run != piece.run or first + len(part) != piece.first):
            yield packed(first, part)
            room, part = _BLOCK, []
        if not part and room == _BLOCK == piece.last - piece.first + 1 and stretch.holds(piece):
            body = piece.load()
            Block(body)  # one that is damaged is not handed on
            yield replace(piece, load=lambda body=body: body)
            continue
        for number, tick in stretch.ticks_of(piece):
            if part and first + len(part) != number:
                yield packed(first, part)
                room, part = _BLOCK, []
            if not part:
                first = number
            part.append(tick)
            if len(part) >= room:
                yield packed(first, part)
                room, part = _BLOCK, []
    if part:
        yield packed(first, part)
