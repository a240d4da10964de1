"""Processes that ended, and who took their place: from connections that are refused, from incarnations, from memory before."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import Column, Floats, Frame, RowTable
from console.domain.states import Reach
from console.report.evidence import Evidence
from console.report.facts import Death
from console.report.places import Places, grown

MASS: Final = 0.15
"""More servers than this share that fall away in one poll are no deaths: it is the way to them that broke."""
FULL: Final = 0.9
AHEAD_POLLS: Final = 1.5
"""A memory that would have passed its limit within so many polls, growing as it did, is taken to have done so."""
_GONE, _OK = int(Reach.UNREACHABLE), int(Reach.OK)
"""Plain numbers: numpy is slow to compare with a member of an enumeration."""


class Morgue:
    """Takes every poll in order."""

    def __init__(self) -> None:
        self._life: dict[int, str | None] = {}
        self._dead: dict[int, int] = {}
        """Place -> index in `_found`, while it stays away."""
        self._memory: Floats = np.zeros(0)
        self._grew: Floats = np.zeros(0)
        self._truth: Floats = np.zeros(0)
        self._seen: Floats = np.zeros(0)
        """Number of the newest poll with a status, per place."""
        self._found: list[tuple[int, int, float, float, float, bool, int]] = []
        """Place, poll, wall, sessions, memory share, of memory, last poll seen."""
        self._born: list[tuple[int, int, float]] = []
        """Place, poll, wall of servers that joined later."""
        self._back: dict[int, tuple[int, float]] = {}
        """Index in `_found` -> when the same id was there again."""
        self._started = False
        self._rows: RowTable | None = None

    def take(self, number: int, frame: Frame, slots: NDArray[np.intp], places: NDArray[np.intp]) -> None:
        """One poll."""
        size = int(places.max()) + 1 if len(places) else 0
        self._memory, self._grew = grown(self._memory, size), grown(self._grew, size)
        self._truth, self._seen = grown(self._truth, size), grown(self._seen, size)
        if frame.rows is not self._rows:
            self._rows = frame.rows
            held: list[tuple[int, int]] = list(zip(slots.tolist(), places.tolist(), strict=True))
            for slot, place in held:
                row = frame.rows.rows[slot]
                life = None if row is None else row.incarnation
                known = self._life.get(place)
                if place not in self._life:
                    if self._started:
                        self._born.append((place, number, frame.wall_s))
                elif life is not None and known is not None and life != known:
                    if place not in self._dead:
                        self._die(place, number, frame.wall_s)
                    self._back[self._dead.pop(place)] = number, frame.wall_s
                if life is not None or place not in self._life:
                    self._life[place] = life
            self._started = True
        reach = frame.reach[slots]
        gone = (reach == _GONE) & frame.listed[slots] & ~np.isnan(self._seen[places])
        fresh = [place for place in places[gone].tolist() if place not in self._dead and self._seen[place] < number]
        if fresh and len(fresh) <= max(2.0, MASS * len(places)):
            for place in fresh:
                self._die(place, number, frame.wall_s)
        seen = reach == _OK
        there = places[seen]
        for place in [place for place in self._dead if self._found[self._dead[place]][1] < number]:
            if place in set(there.tolist()):  # the same process again: it was the way to it that was gone
                self._found[self._dead.pop(place)] = (-1, 0, 0.0, 0.0, 0.0, False, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = frame[Column.MEMORY_USED][slots][seen] / frame[Column.MEMORY_LIMIT][slots][seen]
        self._grew[there] = share - self._memory[there]
        self._memory[there] = share
        self._truth[there] = frame[Column.TRUTH][slots][seen]
        self._seen[there] = number

    def _die(self, place: int, number: int, wall_s: float) -> None:
        memory, grew = float(self._memory[place]), float(self._grew[place])
        ahead = memory + AHEAD_POLLS * max(0.0, 0.0 if np.isnan(grew) else grew)
        of_memory = bool(memory >= FULL or (memory >= FULL / 2 and ahead >= 1.0))
        last = number if np.isnan(self._seen[place]) else int(self._seen[place])
        self._dead[place] = len(self._found)
        self._found.append((place, number, wall_s, float(self._truth[place]), memory, of_memory, last))

    def deaths(self, places: Places) -> tuple[Death, ...]:
        """Oldest first, with the next server that joined the same pool as successor, each taken once."""
        free = list(self._born)
        made: list[Death] = []
        for index, (place, number, wall_s, sessions, memory, of_memory, last) in enumerate(self._found):
            if place < 0:
                continue
            server, pool = places.ids[place], places.pools[place]
            heir: tuple[int, int, float] | None = None
            if index in self._back:
                heir = (place, *self._back[index])
            else:
                heir = next((one for one in free if one[1] >= number and places.pools[one[0]] == pool), None)
                if heir is not None:
                    free.remove(heir)
            made.append(
                Death(
                    server, pool, wall_s, sessions, memory, of_memory,
                    Evidence("status", last, number, wall_s, wall_s, server),
                    None if heir is None else places.ids[heir[0]],
                    None if heir is None else heir[2],
                    None if heir is None
                    else Evidence("listed", heir[1], heir[1], heir[2], heir[2], places.ids[heir[0]]),
                )
            )  # fmt: skip
        return tuple(made)
