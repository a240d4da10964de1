"""Target's truth: fresh, or lost for so long, while the others are seen, that it is the target and not us."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "target_truth"
MOVES = (Move.LOOK,)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """The first few failures may be a hiccup of this workstation."""
    if situation.target_seen:
        return Gate(NAME, "fresh", None, Verdict.PASS)
    misses = situation.target_misses
    if misses >= settings.lost_polls and situation.others_seen >= settings.fleet_fresh:
        return Gate(NAME, misses, settings.lost_polls, Verdict.PASS)
    said = say(
        "The status of {server} cannot be read ({misses} failed polls); wait until it answers, or until {polls} polls "
        "have failed while {share:.0%} of the fleet is seen.",
        server=situation.server, misses=misses, polls=settings.lost_polls, share=settings.fleet_fresh,
    )  # fmt: skip
    return Gate(NAME, misses, settings.lost_polls, Verdict.REFUSE, said, breakable=True)
