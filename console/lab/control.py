"""The lab's own interface: faults, load, and the truth for tests. DSRM and the DSRS know nothing of it."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from console.domain.clock import Clock
from console.lab.demo import Demo
from console.lab.dsrm.wire import Count, Pool
from console.lab.fleet import FleetHosts
from console.lab.http.messages import Outcome, Reply, Request
from console.lab.http.server import HttpServer
from console.lab.load.driver import Load, PoolLoad
from console.lab.options import LabOptions
from console.lab.problem import Problem, read, reader

Json = dict[str, Any]


class Fault(msgspec.Struct, frozen=True):
    """POST /lab/faults. `seconds` is for skew, `pool` and `count` are for join.

    With `only_if_reported` a server whose newest report says another count is left alone: a server that is to draw the herd must
    fall silent while its report says 0. The answer names those that were changed, and what they reported last.
    """

    kind: str
    servers: Annotated[list[str], Meta(max_length=10_000)] = []
    on: bool = True
    only_if_reported: Count | None = None
    seconds: Annotated[float, Meta(ge=-1e9, le=1e9)] = 3600.0
    pool: Pool | None = None
    count: Annotated[int, Meta(ge=1, le=1000)] = 1


class Rate(msgspec.Struct, frozen=True):
    """PUT /lab/load; without a pool, all of them."""

    rate: Annotated[float, Meta(ge=0, le=10_000)]
    pool: Pool | None = None
    over_s: Annotated[float, Meta(ge=0, le=86_400)] = 0.0


_FAULT: Final = reader(Fault)
_RATE: Final = reader(Rate)


class Control:
    """What can be asked of a lab."""

    def __init__(
        self, options: LabOptions, clock: Clock, fleet: FleetHosts, load: Load, demo: Demo | None, dsrm: Json
    ) -> None:
        self._options = options
        self._clock = clock
        self._fleet = fleet
        self._load = load
        self._demo = demo
        self._dsrm = dsrm
        self.server = HttpServer(self._serve)

    async def _serve(self, request: Request) -> Outcome:
        match request.method, request.path:
            case "GET", "/lab/state":
                return _json(await self._state())
            case "GET", "/lab/load":
                return _json(self._loads())
            case "PUT", "/lab/load":
                return _json(self._change_load(read(_RATE, request.body)))
            case "POST", "/lab/faults":
                return _json(await self._fault(read(_FAULT, request.body)))
            case "GET", "/lab/guide":
                if self._demo is None:
                    raise Problem(404, "no_demo", "This lab plays no demo; start it with --demo.")
                return _json(self._demo.guide())
            case _, "/lab/state" | "/lab/load" | "/lab/faults" | "/lab/guide":
                raise Problem(405, "method_not_allowed", "This address does not take this method.")
            case _:
                raise Problem(404, "not_found", "There is nothing at this address.")

    async def _state(self) -> Json:
        servers = await self._fleet.state()
        return {
            "schema": "lab/1",
            "time": self._clock.wall(),
            "seed": self._options.seed,
            "demo": self._demo is not None,
            "dsrm": self._dsrm,
            "servers": servers,
            "loads": [load.line() for load in self._load.pools.values()],
            "totals": {pool: load.truth() for pool, load in self._load.pools.items()},
        }

    def _loads(self) -> Json:
        return {"schema": "lab/1", "loads": [load.line() for load in self._load.pools.values()]}

    def _change_load(self, wanted: Rate) -> Json:
        for load in self._loads_of(wanted.pool):
            load.change(wanted.rate, wanted.over_s)
        return {**self._loads(), "t": self._clock.wall()}

    def _loads_of(self, pool: str | None) -> list[PoolLoad]:
        pools = self._load.pools
        if pool is None:
            return list(pools.values())
        if pool not in pools:
            raise Problem(404, "unknown_pool", "There is no such pool.", {"pools": list(pools)})
        return [pools[pool]]

    async def _fault(self, fault: Fault) -> Json:
        if fault.kind == "join":
            joined = await self._fleet.join(fault.pool or self._options.pool_names[0], fault.count)
            return {"t": self._clock.wall(), "servers": joined}
        return await self._fleet.fault(
            fault.kind, fault.servers, on=fault.on, seconds=fault.seconds, only_if_reported=fault.only_if_reported
        )


def _json(value: Json) -> Reply:
    return Reply(msgspec.json.encode(value))
