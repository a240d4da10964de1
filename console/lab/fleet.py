"""All DSRS of the lab as the supervisor sees them: where each lives; faults, deaths, joins and the truth."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from console.domain.clock import Clock
from console.lab.autoscaler import Autoscaler
from console.lab.dsrs.faults import CHANGES
from console.lab.housing import Home, Housing
from console.lab.options import LabOptions
from console.lab.problem import Problem, invalid

Json = dict[str, Any]
KINDS: Final = tuple(sorted([*CHANGES, "kill"]))
"""Faults of servers."""
_DEATHS_KEPT: Final = 1000


@dataclass(slots=True)
class _Place:
    """One id: its pool, where its present life is, and the newest truth of it once it is dead."""

    pool: str
    home: Home | None = None
    alive: bool = False
    asked: bool = False
    """Its death was asked for."""
    last: Json = field(default_factory=dict[str, Any])


class FleetHosts:
    """The servers and their homes."""

    def __init__(self, housing: Housing, options: LabOptions, clock: Clock) -> None:
        self._housing = housing
        self._options = options
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._numbers = itertools.count(1)
        self._deaths: deque[Json] = deque(maxlen=_DEATHS_KEPT)
        self.autoscaler = Autoscaler(clock, self._join_one, options.autoscale, options.boot_delay_s)

    async def start(self, balancer_port: int, token: str | None) -> None:
        """Starts all servers and waits until the balancer knows each."""
        options = self._options
        settings = {
            "seed": options.seed,
            "balancer_port": balancer_port,
            "token": token,
            "limit": options.limit,
            "report_interval_s": options.report_interval_s,
            "capacity": options.server_capacity,
            "memory_limit_bytes": options.memory_limit_mib * 1024 * 1024,
        }
        await self._housing.start(settings, self)
        await self._begin(
            [
                self._place(pool)
                for pool, (_, size) in zip(options.pool_names, options.pools, strict=True)
                for _ in range(size)
            ]
        )

    async def stop(self) -> None:
        """No more replacements."""
        await self.autoscaler.stop()

    def ids_of(self, pool: str) -> list[str]:
        """Ids of a pool, in the order in which they joined."""
        return [server for server, place in self._places.items() if place.pool == pool]

    async def join(self, pool: str, count: int) -> list[str]:
        """New servers with new ids."""
        if pool not in self._options.pool_names:
            raise Problem(404, "unknown_pool", "There is no such pool.", {"pools": list(self._options.pool_names)})
        names = [self._place(pool) for _ in range(count)]
        await self._begin(names)
        return names

    async def fault(
        self,
        kind: str,
        servers: list[str],
        *,
        on: bool = True,
        only_if_reported: int | None = None,
        seconds: float | None = None,
        factor: float = 4.0,
        bytes_per_s: float | None = None,
    ) -> Json:
        """Breaks or mends servers: when (Unix seconds, the latest of them), which, and what they reported last."""
        if kind not in KINDS:
            raise Problem(400, "bad_request", f"There is no fault {kind!r}.", {"kinds": list(KINDS)})
        if unknown := [server for server in servers if server not in self._places]:
            raise Problem(404, "unknown_server", f"There is no server {unknown[0]}.", {"servers": unknown})
        if not servers:
            raise invalid("servers", "Name at least one server.")
        if kind == "kill" and not on:
            return await self._revive([server for server in servers if not self._places[server].alive])
        if kind == "kill":
            servers = [server for server in servers if self._places[server].alive]
        elif dead := [server for server in servers if not self._places[server].alive]:
            raise invalid("servers", f"These servers are dead: {', '.join(dead)}.")
        by_home: dict[Home, list[str]] = {}
        for server in servers:
            place = self._places[server]
            if place.home is None:
                raise invalid("servers", f"{server} is still starting.")
            place.asked = kind == "kill"
            by_home.setdefault(place.home, []).append(server)
        order = {
            "on": on,
            "now": self._clock.wall(),
            "only_if_reported": only_if_reported,
            "seconds": seconds,
            "factor": factor,
            "bytes_per_s": bytes_per_s,
        }
        answers = await asyncio.gather(*(home.fault(kind, held, order) for home, held in by_home.items()))
        for server in servers:
            self._places[server].asked &= not self._places[
                server
            ].alive  # one that was left alone dies of something else
        return {
            "t": max((answer["t"] for answer in answers), default=self._clock.wall()),
            "servers": sorted(server for answer in answers for server in answer["servers"]),
            "reported": {server: count for answer in answers for server, count in answer["reported"].items()},
        }

    async def state(self) -> list[Json]:
        """The truth of each server, by id, with the process that holds it."""
        homes = {place.home: None for place in self._places.values() if place.home is not None and place.alive}
        answers = await asyncio.gather(*(home.truth() for home in homes))
        for home, answer in zip(homes, answers, strict=True):
            for server in answer:
                place = self._places[server["id"]]
                if place.home is home and place.alive:
                    place.last = {**server, "pid": home.pid}
        lines = (place.last if place.alive else _dead(place) for place in self._places.values() if place.last)
        return sorted(lines, key=lambda server: server["id"])

    def deaths(self) -> list[Json]:
        """Who died, when, of what (`asked`, `memory`, `unasked`) and, where it was a process, by which signal."""
        return list(self._deaths)

    def died(
        self, server: str, cause: str | None, code: int | None, held_bytes: int | None, truth: Json | None
    ) -> None:
        """A server is dead; the autoscaler hears of it."""
        place = self._places[server]
        if not place.alive:
            return
        place.alive = False
        place.last = {**place.last, **(truth or {})}
        if cause is None:
            cause = "asked" if place.asked else "unasked"
        self._deaths.append(
            {"server": server, "t": self._clock.wall(), "cause": cause, "code": code, "held_bytes": held_bytes}
        )
        self.autoscaler.died(server, place.pool)

    async def _join_one(self, pool: str) -> str:
        return (await self.join(pool, 1))[0]

    async def _revive(self, servers: list[str]) -> Json:
        for server in servers:
            self.autoscaler.revived(server)
        await self._begin(servers)
        return {"t": self._clock.wall(), "servers": sorted(servers), "reported": dict.fromkeys(servers, 0)}

    def _place(self, pool: str) -> str:
        """The next id."""
        server = f"dsrs-{next(self._numbers):03d}"
        self._places[server] = _Place(pool)
        return server

    async def _begin(self, names: list[str]) -> None:
        """A new life of each."""
        for name in names:
            place = self._places[name]
            place.alive, place.home, place.asked = True, None, False
        homes = await self._housing.add([(name, self._places[name].pool) for name in names])
        for name, home in homes.items():
            self._places[name].home = home


def _dead(place: _Place) -> Json:
    """Of a dead server its counters are left."""
    return {**place.last, "alive": False, "connections": 0, "faults": ["kill"] if place.asked else []}
