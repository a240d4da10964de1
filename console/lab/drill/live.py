"""A drill on a live lab: real processes, real sockets, the real engine. It lasts as long as the scenario does."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import numpy as np

from console.decide.gates import lapsed
from console.domain.command import Command
from console.domain.errors import ConsoleError, JournalError
from console.domain.states import Verb
from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.assemble import SECTIONS, assemble
from console.engine.loop import Engine
from console.lab.drill.actors import Actor
from console.lab.drill.operator import REACTION_S, REASON, Operator
from console.lab.drill.record import Record
from console.lab.drill.samples import Event, Part, Run, Sample, Tally
from console.lab.drill.spans import spans
from console.lab.http.client import HttpClient, NoAnswer
from console.lab.load.session import OPEN_TIMEOUT_S
from console.lab.options import LabOptions
from console.lab.process import LabProcess, start_lab
from console.lab.story.apply import applied
from console.lab.story.format import Scenario
from console.lab.story.timelapse import TimeLapse
from console.settings import load

Json = dict[str, Any]
_EVERY_S: Final = 1.0
_PATIENCE_S: Final = 5.0
"""So long an answer of the lab may take on a busy machine; a sample that has none is left out, and told."""
_REFUSES: Final = frozenset({"freeze", "refuse", "kill"})
"""Faults with which nobody can open a session."""


def run(scenario: Scenario, actor: Actor, seed: int, speed: float | None = None, source: str | None = None) -> Run:
    """Plays it to its end. `source`: the scenario's file, where it is none of the product's. Raises ConsoleError."""
    lapse = TimeLapse.of(scenario, speed)
    wanted = LabOptions(scenario=source or scenario.name, speed=lapse.speed, seed=seed)
    if actor.algorithm is not None:
        wanted = LabOptions(scenario=wanted.scenario, speed=lapse.speed, seed=seed, algorithm=actor.algorithm)
    with start_lab(applied(wanted), timeout_s=60.0) as lab, tempfile.TemporaryDirectory(prefix="dsr-drill-") as state:
        return asyncio.run(_Drill(scenario, lapse, actor, seed, lab, state).run())


class _Drill:
    """One run on one lab."""

    def __init__(
        self, scenario: Scenario, lapse: TimeLapse, actor: Actor, seed: int, lab: LabProcess, state: str
    ) -> None:
        self._scenario = scenario
        self._lapse = lapse
        self._actor = actor
        self._seed = seed
        self._lab = lab
        self._state = state
        self._record = Record()
        self._operator = Operator(REACTION_S)
        self._samples: list[Sample] = []
        self._notes: list[str] = []
        self._missed = 0
        self._zero_s = 0.0
        """Our loop's time at the start of the scenario."""

    async def run(self) -> Run:
        """Until the scenario is over."""
        lab, dsrm = _client(self._lab.lab_url), _client(self._lab.dsrm_url)
        overrides = {
            "balancer": {"url": self._lab.dsrm_url},
            "console": {"journal_folder": self._state},
            "gates": lapsed(self._lapse.speed),
        }
        settings = load(None, SECTIONS, overrides)
        engine = assemble(settings)
        engine.subscribe(self._see)
        document = await _ask(lab, "/lab/guide")
        self._zero_s = asyncio.get_running_loop().time() - document["elapsed_s"]
        running = spawn(engine.run(), "engine of the drill")
        clicking = spawn(self._click(engine), "operator of the drill")
        try:
            while not document["over"]:
                document = await self._sample(lab, dsrm) or document
                await asyncio.sleep(_EVERY_S - self._now_s % _EVERY_S)
                if self._lab.poll() is not None:
                    raise ConsoleError("The lab died during the drill; its own words stand above.")
            truth = await _ask(lab, "/lab/state")
        finally:
            for task in (clicking, running):
                task.cancel()
            await asyncio.gather(clicking, running, return_exceptions=True)
            lab.close()
            dsrm.close()
        return self._told(document, truth)

    @property
    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._zero_s

    def _see(self, view: View) -> None:
        self._record.view(view, self._now_s)

    async def _click(self, engine: Engine) -> None:
        """Looks at the newest View several times a second, as the window does."""
        while self._actor.console:
            if (view := engine.newest) is not None:
                server = self._operator.click(view, self._now_s)
                if server is not None:
                    try:
                        self._record.action(await engine.act(Command(Verb.DETACH, server, REASON)), self._now_s)
                    except JournalError as error:
                        self._notes.append(str(error))
            await asyncio.sleep(_EVERY_S / 4)

    async def _sample(self, lab: HttpClient, dsrm: HttpClient) -> Json | None:
        """Writes down what is true now; the guide's document, None where the lab did not answer in time."""
        try:
            document, truth, fleet = (
                await _ask(lab, "/lab/guide"),
                await _ask(lab, "/lab/state"),
                await _ask(dsrm, "/v1/fleet"),
            )
        except (NoAnswer, ConsoleError):
            self._missed += 1
            return None
        self._samples.append(_sample(document["elapsed_s"], truth, fleet))
        return document

    def _told(self, document: Json, truth: Json) -> Run:
        if self._missed:
            self._notes.append(f"{self._missed} samples are missing: the lab or its balancer did not answer in time.")
        events = [*self._record.events]
        for fault in document["faults"]:
            what = "fault" if fault["on"] else "mended"
            events += [Event(fault["at_s"], what, server, words=fault["kind"]) for server in fault["servers"] or [None]]
        zero_wall_s = truth["time"] - self._now_s
        events += [
            Event(each["t"] - zero_wall_s, "died", each["server"], words=_cause(each)) for each in truth["deaths"]
        ]
        events += [
            Event(each["up_at"] - zero_wall_s, "joined", each["by"], words=f"replaces {each['server']}")
            for each in truth["autoscaler"]["replacements"]
        ]
        return Run(
            scenario=self._scenario.name,
            actor=self._actor.name,
            way="live",
            seed=self._seed,
            speed=self._lapse.speed,
            spans=spans(self._scenario, self._lapse),
            samples=tuple(self._samples),
            events=tuple(sorted(events, key=lambda event: event.at_s)),
            groups={name: tuple(servers) for name, servers in document["groups"].items()},
            notes=tuple(self._notes),
        )


