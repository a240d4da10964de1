"""Alarms -> lines: where each stands, a sentence with its numbers, the children of a cause folded into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from console.domain.alarms import Alarm, AlarmState, Silence
from console.domain.lifecycle import Cycle, Group, Key, Standing
from console.domain.view import View
from console.present import numbers
from console.present.forensics import verdict_of, with_verdict
from console.present.glance import Glance
from console.present.sentences import SENTENCES
from console.present.standing import glass_alarms
from console.present.words import PRIORITIES, TONES, joined, number, rule_word
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, AlarmStanding, Phrase, phrase, verbatim

_STANDINGS: Final = {
    Standing.ACKNOWLEDGED: AlarmStanding.ACKNOWLEDGED,
    Standing.LATCHED: AlarmStanding.LATCHED,
    Standing.SHELVED: AlarmStanding.SHELVED,
}
"""All else waits: what cannot be folded into its cause is shown as if it stood alone."""


_REPORTS: Final = frozenset({"silent", "stuck", "gap"})


def lines(glance: Glance, zone: tzinfo | None) -> tuple[AlarmLine, ...]:
    """What is not over and done with, what waits first; a suppressed one is named in its cause's sentence only."""
    alone, children = fold(glance.view.cycles)
    return glass_alarms(glance) + tuple(
        line(glance, zone, cycle, children.get(cycle.alarm.name, ())) for cycle in alone
    )


def fold(cycles: Sequence[Cycle]) -> tuple[tuple[Cycle, ...], dict[str, tuple[Phrase, ...]]]:
    """Those that stand for themselves, and by name of a cause the rules of those that it speaks for."""
    names = {cycle.alarm.name for cycle in cycles if cycle.active}
    alone: list[Cycle] = []
    children: dict[str, dict[str, Phrase]] = {}
    for cycle in cycles:
        if (over := _folded(cycle, names)) is None:
            alone.append(cycle)
        else:
            children.setdefault(over, {})[cycle.alarm.rule] = rule_word(cycle.alarm.rule)
    return tuple(alone), {name: tuple(rules.values()) for name, rules in children.items()}


def line_key(key: Key) -> str:
    """The key of an alarm as the window passes it around."""
    return "\n".join(part or "" for part in key)


def cycle_of(view: View, key: str) -> Cycle | None:
    """The alarm of a line, None where it has left the list."""
    return next((cycle for cycle in view.cycles if line_key(cycle.key) == key), None)


def _folded(cycle: Cycle, names: set[str]) -> str | None:
    """The cause that speaks for it, if that one is listed."""
    under = cycle.alarm.under
    return under if cycle.standing is Standing.SUPPRESSED and under in names else None


def line(
    glance: Glance,
    zone: tzinfo | None,
    cycle: Cycle,
    children: tuple[Phrase, ...],
    group: Group | None = None,
) -> AlarmLine:
    """One line. `group`: what it stands for during a flood, itself too; it is then as urgent as the worst of them."""
    alarm = cycle.alarm
    told = with_verdict(sentence(alarm), silence_of(glance, alarm))
    said = _with_cause(_with_children(told, children), cycle)
    priority = cycle.priority if group is None else group.priority
    standing = _STANDINGS.get(cycle.standing, AlarmStanding.UNACKNOWLEDGED)
    state = _state(glance, cycle, zone)
    if group is not None and group.count > 1:
        if group.count - 1 > len(children):  # else each of them is named
            said = phrase(
                QT_TRANSLATE_NOOP("present", "{sentence}; and {count} more of this cause"),
                sentence=said,
                count=numbers.count(group.count - 1.0),
            )
        if group.waiting:
            standing = AlarmStanding.UNACKNOWLEDGED if group.lasting else AlarmStanding.LATCHED
            state = phrase(
                QT_TRANSLATE_NOOP("present", "{waiting} of {count} not acknowledged"),
                waiting=numbers.count(float(group.waiting)),
                count=numbers.count(float(group.count)),
            )
    return AlarmLine(
        key=line_key(cycle.key),
        tone=TONES[priority],
        time=numbers.clock(cycle.came_wall_s, zone),
        rule=rule_word(alarm.rule),
        target=alarm.server or "",
        sentence=said,
        priority=PRIORITIES[priority],
        age=age_of(glance, cycle),
        standing=standing,
        state=state,
    )


def age_of(glance: Glance, cycle: Cycle) -> str:
    """How long ago it came."""
    return numbers.seconds(max(0.0, glance.now_wall_s - cycle.came_wall_s))


def silence_of(glance: Glance, alarm: Alarm) -> Silence | None:
    """Where its reports are lost, for the alarms that are about reports and still last."""
    about = alarm.rule in _REPORTS and alarm.state is AlarmState.RAISED
    return verdict_of(glance.view, alarm.server) if about else None


