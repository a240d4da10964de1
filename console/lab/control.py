"""The lab's own interface: faults, load, and the truth for tests. DSRM and the DSRS know nothing of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from console.domain.clock import Clock
from console.lab.channel import Child
from console.lab.dsrm.wire import FAULTS, Count, Pool
from console.lab.fleet import FleetHosts
from console.lab.http.messages import Outcome, Reply, Request
from console.lab.http.server import HttpServer
from console.lab.load.driver import Load, PoolLoad
from console.lab.options import LabOptions
from console.lab.problem import Problem, read, reader
from console.lab.story.player import Player

Json = dict[str, Any]


class Fault(msgspec.Struct, frozen=True):
    """POST /lab/faults. `seconds` is for skew (default 3600) and late_report (4 intervals), `factor` for slow, `bytes_per_s` for leak
    (default: to the limit in a minute), `pool` and `count` for join, `mode` for balancer_lies (`seconds`: until it takes back).

    With `only_if_reported` a server whose newest report says another count is left alone: a server that is to draw the herd must
    fall silent while its report says 0. The answer names those that were changed, and what they reported last.
    """

    kind: str
    servers: Annotated[list[str], Meta(max_length=10_000)] = []
    on: bool = True
    only_if_reported: Count | None = None
    seconds: Annotated[float, Meta(ge=-1e9, le=1e9)] | None = None
    factor: Annotated[float, Meta(gt=0, le=1e6)] = 4.0
    bytes_per_s: Annotated[float, Meta(gt=0, le=1e12)] | None = None
    pool: Pool | None = None
    count: Annotated[int, Meta(ge=1, le=1000)] = 1
    mode: Annotated[str, Meta(max_length=40)] = "does_nothing"


class Algorithm(msgspec.Struct, frozen=True):
    """PUT /lab/algorithm: DSRM picks by it from now on. Parameters that are not named keep their defaults."""

    name: Annotated[str, Meta(max_length=40)]
    parameters: dict[str, float] = {}


class Rate(msgspec.Struct, frozen=True):
    """PUT /lab/load; without a pool, all of them."""

    rate: Annotated[float, Meta(ge=0, le=10_000)]
    pool: Pool | None = None
    over_s: Annotated[float, Meta(ge=0, le=86_400)] = 0.0


class Scaling(msgspec.Struct, frozen=True):
    """PUT /lab/autoscaler."""

    on: bool
    boot_s: Annotated[float, Meta(ge=0, le=3600)] = 5.0


_FAULT: Final = reader(Fault)
_ALGORITHM: Final = reader(Algorithm)
_SCALING: Final = reader(Scaling)
_RATE: Final = reader(Rate)


_TO_BALANCER: Final = ("kind", "servers", "on", "seconds", "mode")


class Control:
    """What can be asked of a lab."""

    def __init__(
        self,
        options: LabOptions,
        clock: Clock,
        fleet: FleetHosts,
        load: Load,
        dsrm: Child,
        dsrm_url: str,
        front_door: Callable[[], Awaitable[Json]],
    ) -> None:
        self._options = options
        self._clock = clock
        self._fleet = fleet
        self._load = load
        self._dsrm = dsrm
        self._dsrm_url = dsrm_url
        self._front_door = front_door
        self.player: Player | None = None
        """Plays the scenario; None: this lab plays none."""
        self.server = HttpServer(self._serve)

    def ids_of(self, pool: str) -> list[str]:
        """Ids of a pool, in the order in which they joined."""
        return self._fleet.ids_of(pool)

    async def fault(self, kind: str, servers: list[str], **arguments: Any) -> Json:
        """The same as POST /lab/faults, for a scenario. Raises Problem."""
        return await self._fault(Fault(kind=kind, servers=servers, **arguments))

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
            case "PUT", "/lab/algorithm":
                algorithm: Algorithm = read(_ALGORITHM, request.body)
                changed = await self._dsrm.ask("algorithm", name=algorithm.name, parameters=algorithm.parameters)
                return _json({name: value for name, value in changed.items() if name != "n"})
            case "PUT", "/lab/autoscaler":
                wanted: Scaling = read(_SCALING, request.body)
                self._fleet.autoscaler.change(wanted.on, wanted.boot_s)
                return _json(self._fleet.autoscaler.line())
            case "GET", "/lab/guide":
                if self.player is None:
                    raise Problem(404, "no_scenario", "This lab plays no scenario; start it with --scenario or --demo.")
                return _json(self.player.guide())
            case _, "/lab/state" | "/lab/load" | "/lab/faults" | "/lab/guide" | "/lab/autoscaler" | "/lab/algorithm":
                raise Problem(405, "method_not_allowed", "This address does not take this method.")
            case _:
                raise Problem(404, "not_found", "There is nothing at this address.")

    async def _state(self) -> Json:
        servers = await self._fleet.state()
        return {
            "schema": "lab/1",
            "time": self._clock.wall(),
            "seed": self._options.seed,
            "demo": self.player is not None,
            "dsrm": {"url": self._dsrm_url, "pid": self._dsrm.pid, **await self._dsrm_state()},
            "front_door": await self._front_door(),
            "servers": servers,
            "faults": {server["id"]: server["faults"] for server in servers if server["faults"]},
            "deaths": self._fleet.deaths(),
            "autoscaler": self._fleet.autoscaler.line(),
            "loads": [load.line() for load in self._load.pools.values()],
            "totals": {pool: load.truth() for pool, load in self._load.pools.items()},
        }

    async def _dsrm_state(self) -> Json:
        state = await self._dsrm.ask("state")
        return {name: value for name, value in state.items() if name != "n"}

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
        if fault.kind in FAULTS:
            told = await self._dsrm.ask("fault", **{name: getattr(fault, name) for name in _TO_BALANCER})
            return {"t": told["t"], "servers": told["servers"]}
        return await self._fleet.fault(
            fault.kind,
            fault.servers,
            on=fault.on,
            seconds=fault.seconds,
            factor=fault.factor,
            bytes_per_s=fault.bytes_per_s,
            only_if_reported=fault.only_if_reported,
        )


def _json(value: Json) -> Reply:
    return Reply(msgspec.json.encode(value))
