"""Several consoles at one balancer in virtual time: the product's own reading, judging and acting, and operators who ask at random."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from console.act import DsrActuator
from console.collect.frames import FrameBuilder
from console.decide import Authority, GateSettings, LadderSettings, Request, SafetySettings
from console.decide.gates import judge
from console.decode import decode_fleet
from console.detect import GapEstimator
from console.domain.actions import Action
from console.domain.command import Command
from console.domain.errors import SourceError
from console.domain.readings import FleetReading, StatusReading
from console.domain.safety import Appraisal, Consent
from console.domain.states import Attachment, Step, Verb
from console.engine.advisor import Advisor, Inner, Moment, Punctuality
from console.engine.hand import Hand
from console.net.wire import HttpAnswer
from console.sources.changes import ChangeLog
from tests.support.register import Look, Try, closed
from tests.support.rivalnet import Balancer

READ_LIMIT_S, ASK_LIMIT_S = 0.5, 5.0
PAUSES_S = (0.02, 0.3, 1.0, 4.0, 10.0)


class Notebook:
    """A journal in memory; the disk takes a moment, as disks do."""

    writes = True

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self.records: list[tuple[str, dict[str, Any]]] = []

    async def write(self, kind: str, body: Mapping[str, Any]) -> None:
        await asyncio.sleep(self._dice.uniform(0.0, 0.01))
        self.note(kind, body)

    def note(self, kind: str, body: Mapping[str, Any]) -> None:
        self.records.append((kind, dict(body)))

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for its, body in self.records if its == kind]


class Brisk(Advisor):
    """Asks the same gates and leaves out the search for ways out, which decides nothing and costs most of the time."""

    def appraise(self, request: Request, moment: Moment, inner: Inner) -> Appraisal:
        return Appraisal(request.verb, request.server, judge(self.situation(request, moment, inner), self.settings))


@dataclass
class Line:
    """The wire of one console: a client as the actuator and the source know it, which remembers what was asked and told."""

    balancer: Balancer
    tries: dict[str, list[Try]]
    """By server."""
    looks: dict[str, list[Look]]
    open: list[tuple[str, int]] = field(default_factory=list)
    """Server and place of those that were not answered."""

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """A detach or attach."""
        server, verb = path.split("/")[3:5]
        life, _, generation = headers["If-Match"].strip('"').rpartition(".")
        begun = Try(self.balancer.stamp(), 0, verb == "detach", headers["Idempotency-Key"], life, int(generation))
        self.tries[server].append(begun)
        place = len(self.tries[server]) - 1
        try:
            answer = await self.balancer.exchange("POST", path, body, headers, ASK_LIMIT_S)
        except SourceError:
            self.open.append((server, place))
            raise
        self.tries[server][place] = told(begun, self.balancer.stamp(), answer)
        return answer

    async def get(self, path: str) -> HttpAnswer:
        """Anything that is read."""
        return await self.balancer.exchange("GET", path, b"", {}, READ_LIMIT_S)

    def saw(self, begin: int, end: int, reading: FleetReading) -> None:
        """Writes down what one reading said of every server."""
        listed = {server.id: server for server in reading.servers}
        for server, looks in self.looks.items():
            row = listed.get(server)
            what = (begin, end, reading.incarnation, reading.generation)
            if row is None:
                looks.append(Look(*what, listed=False))
            else:
                key = None if row.detached is None else row.detached.key
                looks.append(Look(*what, True, row.attachment is Attachment.ATTACHED, key))


def told(begun: Try, end: int, answer: HttpAnswer) -> Try:
    """What an answer says of a request."""
    body: dict[str, Any] = json.loads(answer.body)
    fields: dict[str, Any] = {"begin": begun.begin, "end": end, "detach": begun.detach, "key": begun.key,
                              "life": begun.life, "generation": begun.generation}  # fmt: skip
    if answer.status == 200:
        holder = (body["server"]["detached"] or {}).get("key")
        assert not body["replayed"], "something was sent again with its key after it had been carried out"
        return Try(**fields, outcome="done", answered=body["generation"], holder=holder)
    details = body["error"]["details"]
    if answer.status == 412:
        life = details["etag"].strip('"').rpartition(".")[0]
        return Try(**fields, outcome="changed", answered=details["generation"], answered_life=life)
    return Try(**fields, outcome="refused")


@dataclass
class Asked:
    """One wish of an operator, and what became of it."""

    action: Action
    at_s: float
    commits: int
    """That DSRM had made by then."""


@dataclass
class Rival:
    """One console: the product from the bytes of the balancer to the request, without the alarms and the window."""

    name: str
    role: str
    balancer: Balancer
    dice: Random
    gates: GateSettings
    interval_s: float = 3.0
    tries: dict[str, list[Try]] = field(default_factory=dict)
    looks: dict[str, list[Look]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    readings: list[tuple[float, str, int]] = field(default_factory=list)
    """Those with everything that had changed: when, life and generation."""
    after: Callable[[], None] = lambda: None
    """Called after each Frame."""

    def __post_init__(self) -> None:
        self.tries.update({server: [] for server in self.balancer.fleet.pools})
        self.looks.update({server: [] for server in self.balancer.fleet.pools})
        self.line = Line(self.balancer, self.tries, self.looks)
        self.notes = Notebook(self.dice)
        self._builder = FrameBuilder(self.interval_s)
        self._log = ChangeLog(lambda path, _: self.line.get(path))
        self._estimator, self._punctuality = GapEstimator(), Punctuality()
        self._moment: Moment | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self.hand = Hand(
            DsrActuator(self.line),  # type: ignore[arg-type]
            self.notes,  # type: ignore[arg-type]
            self.balancer.clock,
            Brisk(self.gates),
            Authority(SafetySettings(role=self.role)),
            LadderSettings(),
            lambda: None,
            lambda: self._moment,
            self._next,
        )

    async def watch(self) -> None:
        """Reads the fleet for ever, at a phase of its own."""
        await asyncio.sleep(self.dice.uniform(0.0, self.interval_s))
        while True:
            due_s = self.balancer.clock.monotonic() + self.interval_s
            await self._look()
            await asyncio.sleep(max(0.0, due_s - self.balancer.clock.monotonic()))

    async def _look(self) -> None:
        clock, begin = self.balancer.clock, self.balancer.stamp()
        try:
            answer = await self.line.get("/v1/fleet")
            reading = decode_fleet(answer.body, answer.header(b"etag"))
            end = self.balancer.stamp()
            reading = await self._log.upto(reading, READ_LIMIT_S)
        except SourceError as error:
            self._builder.fleet_failed(error)
        else:
            self.line.saw(begin, end, reading)
            self._builder.fleet_read(reading, clock.monotonic(), clock.wall())
            if reading.changes_known:
                self.readings.append((clock.monotonic(), reading.incarnation, reading.generation))
            for row in reading.servers:
                status = StatusReading(row.id, row.incarnation or "", 3, max_connections=12, session_length_p50_s=12.0)
                self._builder.status_read(row.id, status, clock.monotonic())
        frame = self._builder.frame(clock.monotonic(), clock.wall())
        estimate = self._estimator.step(frame)
        self.hand.read_back(frame, estimate)
        punctual = self._punctuality.step(frame, estimate, clock.monotonic())
        self._moment = Moment(frame, estimate, clock.monotonic(), frozenset(), punctual)
        self._claim()
        self.after()
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def _next(self, after: Moment) -> Moment:
        while self._moment is None or self._moment is after:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        return self._moment

    async def work(self, count: int) -> None:
        """So many random commands, one after the other, at random moments."""
        while self._moment is None:  # noqa: ASYNC110  virtual time: it costs nothing, and no Frame is waited for by name
            await asyncio.sleep(self.interval_s)
        for _ in range(count):
            await asyncio.sleep(self.dice.expovariate(1.0 / self.dice.choice(PAUSES_S)))
            action = await self.hand.act(self._command())
            self._claim()
            self.asked.append(Asked(action, self.balancer.clock.monotonic(), len(self.balancer.commits)))

    def _command(self) -> Command:
        moment, dice = self._moment, self.dice
        assert moment is not None
        server = dice.choice(list(self.balancer.fleet.pools))
        row = moment.frame.rows.get(server)
        out = row is not None and moment.frame.attachment[row.slot] == Attachment.DETACHED
        verb = dice.choices((Verb.ATTACH, Verb.DETACH), (6, 1) if out else (1, 9))[0]
        typed = dice.choices((None, "hold", "break"), (5, 4, 2))[0]
        consent = Consent("it burns" if typed == "hold" else None, "it burns" if typed == "break" else None)
        seen = row.incarnation if row is not None and dice.random() < 0.5 else None
        return Command(verb, server, "why", self.name, consent, seen)

    def _claim(self) -> None:
        """What this console says by now of requests that were never answered."""
        for server, place in tuple(self.line.open):
            tries = self.tries[server]
            tried = tries[place]
            action = next((one for one in self.hand.actions if one.intent.key == tried.key), None)
            if action is None or not action.reached(Step.UNKNOWN):
                continue
            if action.reached(Step.CONFIRMED):
                tries[place] = closed(tried, self.balancer.stamp(), "happened")
            elif action.step is Step.FAILED and "did not happen" in action.rungs[-1].sentence:
                tries[place] = closed(tried, self.balancer.stamp(), "never")
            elif not action.over:
                continue
            self.line.open.remove((server, place))

    @contextlib.asynccontextmanager
    async def watching(self) -> Any:
        task = asyncio.get_running_loop().create_task(self.watch())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.result()