def _state(glance: Glance, cycle: Cycle, zone: tzinfo | None) -> Phrase:
    said, shelf = cycle.acknowledgement, cycle.shelf
    if shelf is not None:
        return phrase(
            QT_TRANSLATE_NOOP("present", "shelved by {who} until {time}, {left} left: {reason}"),
            who=shelf.by,
            time=numbers.clock(shelf.until_wall_s, zone),
            left=numbers.left(shelf.remaining_s - glance.age_s),
            reason=shelf.reason,
        )
    if cycle.standing is Standing.LATCHED:
        over_s = cycle.cleared_wall_s if cycle.cleared_wall_s is not None else cycle.since_wall_s
        return phrase(
            QT_TRANSLATE_NOOP("present", "over since {time}, not acknowledged"), time=numbers.clock(over_s, zone)
        )
    if cycle.standing is Standing.ACKNOWLEDGED and said is not None and said.by:
        return phrase(
            QT_TRANSLATE_NOOP("present", "acknowledged {time} by {who}"),
            time=numbers.clock(said.wall_s, zone),
            who=said.by,
        )
    if cycle.standing is Standing.ACKNOWLEDGED:
        return phrase(QT_TRANSLATE_NOOP("present", "acknowledged"))
    return phrase(QT_TRANSLATE_NOOP("present", "not acknowledged"))


def _with_children(said: Phrase, children: tuple[Phrase, ...]) -> Phrase:
    if not children:
        return said
    return phrase(QT_TRANSLATE_NOOP("present", "{sentence}; also: {rules}"), sentence=said, rules=joined(children))


def _with_cause(said: Phrase, cycle: Cycle) -> Phrase:
    """Why it is there, where it is listed for itself although something explains it."""
    if cycle.alarm.under is None or not cycle.active:
        return said
    rule, _, subject = cycle.alarm.under.partition(":")
    if subject in ("fleet", cycle.alarm.server):
        return phrase(
            QT_TRANSLATE_NOOP("present", "{sentence}; because: {cause}"), sentence=said, cause=rule_word(rule)
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "{sentence}; because: {cause} {target}"),
        sentence=said,
        cause=rule_word(rule),
        target=subject,
    )


def sentence(alarm: Alarm) -> Phrase:
    """What was found, in numbers. A rule that this build does not know shows its inputs as they are."""
    known = {"silent": _silent, "gap": _gap, "saturation": _saturation, "blind": _blind, **SENTENCES}
    return known.get(alarm.rule, _raw)(alarm)


def _silent(alarm: Alarm) -> Phrase:
    because = alarm.because
    if alarm.server is None:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{silent} of {attached} attached servers stopped reporting at once"),
            silent=numbers.count(number(because, "silent")),
            attached=numbers.count(number(because, "attached")),
        )
    age, limit = number(because, "report_age_s"), number(because, "silent_limit_s")
    routed = number(because, "routed_10s")
    if age is None:
        said = phrase(QT_TRANSLATE_NOOP("present", "never reported, limit {limit}"), limit=numbers.seconds(limit))
    else:
        said = phrase(
            QT_TRANSLATE_NOOP("present", "no report for {age}, limit {limit}"),
            age=numbers.seconds(age),
            limit=numbers.seconds(limit),
        )
    if routed is not None and routed > 0:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{said}; still sent {routed} session in 10 s")
            if routed == 1
            else QT_TRANSLATE_NOOP("present", "{said}; still sent {routed} sessions in 10 s"),
            said=said,
            routed=numbers.count(routed),
        )
    return said


def _gap(alarm: Alarm) -> Phrase:
    because = alarm.because
    return phrase(
        QT_TRANSLATE_NOOP("present", "truth {truth}, belief {belief}: {gap} unseen by the balancer, margin {margin}"),
        truth=numbers.of(number(because, "truth"), number(because, "limit")),
        belief=numbers.count(number(because, "belief")),
        gap=numbers.count(number(because, "gap")),
        margin=numbers.decimal(number(because, "margin")),
    )


def _saturation(alarm: Alarm) -> Phrase:
    because = alarm.because
    truth, limit = number(because, "truth"), number(because, "limit")
    used = truth / limit if truth is not None and limit else number(because, "share")
    said = phrase(
        QT_TRANSLATE_NOOP("present", "{truth} session, {share} of its limit")
        if truth == 1 and not numbers.known(limit)
        else QT_TRANSLATE_NOOP("present", "{truth} sessions, {share} of its limit"),
        truth=numbers.of(truth, limit),
        share=numbers.share(used),
    )
    if (eta := number(because, "eta_s")) is None:
        return said
    return phrase(QT_TRANSLATE_NOOP("present", "{said}; full in {eta}"), said=said, eta=numbers.seconds(eta))


def _blind(alarm: Alarm) -> Phrase:
    because = alarm.because
    if because.get("cause") == "truth":
        return phrase(
            QT_TRANSLATE_NOOP("present", "the status of {missing} of {listed} servers cannot be read"),
            missing=numbers.count(number(because, "missing")),
            listed=numbers.count(number(because, "listed")),
        )
    misses = number(because, "misses")
    return phrase(
        QT_TRANSLATE_NOOP("present", "the balancer has not answered for {age}, {misses} poll failed")
        if misses == 1
        else QT_TRANSLATE_NOOP("present", "the balancer has not answered for {age}, {misses} polls failed"),
        age=numbers.seconds(number(because, "age_s")),
        misses=numbers.count(misses),
    )


def _raw(alarm: Alarm) -> Phrase:
    return verbatim(", ".join(f"{name} {'-' if value is None else value}" for name, value in alarm.because.items()))
