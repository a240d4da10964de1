"""Herd physics against the virtual fleet: the herd number, the countdown, and who is full next."""

from __future__ import annotations

import pytest

from console.detect import Detectors, GapEstimator, Judgement
from tests.support.builders import POOL_8K, POOL_16K
from tests.support.incident import VirtualFleet


def judged(fleet: VirtualFleet, polls: int) -> list[Judgement]:
    estimator, detectors = GapEstimator(), Detectors()
    frames = list(fleet.run(polls))
    return [detectors.step(frame, estimator.step(frame)) for frame in frames]


def forecast(seed: int) -> tuple[float, float, bool, tuple[str, ...]]:
    """Limit 100, sessions of 180 s, 3 of 64 silent, then a day's rate: what was said 8 s after the ramp, and what came."""
    rate = {POOL_8K: 1.0, POOL_16K: 0.5}
    fleet = VirtualFleet(seed, report_interval=1.0, limit=100, session_s=180.0, rate=rate)
    fleet.advance(400)
    estimator, detectors = GapEstimator(), Detectors()

    def poll() -> Judgement:
        frame = fleet.next()
        return detectors.step(frame, estimator.step(frame))

    for _ in range(30):
        poll()
    # They fall silent while nearly idle, and seem so ever after.
    three = sorted((node for node in fleet.nodes.values() if node.pool == POOL_8K), key=lambda node: node.truth)[:3]
    fleet.mute(*[node.id for node in three])
    for _ in range(10):
        poll()
    fleet.rate[POOL_8K] = 8.0
    for _ in range(8):
        said = poll()
    herd = next(herd for herd in said.herds if herd.pool == POOL_8K)
    began = fleet.now
    while not (full := [node.id for node in fleet.nodes.values() if node.truth >= 100]):
        poll()
        assert fleet.now < began + 300
    return herd.countdown_s, fleet.now - began, bool(set(full) & set(herd.victims)), herd.victims


def test_the_countdown_is_within_30_percent_and_the_victim_among_those_named() -> None:
    found = [forecast(seed) for seed in range(12)]
    right = [victim for _, _, victim, _ in found]
    near = [abs(said - came) <= 0.3 * came + 1.0 for said, came, _, _ in found]
    assert sum(right) >= 0.9 * len(found), found
    assert sum(near) >= 0.9 * len(found), found
    assert all(1 <= len(victims) <= 3 for _, _, _, victims in found)


def test_nothing_is_counted_down_in_health_and_the_herd_number_is_the_formula() -> None:
    fleet = VirtualFleet(5, report_interval=2.0, limit=100, session_s=60.0, rate={POOL_8K: 10.0, POOL_16K: 1.0})
    fleet.advance(200)
    last = judged(fleet, 60)[-1]
    herd = next(herd for herd in last.herds if herd.pool == POOL_8K)
    held = sum(node.truth for node in fleet.nodes.values() if node.pool == POOL_8K) / 32
    assert herd.number == pytest.approx(herd.rate_per_s * 2.0 / (100 - held), rel=0.05)
    assert herd.number == pytest.approx(10 * 2 / (100 - 600 / 32), rel=0.35)
    assert all(herd.countdown_s != herd.countdown_s and not herd.victims for herd in last.herds)
    assert herd.n_fair == 32.0 and herd.n_eff < 32.0
