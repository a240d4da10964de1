"""What came of a prediction: once its horizon is reached, the same figures are read from the fleet and put beside it."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from console.domain.actions import Intent
from console.domain.frame import Column
from console.domain.safety import Prediction
from console.engine.advisor import Moment


class Promise(Struct, frozen=True):
    """A prediction that waits for its day."""

    intent: Intent
    prediction: Prediction

    def due(self, now_s: float) -> bool:
        """Whether its horizon is reached."""
        return now_s - self.intent.asked_mono_s >= self.prediction.horizon_s


def told(prediction: Prediction) -> dict[str, object]:
    """A prediction as the audit keeps it; unknown is null."""
    return {
        "horizon_s": prediction.horizon_s,
        "peak_share": _known(prediction.peak_share),
        "peak_server": prediction.peak_server,
        "peak_share_without": _known(prediction.peak_share_without),
        "memory_share": _known(prediction.memory_share),
        "demand_share": _known(prediction.demand_share),
        "foretold_share": _known(prediction.foretold_share),
    }


def outcome(promise: Promise, moment: Moment) -> dict[str, object]:
    """Predicted and actual peak of the pool's attached servers that are no suspects."""
    frame, intent = moment.frame, promise.intent
    slots = [
        row.slot
        for row in frame.rows
        if row.pool == intent.pool
        and row.id != intent.server
        and frame.attached[row.slot]
        and row.id not in moment.suspects
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = frame[Column.TRUTH][slots] / frame[Column.LIMIT][slots]
    known = shares[np.isfinite(shares)]
    return {
        "key": intent.key,
        "predicted": told(promise.prediction),
        "peak_share": _known(float(known.max())) if len(known) else None,
        "servers": len(known),
    }


def _known(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
