"""Floor: after the action a pool keeps at least so many servers that are attached and seen."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "floor"
MOVES = (Move.REATTACH, Move.JOIN)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """One or two remaining: break-glass. None: never."""
    mates = situation.mates
    left = 0 if mates is None else int((mates.attached & mates.others & mates.seen).sum())
    if left >= settings.floor or situation.attached is False:
        return Gate(NAME, left, settings.floor, Verdict.PASS, unit="servers")
    if left == 0:
        said = say("No server that is attached and can be seen would remain in this pool; that is refused always.")
        return Gate(NAME, left, settings.floor, Verdict.REFUSE, said, "servers")
    said = say(
        "{left} attached servers that can be seen would remain in this pool, at least {floor} are wanted.",
        left=left, floor=settings.floor,
    )  # fmt: skip
    return Gate(NAME, left, settings.floor, Verdict.REFUSE, said, "servers", breakable=True)
