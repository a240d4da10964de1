"""Flood mode and the log of new alarms: when there are too many for one person, they are shown by their causes, first out kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.lifecycle import Cycle, Flood, Group, Happening, Raising, Standing
from console.domain.options import option

LOGGED = 20_000
"""Raisings kept: at the 10 in 10 minutes at which a flood begins, two weeks."""
BACK_S = 7 * 86_400.0
"""Older ones are dropped."""


@dataclass(frozen=True, slots=True)
class FloodSettings:
    """When alarms are too many for one person. Defaults: 10 in 10 minutes (EEMUA 191, ISA-18.2), over below 5."""

    count: int = option(10, low=2, high=1000, sentence="So many new alarms ..")
    within_s: float = option(600.0, unit="s", low=10.0, high=3600.0, sentence=".. within this time are a flood ..")
    clear_below: int = option(5, low=1, high=1000, sentence=".. which is over when there are fewer than this.")
    groups_most: int = option(20, low=1, high=200, sentence="Most causes that are listed during a flood.")


class FloodMeter:
    """Steps once per Frame, in order, with what happened; also keeps the log of raisings."""

    def __init__(self, settings: FloodSettings | None = None) -> None:
        self._settings = settings or FloodSettings()
        self._recent: deque[tuple[float, int]] = deque()
        """Monotonic time and number of new alarms of each Frame that had some."""
        self._new = 0
        self._since: tuple[float, float] | None = None
        self._log: deque[Raising] = deque(maxlen=LOGGED)
        self._frozen: tuple[Raising, ...] | None = ()
        self._fresh: list[Raising] = []
        self._grouped: tuple[tuple[Cycle, ...], Flood] | None = None

    @property
    def log(self) -> tuple[Raising, ...]:
        """All raisings of the last days, oldest first."""
        if self._frozen is None:
            self._frozen = tuple(self._log)
        return self._frozen

    def take_fresh(self) -> list[Raising]:
        """Those since it was last asked, for whoever keeps them."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def restore(self, log: Iterable[Raising]) -> None:
        """Puts an earlier run's log before this one's. They start no flood: nobody is asked for attention again."""
        mine = tuple(self._log)
        self._log = deque((*log, *mine), maxlen=LOGGED)
        self._frozen = None

    def step(self, happenings: Iterable[Happening], cycles: tuple[Cycle, ...], wall_s: float, mono_s: float) -> Flood:
        """The flood as of this Frame."""
        new = 0
        for happening in happenings:
            if happening.audible:
                new += 1
                raising = Raising(happening.wall_s, happening.name, happening.key[0], happening.priority)
                self._log.append(raising)
                self._fresh.append(raising)
        if new:
            self._frozen = None
            self._recent.append((mono_s, new))
            self._new += new
        while self._recent and self._recent[0][0] <= mono_s - self._settings.within_s:
            self._new -= self._recent.popleft()[1]
        while self._log and self._log[0].wall_s < wall_s - BACK_S:
            self._log.popleft()
            self._frozen = None
        if self._since is None and self._new >= self._settings.count:
            self._since = wall_s, mono_s
        elif self._since is not None and self._new < self._settings.clear_below:
            self._since = None
        if self._since is None:
            self._grouped = None
            return Flood(new=self._new)
        return self._flood(cycles)

    def _flood(self, cycles: tuple[Cycle, ...]) -> Flood:
        since_s = self._since[0] if self._since is not None else None
        if self._grouped is not None and self._grouped[0] is cycles and self._grouped[1].new == self._new:
            return self._grouped[1]
        groups, most = grouped(cycles), self._settings.groups_most
        flood = Flood(True, self._new, since_s, groups[:most], max(0, len(groups) - most))
        self._grouped = cycles, flood
        return flood


def by_cause(cycles: Iterable[Cycle]) -> dict[str, list[Cycle]]:
    """All that is not shelved, by name of its cause, else by its rule."""
    causes = {cycle.alarm.under for cycle in cycles if cycle.alarm.under is not None}
    found: dict[str, list[Cycle]] = {}
    for cycle in cycles:
        if cycle.standing is not Standing.SHELVED:
            alarm = cycle.alarm
            name = alarm.under or (alarm.name if causes and alarm.name in causes else alarm.rule)
            found.setdefault(name, []).append(cycle)
    return found


def grouped(cycles: Iterable[Cycle]) -> tuple[Group, ...]:
    """The causes: those with something to acknowledge first, worst first, oldest first."""
    ranked: list[tuple[tuple[bool, int, float, str], Group]] = []
    unacknowledged, latched = Standing.UNACKNOWLEDGED, Standing.LATCHED
    for name, members in by_cause(cycles).items():
        first, order = members[0], _first(members[0])
        priority, waiting, lasting = first.priority, 0, False
        for cycle in members:  # once over ten thousand
            standing = cycle.standing
            if standing is unacknowledged:
                waiting, lasting = waiting + 1, True
            elif standing is latched:
                waiting += 1
            if cycle.came_wall_s <= order[1] or cycle.first_out:
                mine = _first(cycle)
                if mine < order:
                    first, order = cycle, mine
            priority = max(priority, cycle.priority)
        rank = not waiting, -priority, first.came_wall_s, name
        ranked.append((rank, Group(name, first.key, priority, len(members), waiting, lasting)))
    return tuple(group for _, group in sorted(ranked, key=lambda item: item[0]))


def _first(cycle: Cycle) -> tuple[bool, float, int]:
    return not cycle.first_out, cycle.came_wall_s, -cycle.priority
