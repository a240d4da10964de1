"""Role: viewers look. The role is the weaker of what the balancer and what the settings say."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Role, Verdict, say
from console.domain.states import Verb

NAME = "role"
MOVES = (Move.ROLE, Move.LOOK)


def needed(verb: Verb) -> Role:
    """Least that may ask for it: sessions are cut by a lead only."""
    return Role.LEAD if verb is Verb.CUT else Role.OPERATOR


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Unknown is no role: nothing is sent before the balancer has said who this is."""
    role, least = situation.role, needed(situation.verb)
    if role is None:
        said = say("The balancer has not said yet what this console may do; wait for its answer.")
        return Gate(NAME, None, least.word, Verdict.REFUSE, said)
    if role >= least:
        return Gate(NAME, role.word, least.word, Verdict.PASS)
    if least is Role.LEAD:
        said = say("Cutting sessions is the lead's; this console is of an {role}.", role=role.word)
    else:
        said = say("A {role} only watches; an {needed} may act.", role=role.word, needed=least.word)
    return Gate(NAME, role.word, least.word, Verdict.REFUSE, said)
