"""Views as the engine makes them, from Frames, without a thread: store, rules and figures are the real ones."""

from __future__ import annotations

from collections.abc import Iterable

from console.detect import Detectors, DetectSettings, GapEstimator, Inputs
from console.detect.flood import FloodMeter
from console.detect.ledger import Ledger
from console.detect.lifecycle import Lifecycle
from console.domain.actions import Action
from console.domain.frame import Frame
from console.domain.view import Health, View
from console.store import Store, StoreSettings
from tests.support.incident import FULL, VirtualFleet


class ViewMaker:
    """Frames in, Views out. `actions` and `health` are put into the next View."""

    def __init__(self, ticks: int = 3600) -> None:
        """`ticks`: of history; few for a large fleet."""
        self._ticks = ticks
        settings = DetectSettings()
        self._estimator = GapEstimator(settings.gap_estimate, settings.silence)
        self._detectors = Detectors(settings)
        self._store: Store | None = None
        self._version = 0
        self.lifecycle, self._meter, self._ledger = Lifecycle(), FloodMeter(), Ledger()
        self.actions: tuple[Action, ...] = ()
        self.health = Health()

    def take(self, frame: Frame) -> View:
        """The View of this Frame."""
        if self._store is None:
            self._store = Store(frame.rows.capacity, StoreSettings(ticks=self._ticks, coarse_columns=60))
        estimate = self._estimator.step(frame)
        self._store.append(frame, estimate.gap, estimate.silent)
        history = self._store.cut()
        judgement = self._detectors.step(frame, estimate, history, Inputs(self.health, self.actions))
        happened = self.lifecycle.step(judgement.alarms, frame.wall_s, frame.mono_s)
        flood = self._meter.step(happened, self.lifecycle.cycles, frame.wall_s, frame.mono_s)
        self._version += 1
        return View(
            version=self._version,
            frame=frame,
            history=history,
            figures=judgement.figures,
            sight=judgement.sight,
            gap=estimate.gap,
            gap_margin=estimate.margin,
            silent_limit_s=estimate.silent_limit_s,
            alarms=judgement.alarms,
            changes=judgement.changes,
            suspects=judgement.suspects,
            silences=judgement.silences,
            herds=judgement.herds,
            unjudged=judgement.unjudged,
            chattering=judgement.chattering,
            actions=self.actions,
            health=self.health,
            cycles=self.lifecycle.cycles,
            happenings=happened,
            flood=flood,
            raisings=self._meter.log,
            ledger=self._ledger.step(frame),
            received_mono_s=frame.mono_s,
        )

    def last(self, frames: Iterable[Frame]) -> View:
        """The View after all of these Frames."""
        view: View | None = None
        for frame in frames:
            view = self.take(frame)
        assert view is not None
        return view


def incident(
    seed: int = 1, *, calm_polls: int = 15, ramp_polls: int = 40
) -> tuple[VirtualFleet, ViewMaker, View, list[str]]:
    """The reference incident: 64 servers, 3 of the 8k pool fall silent at night, then the ramp. Fleet, maker, newest View, the three."""
    fleet, maker = VirtualFleet(seed=seed), ViewMaker()
    maker.last(fleet.run(calm_polls))
    muted = fleet.idle(3)
    fleet.mute(*muted)
    maker.last(fleet.run(calm_polls))
    fleet.rate.update(FULL)
    return fleet, maker, maker.last(fleet.run(ramp_polls)), muted
