"""A drill in virtual time: the same scenario, the same engine behind the console, no sockets. The same seed gives the same run.

Time stands still while the engine and its operator think; so nothing depends on the speed of the machine. All sessions are direct.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

import numpy as np

from console.decide.gates import GateSettings, lapsed
from console.detect import DetectSettings
from console.detect.sick import SickSettings
from console.domain.actions import Answer, Intent
from console.domain.command import Command
from console.domain.frame import Frame
from console.domain.ports import Json
from console.domain.states import Verb
from console.engine.loop import Engine, EngineSettings
from console.lab.drill.actors import Actor
from console.lab.drill.operator import REACTION_S, REASON, Operator
from console.lab.drill.record import Record
from console.lab.drill.samples import Run, Sample, Tally
from console.lab.drill.spans import spans
from console.lab.drill.stage import Stage
from console.lab.options import ENGINE
from console.lab.story.cues import cues
from console.lab.story.format import Scenario
from console.lab.story.timelapse import TimeLapse
from console.policy import by_name
from console.sim import Plan, PoolPlan, Resources, Simulation
from console.sim.simulation import Truth

_MIB: Final = 1024 * 1024
_GIB: Final = 1024 * _MIB
_RESULT_S: Final = 2.0
"""So long a client waits for its result, as the lab's direct clients do."""
INTERFACE: Final = "direct"
_SETTINGS: Final = EngineSettings(detect=DetectSettings(sick=SickSettings(lag_s=10.0, high_lag_s=60.0)))
"""A loop's lag is real time, and a run must not depend on how busy the machine is."""


def run(scenario: Scenario, actor: Actor, seed: int, speed: float | None = None) -> Run:
    """Plays it to its end. Blocks for a few seconds. Raises SettingsError for what the simulation does not know."""
    return asyncio.run(_Drill(scenario, actor, seed, speed).run())


def plan(scenario: Scenario, algorithm: str | None = None) -> Plan:
    """The fleet of a scenario as the simulation wants it; sizes of memory as the lab's servers have them."""
    fleet = scenario.fleet
    first = scenario.phases[0].load
    return Plan(
        pools=tuple(
            PoolPlan(f"{ENGINE}/{name}", size, first.get(name, 0.0), fleet.limit) for name, size in fleet.pools
        ),
        balancing=by_name(algorithm or fleet.algorithm),
        report_interval_s=fleet.report_interval_s,
        session_s=fleet.session_s,
        leave_after_s=fleet.leave_after_s,
        boot_s=fleet.boot_s if fleet.autoscaler else None,
        resources=Resources(
            capacity=fleet.bears,
            memory_limit=8.0 * _GIB,
            idle_bytes=1.5 * _GIB,
            session_bytes=4320.0 * _MIB / fleet.limit,
            audio_bytes=3072.0 / fleet.limit * 16_000,
            client_timeout_s=_RESULT_S,
        ),
    )


class _Clock:
    """The simulation's time."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    def monotonic(self) -> float:
        return self._sim.mono_s

    def wall(self) -> float:
        return self._sim.wall_s


class _Memory:
    """A journal for a fleet that never was: it forgets."""

    def append(self, kind: str, body: Json) -> None:
        """Nothing is kept."""


class _Hand:
    """Carries the engine's requests to the simulated balancer."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    async def send(self, intent: Intent, etag: str) -> Answer:
        """Detach or attach."""
        return self._sim.ask(intent.verb, intent.server, by=intent.operator, reason=intent.reason)

    async def close(self) -> None:
        """There is nothing to close."""


class _Drill:
    """One run; also the feed of its own engine."""

    def __init__(self, scenario: Scenario, actor: Actor, seed: int, speed: float | None) -> None:
        self._scenario = scenario
        self._actor = actor
        self._seed = seed
        self._lapse = TimeLapse.of(scenario, speed)
        self._sim = Simulation(plan(scenario, actor.algorithm), seed)
        self._cues = cues(scenario, self._lapse)
        self._stage = Stage(self._sim, self._cues, seed)
        self._samples: list[Sample] = [_sample(self._sim)]
        self._record = Record()
        self._operator = Operator(REACTION_S)
        settings = replace(_SETTINGS, gates=GateSettings(**lapsed(self._lapse.speed)))
        self._engine = Engine(self, _Hand(self._sim), _Memory(), _Clock(self._sim), "drill", settings)

    async def run(self) -> Run:
        """Until the scenario is over."""
        await self._engine.run()
        events = sorted([*self._stage.events, *self._record.events], key=lambda event: event.at_s)
        return Run(
            scenario=self._scenario.name,
            actor=self._actor.name,
            way="sim",
            seed=self._seed,
            speed=self._lapse.speed,
            spans=spans(self._scenario, self._lapse),
            samples=tuple(self._samples),
            events=tuple(events),
            groups={name: tuple(servers) for name, servers in self._stage.groups.items()},
            notes=tuple(self._stage.notes),
        )

    async def frames(self) -> AsyncIterator[Frame]:
        """A Frame a poll; between two of them the operator may click."""
        while self._sim.now < self._lapse.total_s:
            self._stage.advance(self._sim.now + self._sim.plan.poll_s)
            self._samples.append(_sample(self._sim))
            yield self._sim.frame()
            await self._look()
            await asyncio.sleep(0)  # the engine's other tasks are due as well

    async def close(self) -> None:
        """There is nothing to close."""

    async def _look(self) -> None:
        view = self._engine.newest
        if view is None:
            return
        self._record.view(view, self._sim.now)
        server = self._operator.click(view, self._sim.now) if self._actor.console else None
        if server is not None:
            self._record.action(await self._engine.act(Command(Verb.DETACH, server, REASON)), self._sim.now)


def _sample(sim: Simulation) -> Sample:
    truth = sim.truth()
    kept = _listed(sim, truth)
    return Sample(
        at_s=sim.now,
        ids=tuple(itertools.compress(truth.ids, kept)),
        pools=tuple(itertools.compress(truth.pools, kept)),
        sessions=truth.sessions[kept],
        limit=truth.limit[kept],
        unable=truth.unable[kept],
        routed=truth.routed[kept],
        tallies={
            (name, INTERFACE): Tally(
                asked=tally.asked,
                completed=tally.completed,
                refused=tally.refused,
                cut=tally.server_death,
                partial=tally.client_timeout,
                errors=dict(tally.errors),
            )
            for name, tally in truth.tallies.items()
        },
    )


def _listed(sim: Simulation, truth: Truth) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The dead of old are no servers any more; a dead one that the balancer still lists is."""
    listed = np.concatenate([pool.servers.listed for pool in sim.fleet.pools])
    return truth.alive | listed
