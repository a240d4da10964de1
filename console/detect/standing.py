"""Where an alarm stands, from what is known of it; the order in which alarms are listed; what counts as another cause."""

from __future__ import annotations

from typing import Final

from console.domain.alarms import Alarm
from console.domain.lifecycle import Cycle, Remark, Standing

MOST_NOTES: Final = 20
"""Per alarm; the oldest go first."""
_SIGNS: Final = ("cause", "by", "incarnation", "wanted")
"""Words in `because` that name what is behind an alarm: another word is another cause."""
_SHELVED, _SUPPRESSED, _NORMAL = Standing.SHELVED, Standing.SUPPRESSED, Standing.NORMAL
_UNACKNOWLEDGED, _ACKNOWLEDGED, _LATCHED = Standing.UNACKNOWLEDGED, Standing.ACKNOWLEDGED, Standing.LATCHED
"""By name of this module: Python 3.11 looks a member up in a slow way, and this is asked ten thousand times at once."""
RANK: Final = {
    Standing.UNACKNOWLEDGED: 0,
    Standing.LATCHED: 0,
    Standing.ACKNOWLEDGED: 1,
    Standing.SUPPRESSED: 2,
    Standing.SHELVED: 3,
    Standing.NORMAL: 4,
}
"""To be acknowledged first."""
RANKS: Final = 5


def standing_of(cycle: Cycle) -> Standing:
    """Shelved before all else; then active or not, explained or not, acknowledged or not."""
    if cycle.shelf is not None:
        return _SHELVED
    if cycle.active:
        if cycle.suppressed:
            return _SUPPRESSED
        return _UNACKNOWLEDGED if cycle.acknowledgement is None else _ACKNOWLEDGED
    return _LATCHED if cycle.acknowledgement is None else _NORMAL


def order_of(cycle: Cycle) -> tuple[int, float, bool, str, str]:
    """Among those of one rank: worst first, oldest first."""
    rule, subject, _ = cycle.key
    return -cycle.priority, cycle.came_wall_s, not cycle.first_out, rule, subject or ""


def sign_of(alarm: Alarm) -> tuple[object, ...]:
    """What is behind it, in its own words."""
    return tuple(alarm.because.get(word) for word in _SIGNS)


def with_acknowledgement(cycle: Cycle) -> tuple[Remark, ...]:
    """The notes, with an acknowledgement that no longer holds kept as one of them."""
    said = cycle.acknowledgement
    return cycle.notes if said is None or not said.by else (*cycle.notes, said)[-MOST_NOTES:]
