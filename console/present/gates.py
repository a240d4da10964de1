"""An appraisal for the eye: gates as named marks with their numbers, ways out in words, and what the operator is asked to give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from console.domain.safety import Appraisal, Gate, Light, Move, Role, Said, Verdict
from console.domain.states import Sight, Verb
from console.present import numbers
from console.present.glance import Glance
from console.present.reasons import told
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Ask, GateMark, GateState, Phrase, Way, phrase, verbatim

NAMES: Final = {
    "unknown_server": phrase(QT_TRANSLATE_NOOP("present", "listed")),
    "in_flight": phrase(QT_TRANSLATE_NOOP("present", "one at a time")),
    "busy": phrase(QT_TRANSLATE_NOOP("present", "balancer free")),
    "stale": phrase(QT_TRANSLATE_NOOP("present", "fresh view")),
    "concurrency": phrase(QT_TRANSLATE_NOOP("present", "same version")),
    "role": phrase(QT_TRANSLATE_NOOP("present", "role")),
    "armed": phrase(QT_TRANSLATE_NOOP("present", "armed")),
    "blind": phrase(QT_TRANSLATE_NOOP("present", "fleet seen")),
    "target_truth": phrase(QT_TRANSLATE_NOOP("present", "target seen")),
    "last_server": phrase(QT_TRANSLATE_NOOP("present", "not the last")),
    "floor": phrase(QT_TRANSLATE_NOOP("present", "left attached")),
    "percent": phrase(QT_TRANSLATE_NOOP("present", "detached after")),
    "cool_down": phrase(QT_TRANSLATE_NOOP("present", "pace")),
    "capacity": phrase(QT_TRANSLATE_NOOP("present", "capacity after")),
    "offered": phrase(QT_TRANSLATE_NOOP("present", "balancer can cut")),
    "detached": phrase(QT_TRANSLATE_NOOP("present", "detached")),
    "sessions": phrase(QT_TRANSLATE_NOOP("present", "sessions held")),
    "reporting": phrase(QT_TRANSLATE_NOOP("present", "reports")),
    "memory": phrase(QT_TRANSLATE_NOOP("present", "memory")),
    "median": phrase(QT_TRANSLATE_NOOP("present", "load")),
    "herd": phrase(QT_TRANSLATE_NOOP("present", "herd")),
    "pause": phrase(QT_TRANSLATE_NOOP("present", "pause")),
    "read_only": phrase(QT_TRANSLATE_NOOP("present", "can act")),
}
"""Every gate that the engine knows."""
_STATES: Final = {Verdict.PASS: GateState.PASS, Verdict.HOLD: GateState.HOLD, Verdict.REFUSE: GateState.REFUSE}
_LEAST: Final = frozenset({"floor", "last_server", "reporting", "pause", "sessions", "target_truth"})
"""Gates whose limit is a least."""
_BELOW: Final = frozenset({"memory", "cool_down"})
"""Gates whose limit is not to be reached; that of all others may be reached, and not more."""
_SCALES: Final = {"share": (100.0, "%"), "s": (1.0, "s")}
"""What a unit is shown as: its factor, and its sign."""


def marks(appraisal: Appraisal | None) -> tuple[GateMark, ...]:
    """All gates in their order; none where nobody has asked them."""
    return () if appraisal is None else tuple(_mark(gate) for gate in appraisal.gates)


def _mark(gate: Gate) -> GateMark:
    word = NAMES.get(gate.name, verbatim(gate.name))
    return GateMark(word, _figure(gate), _STATES[gate.verdict], all_of([told(gate.said), told(gate.grounds)]))


def _figure(gate: Gate) -> Phrase:
    """Passed: `3 % ≤ 10 %`. Else, in words that cannot be taken for a true inequality, `41 %, at most 10 % allowed`.

    The value alone where the gate has another ground than its limit (the first one of a pool may always go).
    """
    value, limit = _number(gate.value), _number(gate.limit)
    if value is None or (gate.passed and not value):
        return NOTHING
    if limit is None or _meets(gate.name, value, limit) is not gate.passed or (not gate.passed and not limit):
        return verbatim(_text(value, gate.unit))
    if gate.passed:
        sign = "≥" if gate.name in _LEAST else "<" if gate.name in _BELOW else "≤"
        return verbatim(f"{_text(value, gate.unit)} {sign} {_text(limit, gate.unit)}")
    shown, demand = _apart(value, limit, gate.unit)
    if gate.name in _LEAST:
        return phrase(QT_TRANSLATE_NOOP("present", "{value}, at least {limit} needed"), value=shown, limit=demand)
    if gate.name in _BELOW:
        return phrase(QT_TRANSLATE_NOOP("present", "{value}, less than {limit} allowed"), value=shown, limit=demand)
    return phrase(QT_TRANSLATE_NOOP("present", "{value}, at most {limit} allowed"), value=shown, limit=demand)


def _meets(name: str, value: float, limit: float) -> bool:
    if name in _LEAST:
        return value >= limit
    return value < limit if name in _BELOW else value <= limit


def _number(value: object) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, (int, float)) else float(value)


def _text(value: float, unit: str) -> str:
    if unit == "share":
        return numbers.share(value, 0)
    return numbers.seconds(value) if unit == "s" else f"{value:g}"


def _apart(value: float, limit: float, unit: str) -> tuple[str, str]:
    """Both with as many digits as it takes to tell them apart: never `10 %, at most 10 % allowed`."""
    factor, sign = _SCALES.get(unit, (1.0, ""))
    shown, demand = value * factor, limit * factor
    digits = next((digits for digits in (0, 1, 2) if round(shown, digits) != round(demand, digits)), 0)
    if not digits or not sign:
        return _text(value, unit), _text(limit, unit)
    return f"{shown:.{digits}f} {sign}", f"{demand:.{digits}f} {sign}"


def ways(glance: Glance, appraisal: Appraisal) -> tuple[Way, ...]:
    """The cheapest way out, step by step; what the window can do itself is said so."""
    # Held for its herd alone, a server has another way than to be attached all the same.
    staged = [way for gate in appraisal.gates for way in gate.ways if way.move is Move.STAGE]
    found: list[Way] = []
    for way in appraisal.ways_out or staged:
        if way.move is Move.REATTACH:
            found.extend(
                Way(told(Said("attach {servers}", {"servers": server})), "choose", server) for server in way.servers
            )
        elif way.move is Move.STAGE:
            found.append(Way(told(way.said), "stage", way.servers[0]))
        elif way.move is Move.ARM and _may_arm(glance):
            found.append(Way(told(way.said), "arm"))
        else:
            found.append(Way(told(way.said)))
    return tuple(found)


def _may_arm(glance: Glance) -> bool:
    role = glance.view.standing.role
    return role is not None and role >= Role.OPERATOR


def ask(glance: Glance, appraisal: Appraisal, verb: Verb, target: str) -> Ask | None:
    """What stands between this press and the request: nothing when all is green, consent when it is amber, the glass for a lead."""
    if appraisal.light is Light.AMBER:
        return Ask(_title(glance, verb, target), _costs(appraisal, Verdict.HOLD), _held(glance, verb, target))
    if appraisal.light is Light.RED and breaks(glance, appraisal):
        title = phrase(
            QT_TRANSLATE_NOOP("present", "BREAK-GLASS in {environment}: {act}"),
            environment=glance.environment,
            act=act_word(verb, target),
        )
        return Ask(title, _costs(appraisal, Verdict.REFUSE), _held(glance, verb, target), glass=True)
    return None


def breaks(glance: Glance, appraisal: Appraisal) -> bool:
    """A lead may go past this refusal, and the picture is not so old that nobody may."""
    role = glance.view.standing.role
    unlocked = glance.lock is NOTHING or (
        glance.view.sight is Sight.TRUTH_NOT_REACHABLE
        and not glance.engine_dead
        and glance.view.health.journal_error is None
    )
    return appraisal.breakable and role is not None and role >= Role.LEAD and unlocked


def _title(glance: Glance, verb: Verb, target: str) -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP("present", "{environment}: {act}"), environment=glance.environment, act=act_word(verb, target)
    )


def act_word(verb: Verb, target: str) -> Phrase:
    """Detach or attach, with whom."""
    if verb is Verb.CUT:
        return phrase(QT_TRANSLATE_NOOP("present", "Cut the sessions of {server}"), server=target)
    if verb is Verb.DETACH:
        return phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server=target)
    return phrase(QT_TRANSLATE_NOOP("present", "Attach {server}"), server=target)


def _held(glance: Glance, verb: Verb, target: str) -> Phrase:
    word = phrase(QT_TRANSLATE_NOOP("present", "Hold 1.5 s: {act}"), act=act_word(verb, target))
    return phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=word) if glance.lab else word


def _costs(appraisal: Appraisal, verdict: Verdict) -> Phrase:
    """What the gates say that do not pass, then what is expected to come of it."""
    stopping = [gate for gate in appraisal.gates if gate.verdict is verdict and gate.said]
    said = [told(one) for gate in stopping for one in (gate.said, gate.grounds)]
    forecast = appraisal.prediction
    if forecast is not None and numbers.known(forecast.peak_share):
        said.append(
            phrase(
                QT_TRANSLATE_NOOP(
                    "present", "Expected {horizon} after: {server} at {after} of its slots (without: {without})."
                ),
                horizon=numbers.seconds(forecast.horizon_s),
                server=forecast.peak_server or numbers.DASH,
                after=numbers.share(forecast.peak_share),
                without=numbers.share(forecast.peak_share_without),
            )
        )
    return all_of(said)


def all_of(said: Iterable[Phrase]) -> Phrase:
    """One sentence after the other."""
    line = NOTHING
    for one in said:
        if one is not NOTHING:
            line = (
                one if line is NOTHING else phrase(QT_TRANSLATE_NOOP("present", "{first} {then}"), first=line, then=one)
            )
    return line
