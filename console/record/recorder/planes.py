"""A plane of whole numbers (ticks, servers) as few bytes: predicted, narrowed, split by byte, deflated."""

from __future__ import annotations

import zlib
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import Bools
from console.record.recorder.columns import Steps, Whole

_SAMPLE: Final = 200
_WIDTHS: Final = (1, 2, 4, 8)


class Predictor(IntEnum):
    """What a number is expected to be; the rest is stored."""

    NOTHING = 0
    BEFORE = 1
    """The same server's number a tick earlier."""
    SIBLING = 2
    """The sibling column's number of the same tick."""
    SIBLING_BEFORE = 3
    """The same, plus how far it was from it a tick earlier."""


class Gaps(IntEnum):
    """Where numbers are missing."""

    NOWHERE = 0
    EVERYWHERE = 1
    SOMEWHERE = 2
    """A plane of bits comes first."""


class Plane(Struct, frozen=True):
    """One encoded plane. `bits` is empty unless gaps are SOMEWHERE."""

    predictor: Predictor
    width: int
    """Bytes a number."""
    gaps: Gaps
    values: bytes
    bits: bytes


def encode(steps: Steps, missing: Bools | None, sibling: Steps | None, level: int) -> Plane:
    """Both of shape (ticks, servers); None: nothing is missing. `sibling` must be the filled steps that the decoder will have."""
    gaps, bits = Gaps.NOWHERE, b""
    away = 0 if missing is None else np.count_nonzero(missing)
    if away == steps.size:
        return Plane(Predictor.NOTHING, 1, Gaps.EVERYWHERE, b"", b"")
    if missing is not None and away:
        gaps, bits = Gaps.SOMEWHERE, zlib.compress(_bits(missing), level)
    rests: list[tuple[Predictor, Steps]] = [(Predictor.NOTHING, steps)]
    if sibling is not None:
        rests.append((Predictor.SIBLING, steps - sibling))
    if len(steps) > 1:
        rests.append((Predictor.BEFORE, _delta(steps)))
        if sibling is not None:
            rests.append((Predictor.SIBLING_BEFORE, _delta(steps - sibling)))
    predictor, rest = min(rests, key=lambda found: _cost(found[1])) if len(rests) > 1 else rests[0]
    width = _width(rest)
    return Plane(predictor, width, gaps, zlib.compress(_split(rest, width), level), bits)


def decode(plane: Plane, ticks: int, servers: int, sibling: Whole | None) -> tuple[Whole, Bools | None]:
    """Filled steps and what is missing (None: nothing). Raises ValueError where the bytes do not fit."""
    shape, count = (ticks, servers), ticks * servers
    if plane.gaps is Gaps.EVERYWHERE:
        return np.zeros(shape, dtype=np.int8), np.ones(shape, dtype=np.bool_)
    if plane.width not in _WIDTHS:
        raise ValueError("a plane of unknown width")
    missing = _from_bits(inflated(plane.bits, -(-count // 8)), shape) if plane.gaps is Gaps.SOMEWHERE else None
    raw = np.frombuffer(inflated(plane.values, count * plane.width), dtype=np.uint8)
    rest = _joined(raw.reshape(plane.width, servers, ticks))
    if plane.predictor in (Predictor.BEFORE, Predictor.SIBLING_BEFORE):
        rest = rest.astype(_of_sums(plane.width, ticks), copy=False)
        for before, now in pairwise(rest):  # in place: a quarter of what `cumsum` takes
            np.add(now, before, out=now)
    if plane.predictor in (Predictor.SIBLING, Predictor.SIBLING_BEFORE):
        if sibling is None:
            raise ValueError("a plane without its sibling")
        return np.add(rest, sibling, dtype=np.int64), missing
    return rest, missing


def filled(steps: Steps, missing: Bools) -> Steps:
    """Missing numbers as the one before of the same server, so that they cost nothing."""
    if len(steps) == 1 or not missing.any():
        return steps
    rows = np.arange(len(steps))[:, None]
    at = np.maximum.accumulate(np.where(missing, 0, rows), axis=0)
    found = np.take_along_axis(steps, at, axis=0)
    first = missing[0]  # nothing before it: the first number that comes
    if first.any():
        come = np.take_along_axis(steps, (~missing).argmax(axis=0)[None, :], axis=0)[0]
        lead = np.logical_and.accumulate(missing, axis=0)
        found = np.where(lead, come[None, :], found)
    return found


def inflated(data: bytes, size: int) -> bytes:
    """Exactly `size` bytes, never more in memory. Raises ValueError."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, size) if size else b""
        if len(found) != size or (size and machine.decompress(machine.unconsumed_tail, 1)):
            raise ValueError("a plane of another size")
    except zlib.error as error:
        raise ValueError(f"damaged: {error}") from None
    return found


def _delta(values: Steps) -> Steps:
    return np.concatenate([values[:1], np.diff(values, axis=0)])


def _cost(rest: Steps) -> float:
    """About how many bits, of some hundred servers: enough to choose by. The first tick counts as the others do."""
    some = rest[:, :: max(1, rest.shape[1] // _SAMPLE)]
    return float(np.log2(1.0 + np.abs(some.astype(np.float64))).sum())


def _width(rest: Steps) -> int:
    low, high = int(rest.min()), int(rest.max())
    for width in _WIDTHS:
        if -(1 << (8 * width - 1)) <= low and high < 1 << (8 * width - 1):
            return width
    raise AssertionError("int64 holds every int64")


def _joined(parts: NDArray[np.uint8]) -> Whole:
    """What `_split` took apart: (bytes, servers, ticks) as whole numbers, tick by tick."""
    width, servers, ticks = parts.shape
    if width == 1:
        return np.ascontiguousarray(parts[0].T).view(np.int8)
    whole = np.empty((ticks, servers, width), dtype=np.uint8)
    for number, part in enumerate(parts):
        whole[:, :, number] = part.T
    return whole.view(f"<i{width}")[:, :, 0]


def _of_sums(width: int, ticks: int) -> type[np.signedinteger[Any]]:
    """The narrowest type that no sum of so many numbers leaves: half the memory is half the time."""
    if width == 1 and ticks < 1 << 8:
        return np.int16
    return np.int32 if width <= 2 and ticks < 1 << 15 else np.int64


def _split(rest: Steps, width: int) -> bytes:
    """Server by server, byte planes apart: high bytes are nearly all the same."""
    if width == 1:
        return rest.T.astype(np.int8).tobytes()
    narrow: NDArray[Any] = np.ascontiguousarray(rest.T.astype(f"<i{width}"))
    return np.ascontiguousarray(narrow.view(np.uint8).reshape(-1, width).T).tobytes()


def _bits(missing: Bools) -> bytes:
    """Changes in time only: a server that is away stays away for a while."""
    changes = missing.copy()
    changes[1:] ^= missing[:-1]
    return np.packbits(changes.T).tobytes()


def _from_bits(data: bytes, shape: tuple[int, int]) -> Bools:
    ticks, servers = shape
    changes = np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=ticks * servers).reshape(servers, ticks)
    missing = np.ascontiguousarray(changes.T).view(np.bool_)
    for before, now in pairwise(missing):
        np.logical_xor(now, before, out=now)
    return missing
