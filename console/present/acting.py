"""Which buttons may be pressed, what they are called, and the sentence why not."""

from __future__ import annotations

from typing import Final

from console.decide.gates import in_flight
from console.domain.actions import Intent
from console.domain.frame import Column
from console.domain.safety import Appraisal, Light, say
from console.domain.states import Attachment, Sight, Verb
from console.domain.view import View
from console.present import numbers
from console.present.gates import act_word, ask, ways
from console.present.glance import Glance
from console.present.reasons import told
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, ActButton, Phrase, phrase

WATCHES: Final = say("This console only watches: it has no balancer to act on or no journal to write to.")


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
    if verb is Verb.CUT:
        return phrase(
            QT_TRANSLATE_NOOP("present", "One at a time: the cut of {server} is not confirmed yet."), server=server
        )
    if verb is Verb.DETACH:
        return phrase(
            QT_TRANSLATE_NOOP("present", "One at a time: detaching {server} is not confirmed yet."), server=server
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "One at a time: attaching {server} is not confirmed yet."), server=server
    )


def waiting_sentence(verb: Verb) -> Phrase:
    """Why a second click would do nothing."""
    if verb is Verb.CUT:
        return phrase(QT_TRANSLATE_NOOP("present", "Cutting; waiting for the balancer to confirm."))
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
    """A button with its target in its name; in a lab the word LAB stands before it.

    All green it acts at once; amber it asks for consent first; red it says why not and what would help."""
    text = _text(verb, server, lab=glance.lab, undo=undo, again=verb is Verb.DETACH and server in drifted(glance))
    if why_not is NOTHING:
        why_not = glance.busy.get(server, glance.in_flight)
    if why_not is not NOTHING:
        return ActButton(verb.value, server, text, enabled=False, why_not=why_not)
    appraisal = appraisal_of(glance, verb, server)
    asked = None if appraisal is None else ask(glance, appraisal, verb, server)
    if glance.lock is not NOTHING:
        glass = asked if asked is not None and asked.glass else None
        return ActButton(verb.value, server, text, enabled=False, why_not=glance.lock, ask=glass)
    why_not = refused(glance, verb, server)
    if why_not is not NOTHING:
        way_out = () if appraisal is None else ways(glance, appraisal)
        return ActButton(verb.value, server, text, enabled=False, why_not=why_not, ask=asked, ways=way_out)
    if asked is not None:
        text = phrase(QT_TRANSLATE_NOOP("present", "{act} …"), act=text)
    other = () if appraisal is None or asked is None else ways(glance, appraisal)
    return ActButton(verb.value, server, text, enabled=True, ask=asked, ways=other)


def appraisal_of(glance: Glance, verb: Verb, server: str) -> Appraisal | None:
    """What the engine's gates say to this button, or None where they have not been asked."""
    found = glance.view.appraisals.get(server)
    return found if found is not None and found.verb is verb else None


def refused(glance: Glance, verb: Verb, server: str) -> Phrase:
    """What the engine's gates would say to a click now, or NOTHING: the reason belongs beside the button, not after the click."""
    appraisal = appraisal_of(glance, verb, server)
    if appraisal is None:
        health = glance.view.health
        if not health.recording and health.journal_error is None and not glance.view.appraisals:
            return told(WATCHES)
        return phrase(QT_TRANSLATE_NOOP("present", "Its gates are being asked: choose it to see them."))
    gate = appraisal.first
    if appraisal.light is not Light.RED or gate is None:
        return NOTHING
    if gate.name == "reporting":
        row = glance.view.frame.rows.get(server)
        age = None if row is None else glance.at(row, Column.REPORT_AGE)
        return phrase(
            QT_TRANSLATE_NOOP("present", "Still silent ({age}): attached now, it would draw the load again."),
            age=numbers.seconds(age),
        )
    return told(gate.said)


def drifted(glance: Glance) -> dict[str, str]:
    """Servers that are to be out and are attached all the same, and who had detached them."""
    return {
        server: str(alarm.because.get("by") or "")
        for server, alarms in glance.alarms.items()
        for alarm in alarms
        if alarm.rule == "drift" and alarm.because.get("wanted") == "detached"
    }


def _text(verb: Verb, server: str, *, lab: bool, undo: bool, again: bool) -> Phrase:
    text = act_word(verb, server)
    if again:
        text = phrase(QT_TRANSLATE_NOOP("present", "Re-apply: detach {server}"), server=server)
    if undo:
        text = phrase(QT_TRANSLATE_NOOP("present", "Undo: attach {server}"), server=server)
    return phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=text) if lab else text
