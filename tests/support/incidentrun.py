"""The reference incident judged from night to ramp, in numbers: who was named, when, and who led the list."""

from __future__ import annotations

from typing import Any

from console.detect import Detectors, GapEstimator
from console.domain.alarms import AlarmState
from tests.support.incident import FULL, NIGHT, VirtualFleet


def run_incident(seed: int) -> dict[str, Any]:
    """`three`, `silent` and `gap` (seconds by server, since the mute and since the ramp), `first` (by rule), `led`."""
    fleet = VirtualFleet(seed, rate=NIGHT)
    estimator, detectors = GapEstimator(), Detectors()
    found: dict[str, Any] = {"silent": {}, "gap": {}, "first": {}, "led": False}

    def poll(times: int, since: float) -> None:
        for _ in range(times):
            frame = fleet.next()
            judged = detectors.step(frame, estimator.step(frame))
            for change in judged.changes:
                if change.state is not AlarmState.RAISED:
                    continue
                if change.rule in ("silent", "gap") and change.server is not None:
                    found[change.rule].setdefault(change.server, fleet.now - since)
                if since:
                    found["first"].setdefault(change.rule, fleet.now - since)
            found["suspects"] = [suspect.server for suspect in judged.suspects]

    poll(20, 0.0)
    three = found["three"] = fleet.idle(3)
    fleet.mute(*three)
    muted_at = fleet.now
    poll(15, muted_at)
    fleet.rate.update(FULL)
    found["first"].clear()
    poll(20, fleet.now)
    found["led"] = bool(found["suspects"]) and found["suspects"][0] in three
    return found
