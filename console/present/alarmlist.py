"""The alarm list of one picture: what waits first, consequences under their cause, a flood folded by cause, at most MOST_LINES lines.

Ten thousand alarms cost one pass when they change and nothing while they stay: lines are made only for what is drawn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from console.detect.flood import by_cause
from console.domain.alarms import Silence
from console.domain.lifecycle import Cycle, Flood, Group, Key, Standing
from console.domain.view import View
from console.present import numbers
from console.present.alarms import age_of, cycle_of, fold, line, line_key, silence_of
from console.present.arrangement import Arrangement
from console.present.floods import flood_line
from console.present.glance import Glance
from console.present.standing import glass_alarms
from console.present.words import joined
from widgets.alarmdata import Advice, AlarmsExtra
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, Phrase, phrase, verbatim

MOST_LINES: Final = 100
"""More are counted, not drawn: nobody reads the hundredth line."""
MOST_NAMES: Final = 12
"""Members of a folded cause that are named; more are counted."""
NAMED: Final = 500
"""Alarms up to which a folded line names the rules that it speaks for; above it counts them."""
MOST_REMARKS: Final = 5
"""Notes on the chosen alarm that are shown, the newest."""


class _Sorted(Struct, frozen=True, eq=False):
    """What the list is made of, until the alarms change."""

    cycles: tuple[Cycle, ...]
    flood: Flood
    alone: tuple[Cycle, ...]
    """All that no listed cause speaks for; during a flood the first out of each cause."""
    children: Mapping[str, tuple[Phrase, ...]]
    """By name of their cause: the rules that are folded into it."""
    groups: Mapping[Key, Group]
    """During a flood, by the first out of each cause."""
    waiting: int
    shelved: tuple[Cycle, ...]
    """Who returns first, first."""


class _Made(Struct, frozen=True, eq=False):
    """A line, and all that it says but for its age."""

    cycle: Cycle
    children: tuple[Phrase, ...]
    group: Group | None
    silence: Silence | None
    zone: tzinfo | None
    line: AlarmLine


class AlarmLister:
    """One for each window."""

    def __init__(self) -> None:
        self._sorted: _Sorted | None = None
        self._made: dict[Key, _Made] = {}

    def take(
        self, glance: Glance, zone: tzinfo | None, arrangement: Arrangement, advice: Advice | None
    ) -> tuple[tuple[AlarmLine, ...], AlarmsExtra]:
        """The lines to draw, and what stands beside them."""
        view = glance.view
        found = self._of(view)
        only = arrangement.only_shelved
        shown = found.shelved if only else found.alone
        left = 0 if only else view.flood.more_groups
        glass = () if only else glass_alarms(glance)
        before, self._made = self._made, {}
        lines = glass + tuple(
            self._line(
                before.get(cycle.key),
                glance,
                zone,
                cycle,
                found.children.get(cycle.alarm.name, ()),
                None if only else found.groups.get(cycle.key),
            )
            for cycle in shown[:MOST_LINES]
        )
        return lines, AlarmsExtra(
            flood=flood_line(view.flood),
            advice=advice,
            total=len(glass) + len(shown) + left,
            waiting=found.waiting,
            shelved=len(found.shelved),
            only_shelved=only,
            details=self._details(found, arrangement.alarm, zone),
        )

    def _line(
        self,
        made: _Made | None,
        glance: Glance,
        zone: tzinfo | None,
        cycle: Cycle,
        children: tuple[Phrase, ...],
        group: Group | None,
    ) -> AlarmLine:
        """The line of before with its new age, where nothing else of it is new. What is left on a shelf is new with each picture."""
        silence = silence_of(glance, cycle.alarm)
        if (
            made is None
            or made.cycle is not cycle
            or cycle.shelf is not None
            or made.group is not group
            or made.zone is not zone
            or (made.children, made.silence) != (children, silence)
        ):
            made = _Made(cycle, children, group, silence, zone, line(glance, zone, cycle, children, group))
        self._made[cycle.key] = made
        return replace(made.line, age=age_of(glance, cycle))

    def waiting(self, view: View, key: str) -> tuple[Key, ...]:
        """What an acknowledgement of this line means: the alarm, or during a flood all of its cause that wait."""
        cycle = cycle_of(view, key)
        if cycle is None:
            return ()
        return tuple(one.key for one in _members(self._of(view), cycle) if one.waits) or (cycle.key,)

    def _of(self, view: View) -> _Sorted:
        known = self._sorted
        if known is None or known.cycles is not view.cycles or known.flood.groups is not view.flood.groups:
            known = self._sorted = _sorted(view)
        return known

    def _details(self, found: _Sorted, chosen: str | None, zone: tzinfo | None) -> tuple[Phrase, ...]:
        """Of the chosen line: who else it stands for, and what was written to it."""
        cycle = None if chosen is None else next((one for one in found.cycles if line_key(one.key) == chosen), None)
        if cycle is None:
            return ()
        said: list[Phrase] = []
        group = _members(found, cycle)
        if len(group) > 1:
            named = tuple(verbatim(one.alarm.server or one.alarm.name) for one in group[:MOST_NAMES])
            more = len(group) - len(named)
            said.append(
                phrase(QT_TRANSLATE_NOOP("present", "Folded here: {names}"), names=joined(named))
                if more <= 0
                else phrase(
                    QT_TRANSLATE_NOOP("present", "Folded here: {names} and {count} more"),
                    names=joined(named),
                    count=numbers.count(float(more)),
                )
            )
        held = cycle.acknowledgement
        written = (*cycle.notes, held) if held is not None and held.by and held.text else cycle.notes
        said += [
            phrase(
                QT_TRANSLATE_NOOP("present", "Note {time} {name}: {text}"),
                time=numbers.clock(remark.wall_s, zone),
                name=remark.by,
                text=remark.text or numbers.DASH,
            )
            for remark in sorted(written, key=lambda one: one.wall_s)[-MOST_REMARKS:]
        ]
        return tuple(said)


def _sorted(view: View) -> _Sorted:
    """The cycles of a View come in the order of `detect.standing`: those that wait first, the shelved last."""
    cycles = view.cycles
    waiting = bisect_left(cycles, True, key=lambda one: not one.waits)
    shelved = cycles[bisect_left(cycles, True, key=lambda one: one.standing is Standing.SHELVED) :]
    back = tuple(sorted(shelved, key=lambda one: 0.0 if one.shelf is None else one.shelf.remaining_s))
    if not view.flood.on:
        alone, children = fold(cycles)
        return _Sorted(cycles, view.flood, alone, children, {}, waiting, back)
    groups = {group.first: group for group in view.flood.groups}
    firsts: dict[Key, Cycle] = {}
    for cycle in cycles:
        if (key := cycle.alarm.key) in groups:
            firsts[key] = cycle
            if len(firsts) == len(groups):
                break
    shown = tuple(firsts[key] for key in groups if key in firsts)
    children = fold(cycles)[1] if len(cycles) <= NAMED else {}
    return _Sorted(cycles, view.flood, shown, children, groups, waiting, back)


def _members(found: _Sorted, first: Cycle) -> tuple[Cycle, ...]:
    """All of the cause that this line stands for during a flood, itself first; empty: it stands for itself."""
    group = found.groups.get(first.key)
    if group is None:
        return ()
    return first, *(one for one in by_cause(found.cycles).get(group.cause, ()) if one is not first)
