"""The button that ends sessions: only where it may be offered, never by one press; it asks for the number of sessions and a long hold."""

from __future__ import annotations

from console.domain.safety import Appraisal, Light
from console.domain.states import Verb
from console.present import numbers
from console.present.gates import act_word
from console.present.glance import Glance
from console.present.reasons import told
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, ActButton, Ask, Phrase, phrase

HOLD_MS = 2000
"""Longer than any other: it takes sessions from people who are speaking."""


def cut_button(glance: Glance, server: str) -> ActButton | None:
    """None where the engine offers none: no lead, not detached, nothing held, or a balancer that cannot."""
    appraisal = glance.view.cuts.get(server)
    if appraisal is None or appraisal.held is None or appraisal.held[0] <= 0:
        return None
    text = _lab(glance, act_word(Verb.CUT, server))
    why_not = _why_not(glance, server, appraisal)
    if why_not is not NOTHING:
        return ActButton(Verb.CUT.value, server, text, enabled=False, why_not=why_not)
    text = phrase(QT_TRANSLATE_NOOP("present", "{act} …"), act=text)
    return ActButton(Verb.CUT.value, server, text, enabled=True, ask=_ask(glance, server, appraisal.held))


def _why_not(glance: Glance, server: str, appraisal: Appraisal) -> Phrase:
    if glance.lock is not NOTHING:
        return glance.lock
    waiting = glance.busy.get(server, glance.in_flight)
    if waiting is not NOTHING:
        return waiting
    if appraisal.light is Light.RED and appraisal.first is not None:
        return told(appraisal.first.said)
    return NOTHING


def _ask(glance: Glance, server: str, held: tuple[int, int]) -> Ask:
    title = phrase(
        QT_TRANSLATE_NOOP("present", "{environment}: {act}"),
        environment=glance.environment,
        act=act_word(Verb.CUT, server),
    )
    line = phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "It ends {count} sessions at once: whoever speaks there now is cut off. Type their number. Detached, they end by themselves.",
        ),
        count=numbers.count(held[0]),
    )
    hold = phrase(QT_TRANSLATE_NOOP("present", "Hold 2 s: cut {server}"), server=server)
    return Ask(title, line, _lab(glance, hold), count=held, hold_ms=HOLD_MS)


def _lab(glance: Glance, act: Phrase) -> Phrase:
    return phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=act) if glance.lab else act
