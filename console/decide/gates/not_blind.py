"""Not blind: who cannot see a good part of the fleet takes nothing out of it."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "blind"
MOVES = (Move.LOOK,)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """By the share of servers whose own status the newest poll could not read."""
    share = situation.unseen / situation.listed if situation.listed else 1.0
    if not (share > settings.blind_share and situation.unseen >= settings.blind_least):
        return Gate(NAME, round(share, 4), settings.blind_share, Verdict.PASS, unit="share")
    said = say(
        "The status of {unseen} of {listed} servers cannot be read from here, more than {limit:.0%}: "
        "detaching is locked until they can be seen again.",
        unseen=situation.unseen, listed=situation.listed, limit=settings.blind_share,
    )  # fmt: skip
    return Gate(NAME, round(share, 4), settings.blind_share, Verdict.REFUSE, said, "share", breakable=True)
