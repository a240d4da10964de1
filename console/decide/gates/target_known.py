"""Target known: only what the balancer lists can be asked for."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "unknown_server"
MOVES: tuple[Move, ...] = ()


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Refuses a server without a row; no way leads around it."""
    if situation.mates is not None:
        return Gate(NAME, situation.server, None, Verdict.PASS)
    said = say("The balancer does not list {server}; choose a server that it lists.", server=situation.server)
    return Gate(NAME, situation.server, None, Verdict.REFUSE, said)
