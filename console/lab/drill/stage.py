"""Carries a scenario out on a simulation: the same cues, the same choice of servers, the same patience as on a live lab."""

from __future__ import annotations

import heapq
import math
from typing import Any, Final, cast

from console.domain.errors import SettingsError
from console.domain.lies import Lie
from console.lab.drill.samples import Event
from console.lab.options import ENGINE
from console.lab.story.cues import Begin, Cue, next_place, places
from console.lab.story.format import Strike
from console.lab.story.kinds import KINDS
from console.sim import Fault, Load, Simulation

_TRY_S: Final = 0.05
"""How often a fault that waits for a report of 0 looks for one."""
_PATIENCE_S: Final = 1.0
"""So long it waits for those that it wants; then their neighbours have to do. Both as in the live player."""


class Stage:
    """Carries the cues of a scenario out on a simulation, as the player does on a live lab."""

    def __init__(self, sim: Simulation, todo: list[Cue], seed: int) -> None:
        self._sim = sim
        self._seed = seed
        self._todo = [(cue.at_s, number, cue) for number, cue in enumerate(todo)]
        heapq.heapify(self._todo)
        self._waiting: list[_Search] = []
        self.groups: dict[str, list[str]] = {}
        self.events: list[Event] = []
        self.notes: list[str] = []

    def advance(self, until_s: float) -> None:
        """On to that time, with all that is due on the way."""
        sim = self._sim
        while sim.now < until_s:
            cue_s = self._todo[0][0] if self._todo else math.inf
            look_s = sim.now + _TRY_S if self._waiting else math.inf
            at_s = min(until_s, max(cue_s, sim.now), look_s)
            if at_s > sim.now:
                sim.advance(at_s - sim.now)
            while self._todo and self._todo[0][0] <= sim.now:
                self._do(heapq.heappop(self._todo)[2])
            self._waiting = [search for search in self._waiting if not search.go_on()]

    def _do(self, cue: Cue) -> None:
        if isinstance(cue.what, Begin):
            for name, rate in cue.what.load.items():
                self._sim.do(Load(rate, f"{ENGINE}/{name}", cue.what.over_s))
            return
        try:
            self._strike(cue.what)
        except SettingsError as error:
            self.notes.append(str(error))

    def _strike(self, strike: Strike) -> None:
        if KINDS[strike.kind].balancer:
            self._sim.do(_fault(strike, ()))
            self._happened(strike, None)
        elif strike.group in self.groups:
            group = self.groups[strike.group][: strike.count]
            if strike.idle and strike.on:
                self._waiting.append(_Search(self, strike, group, list(range(len(group))), []))
                return
            self.strike(strike, group)
        else:
            pool = f"{ENGINE}/{strike.pool}"
            truth = self._sim.truth()
            ids = [server for server, home in zip(truth.ids, truth.pools, strict=True) if home == pool]
            wanted = places(len(ids), strike.count, self._seed)
            self.groups[strike.group] = [] if strike.idle else [ids[place] for place in wanted]
            if strike.idle:
                self._waiting.append(_Search(self, strike, ids, wanted, self.groups[strike.group]))
            else:
                self.strike(strike, self.groups[strike.group])

    def strike(self, strike: Strike, servers: list[str]) -> None:
        """Breaks or mends these."""
        self._sim.do(_fault(strike, tuple(servers)))
        for server in servers:
            self._happened(strike, server)

    def idle(self, server: str) -> bool:
        """Whether it has just reported 0 and lives."""
        number, index = self._sim.fleet.home[server]
        servers = self._sim.fleet.pools[number].servers
        servers.refresh(self._sim.now)
        return bool(servers.alive[index] and servers.reported[index] == 0)

    @property
    def now_s(self) -> float:
        """Seconds of the run."""
        return self._sim.now

    def _happened(self, strike: Strike, server: str | None) -> None:
        self.events.append(Event(self._sim.now, "fault" if strike.on else "mended", server, words=strike.kind))


class _Search:
    """Servers that are to be struck as soon as their newest report says 0."""

    def __init__(self, stage: Stage, strike: Strike, ids: list[str], waiting: list[int], group: list[str]) -> None:
        self._stage = stage
        self._strike = strike
        self._ids = ids
        self._waiting = waiting
        self._group = group
        self._taken: set[int] = set()
        self._patient_until_s = stage.now_s + _PATIENCE_S

    def go_on(self) -> bool:
        """One look; True when all are struck."""
        size = len(self._ids)
        for index, place in reversed(list(enumerate(self._waiting))):
            if self._stage.idle(self._ids[place]):
                self._stage.strike(self._strike, [self._ids[place]])
                self._taken.add(place)
                self._group.append(self._ids[place])
                del self._waiting[index]
            elif self._stage.now_s > self._patient_until_s and len(self._taken | set(self._waiting)) < size:
                self._waiting[index] = next_place((place + 1) % size, size, self._taken | set(self._waiting))
        self._group.sort()
        return not self._waiting


def _fault(strike: Strike, servers: tuple[str, ...]) -> Fault:
    more: dict[str, Any] = dict(strike.more)
    return Fault(
        strike.kind,
        servers,
        strike.on,
        seconds=more.get("seconds"),
        factor=more.get("factor", 4.0),
        bytes_per_s=more.get("bytes_per_s"),
        mode=cast("Lie", more.get("mode", "does_nothing")),
    )
