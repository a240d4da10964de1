"""The engine: the one place without Qt where all meets. Every Frame is kept, judged, read back and published as a View.

It never gives up: a feed that dies is started again and counted. Nothing that subscribes can hold it up for longer than its
own callback takes; who is slow takes `newest` instead. Intents that an earlier run left open are closed by what the fleet shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence

from msgspec.structs import replace

from console.decide import Authority, Forecast
from console.detect import Inputs
from console.detect.facts import Wish
from console.domain.actions import Action
from console.domain.alarms import Alarm
from console.domain.clock import Clock, MachineClock
from console.domain.errors import JournalError
from console.domain.foresight import Foresight
from console.domain.frame import Frame
from console.domain.ports import Actuator, Cutter, Dropping, FrameFeed, Identity, Journal
from console.domain.safety import Role
from console.domain.states import Step
from console.domain.tasks import spawn
from console.domain.view import Dropped, Health, View
from console.engine.advisor import Advisor, Moment
from console.engine.alarmdesk import AlarmDesk
from console.engine.blackbox import BlackBox
from console.engine.conductor import Conductor
from console.engine.eye import Eye, Judged
from console.engine.foresight import Foreteller
from console.engine.hand import Hand
from console.engine.identity import learn, learn_cut
from console.engine.keeper import Keeper
from console.engine.lag import LoopLag
from console.engine.manual import ManualDesk
from console.engine.orders import Orders
from console.engine.parts import EngineSettings
from console.engine.publisher import Publisher
from console.engine.recall import open_intents, wishes
from console.engine.reconcile import Reconciler
from console.engine.scribe import Scribe

_log = logging.getLogger("dsr.engine")
_RECALL_S = 2.0
"""A disk that hangs must not keep the fleet from being watched."""
_NO_FORESIGHT = Foresight()
_CLOSE_S = 2.0
"""Longest wait for each part at the end; stopping must take less than 3 s."""


class Engine(Orders):
    """Runs on any asyncio loop. All coroutines belong to that loop; `newest` may be read from any thread."""

    def __init__(
        self,
        feed: FrameFeed,
        actuator: Actuator | None = None,
        journal: Journal | None = None,
        clock: Clock | None = None,
        operator: str = "",
        settings: EngineSettings | None = None,
        keeper: Keeper | None = None,
        identity: Identity | None = None,
        forecast: Forecast | None = None,
        box: BlackBox | None = None,
        foreseeing: bool = False,
    ) -> None:
        """Without actuator or journal it only watches: every request is refused. `operator`: who acts where no name is given.

        `keeper`: what keeps the alarms' state; None: it ends with the engine. `identity`: asked who this console is; without it the
        role of the settings counts. `forecast`: in place of the projection. `box`: the flight recorder.
        `foreseeing`: looks ahead for whom the operator looks at, and for the first suspects.
        """
        settings = settings or EngineSettings()
        clock = clock or MachineClock()
        scribe = Scribe(journal)
        self._feed = feed
        self._box = box
        self._actuator = actuator
        self._settings = settings
        self._identity = identity
        self._publisher = Publisher()
        self._lag = LoopLag()
        self._eye = Eye(settings.store, settings.detect, clock, box)
        authority = Authority(settings.safety, asks=identity is not None)
        foreteller = Foreteller(settings.foresight, clock, scribe, self._republish) if foreseeing else None
        self._advisor = Advisor(settings.gates, forecast, self._foretold)
        hand = Hand(
            actuator, scribe, clock, self._advisor, authority, settings.ladder,
            self._republish, self._moment, self._next_moment,
        )  # fmt: skip
        conductor = Conductor(
            hand, scribe, clock, self._advisor, settings.plans, self._republish, self._moment, self._publisher.news
        )
        desk = AlarmDesk(settings.detect, keeper or Keeper(None), scribe, clock, self._republish, self._eye.go_on)
        manual = ManualDesk(settings.safety.manual_command, scribe, clock, self._republish)
        super().__init__(
            operator, clock, scribe, authority, hand, conductor, desk, manual, foreteller, self._republish, self._moment
        )
        self._reconciler = Reconciler(scribe, settings.ladder.deadline_s)
        self._wishes: dict[str, Wish] = {}
        """What earlier runs wanted, by the journal."""
        self._judged: Judged | None = None
        self._restarts = 0

    @property
    def newest(self) -> View | None:
        """The newest View; None before the first Frame."""
        return self._publisher.newest

    def subscribe(self, callback: Callable[[View], None]) -> Callable[[], None]:
        """Calls `callback` with each View on the engine's loop; returns what ends it. It must only hand over: it runs between polls."""
        return self._publisher.subscribe(callback)

    async def run(self) -> None:
        """Until the feed ends or it is cancelled; then everything is closed."""
        beside = [spawn(self._lag.measure(), "loop lag")]
        if self._identity is not None:
            beside.append(spawn(learn(self._identity, self._authority, self._republish), "who are we"))
        if isinstance(self._actuator, Cutter):
            beside.append(spawn(self._learn_cut(self._actuator), "can it cut"))
        await self._recall()
        try:
            if self._box is not None:
                await self._box.recall(self._settings.store)
            await self._desk.start()
            await self._consume()
        finally:
            for task in beside:
                task.cancel()
            await self._conductor.close()
            await self._close()

    async def wait(self, key: str, step: Step, timeout_s: float) -> Action:
        """The action once it has reached `step`, or is over, or after `timeout_s`. Raises LookupError for an unknown key."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not ((action := self._action(key)).over or action.reached(step)):
                    await self._publisher.news()
        return self._action(key)

    async def _recall(self) -> None:
        """What earlier runs did, for the gates; and what they left open. A journal that cannot be read is told when it is written."""
        try:
            async with asyncio.timeout(_RECALL_S):
                records = await self._scribe.recall()
        except (JournalError, TimeoutError) as error:
            _log.error("what earlier runs did is not known: %s", error or "the disk does not answer")
            return
        self._hand.deeds.read(records, self.clock.wall(), self.clock.monotonic())
        self._wishes = wishes(records, self.clock.wall())
        if self._foreteller is not None:
            self._foreteller.recall(records)
        self._reconciler.found(open_intents(records))

    async def _learn_cut(self, cutter: Cutter) -> None:
        """Once a lead sits here and a server is known to ask about."""

        def asked_about() -> str | None:
            moment, role = self._moment(), self._authority.role
            if moment is None or role is None or role < Role.LEAD:
                return None
            return next((row.id for row in moment.frame.rows if moment.frame.listed[row.slot]), None)

        self._hand.cuts = await learn_cut(cutter, asked_about, self._publisher.news)
        self._republish()

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
        began_s = self.clock.monotonic()
        judged = self._eye.see(frame, Inputs(self._health(), self._actions(), self._wishes))
        moment, frame = judged.moment, judged.moment.frame
        self._desk.step(frame, judged.judgement.alarms)
        self._desk.keep(frame, self._eye.detectors)
        self._hand.read_back(frame, moment.estimate)
        self._scribe.probe()
        self._manual.step(frame, self._hand.actions, self._watched | moment.suspects)
        self._hand.settle(moment)
        if self._foreteller is not None:
            self._foreteller.step(moment, tuple(suspect.server for suspect in judged.judgement.suspects))
        if self._reconciler.due(frame, self.clock.wall()):
            spawn(self._reconciler.close(frame, self.clock.wall()), "reconcile")
        self._judged = replace(judged, step_s=self.clock.monotonic() - began_s)
        self._publish(judged.judgement.changes)

    def _republish(self) -> None:
        """A View for the same Frame: an action climbed, or the feed died."""
        self._publish(())

    def _publish(self, changes: tuple[Alarm, ...]) -> None:
        if (judged := self._judged) is not None:
            view = self._view(judged, changes)
            if self._box is not None:
                self._box.take(view, self._eye.frozen)
            self._publisher.publish(view)
        self._publisher.wake()

    def _view(self, judged: Judged, changes: tuple[Alarm, ...]) -> View:
        moment, judgement = judged.moment, judged.judgement
        inner, acts = self._hand.inner(), self._hand.can_act
        asked = self._watched | _drifted(judgement.alarms)
        return View(
            version=self._publisher.next_version,
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
            silences=judgement.silences,
            herds=judgement.herds,
            unjudged=judgement.unjudged,
            chattering=judgement.chattering,
            actions=self._actions(),
            health=self._health(),
            cycles=self._desk.lifecycle.cycles,
            happenings=self._desk.happenings,
            flood=self._desk.flood,
            raisings=self._desk.meter.log,
            notes=self._desk.lifecycle.notes,
            ledger=self._desk.ledger,
            standing=inner.standing,
            appraisals=self._advisor.shown(asked, moment, inner) if acts else {},
            cuts=self._advisor.cuts(self._watched, moment, inner) if acts else {},
            proposals=self._conductor.proposals(self._name(None), moment, inner),
            review_s=self._settings.gates.review_s,
            manual=self._manual.newest,
            plan=self._conductor.standing,
            foresight=self._foretold() or _NO_FORESIGHT,
            received_mono_s=moment.received_s,
        )

    def _actions(self) -> tuple[Action, ...]:
        """What was done: from here, or in a recording."""
        return self._hand.actions

    def _health(self) -> Health:
        head = self._scribe.head
        return Health(
            loop_lag_s=self._lag.seconds,
            step_s=float("nan") if self._judged is None else self._judged.step_s,
            recording=self._scribe.writes,
            journal_error=self._scribe.error,
            recorder_error=None if self._box is None else self._box.error,
            unrecorded=0 if self._box is None else self._box.lost,
            restarts=self._restarts,
            dropped=self._feed.dropped if isinstance(self._feed, Dropping) else Dropped(),
            state_error=self._desk.keeper.error,
            settings_remark=self._settings.remark,
            state_remark=self._desk.remark,
            audit_seq=None if head is None else head[0],
            audit_head=None if head is None else head[1],
        )

    def _foretold(self) -> Foresight | None:
        return None if self._foreteller is None else self._foreteller.newest

    def _moment(self) -> Moment | None:
        return None if self._judged is None else self._judged.moment

    async def _next_moment(self, after: Moment) -> Moment:
        while self._judged is None or self._judged.moment is after:
            await self._publisher.news()
        return self._judged.moment

    async def _close(self) -> None:
        if self._judged is not None:
            self._desk.keep(self._judged.moment.frame, self._eye.detectors, last=True)
        for part in (
            self._feed.close,
            *(() if self._foreteller is None else (self._foreteller.close,)),
            *(() if self._actuator is None else (self._actuator.close,)),
            self._scribe.close,
            self._desk.keeper.close,
            *(() if self._box is None else (self._box.close,)),
        ):
            try:
                async with asyncio.timeout(_CLOSE_S / 3):
                    await part()
            except Exception:  # noqa: BLE001  the others must be closed all the same
                _log.exception("closing failed")


def _drifted(alarms: Sequence[Alarm]) -> frozenset[str]:
    """Servers that are not in the state that was asked for: their button is the way to ask again."""
    return frozenset(alarm.server for alarm in alarms if alarm.rule == "drift" and alarm.server is not None)
