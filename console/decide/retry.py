"""Whether a request that met a changed fleet (412) may go out once more with the same key; and whose change it met. Pure."""

from __future__ import annotations

from console.decide.others import acted_since, is_act, who_and_when
from console.domain.actions import Answer, Intent
from console.domain.frame import Frame
from console.domain.readings import Change
from console.domain.states import Attachment

CHANGED = 412
"""The fleet is not the one that the request was made for."""


def may_retry(answer: Answer, intent: Intent, before: Frame, after: Frame) -> tuple[bool, str]:
    """Only where nothing but *other* servers joined or left between the two Frames; else why the operator decides anew."""
    if answer.status != CHANGED:
        return False, ""
    if (met := whose_change(answer, before)) or before.balancer.etag == after.balancer.etag:
        return False, met  # without a newer reading nothing but the answer itself can tell
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
    for one in reversed(acted_since(after, before.balancer.generation)):
        return False, _whose(one)
    for server in sorted(changed):
        if (told := after.detachments.get(server)) is not None and new[server][1] == Attachment.DETACHED:
            who, at = who_and_when(told.by, told.at)
            return False, f"{server} was detached by {who} at {at} meanwhile"
    if changed:
        return False, f"{', '.join(sorted(changed)[:3])} was attached or detached meanwhile"
    return True, ""


def whose_change(answer: Answer, before: Frame) -> str:
    """The newest detach or attach that a 412 tells, by whom and when; nothing where it tells of none in this life of the balancer."""
    life = before.balancer.incarnation
    if life is None or life not in str(answer.details.get("etag", life)):
        return ""
    told = [one for one in answer.changes if is_act(one, before.balancer.generation)]
    return _whose(told[-1]) if told else ""


def _whose(change: Change) -> str:
    who, at = who_and_when(change.by, change.time)
    return f"{change.server} was {change.kind}ed by {who} at {at} meanwhile"


def _states(frame: Frame) -> dict[str, tuple[str | None, Attachment]]:
    return {
        row.id: (row.incarnation, Attachment(int(frame.attachment[row.slot])))
        for row in frame.rows
        if frame.listed[row.slot]
    }
