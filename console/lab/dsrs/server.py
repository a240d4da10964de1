"""One DSRS: its sessions, its work, its memory, and what it says of itself."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from console.lab import openmetrics
from console.lab.audio import FORMATS, AudioFormat, parse_format
from console.lab.dsrs import framing
from console.lab.dsrs.faults import Faults
from console.lab.dsrs.life import OPENING, Build, Identity, Opening, Sent, Totals
from console.lab.dsrs.memory import Ballast
from console.lab.dsrs.session import NOT_FED, TIMED_OUT, Session
from console.lab.dsrs.status import status
from console.lab.dsrs.work import WorkQueue
from console.lab.http.messages import Outcome, Reply, Request, Switch
from console.lab.http.server import HttpServer
from console.lab.openmetrics import Family, exposition
from console.lab.problem import Problem, invalid, read

Clock = Callable[[], float]
_LENGTHS_KEPT: Final = 256
_TICK_S: Final = 0.05
"""Work that is due is done at most so often: a turn of the loop costs more than a block of audio."""
_CHORES_S: Final = 0.25
_IDLE_S: Final = 60.0
"""A session whose client says nothing for so long is ended."""
_FIRST_RESULTS_S: Final = 60.0


@dataclass(slots=True, eq=False)
class Dsrs:
    """One server on one port. `mono` and `wall` are its clocks; `token` is demanded for sessions and cuts (None: open).

    With a ballast its memory is really held and somebody else kills at the cap; without, `out_of_memory` is called there.
    """

    identity: Identity
    build: Build
    mono: Clock
    wall: Clock
    token: str | None = None
    ballast: Ballast | None = None
    out_of_memory: Callable[[], None] | None = None
    port: int = 0
    totals: Totals = field(default_factory=Totals)
    sent: Sent = field(default_factory=Sent)
    faults: Faults = field(default_factory=Faults)
    sessions: set[Session] = field(default_factory=set[Session])
    lengths: deque[float] = field(default_factory=lambda: deque[float](maxlen=_LENGTHS_KEPT))
    first_results: deque[tuple[float, float]] = field(
        default_factory=lambda: deque[tuple[float, float]](maxlen=_LENGTHS_KEPT)
    )
    """When, and how long after its speech: of the last utterances."""
    started_at_s: float = 0.0
    http: HttpServer = field(init=False)
    queue: WorkQueue = field(init=False)
    _opening: int = 0
    """Sessions whose opening waits behind other work; each holds a place."""
    _held_bytes: int = 0
    """Audio of all sessions."""
    _alive: bool = False
    _tick: asyncio.TimerHandle | None = None
    _chores: asyncio.TimerHandle | None = None
    _chores_at_s: float = 0.0

    def __post_init__(self) -> None:
        self.http = HttpServer(self._serve)
        self.queue = WorkQueue(self.build.capacity, self.mono())

    async def start(self, host: str) -> None:
        """Opens its port."""
        self.started_at_s = self.mono()
        self.port = await self.http.start(host)
        self._alive = True
        self.weigh()

    def stop(self, reset: bool = False) -> None:
        """Closes its port and its connections."""
        self._alive = False
        for timer in (self._tick, self._chores):
            if timer is not None:
                timer.cancel()
        self.http.stop(reset)
        self.queue.release()

    def cut(self) -> int:
        """Ends each session at once, with an error frame; how many there were."""
        doomed = list(self.sessions)
        for session in doomed:
            session.fail(NOT_FED)
        self.totals.cut += len(doomed)
        return len(doomed)

    @property
    def connections(self) -> int:
        """Clients being served, and those whose opening waits."""
        return len(self.sessions) + self._opening

    @property
    def used_bytes(self) -> int:
        """Memory used, by the model."""
        return self.build.memory.used_bytes(self.connections, self._held_bytes, round(self.faults.leaked_bytes))

    def first_result_p95_s(self) -> float | None:
        """Of the utterances of the last minute; None where there were none."""
        since_s = self.mono() - _FIRST_RESULTS_S
        recent = sorted(after_s for at_s, after_s in self.first_results if at_s >= since_s)
        return recent[min(len(recent) - 1, int(0.95 * len(recent)))] if recent else None

    # Faults

    def leak(self, bytes_per_s: float) -> None:
        """Memory grows at this rate from now on; 0: no more, and what was lost is found again."""
        self.faults.leak_bytes_per_s = bytes_per_s
        if not bytes_per_s:
            self.faults.leaked_bytes = 0.0
            self.weigh()
        self._plan_chores()

    def slow(self, factor: float) -> None:
        """Its capacity is divided by so much."""
        self.queue.run(self.mono())
        self.faults.slow = factor
        self.queue.capacity = self.build.capacity / factor
        if self._tick is not None:  # planned at the pace of before
            self._tick.cancel()
            self._tick = None
        self._plan_work()

    # Sessions call these

    def hold(self, more_bytes: int) -> None:
        """So many more bytes of audio are held, or fewer."""
        self._held_bytes += more_bytes

    def fed(self) -> None:
        """A session has more that waits."""
        self.weigh()
        self._plan_work()

    def first_result(self, after_s: float) -> None:
        """An utterance got its first result, so long after its speech came."""
        self.first_results.append((self.mono(), after_s))

    def ended(self, session: Session, completed: bool) -> None:
        """A session is over."""
        self.sessions.discard(session)
        if completed:
            self.totals.completed += 1
            self.lengths.append(self.mono() - session.since_s)
        self.weigh()

    def weigh(self) -> None:
        """Memory has changed: holds what the model says, or dies of it."""
        if not self._alive:
            return
        used = self.used_bytes
        if self.ballast is not None:
            self.ballast.hold(used)
        elif used >= self.build.memory.limit_bytes and self.out_of_memory is not None:
            self.out_of_memory()

    # Work and chores

    def _plan_work(self) -> None:
        if self._alive and self._tick is None and (wait_s := self.queue.wait_s()) is not None:
            self._tick = asyncio.get_running_loop().call_later(max(_TICK_S, wait_s), self._work)

    def _work(self) -> None:
        self._tick = None
        now_s = self.mono()
        if self.http.frozen:
            self.queue.rest(now_s)
        else:
            self.queue.run(now_s)
            self.weigh()
        self._plan_work()

    def _plan_chores(self) -> None:
        if self._alive and self._chores is None and (self.sessions or self.faults.leak_bytes_per_s):
            self._chores_at_s = self.mono()
            self._chores = asyncio.get_running_loop().call_later(_CHORES_S, self._do_chores)

    def _do_chores(self) -> None:
        self._chores = None
        now_s = self.mono()
        if not self.http.frozen:
            self.faults.leaked_bytes += self.faults.leak_bytes_per_s * (now_s - self._chores_at_s)
            for session in [s for s in self.sessions if not s.ending and now_s - s.heard_s > _IDLE_S]:
                session.fail(TIMED_OUT)
            self.weigh()
        self._plan_chores()

    def _serve(self, request: Request) -> Outcome | asyncio.Future[Outcome]:
        match request.method, request.path:
            case "GET", "/v1/status":
                return Reply(msgspec.json.encode(status(self)))
            case "POST", "/v1/sessions":
                return self._open(request)
            case "POST", "/v1/cut":
                self._demand_token(request)
                return Reply(msgspec.json.encode({"cut": self.cut()}))
            case "GET", "/metrics":
                return Reply(self._metrics(), content_type=openmetrics.CONTENT_TYPE)
            case _, "/v1/status" | "/v1/sessions" | "/v1/cut" | "/metrics":
                raise Problem(405, "method_not_allowed", "This address does not take this method.")
            case _:
                raise Problem(404, "not_found", "There is nothing at this address.")

    def _open(self, request: Request) -> Outcome | asyncio.Future[Outcome]:
        self._demand_token(request)
        if (request.header(b"upgrade") or "").lower() != framing.PROTOCOL or not request.upgrade:
            raise Problem(426, "upgrade_required", f"Open a session with Upgrade: {framing.PROTOCOL}.")
        opening: Opening = read(OPENING, request.body)
        audio = parse_format(opening.format)
        if audio is None:
            raise invalid("format", f"There is no such format; there are {', '.join(FORMATS)}.")
        if opening.pool != self.identity.pool:
            raise invalid("pool", f"This server serves {self.identity.pool}.")
        if self.connections >= self.identity.limit:
            self.totals.refused += 1
            details = {"connections": self.connections, "max_connections": self.identity.limit}
            raise Problem(503, "full", "The server is at its limit.", details)
        return self._in_turn(opening, audio) if self.queue.waiting_s else self._begin(opening, audio)

    def _in_turn(self, opening: Opening, audio: AudioFormat) -> asyncio.Future[Outcome]:
        """An opening is work as well: it comes behind all that waits, and who is starved does not answer in time."""
        opened: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._opening += 1

        def turn() -> None:
            self._opening -= 1
            if self._alive:
                opened.set_result(self._begin(opening, audio))
            else:
                opened.cancel()

        self.queue.behind(turn)
        return opened

    def _begin(self, opening: Opening, audio: AudioFormat) -> Switch:
        session = Session(self, audio, self._stamps(opening.session), opening.updates_ms, self.mono())
        self.sessions.add(session)
        self.totals.started += 1
        self.weigh()
        self._plan_chores()
        return Switch(framing.PROTOCOL, session, fragile=True)

    def _stamps(self, session: str) -> Callable[[int], str]:
        """Utterance ids of a session: day and hour, its name and number, second."""

        def stamp(number: int) -> str:
            at = time.gmtime(self.wall() + self.faults.skew_s)
            return f"{time.strftime('%Y%m%d/%H', at)}/{session}-{number}_{time.strftime('%Y%m%d_%H%M%S', at)}"

        return stamp

    def _demand_token(self, request: Request) -> None:
        if self.token is not None and request.header(b"authorization") != f"Bearer {self.token}":
            raise Problem(401, "unauthenticated", "The service token is needed: Authorization: Bearer <token>.")

    def _metrics(self) -> bytes:
        def family(name: str, kind: str, text: str, value: float) -> Family:
            return Family(f"dsrs_{name}", kind, text, [({"pool": self.identity.pool}, value)])

        return exposition(
            [
                family("connections", "gauge", "Clients being served.", self.connections),
                family("max_connections", "gauge", "Most clients it takes.", self.identity.limit),
                family("memory_used_bytes", "gauge", "Memory used.", self.used_bytes),
                family("memory_limit_bytes", "gauge", "Memory it may use.", self.build.memory.limit_bytes),
                family(
                    "cpu_utilisation", "gauge", "Share of its time that it works.", self.queue.utilisation(self.mono())
                ),
                family("recognition_lag_seconds", "gauge", "So long new audio waits.", self.queue.lag_s),
                family("sessions_started", "counter", "Sessions taken.", self.totals.started),
                family("sessions_completed", "counter", "Sessions served to their end.", self.totals.completed),
                family("sessions_refused", "counter", "Sessions refused at the limit.", self.totals.refused),
                family("sessions_cut", "counter", "Sessions cut on request.", self.totals.cut),
            ]
        )
