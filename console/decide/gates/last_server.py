"""Last server: a pool never loses its last attached server, whoever asks and whatever they type."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "last_server"
MOVES = (Move.REATTACH, Move.JOIN)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Counts what is attached after the action; no break-glass."""
    mates = situation.mates
    left = 0 if mates is None else int((mates.attached & mates.others).sum())
    if left >= 1 or situation.attached is False:
        return Gate(NAME, left, 1, Verdict.PASS, unit="servers")
    said = say(
        "{server} is the last attached server of the pool {pool}; attach another one first.",
        server=situation.server, pool=situation.pool or "without a name",
    )  # fmt: skip
    return Gate(NAME, left, 1, Verdict.REFUSE, said, "servers")
