"""The engine: the one place without Qt where all meets. Every Frame is kept, judged, read back and published as a View.

It never gives up: a feed that dies is started again and counted. Nothing that subscribes can hold it up for longer than its
own callback takes; who is slow takes `newest` instead. Intents that an earlier run left open are closed by what the fleet shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from msgspec import Struct

from console.decide import Authority, Forecast
from console.detect import Detectors, GapEstimator, Inputs, Judgement
from console.detect.facts import Wish as Wanted
from console.domain.actions import Action
from console.domain.alarms import Alarm
from console.domain.clock import Clock, MachineClock
from console.domain.errors import JournalError
from console.domain.foresight import Foresight
from console.domain.frame import Frame
from console.domain.lifecycle import Key
from console.domain.ports import Actuator, Cutter, Dropping, FrameFeed, Identity, Journal
from console.domain.safety import Appraisal, Consent, Manual, Outcome, PlanStanding, Role, Said
from console.domain.states import Step, Verb
from console.domain.tasks import spawn
from console.domain.view import Health, View
from console.engine.advisor import Advisor, Moment, Punctuality
from console.engine.alarmdesk import AlarmDesk
from console.engine.blackbox import BlackBox
from console.engine.conductor import Conductor
from console.engine.foresight import Foreteller
from console.engine.hand import Hand, Wish
from console.engine.identity import learn, learn_cut
from console.engine.keeper import Keeper
from console.engine.manual import ManualDesk
from console.engine.parts import EngineSettings
from console.engine.recall import open_intents, wishes
from console.engine.reconcile import Reconciler
from console.engine.scribe import Scribe
from console.record.frozen import freeze, thaw
from console.store import Cut, Store

_log = logging.getLogger("dsr.engine")
_METER_S = 0.1
_RECALL_S = 2.0
"""A disk that hangs must not keep the fleet from being watched."""
_NO_FORESIGHT = Foresight()
_CLOSE_S = 2.0
"""Longest wait for each part at the end; stopping must take less than 3 s."""


class _Judged(Struct, frozen=True, eq=False):
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
        self._identity = identity
        self._authority = Authority(settings.safety, asks=identity is not None)
        self._punctuality = Punctuality()
        self._reconciler = Reconciler(self._scribe, settings.ladder.deadline_s)
        self._manual = ManualDesk(settings.safety.manual_command, self._scribe, self._clock, self._republish)
        self._foreteller: Foreteller | None = None
        self._advisor = Advisor(settings.gates, forecast, self._foretold)
        self._hand = Hand(
            actuator,
            self._scribe,
            self._clock,
            self._advisor,
            self._authority,
            settings.ladder,
            self._republish,
            self._newest_moment,
            self._next_moment,
        )
        self._desk = AlarmDesk(
            settings.detect, keeper or Keeper(None), self._scribe, self._clock, self._republish, self._go_on
        )
        self._conductor = Conductor(
            self._hand,
            self._scribe,
            self._clock,
            self._advisor,
            settings.plans,
            self._republish,
            self._newest_moment,
            self._news,
        )
        if foreseeing:
            self._foreteller = Foreteller(settings.foresight, self._clock, self._scribe, self._republish)
        self._watched: frozenset[str] = frozenset()
        self._wishes: dict[str, Wanted] = {}
        """What earlier runs wanted, by the journal."""
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
        beside = [spawn(self._measure_lag(), "loop lag")]
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

    async def detach(
        self,
        server: str,
        reason: str,
        operator: str | None = None,
        consent: Consent | None = None,
        incarnation: str | None = None,
    ) -> Action:
        """Gates, journal, gates again, request; returns after the answer, later rungs come with the Views.

        `incarnation`: of the server as the operator saw it. Raises JournalError: nothing was sent.
        """
        return await self._hand.act(self._wish(Verb.DETACH, server, reason, operator, consent, incarnation))

    async def attach(
        self,
        server: str,
        reason: str,
        operator: str | None = None,
        consent: Consent | None = None,
        incarnation: str | None = None,
    ) -> Action:
        """The way back, under the same rules."""
        return await self._hand.act(self._wish(Verb.ATTACH, server, reason, operator, consent, incarnation))

    async def cut(
        self,
        server: str,
        reason: str,
        operator: str | None = None,
        consent: Consent | None = None,
        incarnation: str | None = None,
    ) -> Action:
        """Ends the sessions of a detached server, under the same rules; `consent.count` names how many."""
        return await self._hand.act(self._wish(Verb.CUT, server, reason, operator, consent, incarnation))

    async def carry(
        self,
        servers: tuple[str, ...],
        reason: str,
        operator: str | None = None,
        consent: Consent | None = None,
        verb: Verb = Verb.DETACH,
    ) -> PlanStanding:
        """Begins a plan: the set as one action; a refused one comes back over. Raises ValueError (no such set) and JournalError."""
        begun = await self._conductor.begin(
            verb, servers, reason, self._name(operator), consent or Consent(), self._authority.role
        )
        if self._foreteller is not None and verb is Verb.DETACH and not begun.over:
            self._foreteller.planned(servers)
        return begun

    async def stop_plan(self, operator: str | None = None) -> None:
        """Ends the running plan before its next step."""
        self._conductor.stop(self._name(operator))

    async def appraise(self, verb: Verb, server: str, incarnation: str | None = None) -> Appraisal:
        """Every gate of a request as of now; nothing is sent."""
        wish = self._wish(verb, server, "", None, None, incarnation)
        return self._hand.appraise(wish, self._newest_moment())

    async def arm(self, operator: str | None = None) -> Said | None:
        """Arms this console; None: done, else why not. It is on record either way."""
        why = self._authority.arm(self._clock.monotonic())
        self._scribe.note("armed", {"operator": self._name(operator), "refused": None if why is None else str(why)})
        self._republish()
        return why

    async def disarm(self, operator: str | None = None) -> None:
        """Back to reading only; a running plan ends."""
        self._authority.disarm()
        self._conductor.stop(self._name(operator))
        self._scribe.note("disarmed", {"operator": self._name(operator)})
        self._republish()

    async def manual(self, server: str) -> Manual | None:
        """The site's own command for a server, where its detach through the balancer is dead as of now."""
        moment = self._newest_moment()
        return None if moment is None else self._manual.of(moment.frame, server, self._hand.actions)

    async def manual_shown(self, manual: Manual, operator: str | None = None) -> None:
        """It stands before the operator's eyes: once on record."""
        self._manual.shown(manual, self._name(operator))

    async def manual_said(self, server: str, outcome: Outcome, operator: str | None = None) -> None:
        """What came of it, by the operator's word. Raises LookupError: none was shown."""
        self._manual.said(server, outcome, self._name(operator))

    async def used(self) -> None:
        """The operator is there: the idle time of an armed console begins anew."""
        self._authority.used(self._clock.monotonic())

    async def look_at(self, servers: frozenset[str]) -> None:
        """Whose gates the next Views carry, beside the suspects' and the detached ones'."""
        self._watched = servers
        if self._foreteller is not None:
            self._foreteller.look(servers)
        self._republish()

    async def acknowledge(self, keys: Sequence[Key] | None, note: str = "", operator: str | None = None) -> bool:
        """Of these alarms, or (None) of all that wait. The next View shows it; returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.acknowledge(keys, self._name(operator), note)

    async def shelve(self, key: Key, reason: str, seconds: float | None = None, operator: str | None = None) -> bool:
        """Sets an alarm aside for so long (None: as the settings say). Returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.shelve(key, self._name(operator), reason, seconds)

    async def unshelve(self, key: Key, operator: str | None = None) -> bool:
        """Takes an alarm off the shelf. Returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.unshelve(key, self._name(operator))

    async def note(self, key: Key | None, text: str, operator: str | None = None, server: str | None = None) -> bool:
        """Writes to an alarm, else to a server, else to the situation. Returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.note(key, self._name(operator), text, server)

    async def wait(self, key: str, step: Step, timeout_s: float) -> Action:
        """The action once it has reached `step`, or is over, or after `timeout_s`. Raises LookupError for an unknown key."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not ((action := self._action(key)).over or action.reached(step)):
                    await self._news()
        return self._action(key)

    def _wish(
        self,
        verb: Verb,
        server: str,
        reason: str,
        operator: str | None,
        consent: Consent | None,
        incarnation: str | None,
    ) -> Wish:
        return Wish(verb, server, reason, self._name(operator), consent or Consent(), incarnation)

    def _name(self, operator: str | None) -> str:
        return operator or self._operator or _os_user()

    async def _recall(self) -> None:
        """What earlier runs did, for the gates; and what they left open. A journal that cannot be read is told when it is written."""
        try:
            async with asyncio.timeout(_RECALL_S):
                records = await self._scribe.recall()
        except (JournalError, TimeoutError) as error:
            _log.error("what earlier runs did is not known: %s", error or "the disk does not answer")
            return
        self._hand.deeds.read(records, self._clock.wall(), self._clock.monotonic())
        self._wishes = wishes(records, self._clock.wall())
        if self._foreteller is not None:
            self._foreteller.recall(records)
        self._reconciler.found(open_intents(records))

    async def _learn_cut(self, cutter: Cutter) -> None:
        """Once a lead sits here and a server is known to ask about."""

        def asked_about() -> str | None:
            moment, role = self._newest_moment(), self._authority.role
            if moment is None or role is None or role < Role.LEAD:
                return None
            return next((row.id for row in moment.frame.rows if moment.frame.listed[row.slot]), None)

        self._hand.cuts = await learn_cut(cutter, asked_about, self._news)
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
        judgement = self._detectors.step(
            frame, estimate, history, Inputs(self._health(), self._actions(), self._wishes)
        )
        self._desk.step(frame, judgement.alarms)
        self._desk.keep(frame, self._detectors)
        self._hand.read_back(frame, estimate)
        self._scribe.probe()
        suspects = frozenset(suspect.server for suspect in judgement.suspects)
        self._manual.step(frame, self._hand.actions, self._watched | suspects)
        punctual = self._punctuality.step(frame, estimate, received_s)
        moment = Moment(frame, estimate, received_s, suspects, punctual, history)
        self._hand.settle(moment)
        if self._foreteller is not None:
            self._foreteller.step(moment, tuple(suspect.server for suspect in judgement.suspects))
        if self._reconciler.due(frame, self._clock.wall()):
            spawn(self._reconciler.close(frame, self._clock.wall()), "reconcile")
        step_s = self._clock.monotonic() - received_s
        self._judged = _Judged(moment, history, judgement, step_s)
        self._publish(judgement.changes)

    def _republish(self) -> None:
        """A View for the same Frame: an action climbed, or the feed died."""
        self._publish(())

    def _publish(self, changes: tuple[Alarm, ...]) -> None:
        if (judged := self._judged) is not None:
            self._version += 1
            moment, judgement = judged.moment, judged.judgement
            inner = self._hand.inner()
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
                appraisals=self._advisor.shown(self._watched | _drifted(judgement.alarms), moment, inner)
                if self._hand.can_act
                else {},
                cuts=self._advisor.cuts(self._watched, moment, inner) if self._hand.can_act else {},
                proposals=self._conductor.proposals(self._name(None), moment, inner),
                review_s=self._settings.gates.review_s,
                manual=self._manual.newest,
                plan=self._conductor.standing,
                foresight=self._foreteller.newest if self._foreteller is not None else _NO_FORESIGHT,
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

    def _health(self) -> Health:
        head = self._scribe.head
        return Health(
            loop_lag_s=self._lag_s,
            step_s=float("nan") if self._judged is None else self._judged.step_s,
            recording=self._scribe.writes,
            journal_error=self._scribe.error,
            recorder_error=None if self._box is None else self._box.error,
            unrecorded=0 if self._box is None else self._box.lost,
            restarts=self._restarts,
            dropped=self._feed.dropped if isinstance(self._feed, Dropping) else 0,
            state_error=self._desk.keeper.error,
            settings_remark=self._settings.remark,
            state_remark=self._desk.remark,
            audit_seq=None if head is None else head[0],
            audit_head=None if head is None else head[1],
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

    def _foretold(self) -> Foresight | None:
        return None if self._foreteller is None else self._foreteller.newest

    def _newest_moment(self) -> Moment | None:
        return None if self._judged is None else self._judged.moment

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

    def _go_on(self, left: Sequence[Any]) -> None:
        """Rules go on where those of an earlier run were, and so do those of a replay."""
        self._detectors.go_on(*left)
        if self._box is not None:
            self._box.carry(left)

    async def _close(self) -> None:
        if self._judged is not None:
            self._desk.keep(self._judged.moment.frame, self._detectors, last=True)
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


def _os_user() -> str:
    """Whoever runs this process, as the system names them."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"
