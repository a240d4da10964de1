"""Virtual incidents with a forecast in their midst, and what the same fleet then does: for the tests and the accept case."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from console.decide.flows import FlowKeeper
from console.decide.outlook import NEARLY_FULL
from console.decide.scene import Scene, scene
from console.detect import Estimate, GapEstimator
from console.domain.frame import Frame
from console.domain.states import Verb
from console.policy import by_name
from console.sim import Fault, Load, Plan, PoolPlan, Simulation

POOL = "-a-general/8k"
AHEAD_S = 60.0
LOOK_S = 0.5


@dataclass(frozen=True)
class Incident:
    """Some servers fall silent while the load is low, then the load comes; `after_s` later somebody looks."""

    seed: int
    servers: int = 32
    limit: int = 12
    muted: int = 3
    session_s: float = 12.0
    report_s: float = 0.25
    calm_rate: float = 1.0
    rate: float = 12.0
    calm_s: float = 120.0
    silent_s: float = 15.0
    after_s: float = 6.0
    algorithm: str = "least-reported"


@dataclass(frozen=True)
class Moment:
    """The fleet when somebody looks, and all that the console knows."""

    sim: Simulation
    scene: Scene
    frame: Frame
    estimate: Estimate
    keeper: FlowKeeper
    muted: tuple[str, ...]


@dataclass(frozen=True)
class Came:
    """What the fleet then does. Shares of slots; `full_s` inf: nobody filled up who was not full."""

    peak_share: float
    victim: str | None
    full_s: float
    refused_share: float


def drawn(seed: int) -> Incident:
    """One of many: sizes, limits, lengths, intervals and loads as they come; always enough load to fill the silent ones twice."""
    rng = Random(f"incident {seed}")
    while True:
        servers, limit = rng.choice((16, 24, 32, 48, 64)), rng.choice((12, 12, 30, 60, 100))
        session_s, report_s = rng.choice((8.0, 12.0, 20.0, 30.0)), rng.choice((0.25, 0.25, 0.5))
        muted = rng.randint(1, 3)
        # Where one report interval can fill a server, whoever is lowest is hit, silent or not: that is another fault.
        rate = min(rng.uniform(0.15, 0.45) * servers * limit / session_s, 0.22 * limit / report_s)
        if 2 * muted * limit <= rate * session_s <= 0.6 * servers * limit and rate < 60:
            break
    return Incident(
        seed=seed,
        servers=servers,
        limit=limit,
        muted=muted,
        session_s=session_s,
        report_s=report_s,
        calm_rate=min(rate / 10, 0.3 * servers / session_s),
        rate=rate,
        after_s=float(rng.randint(8, 20)),
        algorithm=rng.choice(("least-reported",) * 4 + ("best-of-two",)),
    )


def filling(seed: int) -> Incident:
    """One in which the silent ones are filling up when somebody looks: 5 to 35 s are left, as the drawn rate has it."""
    rng = Random(f"filling {seed}")
    full_s, servers = rng.uniform(14.0, 45.0), rng.choice((24, 32, 48, 64))
    while True:
        limit, muted = rng.choice((60, 100, 150)), rng.randint(1, 3)
        if muted * limit / full_s >= 4.0:  # fewer a second say hardly anything within the seconds after a ramp
            break
    return Incident(
        seed=seed,
        servers=servers,
        limit=limit,
        muted=muted,
        session_s=full_s * rng.uniform(1.5, 3.0),
        report_s=rng.choice((0.25, 0.5)),
        calm_rate=1.0,
        calm_s=200.0,
        rate=muted * limit / full_s,
        after_s=float(round(min(full_s - 6.0, rng.uniform(7.0, 15.0)))),
    )


def at_the_look(incident: Incident) -> Moment:
    """Runs the incident up to the moment at which somebody looks. The same incident, the same moment."""
    keeper, estimator = FlowKeeper(), GapEstimator()
    newest: list[tuple[Frame, Estimate]] = []

    def see(frame: Frame) -> None:
        keeper.step(frame)
        newest[:] = [(frame, estimator.step(frame))]

    sim, muted = _played(incident, see)
    frame, estimate = newest[0]
    place = scene(frame, estimate, keeper.flows(), POOL, ages=keeper.ages(frame))
    return Moment(sim, place, frame, estimate, keeper, muted)


def _played(incident: Incident, see: Callable[[Frame], None] | None) -> tuple[Simulation, tuple[str, ...]]:
    """The fleet at the look, and who is silent; without anybody to see them no Frames are made, and all else is the same."""
    plan = Plan(
        (PoolPlan(POOL, incident.servers, incident.calm_rate, incident.limit),),
        balancing=by_name(incident.algorithm),
        report_interval_s=incident.report_s,
        session_s=incident.session_s,
    )
    sim = Simulation(plan, incident.seed)

    def polls(seconds: float) -> None:
        for _ in range(round(seconds)):
            sim.advance(plan.poll_s)
            if see is not None:
                see(sim.frame())

    polls(incident.calm_s)
    truth = sim.truth()
    muted = tuple(truth.ids[index] for index in np.argsort(truth.sessions, kind="stable")[: incident.muted].tolist())
    sim.do(Fault("mute", muted))
    polls(incident.silent_s)
    sim.do(Load(incident.rate))
    polls(incident.after_s)
    return sim, muted


def what_came(incident: Incident, detached: tuple[str, ...], known: Scene | None = None) -> Came:
    """The same fleet from the look on, with these detached at once. `known`: who is full there already is nobody's next victim."""
    sim, _ = _played(incident, None)
    for server in detached:
        assert sim.ask(Verb.DETACH, server).status == 200, server
    start = sim.truth()
    survivors = start.listed & ~np.isin(start.ids, detached) if detached else start.listed
    eligible = survivors & (start.sessions < NEARLY_FULL * start.limit)
    if known is not None:
        eligible &= known.truth < NEARLY_FULL * known.limit
    peak, full_s, victim = start.sessions.copy(), math.inf, None
    for look in range(1, round(AHEAD_S / LOOK_S) + 1):
        sim.advance(LOOK_S)
        now = sim.truth()
        np.maximum(peak, now.sessions, out=peak)
        hit = eligible & (now.sessions >= now.limit)
        if full_s == math.inf and hit.any():
            full_s, victim = (look - 0.5) * LOOK_S, now.ids[int(np.flatnonzero(hit)[0])]
    came = sim.truth().total.since(start.total)
    return Came(float((peak / start.limit)[survivors].max()), victim, full_s, came.refused / max(came.asked, 1))
