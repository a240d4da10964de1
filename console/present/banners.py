"""What stands between the operator and the truth right now, and what to do about it. Never green while blind."""

from __future__ import annotations

from typing import Final

from console.domain.states import Reach, Sight
from console.present import numbers
from console.present.gates import all_of
from console.present.glance import Glance
from console.present.manual import way_in
from console.present.reasons import reason
from widgets.viewdata import QT_TRANSLATE_NOOP, Banner, Phrase, Tone, phrase

WAIT_S: Final = 5.0
"""A first answer that takes longer than this is not only slow."""


def banners(glance: Glance, chosen: str | None = None) -> tuple[Banner, ...]:
    """Worst first; none while all is seen. `chosen`: the server whose detail is in sight."""
    found: list[Banner] = []
    if glance.engine_dead:
        found.append(_engine(glance))
    else:
        found.extend(_sight(glance, chosen))
    if (problem := glance.view.health.journal_error) is not None:
        found.append(
            Banner(
                phrase(QT_TRANSLATE_NOOP("present", "The journal cannot be written: detaching is locked")),
                phrase(
                    QT_TRANSLATE_NOOP("present", "{problem} Make room or mend the path; it is tried again by itself."),
                    problem=reason(problem),
                ),
                Tone.ALARM,
            )
        )
    if (problem := glance.view.health.state_error) is not None:
        title = phrase(QT_TRANSLATE_NOOP("present", "Acknowledgements, shelves and notes are not kept just now"))
        found.append(Banner(title, reason(problem), Tone.WARN))
    if (remark := glance.view.health.settings_remark) is not None:
        title = phrase(QT_TRANSLATE_NOOP("present", "The settings file is not in force: it has an error"))
        found.append(Banner(title, reason(remark), Tone.WARN))
    found.extend(_recorder(glance))
    return tuple(found)


def _recorder(glance: Glance) -> list[Banner]:
    """It does not record as it should, or has lost polls; watching goes on from memory all the same."""
    health = glance.view.health
    if health.recorder_error is None:
        return []
    title = phrase(QT_TRANSLATE_NOOP("present", "The recorder does not write"))
    if health.unrecorded:
        title = phrase(
            QT_TRANSLATE_NOOP("present", "The recorder does not write: {count} polls are lost so far"),
            count=str(health.unrecorded),
        )
    # The count stands in the title; the sentence without it is one that has a translation.
    problem = health.recorder_error.removesuffix(f" {health.unrecorded} polls were not recorded so far.")
    return [Banner(title, reason(problem), Tone.WARN)]


def waiting(for_s: float) -> tuple[Banner, ...]:
    """Before the first View: nothing is known, and after a while that is worth a sentence of its own."""
    title = phrase(QT_TRANSLATE_NOOP("present", "Starting: nothing is known yet"))
    if for_s < WAIT_S:
        line = phrase(QT_TRANSLATE_NOOP("present", "Waiting for the balancer's first answer."))
    else:
        line = phrase(
            QT_TRANSLATE_NOOP(
                "present", "No answer for {age}. Check the address and the network; it is tried again by itself."
            ),
            age=numbers.seconds(for_s),
        )
    return (Banner(title, line, Tone.UNKNOWN),)


def broken(error: str) -> tuple[Banner, ...]:
    """The window could not draw the newest View: what it shows is the past."""
    return (
        Banner(
            phrase(QT_TRANSLATE_NOOP("present", "The newest picture could not be drawn: what you see is the past")),
            phrase(
                QT_TRANSLATE_NOOP("present", "Acting is locked. {error} The next picture is tried again."), error=error
            ),
            Tone.ALARM,
        ),
    )


def _engine(glance: Glance) -> Banner:
    return Banner(
        phrase(QT_TRANSLATE_NOOP("present", "BLIND: no new data for {age}"), age=numbers.seconds(glance.age_s)),
        phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "The console's engine stands still. The maps show the past; acting is locked. If this stays, restart the console.",
            )
        ),
        Tone.ALARM,
    )


def _sight(glance: Glance, chosen: str | None) -> list[Banner]:
    view = glance.view
    balancer, figures = view.frame.balancer, view.figures
    match view.sight:
        case Sight.CLEAR | Sight.LATE:
            return []
        case Sight.STARTING:
            why = (
                reason(balancer.error)
                if balancer.error
                else phrase(QT_TRANSLATE_NOOP("present", "Waiting for the balancer's first answer."))
            )
            return [Banner(phrase(QT_TRANSLATE_NOOP("present", "Starting: nothing is known yet")), why, Tone.UNKNOWN)]
        case Sight.TRUTH_NOT_REACHABLE:
            return [
                Banner(
                    phrase(
                        QT_TRANSLATE_NOOP(
                            "present",
                            "Truth not reachable from here: {lost} of {servers} servers answer the balancer, but not this workstation",
                        ),
                        lost=str(figures.unreachable),
                        servers=str(figures.servers),
                    ),
                    _truth_remedy(glance),
                    Tone.UNKNOWN,
                )
            ]
        case Sight.BLIND if balancer.reach is not Reach.OK:
            return [
                Banner(
                    phrase(
                        QT_TRANSLATE_NOOP("present", "BLIND: the balancer has not answered for {age} ({misses} polls)"),
                        age=numbers.seconds(glance.data_age_s),
                        misses=str(balancer.misses),
                    ),
                    all_of((_unanswered(balancer.error), way_in(glance, chosen))),
                    Tone.ALARM,
                )
            ]
        case Sight.BLIND:
            return [
                Banner(
                    phrase(
                        QT_TRANSLATE_NOOP("present", "BLIND: the status of {lost} of {servers} servers cannot be read"),
                        lost=str(figures.unreachable),
                        servers=str(figures.servers),
                    ),
                    phrase(
                        QT_TRANSLATE_NOOP(
                            "present",
                            "Too much truth is missing to act on; acting is locked. Check this workstation's network; polling goes on.",
                        )
                    ),
                    Tone.ALARM,
                )
            ]


def _unanswered(error: str | None) -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "{error} The maps show the past; acting is locked. Check the network to the balancer; polling goes on.",
        ),
        error=reason(error or ""),
    )


def _truth_remedy(glance: Glance) -> Phrase:
    frame = glance.view.frame
    if ((frame.reach == Reach.NOT_ALLOWED) & frame.listed).any():
        return phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "Their addresses are outside of the networks that may be called. Name the fleet's networks in the settings.",
            )
        )
    note = next(iter(frame.notes.values()), "")
    return phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "Belief and routed are shown, truth and gap are not. Open the way from this workstation to the servers' status ports. {note}",
        ),
        note=reason(note),
    )
