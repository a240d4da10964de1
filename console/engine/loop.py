"""The engine: the one place without Qt where all meets. Every Frame is kept, judged, read back and published as a View.

It never gives up: a feed that dies is started again and counted. Nothing that subscribes can hold it up for longer than its
own callback takes; who is slow takes `newest` instead. Intents left open by an earlier run are not reconciled here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from console.decide import GateSettings, LadderSettings
from console.detect import Detectors, DetectSettings, GapEstimator, Judgement
from console.domain.actions import Action
from console.domain.alarms import Alarm
from console.domain.clock import Clock, MachineClock
from console.domain.frame import Frame
from console.domain.options import option
from console.domain.ports import Actuator, FrameFeed, Journal
from console.domain.states import Step, Verb
from console.domain.tasks import spawn
from console.domain.view import Health, View
from console.engine.blackbox import BlackBox
from console.engine.hand import Hand, Moment
from console.engine.scribe import Scribe
from console.record.frozen import freeze, thaw
from console.store import Cut, Store, StoreSettings

_log = logging.getLogger("dsr.engine")
_METER_S = 0.1
_CLOSE_S = 2.0
"""Longest wait for each part at the end; stopping must take less than 3 s."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The engine's own, and those of the rooms that it drives."""

    restart_s: float = option(
        0.1, unit="s", low=0.0, high=60.0, sentence="First pause before a feed that died is started again; it doubles."
    )
    restart_most_s: float = option(1.5, unit="s", low=0.0, high=600.0, sentence="Longest such pause.")
    store: StoreSettings = field(default_factory=StoreSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    gates: GateSettings = field(default_factory=GateSettings)
    ladder: LadderSettings = field(default_factory=LadderSettings)


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """What a View is made of, besides what changes between Frames."""

    moment: Moment
    history: Cut
    judgement: Judgement
    step_s: float


class Engine:
    """Runs on any asyncio loop. All coroutines belong to that loop; `newest` may be read from any thread."""

    def __init__(
        self,
        feed: FrameFeed,
        actuator: Actuator | None = None,
        journal: Journal | None = None,
        clock: Clock | None = None,
        operator: str = "",
        settings: EngineSettings | None = None,
        box: BlackBox | None = None,
    ) -> None:
        """Without actuator or journal it only watches: every request is refused. `operator`: who acts where no name is given."""
        settings = settings or EngineSettings()
        self._feed = feed
        self._box = box
        self._actuator = actuator
        self._clock = clock or MachineClock()
        self._operator = operator
        self._settings = settings
        self._estimator = GapEstimator(settings.detect.gap_estimate, settings.detect.silence)
        self._detectors = Detectors(settings.detect)
        self._store: Store | None = None
        self._scribe = Scribe(journal)
        self._hand = Hand(
            actuator, self._scribe, self._clock, settings.gates, settings.ladder, self._republish, self._next_moment
        )
        self._callbacks: list[Callable[[View], None]] = []
        self._judged: _Judged | None = None
        self._waiters: set[asyncio.Future[None]] = set()
        self._version = 0
        self._restarts = 0
        self._lag_s = 0.0
        self.newest: View | None = None
        """The newest View; None before the first Frame."""

    def subscribe(self, callback: Callable[[View], None]) -> Callable[[], None]:
        """Calls `callback` with each View on the engine's loop; returns what ends it. It must only hand over: it runs between polls."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._callbacks.remove(callback)

        return unsubscribe

    async def run(self) -> None:
        """Until the feed ends or it is cancelled; then everything is closed."""
        meter = spawn(self._measure_lag(), "loop lag")
        try:
            if self._box is not None:
                await self._box.recall(self._settings.store)
            await self._consume()
        finally:
            meter.cancel()
            await self._close()

    async def detach(self, server: str, reason: str, operator: str | None = None) -> Action:
        """Gates, journal, request; returns after the answer, later rungs come with the Views. Raises JournalError: nothing was sent."""
        return await self._act(Verb.DETACH, server, reason, operator)

    async def attach(self, server: str, reason: str, operator: str | None = None) -> Action:
        """The way back, under the same rules."""
        return await self._act(Verb.ATTACH, server, reason, operator)

    async def wait(self, key: str, step: Step, timeout_s: float) -> Action:
        """The action once it has reached `step`, or is over, or after `timeout_s`. Raises LookupError for an unknown key."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not ((action := self._action(key)).over or action.reached(step)):
                    await self._news()
        return self._action(key)

    async def _act(self, verb: Verb, server: str, reason: str, operator: str | None) -> Action:
        moment = None if self._judged is None else self._judged.moment
        return await self._hand.act(verb, server, reason, operator or self._operator or _os_user(), moment)

    def _action(self, key: str) -> Action:
        for action in self._hand.actions:
            if action.intent.key == key:
                return action
        raise LookupError(f"no action with the key {key}")

    async def _consume(self) -> None:
        pause_s = self._settings.restart_s
        while True:
            frames: AsyncIterator[Frame] | None = None
            try:
                frames = self._feed.frames()
                async for frame in frames:
                    self._take(frame)
                    pause_s = self._settings.restart_s
            except Exception as error:  # noqa: BLE001  the watchdog: whatever died, the next try may live
                self._restarts += 1
                _log.exception("the feed died (%s), it is started again in %.1f s", error, pause_s)
                self._republish()
            else:
                return
            finally:
                if (close := getattr(frames, "aclose", None)) is not None:
                    await close()
            await asyncio.sleep(pause_s)
            pause_s = min(2.0 * pause_s, self._settings.restart_most_s)

    def _take(self, frame: Frame) -> None:
        """One step: everything that one Frame causes."""
        received_s = self._clock.monotonic()
        if self._box is not None:
            frame = self._box.rounded(frame)
        if self._store is None:
            self._store = Store(frame.rows.capacity, self._settings.store)
            if self._box is not None:
                self._box.restore(self._store, frame)
        estimate = self._estimator.step(frame)
        self._store.append(frame, estimate.gap, estimate.silent)
        history = self._store.cut()
        judgement = self._detectors.step(frame, estimate, history)
        self._hand.read_back(frame, estimate)
        self._scribe.probe()
        step_s = self._clock.monotonic() - received_s
        self._judged = _Judged(Moment(frame, estimate, received_s), history, judgement, step_s)
        self._publish(judgement.changes)

    def _republish(self) -> None:
        """A View for the same Frame: an action climbed, or the feed died."""
        self._publish(())

    def _publish(self, changes: tuple[Alarm, ...]) -> None:
        if (judged := self._judged) is not None:
            self._version += 1
            moment, judgement = judged.moment, judged.judgement
            self.newest = View(
                version=self._version,
                frame=moment.frame,
                history=judged.history,
                figures=judgement.figures,
                sight=judgement.sight,
                gap=moment.estimate.gap,
                gap_margin=moment.estimate.margin,
                silent_limit_s=moment.estimate.silent_limit_s,
                alarms=judgement.alarms,
                changes=changes,
                suspects=judgement.suspects,
                actions=self._actions(),
                health=self._health(judged.step_s),
                received_mono_s=moment.received_s,
            )
            if self._box is not None:
                self._box.take(self.newest, lambda: freeze((self._estimator, self._detectors)))
            for callback in tuple(self._callbacks):
                try:
                    callback(self.newest)
                except Exception:  # noqa: BLE001  whoever shows a View must not be able to stop the watch
                    _log.exception("a subscriber failed")
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _actions(self) -> tuple[Action, ...]:
        """What was done: from here, or in a recording."""
        return self._hand.actions

    def _health(self, step_s: float) -> Health:
        return Health(
            loop_lag_s=self._lag_s,
            step_s=step_s,
            recording=self._scribe.writes,
            journal_error=self._scribe.error,
            recorder_error=None if self._box is None else self._box.error,
            unrecorded=0 if self._box is None else self._box.lost,
            restarts=self._restarts,
        )

    def resume(self, state: bytes | None = None) -> None:
        """Detectors from a kept state, or (None) as they are at a start. For replays. Raises FrozenError: they are then as at a start."""
        detect = self._settings.detect
        self._estimator = GapEstimator(detect.gap_estimate, detect.silence)
        self._detectors = Detectors(detect)
        if state is not None:
            self._estimator, self._detectors = thaw(state, (self._estimator, self._detectors))

    async def _news(self) -> None:
        """Returns with the next View."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    async def _next_moment(self, after: Moment) -> Moment:
        while self._judged is None or self._judged.moment is after:
            await self._news()
        return self._judged.moment

    async def _measure_lag(self) -> None:
        """How late the loop calls back; the largest of late fades by half in each round."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + _METER_S
            await asyncio.sleep(_METER_S)
            self._lag_s = max(loop.time() - due_s, self._lag_s / 2.0, 0.0)

    async def _close(self) -> None:
        for part in (
            self._feed.close,
            *(() if self._actuator is None else (self._actuator.close,)),
            self._scribe.close,
            *(() if self._box is None else (self._box.close,)),
        ):
            try:
                async with asyncio.timeout(_CLOSE_S / 3):
                    await part()
            except Exception:  # noqa: BLE001  the others must be closed all the same
                _log.exception("closing failed")


def _os_user() -> str:
    """Whoever runs this process, as the system names them."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"
