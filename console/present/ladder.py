"""Actions -> cards: the proof ladder with its evidence, how it ended, and the undo that stays in place."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from console.domain.actions import Action, Intent, Rung
from console.domain.states import Sight, Step, Verb
from console.present import numbers
from console.present.acting import button
from console.present.gates import act_word, all_of
from console.present.glance import Glance
from console.present.manual import way_in
from console.present.reasons import reason
from console.present.words import STEPS, number
from widgets.viewdata import (
    NOTHING,
    QT_TRANSLATE_NOOP,
    ActButton,
    ActionCard,
    Phrase,
    RungData,
    RungState,
    Tone,
    phrase,
)

UNDO_S: Final = 600.0
"""The undo stays in place for this long after the detach (a rule of safe operating)."""
_LADDERS: Final = {
    Verb.DETACH: (Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE, Step.DRAINED),
    Verb.ATTACH: (Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE),
    Verb.CUT: (Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE, Step.DRAINED),
}
_BAD: Final = frozenset({Step.REFUSED, Step.REJECTED, Step.FAILED})


class Pending(Struct, frozen=True):
    """A click that the engine's View does not show yet. `problem`: it never will, and why."""

    server: str
    verb: Verb
    asked_wall_s: float
    problem: str | None = None


def cards(glance: Glance, pending: tuple[Pending, ...], zone: tzinfo | None) -> tuple[ActionCard, ...]:
    """Newest first; what was just clicked stands before what the View knows."""
    actions = glance.view.actions
    # An attach that was refused here never left: the detach before it can still be taken back.
    newest = {action.intent.server: action for action in reversed(actions) if not action.reached(Step.REFUSED)}
    fresh = tuple(_pending_card(one, zone) for one in pending)
    return fresh + tuple(
        card(glance, action, zone, undoable=newest.get(action.intent.server) is action) for action in actions
    )


def card(glance: Glance, action: Action, zone: tzinfo | None, *, undoable: bool) -> ActionCard:
    """One action. `undoable`: it is the newest of its server."""
    rungs = rungs_of(action, zone)
    said = next((rung.sentence for rung in reversed(action.rungs) if rung.sentence), "")
    return ActionCard(
        key=action.intent.key,
        server=action.intent.server,
        title=_title(action.intent),
        tone=tone_of(action),
        rungs=rungs,
        sentence=reason(said),
        undo=_undo(glance, action) if undoable else None,
    )


def with_way_in(shown: tuple[ActionCard, ...], glance: Glance, chosen: str | None) -> tuple[ActionCard, ...]:
    """Says on the newest card of each server how to come to the site's command, where the balancer's own way is dead."""
    if glance.view.sight is Sight.BLIND or not glance.view.manual:
        return shown  # the banner says it for all
    newest = {one.server: one for one in reversed(shown)}
    return tuple(
        replace(one, sentence=all_of((one.sentence, way_in(glance, chosen, one.server))))
        if newest[one.server] is one
        else one
        for one in shown
    )


def tone_of(action: Action) -> Tone:
    """Bad ends and broken glass are alarms, an unknown outcome is unknown, all else is only worth knowing."""
    if action.step in _BAD or action.intent.break_glass is not None:
        return Tone.ALARM
    return Tone.UNKNOWN if action.step is Step.UNKNOWN else Tone.NOTICE


def rungs_of(action: Action, zone: tzinfo | None) -> tuple[RungData, ...]:
    """The ladder of its verb as far as it was climbed, then the way it left the ladder, or what is still to come."""
    newest = {rung.step: rung for rung in action.rungs}
    ladder = _LADDERS[action.intent.verb]
    top = max((index for index, step in enumerate(ladder) if step in newest), default=-1)
    shown: list[RungData] = []
    for step in ladder[: top + 1]:
        # Read back without an answer in between: the step happened, but nobody saw it.
        rung = newest.get(step)
        shown.append(RungData(STEPS[step], RungState.UNKNOWN) if rung is None else _rung(rung, RungState.REACHED, zone))
    ahead = list(ladder[top + 1 :])
    if (weak := newest.get(Step.EFFECTIVE_WEAK)) is not None and ahead[:1] == [Step.EFFECTIVE]:
        shown.append(_rung(weak, RungState.WEAK, zone))
        ahead.pop(0)
    if action.step in _BAD:
        return (*shown, _rung(action.rungs[-1], RungState.FAILED, zone))
    if action.step is Step.UNKNOWN:
        shown.append(_rung(action.rungs[-1], RungState.UNKNOWN, zone))
        return (*shown, *(RungData(STEPS[step], RungState.AHEAD) for step in ahead[1:]))
    states = [RungState.AHEAD if action.over else RungState.WAITING] + [RungState.AHEAD] * len(ahead)
    return (*shown, *(RungData(STEPS[step], state) for step, state in zip(ahead, states, strict=False)))


