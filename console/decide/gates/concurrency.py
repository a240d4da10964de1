"""Concurrency: a request is made for one version of the fleet and one incarnation of the server, or it is not made."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "concurrency"
MOVES: tuple[Move, ...] = ()


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Refuses where nothing can be made conditional, and where the server was replaced under the pointer."""
    if situation.version is None:
        said = say(
            "The balancer names no version of its table: two operators could undo each other unseen; act at the balancer itself."
        )
        return Gate(NAME, None, None, Verdict.REFUSE, said)
    wanted = situation.seen_incarnation
    if wanted is not None and wanted != situation.incarnation:
        said = say("{server} was replaced since you looked; look at it again, then decide.", server=situation.server)
        return Gate(NAME, situation.incarnation, wanted, Verdict.REFUSE, said)
    return Gate(NAME, situation.version, None, Verdict.PASS)
