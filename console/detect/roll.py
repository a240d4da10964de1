"""The roll of all alarms that are not normal: indexes, what changed, what happened, and how it is handed from run to run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from msgspec.structs import replace

from console.detect.orders import ShelfSettings
from console.detect.standing import MOST_NOTES, RANK, RANKS, order_of, sign_of, standing_of
from console.domain.lifecycle import Cycle, Happening, Key, Memory, Note, Remark, Standing, Turn
from console.domain.options import option

MOST_KEPT_NOTES = 200
"""Of alarms, servers and the situation together; the oldest go first."""

_NORMAL, _LATCHED, _ACKNOWLEDGED = Standing.NORMAL, Standing.LATCHED, Standing.ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class LifecycleSettings(ShelfSettings):
    """Acknowledging, latching and shelving alarms."""

    latched_most: int = option(
        2000,
        low=10,
        high=100_000,
        sentence="Most alarms that are over and wait to be acknowledged; the oldest go first.",
    )
    hold_s: float = option(
        60.0,
        unit="s",
        low=0.0,
        high=3600.0,
        sentence="After a restart of the console, an alarm that was active stays so for this long while no rule confirms it.",
    )


class Roll:
    """Holds every cycle and takes each turn; who may turn where is for `Lifecycle`."""

    def __init__(self, settings: LifecycleSettings | None = None) -> None:
        self.settings = settings or LifecycleSettings()
        self._cycles: dict[Key, Cycle] = {}
        self._active: set[Key] = set()
        self._latched: dict[Key, None] = {}
        """Oldest first."""
        self._running: set[Key] = set()
        """Those with a shelf or a hold."""
        self._notes: tuple[Note, ...] = ()
        self._before_s: float | None = None
        self._wall_s = 0.0
        self._mono_s: float | None = None
        self._number = 0
        self._listed: tuple[Cycle, ...] | None = ()
        self._ranked: list[Key] | None = []
        """All keys in an order that no turn of those below changes, and some that are normal again; None: to be worked out."""
        self._changed: dict[Key, Cycle | None] = {}
        self._happened: list[Happening] = []

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        """All that are not normal: those to be acknowledged first, worst first, then oldest first."""
        if self._listed is None:
            self._listed = self._in_order()
        return self._listed

    def _in_order(self) -> tuple[Cycle, ...]:
        """Sorting ten thousand takes longer than dealing them out by where they stand."""
        cycles = self._cycles
        if self._ranked is None or len(self._ranked) > 2 * len(cycles) + 100:
            self._ranked = sorted(cycles, key=lambda key: order_of(cycles[key]))
        dealt: tuple[list[Cycle], ...] = tuple([] for _ in range(RANKS))
        for key in self._ranked:
            cycle = cycles.get(key)
            if cycle is not None:
                dealt[RANK[cycle.standing]].append(cycle)
        return tuple(chain.from_iterable(dealt))

    @property
    def notes(self) -> tuple[Note, ...]:
        """What operators wrote down, oldest first."""
        return self._notes

    def take_changed(self) -> dict[Key, Cycle | None]:
        """What changed since it was last asked, for whoever keeps it; None: normal again."""
        changed, self._changed = self._changed, {}
        return changed

    def memory(self) -> Memory:
        """All that a later run needs; the log of raisings is kept elsewhere."""
        return Memory(self.cycles, self._notes, (), self._wall_s)

    def restore(self, memory: Memory, wall_s: float, mono_s: float) -> None:
        """Takes over from an earlier run; where this run has already begun, what it found since is laid over it.

        Shelves ran on while nobody watched, by whichever of the two clocks says they are nearer their end.
        """
        self._wall_s = max(self._wall_s, wall_s)
        self._before_s = mono_s if self._before_s is None else self._before_s
        kept = (replace(note, mono_s=mono_s - max(0.0, wall_s - note.wall_s)) for note in memory.notes)
        self._notes = (*kept, *self._notes)[-MOST_KEPT_NOTES:]
        for old in memory.cycles:
            key, live = old.key, self._cycles.get(old.key)
            alarm = replace(old.alarm, since_mono_s=mono_s - max(0.0, wall_s - old.alarm.since_wall_s))
            cycle = replace(old, alarm=alarm)
            if cycle.shelf is not None:
                left_s = max(0.0, min(cycle.shelf.remaining_s, cycle.shelf.until_wall_s - wall_s))
                cycle = replace(cycle, shelf=replace(cycle.shelf, remaining_s=left_s))
            if live is not None:
                cycle = _laid_over(cycle, live)
            elif cycle.active:
                cycle = replace(cycle, hold_s=cycle.hold_s or self.settings.hold_s)
            self._put(key, cycle)
            if live is None:
                self._changed.pop(key, None)

    def _put(
        self, key: Key, cycle: Cycle, turn: Turn | None = None, *, audible: bool = False, by: str = "", text: str = ""
    ) -> None:
        """The one place where a cycle changes: what follows from its fields is set here."""
        standing = standing_of(cycle)
        if cycle.standing is not standing:
            since_s = cycle.since_wall_s if turn is None else self._wall_s
            cycle = replace(cycle, standing=standing, since_wall_s=since_s)
        old = self._cycles.get(key)
        if old is None or _moved(old, cycle):
            self._ranked = None
        if standing is _NORMAL:
            self._cycles.pop(key, None)
            self._changed[key] = None
        else:
            self._cycles[key] = cycle
            self._changed[key] = cycle
        self._index(key, cycle)
        self._listed = None
        if turn is not None:
            self._number += 1
            name = cycle.alarm.name
            self._happened.append(
                Happening(self._number, turn, key, name, cycle.priority, standing, self._wall_s, audible, by, text)
            )

    def _acknowledge(self, keys: Iterable[Key], said: Remark) -> None:
        """As `_put` for each that waits, for ten thousand at once: what is active stays in every index where it is."""
        cycles, changed, told, standing = self._cycles, self._changed, self._happened.append, _ACKNOWLEDGED
        turn, wall_s, by, text = Turn.ACKNOWLEDGED, self._wall_s, said.by, said.text
        for key in keys:
            cycle = cycles[key].acknowledged(said)
            if not cycle.active:
                self._put(key, cycle, turn, by=by, text=text)
                continue
            cycles[key] = changed[key] = cycle
            self._number += 1
            told(
                Happening(self._number, turn, key, cycle.alarm.name, cycle.priority, standing, wall_s, False, by, text)
            )
        self._listed = None

    def _index(self, key: Key, cycle: Cycle) -> None:
        listed = cycle.standing is not _NORMAL
        (self._active.add if cycle.active and listed else self._active.discard)(key)
        running = listed and (cycle.shelf is not None or cycle.hold_s > 0)
        (self._running.add if running else self._running.discard)(key)
        if cycle.standing is _LATCHED:
            self._latched.setdefault(key)
        else:
            self._latched.pop(key, None)

    def _told(self) -> tuple[Happening, ...]:
        happened, self._happened = tuple(self._happened), []
        return happened


def _moved(old: Cycle, now: Cycle) -> bool:
    """Whether it comes to stand elsewhere among those of its rank."""
    return old.priority is not now.priority or old.came_wall_s != now.came_wall_s or old.first_out is not now.first_out


def _laid_over(old: Cycle, live: Cycle) -> Cycle:
    """What this run found, with what the run before knew of it; an acknowledgement holds unless there is something new behind it."""
    same = live.priority <= old.priority and sign_of(live.alarm) == sign_of(old.alarm)
    return replace(
        live,
        priority=max(old.priority, live.priority),
        told=old.told or live.told,
        times=old.times,
        came_wall_s=old.came_wall_s,
        first_out=old.first_out or live.first_out,
        acknowledgement=live.acknowledgement or (old.acknowledgement if same else None),
        shelf=live.shelf or (old.shelf if same else None),
        notes=(*old.notes, *live.notes)[-MOST_NOTES:],
    )
