"""What somebody else did to a server, as the balancer tells it: who, and when. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from console.domain.frame import Frame
from console.domain.readings import Change
from console.domain.states import Verb

_LATEST_S = 253_402_300_799.0
"""The last second of the year 9999."""


def who_and_when(by: str | None, at_s: float | None) -> tuple[str, str]:
    """`noc-1`, `12:03:07 UTC`; what is not told is said to be so."""
    who = by or "somebody without a name"
    if at_s is None or not math.isfinite(at_s) or not 0 <= at_s <= _LATEST_S:
        return who, "an untold time"
    return who, f"{datetime.fromtimestamp(at_s, UTC):%H:%M:%S} UTC"


def of_key(frame: Frame, key: str) -> Change | None:
    """The change that was made under that key."""
    return next((one for one in reversed(frame.changes) if one.key == key), None)


def newest_of(
    frame: Frame, server: str, kinds: Iterable[str] = (Verb.DETACH.value, Verb.ATTACH.value)
) -> Change | None:
    """The newest thing of these kinds that was done to the server."""
    wanted = frozenset(kinds)
    return next((one for one in reversed(frame.changes) if one.server == server and one.kind in wanted), None)


def acted_since(frame: Frame, generation: int | None) -> tuple[Change, ...]:
    """Detaches and attaches after that generation, oldest first."""
    return tuple(one for one in frame.changes if is_act(one, generation))


def is_act(change: Change, after: int | None) -> bool:
    """A detach or attach, after that generation of the same life."""
    if change.kind not in (Verb.DETACH.value, Verb.ATTACH.value):
        return False
    return after is None or change.generation is None or change.generation > after
