"""The engine's hand: gates, journal, request, ladder. What it does is decided in `decide`; here it only happens, in the right order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from console.decide import (
    Authority,
    Ground,
    Ladder,
    LadderSettings,
    Request,
    admits,
    ladder_for,
    may_retry,
    whose_change,
)
from console.decide.gates import in_flight
from console.detect import Estimate
from console.domain.actions import Action, Answer, Rung
from console.domain.clock import Clock
from console.domain.command import Command
from console.domain.errors import ConsoleError, JournalError
from console.domain.frame import Frame
from console.domain.ports import Actuator
from console.domain.safety import NOTHING_SAID, Appraisal, Gate, Light, Said, Verdict, say
from console.domain.states import Step, Verb
from console.engine import aftermath
from console.engine.advisor import Advisor, Inner, Moment
from console.engine.intents import intent_of, judged, reports, share, sureness, told
from console.engine.recall import Deeds
from console.engine.scribe import Scribe

_log = logging.getLogger("dsr.engine")
KEPT_S = 1800.0
"""Finished actions stay in the View for half an hour."""
RETRY_S = 5.0
"""How long a newer reading of the fleet is waited for before a 412 is left to the operator."""
MOST_WAIT_S = 3600.0
"""A Retry-After is believed up to here."""
_BUSY = (429, 503)
_NOT_OFFERED = (404, 405, 501)


class Hand:
    """All actions of this engine. `changed` is called after each rung; `moments` waits for the Frame after the one given."""

    def __init__(
        self,
        actuator: Actuator | None,
        scribe: Scribe,
        clock: Clock,
        advisor: Advisor,
        authority: Authority,
        ladder: LadderSettings,
        changed: Callable[[], None],
        newest_moment: Callable[[], Moment | None],
        next_moment: Callable[[Moment], Awaitable[Moment]],
    ) -> None:
        self._actuator = actuator
        self._scribe = scribe
        self._clock = clock
        self._advisor = advisor
        self._authority = authority
        self._settings = ladder
        self._changed = changed
        self._newest_moment = newest_moment
        self._next_moment = next_moment
        self._ladders: list[Ladder] = []
        self._promises: list[aftermath.Promise] = []
        self._not_before_s = 0.0
        self.cuts: bool | None = None
        """Whether the balancer can cut sessions; None: it has not said yet."""
        self.deeds = Deeds()
        self.running_plan: str | None = None
        """The plan that is being carried out: it is one action, and nothing else is sent meanwhile."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """Newest first."""
        return tuple(ladder.action for ladder in reversed(self._ladders))

    @property
    def can_act(self) -> bool:
        """Whether there is a balancer to act on and a journal to write to."""
        return self._actuator is not None and self._scribe.writes

    def read_back(self, frame: Frame, estimate: Estimate) -> None:
        """Steps every ladder with a new Frame and journals what was reached."""
        ground = Ground(estimate.interval_s, estimate.silent_limit_s)
        for ladder in self._ladders:
            if ladder.over:
                continue
            rungs = ladder.saw(frame, ground)
            self._note(ladder, rungs)
            confirmed = next((rung for rung in rungs if rung.step is Step.CONFIRMED), None)
            if (
                confirmed is not None and confirmed.evidence.get("happened") is False
            ):  # somebody else had done it already
                self.deeds.undone(ladder.intent.key)
            elif confirmed is not None:
                self._took(ladder)
            elif rungs and rungs[-1].step is Step.FAILED and not ladder.action.reached(Step.CONFIRMED):
                if rungs[-1].evidence.get("happened") is False:
                    self.deeds.undone(ladder.intent.key)
                elif ladder.action.reached(Step.UNKNOWN):
                    self._took(ladder)  # nobody can tell: it counts as if it had happened
        self.deeds.seen(frame)
        oldest = self._now() - KEPT_S
        self._ladders = [
            ladder for ladder in self._ladders if not ladder.over or ladder.action.rungs[-1].mono_s > oldest
        ]

    def settle(self, moment: Moment) -> None:
        """Puts what came of earlier predictions beside them."""
        due = [promise for promise in self._promises if promise.due(self._now())]
        for promise in due:
            self._promises.remove(promise)
            self._scribe.note("aftermath", aftermath.outcome(promise, moment))

    def inner(self, *, but: Ladder | None = None, plan: str | None = None) -> Inner:
        """What this engine is doing, for the gates. `but`: an action that does not stand in its own way; `plan`: its plan."""
        now_s = self._now()
        busy = next((one.intent for one in reversed(self._ladders) if one is not but and in_flight(one.action)), None)
        occupied = None if busy is None else (busy.verb.value, busy.server)
        if occupied is None and self.running_plan is not None and self.running_plan != plan:
            occupied = ("the plan", self.running_plan)
        deeds = self.deeds.newest_first
        if plan is not None:
            deeds = tuple(deed for deed in deeds if deed.plan != plan or deed.verb is not Verb.DETACH)
        return Inner(now_s, self._authority.standing(now_s), deeds, occupied, self._not_before_s, self.cuts)

    def appraise(self, command: Command, moment: Moment | None, but: Ladder | None = None) -> Appraisal:
        """Every gate of the command as of this moment."""
        if (gate := self.locked(moment)) is not None or moment is None:
            return Appraisal(command.verb, command.server, () if gate is None else (gate,))
        staged = command.verb is Verb.ATTACH and command.plan is not None
        request = Request(command.verb, command.server, command.incarnation, staged)
        return self._advisor.appraise(request, moment, self.inner(but=but, plan=command.plan))

    def locked(self, moment: Moment | None) -> Gate | None:
        """The gate that stands before all others: nothing to act with, or nothing to judge by."""
        if not self.can_act:
            said = say("This console only watches: it has no balancer to act on or no journal to write to.")
            return Gate("read_only", True, False, Verdict.REFUSE, said)
        if moment is None:
            said = say("Nothing has been read of the fleet yet; wait for the first answer.")
            return Gate("stale", None, None, Verdict.REFUSE, said)
        return None

    async def act(self, command: Command) -> Action:
        """From the command to the balancer's answer. Raises JournalError where the intent cannot be written: nothing was sent then."""
        moment = self._newest_moment()
        appraisal = self.appraise(command, moment)
        intent = intent_of(command, moment, appraisal.light, self._wall(), self._now(), self._advisor.settings.review_s)
        ladder = ladder_for(intent, self._settings, share(command, moment), sureness(command, moment))
        why = self._why_not(appraisal, command)
        if why is not None or moment is None:
            await self._refuse(ladder, appraisal, why or NOTHING_SAID)
            return ladder.action
        self._ladders.append(ladder)  # from here on it is in flight: a second click meets the gate
        self._authority.used(self._now())
        fresh = reports(moment, command.server)
        try:
            await self._scribe.write("intent", {**told(intent), **judged(appraisal), "reported_fresh": fresh,
                                                "etag": moment.frame.balancer.etag})  # fmt: skip
        except (JournalError, asyncio.CancelledError) as error:
            said = str(error) or "It was taken back before anything was sent."
            self._climb(ladder.refused(self._now(), self._wall(), "journal", said, {}))
            raise
        moment = (
            self._newest_moment() or moment
        )  # the disk took its time: the gates are asked again before anything leaves
        appraisal = self.appraise(command, moment, but=ladder)
        why = self._why_not(appraisal, command)
        if why is None and appraisal.light is Light.RED and intent.break_glass is None:
            why = NOTHING_SAID if appraisal.first is None else appraisal.first.said  # the glass is new: nobody saw it
        if why is not None:
            self._climb(self._refused(ladder, appraisal, why))
            body = {"key": intent.key, "status": None, "code": "refused", "message": str(why), **judged(appraisal)}
            self._scribe.note("outcome", body)
            return ladder.action
        if intent.break_glass:
            _log.warning("BREAK-GLASS by %s: %s %s", intent.operator, intent.verb.value, intent.server)
        balancer = moment.frame.balancer
        evidence = {"generation": balancer.generation, "balancer": balancer.incarnation, "reported_fresh": fresh}
        self._climb(ladder.requested(self._now(), self._wall(), evidence))
        if appraisal.prediction is not None:
            self._promises.append(aftermath.Promise(intent, appraisal.prediction))
        await self._carry(ladder, command, moment)
        return ladder.action

    def _why_not(self, appraisal: Appraisal, command: Command) -> Said | None:
        return admits(appraisal, command.consent, self._authority.role)

    async def _carry(self, ladder: Ladder, command: Command, moment: Moment) -> None:
        """Sends, and once more with the same key where only other servers joined or left meanwhile."""
        answer = await self._send(ladder, moment)
        if answer.status == 412:
            later = await self._newer(moment)
            retry, why = may_retry(answer, ladder.intent, moment.frame, later.frame)
            again = self.appraise(command, later, but=ladder)
            if retry and self._why_not(again, command) is None:
                self._scribe.note("retry", {"key": ladder.intent.key, "etag": later.frame.balancer.etag})
                answer = await self._send(ladder, later)
                why = whose_change(answer, later.frame)
            if why:
                answer = replace(answer, message=why)
        if ladder.intent.verb is Verb.CUT and answer.status in _NOT_OFFERED and answer.code != "unknown_server":
            self.cuts = False
        if answer.status in _BUSY and answer.retry_after_s is not None:
            self._not_before_s = self._now() + min(answer.retry_after_s, MOST_WAIT_S)
        self._climb(rungs := ladder.answered(answer, self._now(), self._wall()))
        if any(rung.step is Step.ACCEPTED for rung in rungs):
            if "at" not in rungs[-1].evidence:  # else somebody else had done it already
                self._took(ladder)
            for other in self._ladders:
                # A cut only hastens what its detach waits for.
                if other.intent.server == ladder.intent.server and ladder.intent.verb is not Verb.CUT:
                    other.superseded(ladder.intent)
        else:
            self._promises = [promise for promise in self._promises if promise.intent is not ladder.intent]
        self._scribe.note(
            "outcome",
            {"key": ladder.intent.key, "status": answer.status, "code": answer.code, "message": answer.message,
             "generation": answer.generation, "replayed": answer.replayed,
             **({} if answer.cut is None else {"cut": answer.cut})},
        )  # fmt: skip

    async def _send(self, ladder: Ladder, moment: Moment) -> Answer:
        assert self._actuator is not None  # the gate `read_only` stands before
        try:
            return await self._actuator.send(ladder.intent, moment.frame.balancer.etag or "")
        except ConsoleError as error:
            _log.warning("%s %s: %s", ladder.intent.verb.value, ladder.intent.server, error)
            return Answer(None, message=str(error))
        except BaseException:  # cancelled or broken half way: it may have left
            self._climb(ladder.answered(Answer(None), self._now(), self._wall()))
            self._scribe.note("outcome", {"key": ladder.intent.key, "status": None})
            raise

    async def _newer(self, moment: Moment) -> Moment:
        """The first Frame with another ETag, or the last one looked at."""
        later = moment
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETRY_S):
                while later.frame.balancer.misses or later.frame.balancer.etag == moment.frame.balancer.etag:
                    later = await self._next_moment(later)
        return later

    async def _refuse(self, ladder: Ladder, appraisal: Appraisal, why: Said) -> None:
        self._ladders.append(ladder)
        self._climb(self._refused(ladder, appraisal, why))
        gate = appraisal.first
        body = {**told(ladder.intent), "refused_by": gate.name if gate else None, **judged(appraisal)}
        self._scribe.note("refusal", body)

    def _refused(self, ladder: Ladder, appraisal: Appraisal, why: Said) -> tuple[Rung, ...]:
        gate = appraisal.first
        name, value, limit = ("", None, None) if gate is None else (gate.name, gate.value, gate.limit)
        return ladder.refused(self._now(), self._wall(), name, str(why), {"value": value, "limit": limit})

    def _took(self, ladder: Ladder) -> None:
        if ladder.intent.verb is Verb.CUT:
            return  # it takes nobody out and puts nobody back
        rungs = ladder.action.rungs
        fresh = bool(rungs and rungs[0].evidence.get("reported_fresh"))
        self.deeds.took(ladder.intent, self._now(), reported_fresh=fresh)

    def _note(self, ladder: Ladder, rungs: tuple[Rung, ...]) -> None:
        for rung in rungs:
            body = {
                "key": ladder.intent.key,
                "step": rung.step.value,
                "evidence": dict(rung.evidence),
                "sentence": rung.sentence,
            }
            self._scribe.note("rung", body)

    def _climb(self, rungs: tuple[Rung, ...]) -> None:
        if rungs:
            self._changed()

    def _now(self) -> float:
        return self._clock.monotonic()

    def _wall(self) -> float:
        return self._clock.wall()
