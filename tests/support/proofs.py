"""The reference incident on the simulation, judged poll by poll: who was named, how soon, and where reports were lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from console.detect import Detectors, GapEstimator
from console.domain.alarms import AlarmState, Fault
from console.domain.frame import Column
from console.sim import Fault as Injected
from tests.support.builders import POOL_8K, POOL_16K
from tests.support.incident import FULL, NIGHT, VirtualFleet

REPORT_S, POLL_S = 0.25, 1.0
CALM_POLLS, SILENT_POLLS, RAMP_POLLS, SETTLED_POLLS = 20, 15, 25, 8
INJECTED = {
    "mute": Fault.NOT_SENT,
    "lost_report": Fault.NOT_RECEIVED,
    "ignore": Fault.STUCK,
    "repeat": Fault.IGNORED,
}
"""What is injected, and the verdict that is right."""


@dataclass
class Proof:
    """One seed. Times in seconds since the reports stopped, polls since the first Frame that was beyond the margin."""

    culprits: list[str]
    named: set[str] = field(default_factory=set[str])
    """Everybody on whom `gap` was raised."""
    silenced: set[str] = field(default_factory=set[str])
    silent_s: list[float] = field(default_factory=list[float])
    gap_polls: list[int] = field(default_factory=list[int])
    gap_s: list[float] = field(default_factory=list[float])
    """Since the ramp."""
    first_s: dict[str, float] = field(default_factory=dict[str, float])
    """First alarm of each rule, since the ramp."""
    led: int = 0
    ranked: int = 0
    """Polls with a ranking, and those of them that a culprit leads."""


def prove(seed: int, servers: int = 64) -> Proof:
    """Night, 4.7 % of the servers fall silent, 15 s later the ramp."""
    size, muted = servers / 64, round(0.047 * servers)
    fleet = VirtualFleet(seed, per_pool=servers // 2, rate={pool: rate * size for pool, rate in NIGHT.items()})
    estimator, detectors = GapEstimator(), Detectors()
    proof = Proof([])
    over: dict[str, int] = {}
    now, began = 0, 0.0
    for poll in range(CALM_POLLS + SILENT_POLLS + RAMP_POLLS):
        if poll == CALM_POLLS:
            proof.culprits = fleet.idle(muted)
            fleet.mute(*proof.culprits)
            began = fleet.now
        if poll == CALM_POLLS + SILENT_POLLS:
            fleet.rate.update({pool: rate * size for pool, rate in FULL.items()})
            now = poll
        frame = fleet.next()
        estimate = estimator.step(frame)
        judged = detectors.step(frame, estimate)
        with np.errstate(invalid="ignore"):
            level = np.fmax(estimate.margin, 0.1 * frame[Column.LIMIT])
            for slot in (estimate.gap > level).nonzero()[0].tolist():
                row = frame.rows.rows[slot]
                if row is not None:
                    over.setdefault(row.id, poll)
        for change in judged.changes:
            if change.state is not AlarmState.RAISED:
                continue
            if now:
                proof.first_s.setdefault(change.rule, (poll - now + 1) * POLL_S)
            if change.server is None:
                continue
            if change.rule == "silent" and change.server not in proof.silenced:
                proof.silenced.add(change.server)
                proof.silent_s.append(fleet.now - began)
            if change.rule == "gap" and change.server not in proof.named:
                proof.named.add(change.server)
                proof.gap_polls.append(poll - over[change.server])
                proof.gap_s.append((poll - now + 1) * POLL_S)
        if judged.suspects:
            proof.ranked += 1
            proof.led += judged.suspects[0].server in proof.culprits
    return proof


def verdicts(seed: int) -> dict[str, str | None]:
    """By injected fault: what forensics say of that server three report intervals and a poll later; None: nothing."""
    found: dict[str, str | None] = {}
    for kind in INJECTED:
        fleet = VirtualFleet(seed, rate={POOL_8K: 6.0, POOL_16K: 3.0})
        estimator, detectors = GapEstimator(), Detectors()
        for _ in range(SETTLED_POLLS):
            frame = fleet.next()
            detectors.step(frame, estimator.step(frame))
        truth = fleet.sim.truth()
        server = truth.ids[seed % len(truth.ids)]
        inject(fleet, kind, server)
        for _ in range(2):
            frame = fleet.next()
            judged = detectors.step(frame, estimator.step(frame))
        found[kind] = next((one.fault.value for one in judged.silences if one.server == server), None)
    return found


def inject(fleet: VirtualFleet, kind: str, server: str) -> None:
    """One of INJECTED."""
    fleet.sim.do(Injected(kind, (server,)))
