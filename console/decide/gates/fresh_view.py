"""Fresh view: the balancer's table may be two polls old, not more: what it says then is the past."""

from __future__ import annotations

import math

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "stale"
MOVES = (Move.LOOK,)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """By age of the newest good reading, whatever may have failed since."""
    age_s, limit_s = situation.view_age_s, settings.stale_polls * situation.interval_s
    if age_s <= limit_s:
        return Gate(NAME, round(age_s, 3), limit_s, Verdict.PASS, unit="s")
    if math.isinf(age_s):
        said = say("The balancer never answered; wait for its first answer.")
        return Gate(NAME, None, limit_s, Verdict.REFUSE, said, "s")
    said = say(
        "The balancer was last read {age:.1f} s ago, at most {limit:g} s is allowed; wait for its next answer.",
        age=age_s, limit=limit_s,
    )  # fmt: skip
    return Gate(NAME, round(age_s, 3), limit_s, Verdict.REFUSE, said, "s", breakable=True)
