"""Alarms -> lines: a sentence with its numbers, the children of a cause folded into it."""

from __future__ import annotations

from datetime import tzinfo

from console.domain.alarms import Alarm
from console.present import numbers
from console.present.glance import Glance
from console.present.sentences import SENTENCES
from console.present.standing import glass_alarms
from console.present.words import PRIORITIES, TONES, joined, number, rule_word
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, Phrase, phrase, verbatim


def lines(glance: Glance, zone: tzinfo | None) -> tuple[AlarmLine, ...]:
    """Open alarms, worst first; one that hangs under another open one is named in that one's sentence only."""
    alarms = glance.view.alarms
    names = {alarm.name for alarm in alarms}
    children: dict[str, tuple[Phrase, ...]] = {}
    for alarm in alarms:
        if alarm.under is not None and alarm.under in names:
            children[alarm.under] = (*children.get(alarm.under, ()), rule_word(alarm.rule))
    return glass_alarms(glance) + tuple(
        AlarmLine(
            key=alarm.name,
            tone=TONES[alarm.priority],
            time=numbers.clock(alarm.since_wall_s, zone),
            rule=rule_word(alarm.rule),
            target=alarm.server or "",
            sentence=_with_children(sentence(alarm), children.get(alarm.name, ())),
            priority=PRIORITIES[alarm.priority],
            age=numbers.seconds(glance.now_mono_s - alarm.since_mono_s),
        )
        for alarm in alarms
        if alarm.under not in names
    )


def _with_children(said: Phrase, children: tuple[Phrase, ...]) -> Phrase:
    if not children:
        return said
    once = {child.source: child for child in children}
    return phrase(
        QT_TRANSLATE_NOOP("present", "{sentence}; also: {rules}"), sentence=said, rules=joined(tuple(once.values()))
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
