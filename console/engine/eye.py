"""The engine's eye: keeps each Frame and judges it. Pure but for the clock that is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from console.detect import Detectors, DetectSettings, GapEstimator, Inputs, Judgement
from console.detect.interval import Paces
from console.domain.clock import Clock
from console.domain.frame import Frame
from console.engine.advisor import Moment, Punctuality
from console.engine.blackbox import BlackBox
from console.record.frozen import freeze, thaw
from console.store import Cut, Store, StoreSettings


class Judged(Struct, frozen=True, eq=False):
    """What a View is made of, besides what changes between Frames."""

    moment: Moment
    history: Cut
    judgement: Judgement
    step_s: float
    """How long all that the Frame caused took."""


class Eye:
    """`box`: the flight recorder, which hands over the history that an earlier run left."""

    def __init__(self, store: StoreSettings, detect: DetectSettings, clock: Clock, box: BlackBox | None) -> None:
        self._settings = store
        self._detect = detect
        self._clock = clock
        self._box = box
        self._store: Store | None = None
        self._estimator = GapEstimator(detect.gap_estimate, detect.silence)
        self._punctuality = Punctuality()
        self._paces = Paces()
        self.detectors = Detectors(detect)

    def see(self, frame: Frame, inputs: Inputs) -> Judged:
        """Into the rings, and through every rule."""
        received_s = self._clock.monotonic()
        if self._box is not None:
            frame = self._box.rounded(frame)
        if self._store is None:
            self._store = Store(frame.rows.capacity, self._settings)
            if self._box is not None:
                self._box.restore(self._store, frame)
        estimate = self._estimator.step(frame)
        self._store.append(frame, estimate.gap, estimate.silent)
        history = self._store.cut()
        judgement = self.detectors.step(frame, estimate, inputs)
        suspects = frozenset(suspect.server for suspect in judgement.suspects)
        punctual = self._punctuality.step(frame, estimate, received_s)
        paces = self._paces.step(frame, estimate.turnover.born)
        moment = Moment(frame, estimate, received_s, suspects, punctual, history, paces)
        return Judged(moment, history, judgement, float("nan"))

    def resume(self, state: bytes | None = None) -> None:
        """Detectors from a kept state, or (None) as they are at a start. Raises FrozenError: they are then as at a start."""
        self._estimator = GapEstimator(self._detect.gap_estimate, self._detect.silence)
        self.detectors = Detectors(self._detect)
        if state is not None:
            self._estimator, self.detectors = thaw(state, (self._estimator, self.detectors))

    def frozen(self) -> bytes:
        """The state that `resume` goes on from."""
        return freeze((self._estimator, self.detectors))

    def go_on(self, left: Sequence[Any]) -> None:
        """Rules go on where those of an earlier run were, and so do those of a replay."""
        self.detectors.go_on(*left)
        if self._box is not None:
            self._box.carry(left)
