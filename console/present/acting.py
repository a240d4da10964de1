"""Which buttons may be pressed, what they are called, and the sentence why not."""

from __future__ import annotations

from typing import Final

from console.decide.gates import Request, in_flight, judge, refusal
from console.domain.actions import Intent
from console.domain.frame import Column
from console.domain.states import Attachment, Sight, Verb
from console.domain.view import View
from console.present import numbers
from console.present.glance import Glance
from console.present.reasons import reason
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, ActButton, Phrase, phrase

_STANDING: Final = frozenset({"target_truth", "last_server", "reporting"})
"""Gates about this one server; the others are about the view, and lock every button in one sentence of their own."""


def lock_sentence(glance: Glance) -> Phrase:
    """Why nothing at all may be done now, or NOTHING."""
    if glance.engine_dead:
        return phrase(
            QT_TRANSLATE_NOOP("present", "Acting is locked: the picture is {age} old, it shows the past."),
            age=numbers.seconds(glance.age_s),
        )
    view = glance.view
    if view.health.journal_error is not None:
        return phrase(QT_TRANSLATE_NOOP("present", "Acting is locked: the journal cannot be written."))
    match view.sight:
        case Sight.STARTING:
            return phrase(QT_TRANSLATE_NOOP("present", "Acting is locked until the fleet has been read once."))
        case Sight.BLIND:
            return phrase(
                QT_TRANSLATE_NOOP("present", "Acting is locked: the console is blind, its last picture is {age} old."),
                age=numbers.seconds(glance.data_age_s),
            )
        case Sight.TRUTH_NOT_REACHABLE:
            return phrase(
                QT_TRANSLATE_NOOP(
                    "present", "Acting is locked: the servers' own status cannot be read from this workstation."
                )
            )
        case Sight.CLEAR | Sight.LATE:
            return NOTHING


def in_flight_of(view: View) -> Intent | None:
    """What is in flight now; nothing else may be sent meanwhile."""
    return next((action.intent for action in view.actions if in_flight(action)), None)


def one_at_a_time(verb: Verb, server: str) -> Phrase:
    """Why the buttons of other servers wait."""
    if verb is Verb.DETACH:
        return phrase(
            QT_TRANSLATE_NOOP("present", "One at a time: detaching {server} is not confirmed yet."), server=server
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "One at a time: attaching {server} is not confirmed yet."), server=server
    )


def waiting_sentence(verb: Verb) -> Phrase:
    """Why a second click would do nothing."""
    if verb is Verb.DETACH:
        return phrase(QT_TRANSLATE_NOOP("present", "Detaching; waiting for the balancer to confirm."))
    return phrase(QT_TRANSLATE_NOOP("present", "Attaching; waiting for the balancer to confirm."))


def act_button(glance: Glance, server: str) -> ActButton:
    """Detach where it is attached, attach where it is detached."""
    frame = glance.view.frame
    row = frame.rows.get(server)
    if row is None or not frame.listed[row.slot]:
        return button(
            glance, Verb.DETACH, server, phrase(QT_TRANSLATE_NOOP("present", "The balancer does not list it."))
        )
    verb = Verb.ATTACH if frame.attachment[row.slot] == Attachment.DETACHED else Verb.DETACH
    return button(glance, verb, server)


def button(glance: Glance, verb: Verb, server: str, why_not: Phrase = NOTHING, *, undo: bool = False) -> ActButton:
    """A button with its target in its name; in a lab the word LAB stands before it."""
    if why_not is NOTHING:
        why_not = glance.lock if glance.lock is not NOTHING else glance.busy.get(server, glance.in_flight)
    if why_not is NOTHING:
        why_not = refused(glance, verb, server)
    return ActButton(verb.value, server, _text(verb, server, lab=glance.lab, undo=undo), why_not is NOTHING, why_not)


def refused(glance: Glance, verb: Verb, server: str) -> Phrase:
    """What the engine's gates would say to a click now, or NOTHING: the reason belongs beside the button, not after the click."""
    view = glance.view
    request = Request(verb, server, glance.now_mono_s, view.received_mono_s, view.silent_limit_s, tuple(view.actions))
    standing = (gate for gate in judge(view.frame, request, glance.gates) if gate.name in _STANDING)
    gate = refusal(tuple(standing))
    if gate is None:
        return NOTHING
    if gate.name == "reporting":
        row = view.frame.rows.get(server)
        age = None if row is None else glance.at(row, Column.REPORT_AGE)
        return phrase(
            QT_TRANSLATE_NOOP("present", "Still silent ({age}): attached now, it would draw the load again."),
            age=numbers.seconds(age),
        )
    return reason(gate.sentence)


def _text(verb: Verb, server: str, *, lab: bool, undo: bool) -> Phrase:
    if verb is Verb.DETACH:
        text = phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server=server)
    elif undo:
        text = phrase(QT_TRANSLATE_NOOP("present", "Undo: attach {server}"), server=server)
    else:
        text = phrase(QT_TRANSLATE_NOOP("present", "Attach {server}"), server=server)
    return phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=text) if lab else text
