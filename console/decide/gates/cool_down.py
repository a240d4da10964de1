"""Cool-down: a pool is taken apart so fast and no faster. Attaching costs nothing here."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "cool_down"
MOVES = (Move.WAIT, Move.LOOK)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """Counts the detaches of the pool that the balancer took lately, whoever asked for them; each plan once."""
    if not situation.changes_known:
        said = say("What others detached lately could not be read of the balancer; wait for its next answer.")
        return Gate(NAME, None, settings.detaches, Verdict.REFUSE, said, breakable=True)
    recent = sorted(age for age in situation.detach_ages_s if age < settings.detaches_s)
    if len(recent) < settings.detaches:
        return Gate(NAME, len(recent), settings.detaches, Verdict.PASS)
    wait_s = settings.detaches_s - recent[settings.detaches - 1]
    said = say(
        "{count} detaches of this pool within {window:g} s, {most} are allowed; wait {wait:.0f} s.",
        count=len(recent), window=settings.detaches_s, most=settings.detaches, wait=wait_s,
    )  # fmt: skip
    return Gate(NAME, len(recent), settings.detaches, Verdict.REFUSE, said, breakable=True)
