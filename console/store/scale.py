"""How a number is kept in two bytes: a step and a sentinel for "missing", declared per track.

Too large numbers stop at the end of the scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.domain.frame import Floats
from console.domain.history import Track

Packed = NDArray[Any]
"""uint16 or int16."""


class Scale(Struct, frozen=True):
    """Numbers as multiples of `step`; unsigned up to 65534 steps, signed up to 32767 either way."""

    step: float
    signed: bool = False

    @property
    def missing(self) -> int:
        """The stored value that means NaN."""
        return -32768 if self.signed else 65535

    @property
    def dtype(self) -> np.dtype[Any]:
        """int16 or uint16."""
        return np.dtype(np.int16 if self.signed else np.uint16)

    @property
    def high(self) -> float:
        """Largest number that can be told from larger ones."""
        return (32767 if self.signed else 65534) * self.step

    def pack(self, values: Floats) -> Packed:
        """Stored form of `values`, same shape."""
        steps = values / self.step
        np.rint(steps, out=steps)
        np.maximum(steps, -32767 if self.signed else 0, out=steps)
        np.minimum(steps, 32767 if self.signed else 65534, out=steps)
        np.copyto(steps, self.missing, where=np.isnan(steps))
        return steps.astype(self.dtype)

    def unpack(self, stored: Packed) -> NDArray[np.float32]:
        """Numbers again, C-contiguous float32, NaN where missing."""
        values = np.ascontiguousarray(stored).astype(np.float32)
        values *= np.float32(self.step)
        values[stored == self.missing] = np.nan
        return values


SCALES: Final[Mapping[Track, Scale]] = {
    Track.TRUTH: Scale(1.0),
    Track.BELIEVED: Scale(0.25),  # an algorithm that expires to the average believes in fractions
    Track.ROUTED: Scale(1.0),
    Track.LIMIT: Scale(1.0),
    Track.GAP: Scale(0.25, signed=True),
    Track.REPORT_AGE: Scale(0.05),  # up to 54 minutes
    Track.MEMORY: Scale(0.0001),
}
