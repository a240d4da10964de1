"""Intents that an earlier console left open: the fleet is read, and what it shows is written down as their outcome. Nothing is sent."""

from __future__ import annotations

import logging
from typing import Final

from console.domain.errors import JournalError
from console.domain.frame import Column, Frame
from console.domain.states import Attachment, Reach, Verb
from console.engine.recall import OpenIntent, open_intents
from console.engine.scribe import Scribe

_log = logging.getLogger("dsr.engine")
_GRACE_S: Final = 2.0


class Reconciler:
    """One run's. An intent younger than a request can take may belong to a console that is at it just now: it is left until it is older."""

    def __init__(self, scribe: Scribe, deadline_s: float) -> None:
        self._scribe = scribe
        self._oldest_s = deadline_s + _GRACE_S
        self._open: list[OpenIntent] = []
        self._asked = False

    def found(self, intents: list[OpenIntent]) -> None:
        """What the journal had open when this run began."""
        self._open = intents

    def due(self, frame: Frame, wall_s: float) -> bool:
        """Whether something waits that is old enough to be looked at with this Frame, and nobody is at it."""
        if self._asked or not self._open or frame.balancer.reach != Reach.OK:
            return False
        return any(abs(wall_s - intent.wall_s) >= self._oldest_s for intent in self._open)

    async def close(self, frame: Frame, wall_s: float) -> None:
        """Looks once more whether they are still open, then writes what this Frame shows of them."""
        self._asked = True
        try:
            still = {intent.key for intent in open_intents(await self._scribe.recall())}
            for intent in [one for one in self._open if abs(wall_s - one.wall_s) >= self._oldest_s]:
                if intent.key in still:
                    await self._scribe.write("outcome", _observed(intent, frame))
                self._open.remove(intent)
        except JournalError as error:
            _log.warning("open intents could not be reconciled: %s", error)
            self._open = []
        finally:
            self._asked = False


def _observed(intent: OpenIntent, frame: Frame) -> dict[str, object]:
    """Unknown -> observed: the state of the server, and whether it bears this intent's mark."""
    row = frame.rows.get(intent.server)
    body: dict[str, object] = {
        "key": intent.key,
        "status": None,
        "code": "reconciled",
        "generation": frame.balancer.generation,
    }
    if row is None or not frame.listed[row.slot]:
        return {**body, "observed": "gone", "happened": None, "message": f"{intent.server} is not listed any more."}
    if intent.incarnation is not None and row.incarnation != intent.incarnation:
        return {**body, "observed": "replaced", "happened": None, "message": f"{intent.server} was replaced since."}
    state = Attachment(int(frame.attachment[row.slot]))
    if intent.verb is Verb.CUT:
        held = frame.at(intent.server, Column.LAST_TRUTH)
        known = held == held  # noqa: PLR0124  NaN: it has not told yet
        message = (
            f"Read back at the start: {intent.server} holds {int(held) if known else 'an unknown number of'} sessions."
        )
        return {**body, "observed": state.name.lower(), "happened": held == 0 if known else None, "message": message}
    wanted = Attachment.DETACHED if intent.verb is Verb.DETACH else Attachment.ATTACHED
    detachment = frame.detachments.get(intent.server)
    happened: bool | None = state == wanted
    if happened and detachment is not None and detachment.key is not None:
        happened = detachment.key == intent.key  # else somebody else did it
    message = f"Read back at the start: {intent.server} is {state.name.lower()}."
    return {**body, "observed": state.name.lower(), "happened": happened, "message": message}
