"""The rules alone on a stretch: what they raise, and nothing for anybody to look at. Half the work of a replay that shows Views."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from console.detect import Detectors, DetectSettings, GapEstimator, Inputs
from console.domain.alarms import Alarm
from console.domain.frame import Frame
from console.engine.counterfactual import Found, recorded_settings, summary
from console.engine.past import PastActions, carried_of, health_of
from console.record.frozen import FrozenError, thaw
from console.record.recorder import Stretch, Tick, ticks_of

_log = logging.getLogger("dsr.replay")

Changes = Mapping[str, Mapping[str, object]]


class Court:
    """Judges ticks of a stretch in order, from its kept state, or (`anew`) as at a start."""

    def __init__(self, stretch: Stretch, settings: DetectSettings, *, anew: bool) -> None:
        self._settings = settings
        self._past, self._carried = PastActions(stretch.events), carried_of(stretch.events)
        self._first = stretch.pieces[0].first if stretch.pieces else 0
        self._run = -1 if stretch.state is None else stretch.state.run
        self.exact = stretch.exact and not anew
        """Whether it finds exactly what was found then."""
        self._estimator, self._detectors = self._new()
        if not anew and stretch.state is not None:
            try:
                self._estimator, self._detectors = thaw(stretch.state.body, self._new())
            except FrozenError as error:
                self.exact = False
                _log.warning("%s The detectors warm up instead.", error)

    def take(self, number: int, tick: Tick, frame: Frame | None = None) -> tuple[Alarm, ...]:
        """Alarms that were raised or cleared. `frame`: judged in place of the tick's own."""
        if tick.run != self._run and number > self._first:  # a start of the console: with new detectors
            self._estimator, self._detectors = self._new()
        self._run = tick.run
        if (left := self._carried.get(number)) is not None:
            self._detectors.go_on(*left)
        self._past.up_to(number)
        frame = frame or tick.frame
        inputs = Inputs(health_of(tick), self._past.newest_first)
        _, changes = self._detectors.alarms(frame, self._estimator.step(frame), inputs)
        return changes

    def _new(self) -> tuple[GapEstimator, Detectors]:
        detect = self._settings
        return GapEstimator(detect.gap_estimate, detect.silence), Detectors(detect)


class Judging:
    """`changed`: alarm settings in place of the recorded ones, section by section; the detectors then begin anew at the warm-up."""

    def __init__(self, stretch: Stretch, changed: Changes | None = None) -> None:
        """Raises ConsoleError where the settings are none."""
        self.stretch = stretch
        self.changed: Changes = changed or {}
        self.total = max(1, ticks_of(stretch))
        """Polls to be judged, those that warm up among them."""
        self.begun = 0
        self.found = Found()
        self.done = False
        self._court = Court(stretch, recorded_settings(stretch, self.changed).detect, anew=bool(self.changed))
        self._cancelled = False

    @property
    def exact(self) -> bool:
        """Whether the alarms recompute exactly as they were found."""
        return self._court.exact

    def cancel(self) -> None:
        """Lets `run` return soon; on any thread."""
        self._cancelled = True

    def run(self) -> None:
        """Blocks, on any thread, once. Raises ConsoleError where the recording is damaged; what came before is there."""
        for number, tick in self.stretch.ticks():
            if self._cancelled:
                return
            changes = self._court.take(number, tick)
            self.begun += 1
            if not self.stretch.warms_up(number):
                self.found.add(tick.frame, changes)
        self.done = True

    def told(self) -> dict[str, Any]:
        """Its alarms held against the recorded ones, as `replay --json` tells them."""
        return summary(self.stretch, self.found, exact=self.exact, changed=self.changed)
