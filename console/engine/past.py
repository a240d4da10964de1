"""What the rules were given beside the Frames, as a recording kept it: the console's own health, and what was done."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from console.domain.actions import Action, Intent, Rung
from console.domain.states import Step, Verb
from console.domain.view import Health
from console.record.recorder.block import Tick
from console.record.recorder.stretch import Happened

_log = logging.getLogger("dsr.replay")


def health_of(tick: Tick) -> Health:
    """As far as a rule looks at it."""
    return Health(loop_lag_s=tick.lag_s, journal_error=tick.journal_error)


def carried_of(events: Iterable[Happened]) -> dict[int, list[Any]]:
    """By tick: what the rules took over with it from a run before, for `Detectors.go_on`."""
    return {
        event.tick: event.body["left"]
        for event in events
        if event.kind == "carried" and isinstance(event.body.get("left"), list)
    }


class PastActions:
    """The recorded actions as of a tick."""

    def __init__(self, events: tuple[Happened, ...]) -> None:
        self._events = [event for event in events if event.kind == "action"]
        self._at = 0
        self._actions: dict[str, Action] = {}

    @property
    def newest_first(self) -> tuple[Action, ...]:
        """As a View has them."""
        return tuple(reversed(self._actions.values()))

    def up_to(self, number: int) -> None:
        """What was known when this tick was judged: what happened up to the one before."""
        while self._at < len(self._events) and self._events[self._at].tick < number:
            self._take(self._events[self._at].body)
            self._at += 1

    def _take(self, body: Mapping[str, Any]) -> None:
        try:
            given: dict[str, Any] = {
                name: value for name, value in body["intent"].items() if name in Intent.__struct_fields__
            }
            given["verb"] = Verb(given["verb"])
            intent = Intent(**given)
            rung = body["rung"]
            climbed = Rung(
                Step(rung["step"]), rung["wall_s"], rung["mono_s"], rung["evidence"], rung.get("sentence", "")
            )
        except (KeyError, TypeError, ValueError) as error:
            _log.warning("a recorded action cannot be read: %r", error)
            return
        before = self._actions.get(intent.key)
        rungs = (*before.rungs, climbed) if before is not None else (climbed,)
        self._actions[intent.key] = Action(intent, rungs, bool(body.get("over")))
