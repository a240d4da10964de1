"""The engine on a recording: the same rules on the same Frames; nothing can be sent from here."""

from __future__ import annotations

import logging

from typing_extensions import override

from console.domain.actions import Action, Answer, Intent
from console.domain.command import Command
from console.domain.errors import ActionRefused
from console.domain.safety import Said, say
from console.domain.view import Health
from console.engine.loop import Engine
from console.engine.parts import EngineSettings
from console.engine.past import PastActions, carried_of, health_of
from console.record.frozen import FrozenError
from console.record.recorder.block import Tick
from console.record.recorder.stretch import Stretch
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
        self._past_actions = PastActions(stretch.events)
        self._recorded: Tick | None = None
        self._carried = carried_of(stretch.events)
        if from_state and stretch.state is not None:
            try:
                self._eye.resume(stretch.state.body)
            except FrozenError as error:
                self.exact = False
                self._eye.resume()
                _log.warning("%s The detectors warm up instead.", error)

    @override
    def _signed(self, command: Command) -> Command:
        raise ActionRefused("replay", REFUSAL)

    @override
    async def arm(self, operator: str | None = None) -> Said | None:
        return say("A replay shows the past: acting is impossible.")

    @override
    def _actions(self) -> tuple[Action, ...]:
        return self._past_actions.newest_first

    @override
    def _health(self) -> Health:
        return Health() if self._recorded is None else health_of(self._recorded)

    def _before(self, number: int, tick: Tick, begins: bool) -> None:
        """As the console was when it took this Frame: a start of it began with new detectors."""
        self._recorded, self.number = tick, number
        self.warming_up = self.stretch.warms_up(number)
        self._past_actions.up_to(number)
        if begins and number > self.stretch.pieces[0].first:
            self._eye.resume()
        if (left := self._carried.get(number)) is not None:
            self._eye.detectors.go_on(*left)
