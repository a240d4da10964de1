"""Ways out of a gate that does not pass, found by trying: each is tried on a copy, and named only if the gate then passes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.decide.gates.forecast import poured, session_s
from console.decide.gates.role import needed
from console.decide.gates.situation import Mates, Situation, after_attach, after_join
from console.domain.safety import Gate, Move, WayOut, say

LONGEST_WAIT_S: Final = 86_400
MOST_JOIN: Final = 1024
_LOADS_S: Final = (10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600)
"""Waits that are tried where it is the load that must fall: that need not go one way only."""

Passes = Callable[[Situation], bool]


def ways(situation: Situation, gate: Gate, moves: tuple[Move, ...], passes: Passes) -> tuple[WayOut, ...]:
    """One way per kind of move that makes the gate pass, cheapest first. `passes` judges the gate anew."""
    found = [way for move in moves if (way := _FINDERS[move](situation, gate, passes)) is not None]
    return tuple(sorted(found, key=cost))


def cost(way: WayOut) -> float:
    """Roughly the operator's minutes: a switch is nothing, another server is dear."""
    match way.move:
        case Move.ARM:
            return 0.05
        case Move.WAIT:
            return way.seconds / 60.0
        case Move.SETTLE | Move.LOOK:
            return 0.2
        case Move.REATTACH:
            return 0.5 * len(way.servers)
        case Move.STAGE:
            return 0.3
        case Move.ROLE:
            return 5.0
        case Move.JOIN:
            return 10.0 * way.count


def taken(situation: Situation, way: WayOut) -> Situation:
    """The situation once that way was taken, everything else being as it was."""
    mates = situation.mates
    match way.move:
        case Move.WAIT:
            return waited(situation, way.seconds)
        case Move.SETTLE:
            return replace(situation, in_flight=None)
        case Move.LOOK:
            return replace(
                situation,
                view_age_s=0.0,
                unseen=0,
                target_seen=True,
                target_misses=0,
                others_seen=1.0,
                changes_known=True,
                role=needed(situation.verb) if situation.role is None else situation.role,
            )
        case Move.REATTACH:
            return situation if mates is None else situation.with_mates(after_attach(mates, way.servers))
        case Move.JOIN:
            return situation if mates is None else situation.with_mates(after_join(mates, way.count))
        case Move.ARM:
            return replace(situation, armed=True)
        case Move.STAGE:
            return replace(situation, staged=True)
        case Move.ROLE:
            return replace(situation, role=way.role)


def waited(situation: Situation, seconds: float, *, loads: bool = True) -> Situation:
    """So many seconds later: memory fades, reports go on, load goes where it is going."""
    in_time = situation.report_age_s <= situation.silent_limit_s
    later = replace(
        situation,
        asked_to_wait_s=max(0.0, situation.asked_to_wait_s - seconds),
        detach_ages_s=tuple(age + seconds for age in situation.detach_ages_s),
        detached_for_s=situation.detached_for_s + seconds,
        reported_for_s=situation.reported_for_s + seconds if in_time else 0.0,
    )
    return later if situation.mates is None or not loads else later.with_mates(_later(situation.mates, seconds))


def _later(mates: Mates, seconds: float) -> Mates:
    """Sessions as the projection sees them without any action; unchanged where no length of a session is known."""
    length_s = session_s(mates)
    if math.isnan(length_s):
        return mates
    left = math.exp(-seconds / length_s)
    rates = np.where(mates.attached, np.nan_to_num(mates.routed_per_s), 0.0)
    came = rates * length_s * (1.0 - left)
    sessions = mates.sessions * left + came
    carry = mates.survivors & ~np.isnan(mates.sessions)
    if carry.any():
        sessions[carry] = poured(mates.sessions[carry] * left, float(came[carry].sum()))
    return replace(mates, sessions=sessions)


def _wait(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    """Whole seconds: the least where only time is missing, else the first of some that are tried."""
    if gate.name in ("capacity", "median"):
        seconds = next((wait for wait in _LOADS_S if passes(waited(situation, wait))), None)
    else:
        seconds = _least(1, LONGEST_WAIT_S, lambda wait: passes(waited(situation, wait, loads=False)))
    if seconds is None:
        return None
    return WayOut(Move.WAIT, say("wait {seconds} s", seconds=seconds), seconds=float(seconds))


def _reattach(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    """Those that report and hold fewest sessions first: they come back without harm."""
    mates = situation.mates
    if mates is None:
        return None
    fit = ~mates.attached & mates.reporting & mates.others & ~np.isnan(mates.sessions)
    order = sorted(np.flatnonzero(fit), key=lambda index: (float(mates.sessions[index]), mates.ids[index]))
    for count in range(1, len(order) + 1):
        servers = tuple(mates.ids[index] for index in order[:count])
        if passes(situation.with_mates(after_attach(mates, servers))):
            return WayOut(Move.REATTACH, say("attach {servers}", servers=", ".join(servers)), servers=servers)
    return None


def _join(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    mates = situation.mates
    if mates is None:
        return None
    count = _least(1, MOST_JOIN, lambda more: passes(situation.with_mates(after_join(mates, more))))
    if count is None:
        return None
    if count == 1:
        return WayOut(Move.JOIN, say("one more server in this pool"), count=1)
    return WayOut(Move.JOIN, say("{count} more servers in this pool", count=count), count=count)


def _settle(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    return WayOut(Move.SETTLE, say("wait until {server} is confirmed or has failed", server=gate.value))


def _look(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    way = WayOut(Move.LOOK, say("wait until it can be read again"))
    return way if passes(taken(situation, way)) else None


def _arm(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    return WayOut(Move.ARM, say("arm this console"))


def _role(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    if situation.role is None:
        return None
    least = needed(situation.verb)
    return WayOut(Move.ROLE, say("ask somebody whose role is {role}", role=least.word), role=least)


def _stage(situation: Situation, gate: Gate, passes: Passes) -> WayOut | None:
    way = WayOut(Move.STAGE, say("attach {server} in stages", server=situation.server), servers=(situation.server,))
    return way if passes(taken(situation, way)) else None


_FINDERS: Final[dict[Move, Callable[[Situation, Gate, Passes], WayOut | None]]] = {
    Move.WAIT: _wait,
    Move.SETTLE: _settle,
    Move.LOOK: _look,
    Move.REATTACH: _reattach,
    Move.JOIN: _join,
    Move.ARM: _arm,
    Move.ROLE: _role,
    Move.STAGE: _stage,
}


def _least(low: int, high: int, true: Callable[[int], bool]) -> int | None:
    """The smallest whole number from `low` on for which it is true, provided that it stays true from there on."""
    step = low
    while not true(step):
        if step >= high:
            return None
        low, step = step + 1, min(2 * step, high)
    high = step
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if true(middle) else (middle + 1, high)
    return high
