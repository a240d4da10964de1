"""Plays a scenario on a live lab: phases, load and faults, each in its time. A fault that fails is told and the play goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from console.lab.problem import Problem
from console.lab.story import guide
from console.lab.story.cues import Begin, Cue, cues, next_place, places
from console.lab.story.format import Scenario, Strike
from console.lab.story.kinds import KINDS
from console.lab.story.timelapse import TimeLapse

Json = dict[str, Any]
_TRY_S: Final = 0.05
_HASTE_S: Final = 0.005
"""After that it asks one after another: under load a report of 0 is rare, and soon over."""
_MOST_NAMED: Final = 6
_PATIENCE_S: Final = 1.0
"""So long it waits for a report of 0 of the servers it wants; then their neighbours have to do."""


class Orders(Protocol):
    """What a player asks of the lab; the same that POST /lab/faults offers."""

    def ids_of(self, pool: str) -> list[str]:
        """Ids of a pool, in the order in which they joined."""
        ...

    async def fault(self, kind: str, servers: list[str], **arguments: Any) -> Json:
        """Breaks or mends; `servers` of the answer are those that it changed. Raises Problem."""
        ...


class Rate(Protocol):
    """The load of a pool."""

    def change(self, rate: float, over_s: float) -> None:
        """Goes to another rate."""
        ...


class Player:
    """One play of one scenario. It starts with `play`; `guide` may be asked at any time."""

    def __init__(
        self,
        scenario: Scenario,
        lapse: TimeLapse,
        orders: Orders,
        load: Mapping[str, Rate],
        seed: int = 1,
        *,
        pool_name: Callable[[str], str] = lambda name: name,
        began: Callable[[int], None] = lambda _: None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`load`: by full pool name, which `pool_name` makes of a rate class. `began`: told with each phase; `tell`: remarks."""
        self._scenario = scenario
        self._lapse = lapse
        self._orders = orders
        self._load = load
        self._seed = seed
        self._pool_name = pool_name
        self._began = began
        self._tell = tell
        self._started_s = asyncio.get_running_loop().time()
        self.groups: dict[str, list[str]] = {}
        """Servers of each group, as soon as they are chosen."""
        self.struck: dict[str, str] = {}
        """What is broken now: server -> kind."""
        self.happened: list[Json] = []
        """Each fault that was carried out: when (our seconds), what, on whom."""

    def guide(self) -> Json:
        """Where we are."""
        told = guide.guide(self._scenario, self._lapse, self._elapsed_s(), self.groups, self.struck)
        return told | {"faults": list(self.happened)}

    async def play(self) -> None:
        """Plays it once, from now on."""
        self._started_s = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as busy:
            for cue in cues(self._scenario, self._lapse):
                await asyncio.sleep(cue.at_s - self._elapsed_s())
                match cue.what:
                    case Begin():
                        self._begin(cue.what)
                    case Strike(idle=True, on=True):
                        # It may wait for reports of 0; what comes next does not wait for it.
                        busy.create_task(self._strike(cue.what, cue), name=f"{cue.what.kind} {cue.what.group}")
                    case Strike():
                        await self._strike(cue.what, cue)

    def _begin(self, begin: Begin) -> None:
        for name, rate in begin.load.items():
            if (load := self._load.get(self._pool_name(name))) is not None:
                load.change(rate, begin.over_s)
        self._began(begin.phase)

    async def _strike(self, strike: Strike, cue: Cue) -> None:
        try:
            struck = await self._carry_out(strike)
        except Problem as problem:
            self._tell(f"{strike.kind} {strike.group or 'of the balancer'} at {cue.at_s:.0f} s: {problem.message}")
            return
        at_s = self._elapsed_s()
        if not (strike.idle and strike.on):  # those were written down one by one
            self._happened(strike, struck)
        self._tell(f"    {at_s:.0f} s: {'' if strike.on else 'no more '}{strike.kind}{_on(struck)}")
        for server in struck:
            if strike.on:
                self.struck[server] = strike.kind
            else:
                self.struck.pop(server, None)

    async def _carry_out(self, strike: Strike) -> list[str]:
        arguments = {"on": strike.on, **strike.more}
        if KINDS[strike.kind].balancer:
            await self._orders.fault(strike.kind, [], **arguments)
            return []
        if strike.group not in self.groups:
            ids = self._orders.ids_of(self._pool_name(strike.pool or ""))
            wanted = places(len(ids), strike.count, self._seed)
            if strike.idle:
                self.groups[strike.group] = []
                return await self._strike_idle(strike, ids, wanted, self.groups[strike.group], arguments)
            self.groups[strike.group] = [ids[place] for place in wanted]
        servers = self.groups[strike.group][: strike.count]
        if strike.idle and strike.on:
            return await self._strike_idle(strike, servers, list(range(len(servers))), [], arguments)
        return await self._strike_all(strike.kind, servers, arguments)

    async def _strike_all(self, kind: str, servers: list[str], arguments: Json) -> list[str]:
        """All at once; where one of them is past it (it died meanwhile), the others all the same."""
        try:
            return list((await self._orders.fault(kind, servers, **arguments))["servers"])
        except Problem:
            struck: list[str] = []
            for server in servers:
                with contextlib.suppress(Problem):
                    struck += (await self._orders.fault(kind, [server], **arguments))["servers"]
            if not struck:
                raise
            return struck

    async def _strike_idle(
        self, strike: Strike, ids: list[str], waiting: list[int], group: list[str], arguments: Json
    ) -> list[str]:
        """Each is struck right after a report of 0: the balancer believes it idle, and will for ever."""
        size = len(ids)
        taken: set[int] = set()
        struck: list[str] = []
        patient_until_s = self._elapsed_s() + _PATIENCE_S
        while waiting:
            for index, place in reversed(list(enumerate(waiting))):
                answer = await self._orders.fault(strike.kind, [ids[place]], only_if_reported=0, **arguments)
                if answer["servers"]:
                    taken.add(place)
                    del waiting[index]
                    struck.append(ids[place])
                    group.append(ids[place])
                    self.struck[ids[place]] = strike.kind
                    self._happened(strike, [ids[place]])
                elif self._elapsed_s() > patient_until_s and len(taken | set(waiting)) < size:
                    waiting[index] = next_place((place + 1) % size, size, taken | set(waiting))
            await asyncio.sleep(_TRY_S if self._elapsed_s() < patient_until_s else _HASTE_S)
        group.sort()
        return sorted(struck)

    def _happened(self, strike: Strike, servers: list[str]) -> None:
        self.happened.append({"at_s": self._elapsed_s(), "kind": strike.kind, "on": strike.on, "servers": servers})

    def _elapsed_s(self) -> float:
        return asyncio.get_running_loop().time() - self._started_s


def _on(servers: list[str]) -> str:
    """`: dsrs-007, dsrs-023`, and no more than a few of them."""
    named = ", ".join(servers[:_MOST_NAMED])
    more = f" and {len(servers) - _MOST_NAMED} more" if len(servers) > _MOST_NAMED else ""
    return f": {named}{more}" if servers else ""
