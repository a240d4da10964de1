"""Balancer's own limit: it said when to come back, and not before then is anything sent."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "busy"
MOVES = (Move.WAIT,)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Its Retry-After is obeyed by everybody, break-glass too."""
    left_s = situation.asked_to_wait_s
    if left_s <= 0:
        return Gate(NAME, 0.0, 0.0, Verdict.PASS, unit="s")
    said = say("The balancer takes no more requests for {left:.0f} s; wait until then.", left=left_s)
    return Gate(NAME, round(left_s, 1), 0.0, Verdict.REFUSE, said, "s")
