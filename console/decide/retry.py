"""Whether a request that met a changed fleet (412) may go out once more with the same key. Pure."""

from __future__ import annotations

from console.domain.actions import Answer, Intent
from console.domain.frame import Frame
from console.domain.states import Attachment

CHANGED = 412
"""The fleet is not the one that the request was made for."""


def may_retry(answer: Answer, intent: Intent, before: Frame, after: Frame) -> tuple[bool, str]:
    """Only where nothing but *other* servers joined or left between the two Frames; else why the operator decides anew."""
    if answer.status != CHANGED:
        return False, ""
    if before.balancer.incarnation != after.balancer.incarnation:
        return False, "the balancer was restarted meanwhile"
    if before.balancer.algorithm != after.balancer.algorithm:
        return False, "the balancer's algorithm was changed meanwhile"
    old, new = _states(before), _states(after)
    if intent.server not in new or new[intent.server][0] != intent.incarnation:
        return False, f"{intent.server} was replaced or has left meanwhile"
    changed = [
        server
        for server, state in old.items()
        if server in new and new[server][0] == state[0] and new[server][1] != state[1]
    ]
    if changed:
        return False, f"{', '.join(sorted(changed)[:3])} was attached or detached meanwhile"
    return True, ""


def _states(frame: Frame) -> dict[str, tuple[str | None, Attachment]]:
    return {
        row.id: (row.incarnation, Attachment(int(frame.attachment[row.slot])))
        for row in frame.rows
        if frame.listed[row.slot]
    }
