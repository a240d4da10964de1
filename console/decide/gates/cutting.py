"""The gates of a cut, which ends sessions: the balancer must have it, the server must be detached and hold some. None is ever broken."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Verdict, say

OFFERED, DETACHED, SESSIONS = "offered", "detached", "sessions"


def offered(situation: Situation, settings: GateSettings) -> Gate:
    """Unknown is no: nothing is tried on sessions."""
    if situation.cuts:
        return Gate(OFFERED, True, True, Verdict.PASS)
    if situation.cuts is None:
        said = say("The balancer has not said yet whether it can cut sessions; wait for its answer.")
    else:
        said = say("This balancer cannot cut sessions; let the server drain.")
    return Gate(OFFERED, situation.cuts, True, Verdict.REFUSE, said)


def detached(situation: Situation, settings: GateSettings) -> Gate:
    """Else new sessions would come in the place of those that were cut."""
    if situation.attached is False:
        return Gate(DETACHED, True, True, Verdict.PASS)
    said = say("{server} is not detached; detach it first, then cut what is left.", server=situation.server)
    return Gate(DETACHED, False, True, Verdict.REFUSE, said)


def sessions(situation: Situation, settings: GateSettings) -> Gate:
    """What is cut must be known: its newest own word counts, however old."""
    held = situation.held
    if held is not None and held[0] > 0:
        return Gate(SESSIONS, held[0], 1, Verdict.PASS, unit="sessions")
    if held is None:
        said = say("{server} has never told how many sessions it holds; make its status readable first.",
                   server=situation.server)  # fmt: skip
        return Gate(SESSIONS, None, 1, Verdict.REFUSE, said, "sessions")
    said = say("{server} holds no session; there is nothing to cut.", server=situation.server)
    return Gate(SESSIONS, 0, 1, Verdict.REFUSE, said, "sessions")
