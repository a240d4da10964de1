"""Views as the engine makes them, from Frames, without a thread: store, rules and figures are the real ones."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable

from msgspec.structs import replace

from console.decide import GateSettings
from console.decide.gates import in_flight
from console.detect import Detectors, DetectSettings, Estimate, GapEstimator, Inputs
from console.detect.flood import FloodMeter, grouped
from console.detect.ledger import Ledger
from console.detect.lifecycle import Lifecycle
from console.domain.actions import Action
from console.domain.frame import Frame
from console.domain.safety import Deed, Role, Standing
from console.domain.states import Step
from console.domain.view import Health, View
from console.engine.advisor import Advisor, Inner, Moment, Punctuality
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
        self.health = Health(recording=True)
        self.standing = Standing(Role.LEAD)
        self.watched: frozenset[str] = frozenset()
        """Who is looked at, beside the suspects and the detached."""
        self.mine: frozenset[str] = frozenset()
        """Who was detached from here."""
        self._advisor = Advisor(GateSettings())
        self._punctuality = Punctuality()
        self._estimate: Estimate | None = None

    def take(self, frame: Frame) -> View:
        """The View of this Frame."""
        return self.appraised(self._judged(frame))

    def _judged(self, frame: Frame) -> View:
        """The View without the gates' verdicts, which nothing that comes later depends on."""
        if self._store is None:
            self._store = Store(frame.rows.capacity, StoreSettings(ticks=self._ticks, coarse_columns=60))
        estimate = self._estimator.step(frame)
        self._store.append(frame, estimate.gap, estimate.silent)
        history = self._store.cut()
        judgement = self._detectors.step(frame, estimate, Inputs(self.health, self.actions))
        happened = self.lifecycle.step(judgement.alarms, frame.wall_s, frame.mono_s)
        flood = self._meter.step(happened, self.lifecycle.cycles, frame.wall_s, frame.mono_s)
        self._version += 1
        self._estimate = estimate
        self._punctual = self._punctuality.step(frame, estimate, frame.mono_s)
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
            notes=self.lifecycle.notes,
            ledger=self._ledger.step(frame),
            standing=self.standing,
            received_mono_s=frame.mono_s,
        )

    def with_cycles(self, view: View) -> View:
        """The same View again, with the life-cycle as it stands now."""
        self._version += 1
        cycles, flood = self.lifecycle.cycles, view.flood
        if flood.on:
            flood = replace(flood, groups=grouped(cycles))
        return replace(view, version=self._version, cycles=cycles, flood=flood, notes=self.lifecycle.notes)

    def appraised(self, view: View) -> View:
        """The same View with the verdicts of the real gates on it, whatever a test has changed of its newest Frame or its actions."""
        assert self._estimate is not None
        suspects = frozenset(suspect.server for suspect in view.suspects)
        moment = Moment(view.frame, self._estimate, view.received_mono_s, suspects, self._punctual)
        busy = next((action.intent for action in view.actions if in_flight(action)), None)
        deeds = tuple(
            Deed(
                action.intent.key,
                action.intent.verb,
                action.intent.server,
                action.intent.pool,
                action.intent.asked_mono_s,
                bool(action.rungs[0].evidence.get("reported_fresh")),
            )
            for action in view.actions
            if action.reached(Step.ACCEPTED)
        )
        inner = Inner(
            view.received_mono_s, view.standing, deeds, None if busy is None else (busy.verb.value, busy.server)
        )
        return replace(
            view,
            appraisals=self._advisor.shown(self.watched, moment, inner),
            proposals=self._advisor.proposals(self.mine, 10, moment, inner),
        )

    def last(self, frames: Iterable[Frame]) -> View:
        """The View after all of these Frames."""
        view: View | None = None
        for frame in frames:
            view = self._judged(frame)
        assert view is not None
        return self.appraised(view)


def incident(
    seed: int = 1, *, calm_polls: int = 15, ramp_polls: int = 40
) -> tuple[VirtualFleet, ViewMaker, View, list[str]]:
    """The reference incident: 64 servers, 3 of the 8k pool fall silent at night, then the ramp. Fleet, maker, newest View, the three."""
    return copy.deepcopy(_played(seed, calm_polls, ramp_polls))


@functools.cache
def _played(seed: int, calm_polls: int, ramp_polls: int) -> tuple[VirtualFleet, ViewMaker, View, list[str]]:
    fleet, maker = VirtualFleet(seed=seed), ViewMaker()
    maker.last(fleet.run(calm_polls))
    muted = fleet.idle(3)
    fleet.mute(*muted)
    maker.last(fleet.run(calm_polls))
    fleet.rate.update(FULL)
    return fleet, maker, maker.last(fleet.run(ramp_polls)), muted
