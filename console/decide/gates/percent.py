"""Percent after: the share of a pool that is detached once the action is done."""

from __future__ import annotations

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.domain.safety import Gate, Move, Verdict, say

NAME = "percent"
MOVES = (Move.REATTACH, Move.JOIN)


def gate(situation: Situation, settings: GateSettings) -> Gate:
    """The first one always may (the floor stands behind it): pools of less than ten must not become impossible."""
    mates = situation.mates
    if mates is None or situation.attached is False:
        return Gate(NAME, None, settings.detached_share, Verdict.PASS, unit="share")
    after, size = int((~mates.attached & mates.others).sum()) + 1, len(mates.ids)
    share, limit = after / size, settings.detached_share
    if share <= limit or after == 1:
        return Gate(NAME, round(share, 4), limit, Verdict.PASS, unit="share")
    if share <= settings.detached_share_held and share < settings.detached_share_never:
        said = say(
            "{after} of {size} servers of this pool would be detached, more than {limit:.0%}: hold, and say why.",
            after=after, size=size, limit=limit,
        )  # fmt: skip
        return Gate(NAME, round(share, 4), limit, Verdict.HOLD, said, "share")
    if share < settings.detached_share_never:
        said = say(
            "{after} of {size} servers of this pool would be detached, more than {limit:.0%}.",
            after=after, size=size, limit=settings.detached_share_held,
        )  # fmt: skip
        return Gate(NAME, round(share, 4), settings.detached_share_held, Verdict.REFUSE, said, "share", breakable=True)
    said = say(
        "{after} of {size} servers of this pool would be detached; {never:.0%} is never reached.",
        after=after, size=size, never=settings.detached_share_never,
    )  # fmt: skip
    limit = min(settings.detached_share_held, settings.detached_share_never)
    return Gate(NAME, round(share, 4), limit, Verdict.REFUSE, said, "share")
