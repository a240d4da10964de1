"""Plays the demo: quiet, three servers of the first pool fall silent while they look idle, the ramp."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

from console.lab import scenario
from console.lab.options import LabOptions
from console.lab.scenario import Script

Json = dict[str, Any]
_TRY_S: Final = 0.05
_PATIENCE_S: Final = 1.0
"""So long it waits for a report of 0 of the servers it wants; then their neighbours have to do."""


class Fleet(Protocol):
    """What the demo needs of the servers."""

    def ids_of(self, pool: str) -> list[str]:
        """Ids of a pool, in the order in which they joined."""
        ...

    async def fault(self, kind: str, servers: list[str], **arguments: Any) -> Json:
        """Breaks or mends servers; `servers` of the answer are those that it changed."""
        ...


class Rate(Protocol):
    """What the demo needs of the load of a pool."""

    def change(self, rate: float, over_s: float) -> None:
        """Goes to another rate."""
        ...


class Demo:
    """One demo on one lab."""

    def __init__(
        self, options: LabOptions, fleet: Fleet, load: Mapping[str, Rate], script: Script = scenario.DEMO
    ) -> None:
        self._options = options
        self._fleet = fleet
        self._load = load
        self._script = script
        self._started_s = asyncio.get_running_loop().time()
        self._muted: list[str] = []

    def guide(self) -> Json:
        """Where we are."""
        return scenario.guide(self._elapsed_s(), sorted(self._muted), self._script)

    async def play(self) -> None:
        """Plays it once."""
        for step in self._script:
            await asyncio.sleep(step.at_s - self._elapsed_s())
            if step.name == "mute":
                await self._mute()
            elif step.name == "ramp":
                for index, load in enumerate(self._load.values()):
                    load.change(self._options.full_rate(index), scenario.RAMP_S)

    async def _mute(self) -> None:
        """Each falls silent right after a report of 0: at night the balancer believes it idle, and will for ever."""
        servers = self._fleet.ids_of(self._options.pool_names[0])
        size = len(servers)
        taken: set[int] = set()
        waiting: list[int] = []
        for place in scenario.silent_places(size, self._options.seed):
            waiting.append(scenario.next_place(place, size, set(waiting)))
        patient_until_s = self._elapsed_s() + _PATIENCE_S
        while waiting:
            for index, place in reversed(list(enumerate(waiting))):
                if await self._mute_idle(servers[place]):
                    taken.add(place)
                    del waiting[index]
                    self._muted.append(servers[place])
                elif self._elapsed_s() > patient_until_s:
                    waiting[index] = scenario.next_place((place + 1) % size, size, taken | set(waiting))
            await asyncio.sleep(_TRY_S)

    async def _mute_idle(self, server: str) -> bool:
        answer = await self._fleet.fault("mute", [server], on=True, only_if_reported=0)
        return bool(answer["servers"])

    def _elapsed_s(self) -> float:
        return asyncio.get_running_loop().time() - self._started_s
