"""Plans: the buttons that offer a set, the card of the one under way with its Stop, and the list of what is out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from typing import Final

from console.domain.actions import Action
from console.domain.readings import Detachment
from console.domain.safety import Light, PlanStanding, Proposal, StepState
from console.domain.states import Verb
from console.present import numbers
from console.present.acting import act_button, drifted
from console.present.cutting import cut_button
from console.present.gates import ask, ways
from console.present.glance import Glance
from console.present.reasons import told
from widgets.viewdata import (
    NOTHING,
    QT_TRANSLATE_NOOP,
    ActButton,
    ActionCard,
    DetachedLine,
    Phrase,
    RungData,
    RungState,
    Tone,
    phrase,
    verbatim,
)

SHOWN_S: Final = 120.0
"""A plan that is over stays in sight for so long after its newest step."""
_RUNGS: Final = {
    StepState.WAITING: RungState.AHEAD,
    StepState.RUNNING: RungState.WAITING,
    StepState.DONE: RungState.REACHED,
    StepState.STOPPED: RungState.FAILED,
}


def plan_buttons(glance: Glance) -> tuple[ActButton, ...]:
    """One for each set that the engine proposes; refused ones say why, like every other button."""
    return tuple(_button(glance, proposal) for proposal in glance.view.proposals)


def _button(glance: Glance, proposal: Proposal) -> ActButton:
    verb, found = proposal.verb, proposal.appraisal
    names = ", ".join(proposal.servers)
    count = str(len(proposal.servers))
    if verb is Verb.DETACH:
        text = phrase(QT_TRANSLATE_NOOP("present", "Detach these {count}: {servers}"), count=count, servers=names)
    else:
        text = phrase(
            QT_TRANSLATE_NOOP("present", "Attach the {count} that I detached: {servers}"), count=count, servers=names
        )
    if glance.lab:
        text = phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=text)
    wait = glance.lock if glance.lock is not NOTHING else glance.in_flight
    if wait is NOTHING and found.light is Light.RED and found.first is not None:
        wait = told(found.first.said)
    enabled = wait is NOTHING
    return ActButton(
        f"{verb.value}_all",
        "\n".join(proposal.servers),
        text,
        enabled,
        wait,
        ask=ask(glance, found, verb, names) if enabled and found.light is Light.AMBER else None,
        ways=() if enabled else ways(glance, found),
    )


def plan_card(glance: Glance) -> ActionCard | None:
    """The plan under way, or how the newest one ended; None where that is long ago."""
    plan = glance.view.plan
    if plan is None or (plan.over and not _fresh(glance, plan)):
        return None
    rungs = tuple(RungData(verbatim(step.server), _RUNGS[step.state]) for step in plan.steps)
    count = str(len(plan.steps))
    title = (
        phrase(QT_TRANSLATE_NOOP("present", "Plan: detach {count} servers"), count=count)
        if plan.verb is Verb.DETACH
        else phrase(QT_TRANSLATE_NOOP("present", "Plan: attach {count} servers"), count=count)
    )
    if plan.verb is Verb.ATTACH and len(plan.steps) == 1:
        title = phrase(QT_TRANSLATE_NOOP("present", "In stages: attach {server}"), server=plan.steps[0].server)
    stop = ActButton("stop_plan", plan.id, phrase(QT_TRANSLATE_NOOP("present", "Stop this plan")), enabled=True)
    return ActionCard(
        key=f"plan-{plan.id}",
        server="",
        title=title,
        tone=Tone.ALARM if plan.failed else Tone.NOTICE,
        rungs=rungs,
        sentence=told(plan.said),
        undo=None if plan.over else stop,
    )


def _fresh(glance: Glance, plan: PlanStanding) -> bool:
    """By its newest action; one that never came to an action is known by having none, and stays until the next one."""
    newest = [rung.mono_s for action in glance.view.actions if action.intent.plan == plan.id for rung in action.rungs]
    return not newest or glance.now_mono_s - max(newest) < SHOWN_S


def detached_lines(glance: Glance, elsewhere: Collection[str], zone: tzinfo | None) -> tuple[DetachedLine, ...]:
    """Everything that is out, those to be reviewed first. `elsewhere`: servers whose way back the screen offers already."""
    frame = glance.view.frame
    detached = frame.detached
    newest = {action.intent.server: action for action in reversed(glance.view.actions)}
    found: list[tuple[float, DetachedLine]] = []
    for row in frame.rows:
        if not detached[row.slot]:
            continue
        detachment = frame.detachments.get(row.id, Detachment(None, None, None))
        action = newest.get(row.id)
        due = _review_at(detachment, action)
        glass = action is not None and action.intent.verb is Verb.DETACH and action.intent.break_glass is not None
        over = due is not None and due <= glance.now_wall_s
        line = DetachedLine(
            row.id,
            _who(detachment, glass, zone),
            _review(due, glance, zone),
            detachment.reason or "",
            Tone.ALARM if glass else Tone.WARN if over else Tone.QUIET,
            None if row.id in elsewhere else act_button(glance, row.id),
            cut_button(glance, row.id),
        )
        found.append((float("inf") if due is None else due, line))
    for server, by in drifted(glance).items():
        who = phrase(QT_TRANSLATE_NOOP("present", "attached again, though {who} detached it"), who=by or numbers.DASH)
        back = None if server in elsewhere else act_button(glance, server)
        forgot = phrase(QT_TRANSLATE_NOOP("present", "not out any more"))
        found.append((float("-inf"), DetachedLine(server, who, forgot, "", Tone.ALARM, back)))
    return tuple(line for _, line in sorted(found, key=lambda one: (one[0], one[1].server)))


def _review_at(detachment: Detachment, action: Action | None) -> float | None:
    if detachment.review_at is not None or action is None or action.intent.verb is not Verb.DETACH:
        return detachment.review_at
    return action.intent.review_at


def _who(detachment: Detachment, glass: bool, zone: tzinfo | None) -> Phrase:
    who = phrase(
        QT_TRANSLATE_NOOP("present", "by {who} at {time}"),
        who=detachment.by or numbers.DASH,
        time=numbers.clock(detachment.at, zone) if detachment.at is not None else numbers.DASH,
    )
    return phrase(QT_TRANSLATE_NOOP("present", "BREAK-GLASS {who}"), who=who) if glass else who


def _review(due: float | None, glance: Glance, zone: tzinfo | None) -> Phrase:
    if due is None:
        return phrase(QT_TRANSLATE_NOOP("present", "no review time"))
    if due <= glance.now_wall_s:
        return phrase(
            QT_TRANSLATE_NOOP("present", "review was due {age} ago"), age=numbers.seconds(glance.now_wall_s - due)
        )
    return phrase(QT_TRANSLATE_NOOP("present", "review at {time}"), time=numbers.clock(due, zone))