def _sample(at_s: float, truth: Json, fleet: Json) -> Sample:
    """Servers that live, and those that the balancer still lists."""
    routed = {entry["id"]: float(entry["routed_total"]) for entry in fleet["servers"]}
    servers = [server for server in truth["servers"] if server["alive"] or server["id"] in routed]
    return Sample(
        at_s=at_s,
        ids=tuple(server["id"] for server in servers),
        pools=tuple(server["pool"] for server in servers),
        sessions=np.array([float(server["connections"]) for server in servers]),
        limit=np.array([float(server["limit"]) for server in servers]),
        unable=np.array([_unable(server) for server in servers], dtype=np.bool_),
        routed=np.array([routed.get(server["id"], float("nan")) for server in servers]),
        tallies={
            part: tally for pool, totals in truth["totals"].items() for part, tally in _tallies(pool, totals).items()
        },
    )


def _unable(server: Json) -> bool:
    """Nobody can open a session there: it is dead, broken on purpose, or so far behind that the opening gets no answer in time."""
    return (
        not server["alive"] or bool(_REFUSES & set(server["faults"])) or (server.get("lag_s") or 0.0) > OPEN_TIMEOUT_S
    )


def _tallies(pool: str, totals: Json) -> dict[Part, Tally]:
    return {
        (pool, interface): Tally(
            asked=each["asked"],
            completed=each["completed"],
            refused=each["refused"],
            cut=each["partial_server_death"],
            partial=each["partial_client_timeout"] + each["partial_server_timeout"],
            errors=each["errors"],
        )
        for interface, each in totals["interfaces"].items()
    }


def _cause(death: Json) -> str:
    code = death.get("code")
    return f"{death['cause']}, signal {-code}" if isinstance(code, int) and code < 0 else str(death["cause"])


def _client(url: str) -> HttpClient:
    where = urlsplit(url)
    return HttpClient(where.hostname or "", where.port or 0)


async def _ask(client: HttpClient, path: str) -> Json:
    answer = await client.request("GET", path, timeout_s=_PATIENCE_S)
    if answer.status != 200:
        raise ConsoleError(f"{path} answered {answer.status}.")
    return msgspec.json.decode(answer.body)
