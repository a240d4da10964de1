"""Role: viewers look. The role is the weaker of what the balancer and what the settings say."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Role, Verdict, say

NAME = "role"
MOVES = (Move.ROLE, Move.LOOK)
NEEDED = Role.OPERATOR


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Unknown is no role: nothing is sent before the balancer has said who this is."""
    role = situation.role
    if role is None:
        said = say("The balancer has not said yet what this console may do; wait for its answer.")
        return Gate(NAME, None, NEEDED.word, Verdict.REFUSE, said)
    if role >= NEEDED:
        return Gate(NAME, role.word, NEEDED.word, Verdict.PASS)
    said = say("A {role} only watches; an {needed} may act.", role=role.word, needed=NEEDED.word)
    return Gate(NAME, role.word, NEEDED.word, Verdict.REFUSE, said)
