"""One in flight: nothing is sent while the outcome of the action before is open. A plan is one action of many steps."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.actions import Action
from console.domain.safety import Gate, Move, Verdict, say
from console.domain.states import Step

NAME = "in_flight"
MOVES = (Move.SETTLE,)
_SETTLED = (Step.REFUSED, Step.REJECTED, Step.CONFIRMED, Step.DRAINED, Step.FAILED)


def in_flight(action: Action) -> bool:
    """Requested, and its outcome not known yet."""
    return not action.over and not any(action.reached(step) for step in _SETTLED)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Holds everybody up, whoever and whatever is in flight; not even break-glass overtakes."""
    if situation.in_flight is None:
        return Gate(NAME, None, None, Verdict.PASS)
    verb, server = situation.in_flight
    said = say(
        "{verb} {server} is still in flight; wait until it is confirmed or has failed.", verb=verb, server=server
    )
    return Gate(NAME, server, None, Verdict.REFUSE, said)