def _rung(rung: Rung, state: RungState, zone: tzinfo | None) -> RungData:
    return RungData(STEPS[rung.step], state, numbers.clock(rung.wall_s, zone), evidence(rung))


def evidence(rung: Rung) -> Phrase:
    """What proves this step, in numbers."""
    found = rung.evidence
    match rung.step:
        case Step.ACCEPTED if (cut := number(found, "cut")) is not None:
            return phrase(QT_TRANSLATE_NOOP("present", "it says that it cut {count}"), count=numbers.count(cut))
        case Step.EFFECTIVE if (held := number(found, "held")) is not None:
            return phrase(
                QT_TRANSLATE_NOOP("present", "the server itself tells {truth}, {held} before"),
                truth=numbers.count(number(found, "truth")),
                held=numbers.count(held),
            )
        case Step.ACCEPTED if (status := number(found, "status")) is not None:
            generation = number(found, "generation")
            return phrase(
                QT_TRANSLATE_NOOP("present", "answer {status}, generation {generation}"),
                status=numbers.count(status),
                generation=numbers.count(generation),
            )
        case Step.CONFIRMED if (generation := number(found, "generation")) is not None:
            return phrase(
                QT_TRANSLATE_NOOP("present", "the balancer's table says so, generation {generation}"),
                generation=numbers.count(generation),
            )
        case Step.EFFECTIVE_WEAK if found.get("idle") is True:
            return phrase(
                QT_TRANSLATE_NOOP(
                    "present", "none came in {time}, but only {expected} would have: more traffic has to prove it"
                ),
                time=numbers.seconds(number(found, "since_s")),
                expected=numbers.decimal(number(found, "expected")),
            )
        case Step.EFFECTIVE | Step.EFFECTIVE_WEAK if (expected := number(found, "expected")) is not None:
            routed = number(found, "routed")
            return phrase(
                QT_TRANSLATE_NOOP("present", "{routed} new session where {expected} were to be expected")
                if routed == 1
                else QT_TRANSLATE_NOOP("present", "{routed} new sessions where {expected} were to be expected"),
                routed=numbers.count(routed),
                expected=numbers.decimal(expected),
            )
        case Step.EFFECTIVE if (age := number(found, "report_age_s")) is not None:
            return phrase(QT_TRANSLATE_NOOP("present", "reports again, {age} ago"), age=numbers.seconds(age))
        case Step.DRAINED:
            return phrase(QT_TRANSLATE_NOOP("present", "its own count is 0"))
        case _:
            return NOTHING


def _undo(glance: Glance, action: Action) -> ActButton | None:
    intent = action.intent
    row = glance.view.frame.rows.get(intent.server)
    if intent.verb is not Verb.DETACH or row is None or not action.reached(Step.CONFIRMED):
        return None
    if glance.now_mono_s - intent.asked_mono_s > UNDO_S or not glance.view.frame.detached[row.slot]:
        return None
    return button(glance, Verb.ATTACH, intent.server, undo=True)


def _pending_card(pending: Pending, zone: tzinfo | None) -> ActionCard:
    asked = numbers.clock(pending.asked_wall_s, zone)
    first = RungData(
        STEPS[Step.REQUESTED if pending.problem is None else Step.REFUSED],
        RungState.WAITING if pending.problem is None else RungState.FAILED,
        asked,
    )
    ahead = tuple(RungData(STEPS[step], RungState.AHEAD) for step in _LADDERS[pending.verb][1:])
    return ActionCard(
        key=f"pending-{pending.verb.value}-{pending.server}",
        server=pending.server,
        title=act_word(pending.verb, pending.server),
        tone=Tone.NOTICE if pending.problem is None else Tone.ALARM,
        rungs=(first, *ahead) if pending.problem is None else (first,),
        sentence=reason(pending.problem or ""),
    )


def _title(intent: Intent) -> Phrase:
    act = act_word(intent.verb, intent.server)
    return act if intent.break_glass is None else phrase(QT_TRANSLATE_NOOP("present", "BREAK-GLASS: {act}"), act=act)
