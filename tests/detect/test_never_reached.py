"""A balancer that never answered: Frames with free slots only, and a console that is blind, not dead."""

from __future__ import annotations

import numpy as np
from msgspec import structs

from console.detect import GapEstimator
from console.domain.frame import RowTable
from tests.support.builders import FrameMaker


def test_frames_without_any_row_are_estimated_as_unknown() -> None:
    empty = FrameMaker().make([], balancer=False)
    free = 256
    frame = structs.replace(
        empty,
        rows=RowTable((None,) * free, 1),
        values=np.full((len(empty.values), free), np.nan),
        listed=np.zeros(free, dtype=np.bool_),
        attachment=np.full(free, -1, dtype=np.int8),
        reach=np.zeros(free, dtype=np.uint8),
    )
    estimate = GapEstimator().step(frame)
    assert estimate.gap.shape == (free,)
    assert np.isnan(estimate.gap).all()
    assert not estimate.silent.any()
