"""A process full of DSRS: starts them, reports for them, and breaks them as the supervisor asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from console.domain.clock import Clock
from console.lab import ids
from console.lab.dsrs.reporter import Reporter
from console.lab.dsrs.server import Dsrs, Identity
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
    """The servers of one process, by id. `serve` takes the supervisor's questions."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
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
        """Ends everything."""
        for life in self._lives.values():
            life.reporter.stop()
            life.dsrs.stop()
        if self._balancer is not None:
            self._balancer.close()

    async def _add(self, servers: list[Json]) -> Json:
        """Starts servers {"id", "pool"} and waits until the balancer knows them."""
        count = len(servers)
        started = [await self._begin(server["id"], server["pool"], n / count) for n, server in enumerate(servers)]
        await asyncio.gather(*(life.reporter.first for life in started))
        return {}

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
        dsrs = Dsrs(identity, self._clock.monotonic, self._clock.wall, settings["token"])
        await dsrs.start(HOST)
        life = _Life(dsrs, Reporter(dsrs, self._balancer, HOST, phase))
        self._lives[server] = life
        life.reporter.start()
        return life

    async def _fault(self, fault: Json) -> Json:
        """Breaks or mends servers of this host; tells which it changed, and when (Unix seconds)."""
        change = self._faults().get(fault["kind"])
        if change is None:
            raise Problem(
                400, "bad_request", f"There is no fault {fault['kind']!r}.", {"kinds": sorted(self._faults())}
            )
        lives = [self._lives[server] for server in fault["servers"]]
        if (dead := [life.dsrs.identity.id for life in lives if not life.alive]) and fault["kind"] != "kill":
            raise invalid("servers", f"These servers are dead: {', '.join(dead)}.")
        if (only := fault.get("only_if_reported")) is not None:
            lives = [life for life in lives if life.dsrs.sent.connections == only]
        for life in lives:
            change(life, fault)
        if fault["kind"] == "kill" and not fault["on"]:
            await self._add([{"id": x.dsrs.identity.id, "pool": x.dsrs.identity.pool} for x in lives if not x.alive])
        reported = {life.dsrs.identity.id: life.dsrs.sent.connections for life in lives}
        return {"t": self._clock.wall(), "servers": list(reported), "reported": reported}

    def _faults(self) -> dict[str, Callable[[_Life, Json], None]]:
        return {"mute": _mute, "kill": _kill, "wrong_id": _wrong_id, "skew": _skew, "freeze": _freeze}


def _mute(life: _Life, fault: Json) -> None:
    """Only its reports stop; its sessions go on."""
    life.dsrs.faults.muted = fault["on"]


def _kill(life: _Life, fault: Json) -> None:
    """Its port closes and its sessions are reset. Off: the caller starts a new life of the same id."""
    if fault["on"] and life.alive:
        life.alive = False
        life.reporter.stop()
        life.dsrs.stop(reset=True)


def _wrong_id(life: _Life, fault: Json) -> None:
    """Its status names another server, as if the address had been given to somebody else."""
    life.dsrs.faults.other_id = f"other-than-{life.dsrs.identity.id}" if fault["on"] else None


def _skew(life: _Life, fault: Json) -> None:
    """Its wall clock is off by so many seconds."""
    life.dsrs.faults.skew_s = fault["seconds"] if fault["on"] else 0.0


def _freeze(life: _Life, fault: Json) -> None:
    """It accepts connections, and never answers nor reports."""
    life.dsrs.http.freeze(fault["on"])


def _truth(life: _Life) -> Json:
    dsrs = life.dsrs
    return {
        "id": dsrs.identity.id,
        "incarnation": dsrs.identity.incarnation,
        "pool": dsrs.identity.pool,
        "port": dsrs.port,
        "alive": life.alive,
        "connections": len(dsrs.sessions),
        "limit": dsrs.identity.limit,
        "started": dsrs.totals.started,
        "completed": dsrs.totals.completed,
        "refused": dsrs.totals.refused,
        "cut": dsrs.totals.cut,
        "last_sent_seq": dsrs.sent.seq,
        "last_sent_connections": dsrs.sent.connections,
        "muted": dsrs.faults.muted,
        "frozen": dsrs.http.frozen,
        "wrong_id": dsrs.faults.other_id is not None,
        "skew_s": dsrs.faults.skew_s,
    }
