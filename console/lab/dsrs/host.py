"""A process full of DSRS, or of one: starts them, reports for them, and breaks them as the supervisor asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from console.domain.clock import Clock
from console.lab import ids
from console.lab.dsrs import faults
from console.lab.dsrs.memory import Ballast, Model
from console.lab.dsrs.reporter import Reporter
from console.lab.dsrs.server import Build, Dsrs, Identity
from console.lab.http.client import HttpClient
from console.lab.problem import Problem, invalid

Json = dict[str, Any]
HOST: Final = "127.0.0.1"


@dataclass(slots=True)
class _Life:
    """One life of one id."""

    dsrs: Dsrs
    reporter: Reporter
    alive: bool = True


class Host:
    """The servers of one process, by id. `serve` takes the supervisor's questions, `tell` brings it news."""

    def __init__(self, clock: Clock, tell: Callable[[Json], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._lives: dict[str, _Life] = {}
        self._rng = Random()
        self._settings: Json = {}
        self._balancer: HttpClient | None = None

    async def serve(self, question: Json) -> Json:
        """One question of the supervisor."""
        match question["op"]:
            case "start":
                self._settings = question
                self._rng = Random(question["seed"])
                self._balancer = HttpClient(HOST, question["balancer_port"], question["token"])
                return {}
            case "add":
                return await self._add(question["servers"])
            case "fault":
                return await self._fault(question)
            case "state":
                return {"servers": [_truth(life) for life in self._lives.values()]}
            case op:
                raise Problem(400, "bad_request", f"A host knows no {op!r}.")

    def close(self) -> None:
        """Ends everything. Sessions are reset: a clean end would tell a client that its result is whole."""
        for life in self._lives.values():
            life.reporter.stop()
            life.dsrs.stop(reset=True)
        if self._balancer is not None:
            self._balancer.close()

    async def _add(self, servers: list[Json]) -> Json:
        """Starts servers {"id", "pool"} and waits until the balancer knows them."""
        count = len(servers)
        started = [await self._begin(server["id"], server["pool"], n / count) for n, server in enumerate(servers)]
        await asyncio.gather(*(life.reporter.first for life in started))
        return {"used_bytes": sum(life.dsrs.used_bytes for life in started)}

    async def _begin(self, server: str, pool: str, phase: float) -> _Life:
        assert self._balancer is not None, "the supervisor says start first"
        settings = self._settings
        identity = Identity(
            id=server,
            incarnation=ids.incarnation(self._clock.wall(), self._rng),
            pool=pool,
            limit=settings["limit"],
            report_interval_s=settings["report_interval_s"],
        )
        build = Build(settings["capacity"], Model.of(settings["limit"], settings["memory_limit_bytes"]))
        dsrs = Dsrs(identity, build, self._clock.monotonic, self._clock.wall, settings["token"])
        life = _Life(dsrs, Reporter(dsrs, self._balancer, HOST, phase))
        if settings["own_process"]:
            dsrs.ballast = Ballast()  # who forked us watches it, and kills
        else:
            dsrs.out_of_memory = lambda: self._out_of_memory(life)
        await dsrs.start(HOST)
        self._lives[server] = life
        life.reporter.start()
        return life

    def _out_of_memory(self, life: _Life) -> None:
        """What the kernel does to a process at its cap: port closed, sessions reset, no word to anybody."""
        truth = _truth(life)
        _kill(life)
        self._tell({"event": "died", "server": life.dsrs.identity.id, "cause": "memory", "truth": truth})

    async def _fault(self, fault: Json) -> Json:
        """Breaks or mends servers of this host; tells which it changed, and when (Unix seconds)."""
        lives = [self._lives[server] for server in fault["servers"]]
        if dead := [life.dsrs.identity.id for life in lives if not life.alive]:
            raise invalid("servers", f"These servers are dead: {', '.join(dead)}.")
        if (only := fault.get("only_if_reported")) is not None:
            lives = [life for life in lives if life.dsrs.sent.connections == only]
        for life in lives:
            if fault["kind"] == "kill":
                _kill(life)
            elif (change := faults.CHANGES[fault["kind"]](life.dsrs, fault)) is not None:
                await change
        reported = {life.dsrs.identity.id: life.dsrs.sent.connections for life in lives}
        return {"t": self._clock.wall(), "servers": list(reported), "reported": reported}


def _kill(life: _Life) -> None:
    """Its port closes and its sessions are reset."""
    life.alive = False
    life.reporter.stop()
    life.dsrs.stop(reset=True)


def _truth(life: _Life) -> Json:
    dsrs = life.dsrs
    return {
        "id": dsrs.identity.id,
        "incarnation": dsrs.identity.incarnation,
        "pool": dsrs.identity.pool,
        "port": dsrs.port,
        "alive": life.alive,
        "connections": dsrs.connections if life.alive else 0,
        "limit": dsrs.identity.limit,
        "started": dsrs.totals.started,
        "completed": dsrs.totals.completed,
        "refused": dsrs.totals.refused,
        "cut": dsrs.totals.cut,
        "last_sent_seq": dsrs.sent.seq,
        "last_sent_connections": dsrs.sent.connections,
        "memory_used_bytes": dsrs.used_bytes,
        "memory_limit_bytes": dsrs.build.memory.limit_bytes,
        "lag_s": dsrs.queue.lag_s,
        "utilisation": dsrs.queue.utilisation(dsrs.mono()),
        "faults": faults.active(dsrs),
        "muted": dsrs.faults.muted,
        "frozen": dsrs.http.frozen,
        "wrong_id": dsrs.faults.other_id is not None,
        "skew_s": dsrs.faults.skew_s,
    }
