"""Armed: a console only reads until somebody arms it, and disarms itself when nobody is there."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "armed"
MOVES = (Move.ARM,)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Passes where the settings do not ask for arming."""
    if situation.armed or not situation.arming:
        return Gate(NAME, True, True, Verdict.PASS)
    return Gate(NAME, False, True, Verdict.REFUSE, say("This console only reads until it is armed; arm it first."))
