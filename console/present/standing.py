"""Who sits here and may do what: role, arming switch, and whatever was done past a refusal."""

from __future__ import annotations

import math

from console.domain.actions import Action
from console.domain.safety import Role
from console.domain.states import Step, Verb
from console.present import numbers
from console.present.glance import Glance
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, AlarmLine, Arming, Phrase, Tone, phrase


def role_word(glance: Glance) -> Phrase:
    """Viewer, operator, or not told yet; nothing for a lead, who may do everything."""
    standing = glance.view.standing
    match standing.role:
        case None:
            return phrase(QT_TRANSLATE_NOOP("present", "role: not told yet"))
        case Role.VIEWER:
            return phrase(QT_TRANSLATE_NOOP("present", "viewer: only looks"))
        case Role.OPERATOR:
            return phrase(QT_TRANSLATE_NOOP("present", "operator"))
        case Role.LEAD:
            return NOTHING


def arming(glance: Glance) -> Arming | None:
    """The switch, with the idle time that is left; None where this console need not be armed."""
    standing = glance.view.standing
    if not standing.arming:
        return None
    may = standing.role is not None and standing.role >= Role.OPERATOR
    left_s = standing.idle_left_s - glance.age_s
    if standing.armed and left_s > 0:
        left = f"{int(left_s) // 60}:{int(left_s) % 60:02d}" if math.isfinite(left_s) else ""
        return Arming(
            True,
            phrase(QT_TRANSLATE_NOOP("present", "ARMED in {environment}"), environment=glance.environment),
            left,
            may,
        )
    return Arming(
        False, phrase(QT_TRANSLATE_NOOP("present", "Arm {environment}"), environment=glance.environment), "", may
    )


def broken_glass(glance: Glance) -> tuple[Action, ...]:
    """What was sent past a refusal and still stands: the server is out, or it is still on its way."""
    frame = glance.view.frame
    found: list[Action] = []
    for action in glance.view.actions:
        row = frame.rows.get(action.intent.server)
        sent = action.intent.break_glass is not None and not action.reached(Step.REFUSED)
        if sent and row is not None:
            out = action.intent.verb is Verb.ATTACH or bool(frame.detached[row.slot])
            if not action.over or out:
                found.append(action)
    return tuple(found)


def glass_word(glance: Glance) -> Phrase:
    """For the header: whom it concerns."""
    names = list(dict.fromkeys(action.intent.server for action in broken_glass(glance)))
    if not names:
        return NOTHING
    return phrase(QT_TRANSLATE_NOOP("present", "BREAK-GLASS: {servers}"), servers=", ".join(names))


def glass_alarms(glance: Glance, time: str = "") -> tuple[AlarmLine, ...]:
    """One line for each, on top of the alarms, as long as it stands."""
    return tuple(
        AlarmLine(
            key=f"glass-{action.intent.key}",
            tone=Tone.ALARM,
            time=time,
            rule=phrase(QT_TRANSLATE_NOOP("present", "break-glass")),
            target=action.intent.server,
            sentence=phrase(
                QT_TRANSLATE_NOOP("present", "{who} went past a refusal in {environment}: {reason}"),
                who=action.intent.operator or numbers.DASH,
                environment=glance.environment,
                reason=action.intent.break_glass or "",
            ),
            priority=phrase(QT_TRANSLATE_NOOP("present", "high")),
            age=numbers.seconds(glance.now_mono_s - action.intent.asked_mono_s),
        )
        for action in broken_glass(glance)
    )
