"""What a step of all alarm rules costs. False alarms are in `grid`, detection in `proofs`."""

from __future__ import annotations

import statistics
import time

from console.detect import Detectors, GapEstimator
from tests.accept.measuring import Case, Figures
from tests.support.healthyday import LivingFleet

STEP_MS = 3.0


def alarms_cost(quick: bool) -> Figures:
    """One step of all rules at 1,000 servers in calm, in processor time of its thread."""
    fleet = LivingFleet(1, per_pool=500, report_interval=1.0, rate={"-a-general/8k": 40.0, "-a-general/16k": 40.0})
    estimator, detectors = GapEstimator(), Detectors()
    times: list[float] = []
    for _ in range(60 if quick else 300):
        frame = fleet.next()
        estimate = estimator.step(frame)
        began = time.thread_time()
        detectors.step(frame, estimate)
        times.append((time.thread_time() - began) * 1e3)
    ranked = sorted(times[10:])
    return {
        "pass": statistics.median(ranked) <= STEP_MS,
        "limits": {"median_ms": STEP_MS},
        "servers": 1000,
        "median_ms": round(statistics.median(ranked), 3),
        "p95_ms": round(ranked[int(0.95 * len(ranked))], 3),
    }


CASES = (Case("alarms_cost", f"a step of all rules at 1,000 servers costs at most {STEP_MS:g} ms", alarms_cost, 20),)
