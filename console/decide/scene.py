"""What a forecast starts from: one pool of one Frame, its flow, its algorithm, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from console.decide.flows import Flows
from console.detect.estimate import Estimate
from console.domain.errors import SettingsError
from console.domain.foresight import Assumption, Flow, Known
from console.domain.frame import NAN, Bools, Column, Floats, Frame
from console.domain.states import Reach, Verb
from console.policy import NAMES, Balancing, LeastReported, by_name
from console.sim import Fault, Simulation, fork

_EVENT_S: Final = 12e-6
"""What one session costs the engine that goes from event to event ..."""
_TICK_S: Final = 55e-6
_TICK_SERVER_S: Final = 6e-8
"""... and what one step costs the other one, and each server in it: about, in seconds of CPU."""
_COARSEST_S: Final = 1.0
"""Steps longer than this would hide when a server fills up."""


class NoForecast(ValueError):
    """Nothing can be foretold; the sentence says what is missing."""


class Scene(Struct, frozen=True, eq=False):
    """One pool as of one Frame, ready to be run forward. Columns are as long as `ids`."""

    frame: Frame
    pool: str
    """"": the servers without one."""
    ids: tuple[str, ...]
    attached: Bools
    truth: Floats
    """Sessions: the newest known, and what has come and gone since; NaN: never known."""
    now: Floats
    """The same, per slot of the Frame."""
    ages: Floats | None
    """Of the open sessions: p50, p90, maximum, (3, slots of the Frame); NaN where not learned. None: not learned at all."""
    limit: Floats
    memory: Floats
    """Bytes; NaN: not told."""
    memory_limit: Floats
    suspects: tuple[str, ...]
    """Attached ones whose reports do not follow their truth, worst first."""
    flow: Flow
    balancing: Balancing
    interval_s: float
    """Of the reports."""
    dead: tuple[str, ...]
    mute: tuple[str, ...]
    """Silent, and no answer to us either."""
    stuck: tuple[str, ...]
    """Their reports come, and their number stays."""
    assumed: frozenset[Assumption]

    def survivors(self, detached: Collection[str]) -> Bools:
        """Who is left to take new sessions."""
        gone = set(detached)
        return self.attached & np.array([server not in gone for server in self.ids])

    def simulation(
        self, detached: Collection[str], *, seed: int, horizon_s: float, off: float = 0.0, alike: bool = True
    ) -> Simulation:
        """The pool from now on without these. `off`: how far flow and length are from their estimates, in margins.

        `alike`: rate and length are off in the same direction. Raises NoForecast where nobody would be left.
        """
        if not self.survivors(detached).any():
            raise NoForecast("That would leave no attached server in the pool.")
        flow = self.flow
        rate = max(flow.rate * (1.0 + off * flow.rate_margin), 0.0)
        length_s = flow.session_s * max(1.0 + (off if alike else -off) * flow.session_margin, 0.1)
        sim = fork(
            self.frame, self.balancing, {self.pool: rate}, length_s,
            seed=seed, engine=self._engine(rate, horizon_s), interval_s=self.interval_s, truth=self.now, ages=self.ages,
            polled=False,
        )  # fmt: skip
        for kind, servers in (("kill", self.dead), ("freeze", self.mute), ("stuck", self.stuck)):
            if servers:
                sim.do(Fault(kind, servers))
        for server in detached:
            sim.ask(Verb.DETACH, server)
        return sim

    def _engine(self, rate: float, horizon_s: float) -> Literal["events", "ticks"]:
        """The cheaper one."""
        step_s = self.interval_s / 2
        ticks_s = horizon_s / step_s * (_TICK_S + _TICK_SERVER_S * len(self.ids))
        return "ticks" if step_s <= _COARSEST_S and ticks_s < rate * horizon_s * _EVENT_S else "events"


def scene(
    frame: Frame,
    estimate: Estimate,
    flows: Flows,
    pool: str | None,
    suspects: Sequence[str] = (),
    ages: Floats | None = None,
) -> Scene:
    """The scene of a pool. `suspects`: ids, worst first; silent and stuck ones that are not among them follow. `ages`: learned ones.

    Raises NoForecast where the Frame lists nobody there, or no arrivals are known.
    """
    rows = [row for row in frame.rows if row.pool == pool and frame.listed[row.slot]]
    if not rows:
        raise NoForecast("The balancer lists no server of this pool.")
    flow = flows.get(pool)
    if flow is None or not flow.rate >= 0:
        raise NoForecast("The balancer has not told yet how many sessions come.")
    slots = np.array([row.slot for row in rows])
    ids = tuple(row.id for row in rows)
    attached = frame.attached[slots]
    now = _now(frame, flow)
    limit = frame[Column.LIMIT][slots]
    silent, reach = estimate.silent[slots], frame.reach[slots]
    with np.errstate(invalid="ignore"):
        wrong = attached & ~silent & (estimate.gap > estimate.margin)[slots]

    def named(which: Bools) -> tuple[str, ...]:
        return tuple(ids[index] for index in np.flatnonzero(which).tolist())

    faulty = named(attached & (silent | wrong))
    ranked = [server for server in suspects if server in faulty]
    balancing, assumed = _balancing(frame)
    if flow.known is Known.ASSUMED:
        assumed.add(Assumption.SESSION_LENGTH)
    if (attached & np.isnan(frame[Column.TRUTH][slots])).any():
        assumed.add(Assumption.TRUTH)
    if np.isnan(limit[attached]).any():
        assumed.add(Assumption.LIMITS)
    return Scene(
        frame=frame,
        pool=pool or "",
        ids=ids,
        attached=attached,
        truth=now[slots],
        now=now,
        ages=ages,
        limit=limit,
        memory=frame[Column.MEMORY_USED][slots],
        memory_limit=frame[Column.MEMORY_LIMIT][slots],
        suspects=(*ranked, *(server for server in faulty if server not in ranked)),
        flow=flow,
        balancing=balancing,
        interval_s=estimate.interval_s,
        dead=named(silent & (reach == Reach.UNREACHABLE)),
        mute=named(silent & (reach == Reach.TIMEOUT)),
        stuck=named(wrong),
        assumed=frozenset(assumed),
    )


def _now(frame: Frame, flow: Flow) -> Floats:
    """Sessions per slot as of the Frame: a status is up to one poll old, in which a herd brings a lot.

    What was routed to it since its status came on top (of the newest poll, its part of the time), and some of what it had has
    ended. Neither below 0 nor above the limit.
    """
    truth = np.where(np.isnan(frame[Column.TRUTH]), frame[Column.LAST_TRUTH], frame[Column.TRUTH])
    part = np.clip(np.nan_to_num(frame[Column.TRUTH_AGE]) / frame.interval_s, 0.0, 1.0)
    came = np.nan_to_num(frame[Column.ROUTED]) * part
    with np.errstate(invalid="ignore"):
        gone = truth * part * min(frame.interval_s / flow.session_s, 1.0)
        return np.clip(
            np.rint(truth + came - gone), 0.0, np.fmax(np.nan_to_num(frame[Column.LIMIT], nan=np.inf), truth)
        )


def _balancing(frame: Frame) -> tuple[Balancing, set[Assumption]]:
    """The balancer's own algorithm, and what had to be assumed of it."""
    name, parameters = frame.balancer.algorithm, frame.balancer.algorithm_parameters
    if name not in NAMES:
        return LeastReported(), {Assumption.ALGORITHM}
    try:
        return by_name(name, parameters), set()
    except SettingsError:  # what the balancer tells is not ours to complain about: it is assumed, and said
        return by_name(name), {Assumption.PARAMETERS}


def memory_share(scene: Scene, loads: Floats) -> Floats:
    """Share of its memory that each server would use with so many sessions; NaN: not told.

    What a session costs is the slope of memory over sessions across the pool, for an idle server holds its models too.
    """
    known = ~np.isnan(scene.memory) & ~np.isnan(scene.truth)
    if not known.any():
        return np.full(len(scene.ids), NAN)
    held, used = scene.truth[known], scene.memory[known]
    away = held - held.mean()
    spread = float((away**2).sum())
    each = max(float((away * (used - used.mean())).sum()) / spread, 0.0) if spread > 0 else 0.0
    with np.errstate(invalid="ignore"):
        return (scene.memory + np.maximum(loads - scene.truth, 0.0) * each) / scene.memory_limit
