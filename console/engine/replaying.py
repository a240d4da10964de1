"""The engine on a recording: the same rules on the same Frames; nothing can be sent from here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from console.domain.actions import Action, Answer, Intent, Rung
from console.domain.errors import ActionRefused
from console.domain.safety import Consent, PlanStanding, Said, say
from console.domain.states import Step, Verb
from console.domain.view import Health
from console.engine.hand import Wish
from console.engine.loop import Engine
from console.engine.parts import EngineSettings
from console.record.frozen import FrozenError
from console.record.recorder.block import Tick
from console.record.recorder.stretch import Happened, Stretch
from console.record.replay import ReplayFeed

_log = logging.getLogger("dsr.replay")
REFUSAL = "replay: acting is impossible"


class NoActuator:
    """Refuses everything. A replay has none at all; whoever hands one in by mistake hands in this."""

    async def send(self, intent: Intent, etag: str) -> Answer:
        """Raises ActionRefused."""
        raise ActionRefused("replay", REFUSAL)

    async def close(self) -> None:
        """Nothing is held."""


class ReplayEngine(Engine):
    """Runs a stretch to its end. Views carry the recorded actions, and the alarms as the rules find them now."""

    def __init__(
        self,
        stretch: Stretch,
        settings: EngineSettings | None = None,
        *,
        speed: float | None = None,
        from_state: bool = True,
    ) -> None:
        """`from_state` False: detectors begin anew at the warm-up, as other settings need it; a kept state holds its own settings."""
        self.feed = ReplayFeed(stretch, speed, self._before)
        super().__init__(self.feed, NoActuator(), None, self.feed.clock, "replay", settings)
        self.stretch = stretch
        self.exact = stretch.exact and from_state
        """Whether the alarms recompute exactly as they were found."""
        self.warming_up = True
        """Whether the newest Frame lies before the window."""
        self.number = 0
        """Of the newest Frame, as the recording counts."""
        self._past_actions = _Past(stretch.events)
        self._recorded: Tick | None = None
        self._carried: dict[int, list[Any]] = {
            event.tick: event.body["left"]
            for event in stretch.events
            if event.kind == "carried" and isinstance(event.body.get("left"), list)
        }
        """By tick: what the rules took over with it from a run before."""
        if from_state and stretch.state is not None:
            try:
                self.resume(stretch.state.body)
            except FrozenError as error:
                self.exact = False
                self.resume()
                _log.warning("%s The detectors warm up instead.", error)

    @override
    def _wish(
        self,
        verb: Verb,
        server: str,
        reason: str,
        operator: str | None,
        consent: Consent | None,
        incarnation: str | None,
    ) -> Wish:
        raise ActionRefused("replay", REFUSAL)

    @override
    async def carry(
        self,
        servers: tuple[str, ...],
        reason: str,
        operator: str | None = None,
        consent: Consent | None = None,
        verb: Verb = Verb.DETACH,
    ) -> PlanStanding:
        raise ActionRefused("replay", REFUSAL)

    @override
    async def arm(self, operator: str | None = None) -> Said | None:
        return say("A replay shows the past: acting is impossible.")

    @override
    def _actions(self) -> tuple[Action, ...]:
        return self._past_actions.newest_first

    @override
    def _health(self) -> Health:
        tick = self._recorded
        if tick is None:
            return Health()
        return Health(loop_lag_s=tick.lag_s, journal_error=tick.journal_error)

    def _before(self, number: int, tick: Tick, begins: bool) -> None:
        """As the console was when it took this Frame: a start of it began with new detectors."""
        self._recorded, self.number = tick, number
        self.warming_up = self.stretch.warms_up(number)
        self._past_actions.up_to(number)
        if begins and number > self.stretch.pieces[0].first:
            self.resume()
        if (left := self._carried.get(number)) is not None:
            self._detectors.go_on(*left)


class _Past:
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
                name: value for name, value in body["intent"].items() if name in Intent.__dataclass_fields__
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
