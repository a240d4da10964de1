"""All gates of one request, what they say together, and the cheapest way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from console.decide.gates import (
    armed,
    balancer_busy,
    capacity,
    concurrency,
    cool_down,
    cutting,
    floor,
    fresh_view,
    guard,
    last_server,
    not_blind,
    one_at_a_time,
    percent,
    role,
    target_known,
    target_seen,
)
from console.decide.gates.forecast import Forecast, Projection
from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation, after_attach, after_detach
from console.decide.gates.ways import cost, taken, ways
from console.domain.safety import Appraisal, Consent, Gate, Light, Move, Prediction, Role, Said, Verdict, WayOut, say
from console.domain.states import Verb

Check = Callable[[Situation, GateSettings], Gate]

_COMMON: Final[tuple[tuple[str, Check, tuple[Move, ...]], ...]] = tuple(
    (part.NAME, part.gate, part.MOVES) for part in (one_at_a_time, balancer_busy, fresh_view, concurrency, role, armed)
)
_DETACH: Final[tuple[tuple[str, Check, tuple[Move, ...]], ...]] = tuple(
    (part.NAME, part.gate, part.MOVES) for part in (not_blind, target_seen, last_server, floor, percent, cool_down)
)
_ATTACH: Final[tuple[tuple[str, Check, tuple[Move, ...]], ...]] = (
    (guard.REPORTING, guard.reporting, guard.MOVES[guard.REPORTING]),
    (guard.MEMORY, guard.memory, guard.MOVES[guard.MEMORY]),
    (guard.MEDIAN, guard.median, guard.MOVES[guard.MEDIAN]),
    (guard.HERD, guard.herd, guard.MOVES[guard.HERD]),
    (guard.PAUSE, guard.pause, guard.MOVES[guard.PAUSE]),
)
_CUT: Final[tuple[tuple[str, Check, tuple[Move, ...]], ...]] = (
    (cutting.OFFERED, cutting.offered, ()),
    (cutting.DETACHED, cutting.detached, ()),
    (cutting.SESSIONS, cutting.sessions, ()),
)
_MOST_MOVES: Final = 6
"""Ways taken one after the other in the search for a combination; more than this nobody would carry out."""
_PROJECTION: Final = Projection()


def judge(situation: Situation, settings: GateSettings, forecast: Forecast = _PROJECTION) -> tuple[Gate, ...]:
    """Every gate of this verb, in the order in which a refusal is told, without ways out."""
    return _judged(situation, settings, forecast)[0]


def appraise(situation: Situation, settings: GateSettings, forecast: Forecast = _PROJECTION) -> Appraisal:
    """Every gate with its ways out, and the cheapest combination after which nothing refuses any more."""
    gates, prediction = _judged(situation, settings, forecast)
    told = tuple(_with_ways(gate, situation, settings, forecast) for gate in gates)
    out = _combination(situation, told, settings, forecast)
    held = situation.held if situation.verb is Verb.CUT else None
    return Appraisal(situation.verb, situation.server, told, out, prediction, held)


def appraise_set(
    situations: tuple[Situation, ...], settings: GateSettings, forecast: Forecast = _PROJECTION
) -> Appraisal:
    """The gates of a whole set: each as if those before it had been carried out. The first that refuses is the set's.

    `situations`: one per server, in the plan's order, all of the same moment. The gates of the last one are told where none refuses:
    they hold the set's own capacity and percent. A plan counts as one action: only its first step meets the cool-down.
    """
    worst: Appraisal | None = None
    gone: list[tuple[str | None, str]] = []
    for index, situation in enumerate(situations):
        ahead = situation
        mates = situation.mates
        for pool, server in gone:
            if mates is not None and pool == situation.pool and server in mates.ids:
                back = situation.verb is Verb.ATTACH
                mates = after_attach(mates, (server,)) if back else after_detach(mates, mates.ids.index(server))
        if mates is not None:
            out = frozenset(server for _, server in gone if situation.verb is Verb.DETACH)
            ahead = replace(situation, mates=mates, base=mates, ahead=out)
        if index:
            ahead = replace(ahead, detach_ages_s=())
        found = appraise(ahead, settings, forecast)
        gone.append((situation.pool, situation.server))
        if found.light is Light.RED:
            return found
        if worst is None or found.light is Light.AMBER or worst.light is Light.GREEN:
            worst = found
    if worst is None:
        raise ValueError("a plan has at least one server")
    return worst


def heals_in_s(appraisal: Appraisal) -> float | None:
    """Seconds after which only time has made everything pass; None where something else is needed too. 0: it passes now."""
    longest = 0.0
    for gate in appraisal.gates:
        if not gate.passed:
            waits = [way.seconds for way in gate.ways if way.move is Move.WAIT]
            if not waits:
                return None
            longest = max(longest, min(waits))
    return longest


def admits(appraisal: Appraisal, consent: Consent, role: Role | None) -> Said | None:
    """None: it may be sent. Else why not, with the first thing to do about it."""
    if appraisal.light is Light.GREEN:
        return _counted(appraisal, consent) if appraisal.verb is Verb.CUT else None
    gate = appraisal.first
    assert gate is not None  # only green has none
    if appraisal.light is Light.AMBER:
        given = (consent.hold_reason or consent.break_glass or "").strip()
        return None if given else _more(gate, say("It needs a reason."))
    if not (consent.break_glass or "").strip():
        return _more(gate, _way_sentence(appraisal))
    if not appraisal.breakable:
        refusing = next(gate for gate in appraisal.gates if gate.verdict is Verdict.REFUSE and not gate.breakable)
        return _more(refusing, say("Break-glass does not open this."))
    if role is None or role < Role.LEAD:
        return _more(gate, say("Break-glass is the lead's."))
    return None


def _counted(appraisal: Appraisal, consent: Consent) -> Said | None:
    """A cut names how many sessions it ends: never more than that, and a number that was true within the last minute."""
    assert appraisal.held is not None  # green: they are known
    low, high = appraisal.held
    if consent.count is not None and low <= consent.count <= high:
        return None
    if consent.count is None:
        return say("{server} holds {now} sessions: name their number to cut them.", server=appraisal.server, now=low)
    return say(
        "{server} holds {now} sessions, not the {count} that were named: look again, then name their number.",
        server=appraisal.server, now=low, count=consent.count,
    )  # fmt: skip


def _judged(
    situation: Situation, settings: GateSettings, forecast: Forecast
) -> tuple[tuple[Gate, ...], Prediction | None]:
    known = target_known.gate(situation, settings)
    if not known.passed:
        return (known,), None
    gates = tuple(check(situation, settings) for _, check, _ in _COMMON)
    if situation.verb is Verb.CUT:  # nobody goes past any of these
        gates = (*gates, *(check(situation, settings) for _, check, _ in _CUT))
        return tuple(replace(gate, breakable=False) for gate in gates), None
    if situation.verb is Verb.ATTACH:
        return (*gates, *(check(situation, settings) for _, check, _ in _ATTACH)), None
    gates = (*gates, *(check(situation, settings) for _, check, _ in _DETACH))
    room, prediction = capacity.judged(situation, settings, forecast)
    return (*gates, room), prediction


def _with_ways(gate: Gate, situation: Situation, settings: GateSettings, forecast: Forecast) -> Gate:
    if gate.passed:
        return gate
    if gate.name == capacity.NAME:
        moves: tuple[Move, ...] = capacity.MOVES

        def passes(changed: Situation) -> bool:
            return capacity.judged(changed, settings, forecast)[0].passed
    else:
        check, moves = _CHECKS.get(gate.name, (target_known.gate, ()))

        def passes(changed: Situation) -> bool:
            return check(changed, settings).passed

    return replace(gate, ways=ways(situation, gate, moves, passes))


_CHECKS: Final = {name: (check, moves) for name, check, moves in (*_COMMON, *_DETACH, *_ATTACH, *_CUT)}


def _combination(
    situation: Situation, gates: tuple[Gate, ...], settings: GateSettings, forecast: Forecast
) -> tuple[WayOut, ...]:
    """Greedy: the cheapest way of the first refusing gate, then looked at again. Empty where it leads nowhere."""
    found: list[WayOut] = []
    while (gate := next((gate for gate in gates if gate.verdict is Verdict.REFUSE), None)) is not None:
        if not gate.ways or len(found) >= _MOST_MOVES:
            return ()
        way = min(gate.ways, key=cost)
        found.append(way)
        situation = taken(situation, way)
        gates = tuple(
            _with_ways(gate, situation, settings, forecast) if gate.verdict is Verdict.REFUSE else gate
            for gate in judge(situation, settings, forecast)
        )
    return tuple(found)


def _way_sentence(appraisal: Appraisal) -> Said:
    if not appraisal.ways_out:
        return say("")
    texts = " and ".join(str(way.said) for way in appraisal.ways_out)
    return say("Way out: {ways}.", ways=texts)


def _more(gate: Gate, more: Said) -> Said:
    """The gate's own sentence with one more behind it."""
    if not more:
        return gate.said
    return Said(f"{gate.said.text} {more.text}", {**gate.said.numbers, **more.numbers})
