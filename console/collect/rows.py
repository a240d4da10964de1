"""Who holds which slot. A slot outlives its server until its last sample has left the history, then it is used again."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from console.domain.frame import Row, RowTable
from console.domain.readings import ServerEntry

HISTORY_TICKS: Final = 3600
"""Frames for which a slot of a server that left stays its own: one hour at one Frame a second."""
_SMALLEST = 256
_HEADROOM = 1.25
_FEWEST_RETIRED = 1024
_RETIRED_PER_LISTED = 3  # a list that is new at every poll must not fill the memory within the hour


class Voice(Enum):
    """Whose voice a status is, by its incarnation."""

    SAME = "same"
    NEW = "new"
    """A new incarnation: the line breaks before it."""
    FORMER = "former"
    """The process that was replaced still answers: not the truth of this line."""


@dataclass(slots=True, eq=False)
class Holder:
    """Who holds a slot. `current` is the newest incarnation that either the balancer or the server itself named."""

    id: str
    slot: int
    epoch: int
    pool: str | None = None
    address: str | None = None
    listed: str | None = None
    """Incarnation by the balancer: the one that a detach must name."""
    spoken: str | None = None
    """Incarnation by its own newest status."""
    current: str | None = None
    former: deque[str] = field(default_factory=lambda: deque[str](maxlen=8))


@dataclass(slots=True)
class Settled:
    """What a new list changed."""

    broken: list[int]
    """Slots whose line begins, breaks or ends here."""
    rebased: list[int] = field(default_factory=list[int])
    """Slots that the balancer gives to another incarnation than before: its counters of them restart."""
    slots: list[int] = field(default_factory=list[int])
    """The slot of each server, in the order of the list."""


class RowKeeper:
    """Gives slots to servers and takes them back. Pure book-keeping: no arrays, no clock; ticks are Frame numbers."""

    def __init__(self, history_ticks: int = HISTORY_TICKS) -> None:
        self._history_ticks = history_ticks
        self.capacity = _SMALLEST
        self._free = list(range(_SMALLEST))
        self._epochs = [0] * _SMALLEST
        self._holders: dict[str, Holder] = {}
        self._retired: dict[str, int] = {}
        """Ids no longer listed -> tick of the first Frame without them; oldest first."""
        self._table = RowTable((None,) * _SMALLEST, 0)
        self._stale = False

    def get(self, server: str) -> Holder | None:
        """The holder by id, listed or retired."""
        return self._holders.get(server)

    @property
    def table(self) -> RowTable:
        """The rows as of now; the same object until something changes."""
        if self._stale:
            rows: list[Row | None] = [None] * self.capacity
            for who in self._holders.values():
                incarnation = who.listed if who.listed is not None else who.current
                rows[who.slot] = Row(who.slot, who.id, incarnation, who.pool, who.epoch, who.address)
            self._table = RowTable(tuple(rows), self._table.version + 1)
            self._stale = False
        return self._table

    def settle(self, servers: Sequence[ServerEntry], tick: int) -> Settled:
        """Takes over a new list, of the Frame `tick`."""
        listed = {server.id for server in servers}
        for name in self._holders.keys() - listed - self._retired.keys():
            self._retired[name] = tick
        settled = Settled(broken=self._expire(tick, max(_FEWEST_RETIRED, _RETIRED_PER_LISTED * len(listed))))
        if missing := len(listed) - len(self._holders.keys() & listed):
            self._grow(missing)
        for server in servers:
            who = self._holders.get(server.id)
            if who is None:
                who = self._join(server)
                settled.broken.append(who.slot)
            else:
                if self._retired:
                    self._retired.pop(server.id, None)
                self._relist(who, server, settled)
            settled.slots.append(who.slot)
        return settled

    def heard(self, who: Holder, incarnation: str) -> Voice:
        """A status names its incarnation. After NEW the epoch has changed."""
        who.spoken = incarnation
        if incarnation == who.current:
            return Voice.SAME
        if who.current is None:
            who.current = incarnation  # the balancer does not tell incarnations: this is the first that is known
            self._stale = True
            return Voice.SAME
        if incarnation in who.former and who.listed != incarnation:
            return Voice.FORMER
        self._renew(who, incarnation)
        return Voice.NEW

    def _join(self, server: ServerEntry) -> Holder:
        slot = heapq.heappop(self._free)
        self._epochs[slot] += 1
        who = Holder(
            server.id,
            slot,
            self._epochs[slot],
            server.pool,
            server.address,
            server.incarnation,
            None,
            server.incarnation,
        )
        self._holders[server.id] = who
        self._stale = True
        return who

    def _relist(self, who: Holder, server: ServerEntry, settled: Settled) -> None:
        """The balancer's newest words about a known server."""
        known, named = who.listed, server.incarnation
        if (who.pool, who.address, known) != (server.pool, server.address, named):
            who.pool, who.address, who.listed = server.pool, server.address, named
            self._stale = True
            if known != named:
                settled.rebased.append(who.slot)
        if named is None or named == who.current:
            return
        if who.current is None:
            who.current = named
        elif named not in who.former or who.spoken == named:
            # Else the balancer has not heard yet of the incarnation that the server itself names.
            self._renew(who, named)
            settled.broken.append(who.slot)

    def _renew(self, who: Holder, incarnation: str) -> None:
        if who.current is not None:
            who.former.append(who.current)
        if incarnation in who.former:
            who.former.remove(incarnation)
        who.current = incarnation
        self._epochs[who.slot] += 1
        who.epoch = self._epochs[who.slot]
        self._stale = True

    def _expire(self, tick: int, most: int) -> list[int]:
        """Frees slots, those longest unlisted first; returns them."""
        freed: list[int] = []
        for name, gone_at in list(self._retired.items()):
            if tick - gone_at < self._history_ticks and len(self._retired) <= most:
                break
            del self._retired[name]
            freed.append(self._holders.pop(name).slot)
            heapq.heappush(self._free, freed[-1])
            self._stale = True
        return freed

    def _grow(self, missing: int) -> None:
        """Makes room. An empty table takes the size of the fleet and a quarter; later it doubles."""
        if missing <= len(self._free):
            return
        used = self.capacity - len(self._free)
        capacity = self.capacity
        if not used:
            capacity = max(_SMALLEST, math.ceil(_HEADROOM * missing))
        while capacity < used + missing:
            capacity *= 2
        for slot in range(self.capacity, capacity):
            heapq.heappush(self._free, slot)
        self._epochs += [0] * (capacity - self.capacity)
        self.capacity = capacity
        self._stale = True
