"""The engine's hand: gates, journal, request, ladder. What it does is decided in `decide`; here it only happens, in the right order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import uuid
from collections.abc import Awaitable, Callable

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from console.decide import (
    LOOKED_BACK,
    Authority,
    Ground,
    Ladder,
    LadderSettings,
    Request,
    admits,
    ladder_for,
    may_retry,
    surety,
    whose_change,
)
from console.decide.gates import in_flight
from console.detect import Estimate
from console.domain.actions import Action, Answer, Intent, Rung
from console.domain.clock import Clock
from console.domain.errors import ConsoleError, JournalError
from console.domain.frame import NAN, Column, Frame
from console.domain.history import Mark, Track
from console.domain.ports import Actuator
from console.domain.review import MOST_REVIEW_S
from console.domain.safety import NOTHING_SAID, Appraisal, Consent, Gate, Light, Said, Verdict, say
from console.domain.states import Step, Verb
from console.engine import aftermath
from console.engine.advisor import Advisor, Inner, Moment
from console.engine.recall import Deeds
from console.engine.scribe import Scribe

_log = logging.getLogger("dsr.engine")
KEPT_S = 1800.0
"""Finished actions stay in the View for half an hour."""
RETRY_S = 5.0
"""How long a newer reading of the fleet is waited for before a 412 is left to the operator."""
MOST_WAIT_S = 3600.0
"""A Retry-After is believed up to here."""
_MOST_REASON = 500
"""Characters that the balancer takes."""
_BUSY = (429, 503)
_NOT_OFFERED = (404, 405, 501)


class Wish(Struct, frozen=True):
    """What somebody asks for. `incarnation`: of the server as they saw it; `plan`: the plan that it is a step of."""

    verb: Verb
    server: str
    reason: str
    operator: str
    consent: Consent = field(default_factory=Consent)
    incarnation: str | None = None
    plan: str | None = None


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

    def appraise(self, wish: Wish, moment: Moment | None, but: Ladder | None = None) -> Appraisal:
        """Every gate of the wish as of this moment."""
        if (gate := self.locked(moment)) is not None or moment is None:
            return Appraisal(wish.verb, wish.server, () if gate is None else (gate,))
        staged = wish.verb is Verb.ATTACH and wish.plan is not None
        request = Request(wish.verb, wish.server, wish.incarnation, staged)
        return self._advisor.appraise(request, moment, self.inner(but=but, plan=wish.plan))

    def locked(self, moment: Moment | None) -> Gate | None:
        """The gate that stands before all others: nothing to act with, or nothing to judge by."""
        if not self.can_act:
            said = say("This console only watches: it has no balancer to act on or no journal to write to.")
            return Gate("read_only", True, False, Verdict.REFUSE, said)
        if moment is None:
            said = say("Nothing has been read of the fleet yet; wait for the first answer.")
            return Gate("stale", None, None, Verdict.REFUSE, said)
        return None

    async def act(self, wish: Wish) -> Action:
        """From the wish to the balancer's answer. Raises JournalError where the intent cannot be written: nothing was sent then."""
        moment = self._newest_moment()
        appraisal = self.appraise(wish, moment)
        intent, share = self._intent(wish, moment, appraisal.light)
        ladder = ladder_for(intent, self._settings, share, _surety(wish, moment))
        why = self._why_not(appraisal, wish)
        if why is not None or moment is None:
            await self._refuse(ladder, appraisal, why or NOTHING_SAID)
            return ladder.action
        self._ladders.append(ladder)  # from here on it is in flight: a second click meets the gate
        self._authority.used(self._now())
        fresh = _reports(moment, wish.server)
        try:
            await self._scribe.write("intent", {**_told(intent), **_judged(appraisal), "reported_fresh": fresh,
                                                "etag": moment.frame.balancer.etag})  # fmt: skip
        except (JournalError, asyncio.CancelledError) as error:
            said = str(error) or "It was taken back before anything was sent."
            self._climb(ladder.refused(self._now(), self._wall(), "journal", said, {}))
            raise
        moment = (
            self._newest_moment() or moment
        )  # the disk took its time: the gates are asked again before anything leaves
        appraisal = self.appraise(wish, moment, but=ladder)
        why = self._why_not(appraisal, wish)
        if why is None and appraisal.light is Light.RED and intent.break_glass is None:
            why = NOTHING_SAID if appraisal.first is None else appraisal.first.said  # the glass is new: nobody saw it
        if why is not None:
            self._climb(self._refused(ladder, appraisal, why))
            body = {"key": intent.key, "status": None, "code": "refused", "message": str(why), **_judged(appraisal)}
            self._scribe.note("outcome", body)
            return ladder.action
        if intent.break_glass:
            _log.warning("BREAK-GLASS by %s: %s %s", intent.operator, intent.verb.value, intent.server)
        balancer = moment.frame.balancer
        evidence = {"generation": balancer.generation, "balancer": balancer.incarnation, "reported_fresh": fresh}
        self._climb(ladder.requested(self._now(), self._wall(), evidence))
        if appraisal.prediction is not None:
            self._promises.append(aftermath.Promise(intent, appraisal.prediction))
        await self._carry(ladder, wish, moment)
        return ladder.action

    def _why_not(self, appraisal: Appraisal, wish: Wish) -> Said | None:
        return admits(appraisal, wish.consent, self._authority.role)

    async def _carry(self, ladder: Ladder, wish: Wish, moment: Moment) -> None:
        """Sends, and once more with the same key where only other servers joined or left meanwhile."""
        answer = await self._send(ladder, moment)
        if answer.status == 412:
            later = await self._newer(moment)
            retry, why = may_retry(answer, ladder.intent, moment.frame, later.frame)
            again = self.appraise(wish, later, but=ladder)
            if retry and self._why_not(again, wish) is None:
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

    def _intent(self, wish: Wish, moment: Moment | None, light: Light) -> tuple[Intent, float]:
        row = None if moment is None else moment.frame.rows.get(wish.server)
        share = float("nan")
        if moment is not None and row is not None:
            mates = moment.estimate.pool_of == moment.estimate.pool_of[row.slot]
            came = float(moment.estimate.routed_10s[mates].sum())
            share = float(moment.estimate.routed_10s[row.slot]) / came if came else share
        typed, given = (wish.consent.break_glass or "").strip(), (wish.consent.hold_reason or "").strip()
        broken = (
            typed if typed and light is Light.RED else None
        )  # else no glass is in the way: it is a reason like any other
        detach = wish.verb is Verb.DETACH
        intent = Intent(
            key=uuid.uuid4().hex,
            verb=wish.verb,
            server=wish.server,
            incarnation=None if row is None else row.incarnation,
            pool=None if row is None else row.pool,
            operator=wish.operator,
            # Whoever reads the balancer's table must see it too.
            reason=(f"BREAK-GLASS ({broken}): {wish.reason}" if broken else wish.reason)[:_MOST_REASON],
            asked_wall_s=self._wall(),
            asked_mono_s=self._now(),
            review_at=round(self._wall() + self._review_s(wish.consent), 3) if detach else None,
            hold_reason=given or typed or None,
            break_glass=broken,
            plan=wish.plan,
            count=wish.consent.count if wish.verb is Verb.CUT else None,
            held=_held(wish, moment),
        )
        return intent, share

    def _review_s(self, consent: Consent) -> float:
        """As chosen, within what is allowed; else as the settings say."""
        asked = consent.review_s
        if asked is None or not asked > 0:
            return self._advisor.settings.review_s
        return min(asked, MOST_REVIEW_S)

    async def _refuse(self, ladder: Ladder, appraisal: Appraisal, why: Said) -> None:
        self._ladders.append(ladder)
        self._climb(self._refused(ladder, appraisal, why))
        gate = appraisal.first
        body = {**_told(ladder.intent), "refused_by": gate.name if gate else None, **_judged(appraisal)}
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


def _held(wish: Wish, moment: Moment | None) -> int | None:
    """Sessions that a cut would end, by the server's newest word."""
    if wish.verb is not Verb.CUT or moment is None:
        return None
    held = moment.frame.at(wish.server, Column.LAST_TRUTH)
    return None if np.isnan(held) else int(held)


def _surety(wish: Wish, moment: Moment | None) -> float:
    """What the absence of sessions proves, by what came to the server and its pool lately; NaN: no history says."""
    row = None if moment is None else moment.frame.rows.get(wish.server)
    if moment is None or row is None or moment.history is None or wish.verb is not Verb.DETACH:
        return NAN
    history, each = moment.history, moment.frame.interval_s
    # An unknown report interval counts as one poll, and a very long one is not waited for.
    polls = 1 if not moment.estimate.interval_s > each else min(math.ceil(moment.estimate.interval_s / each), 10)
    first = max(history.first, history.last - polls * LOOKED_BACK)
    mates = np.array([other.slot for other in moment.frame.rows if other.pool == row.pool], dtype=np.intp)
    routed = history.track(Track.ROUTED, first, history.last, mates).astype(np.float64)
    own = routed[int(np.flatnonzero(mates == row.slot)[0])]
    there = history.marks(first, history.last, slice(row.slot, row.slot + 1))[0]
    own[(there & (Mark.ABSENT | Mark.DETACHED | Mark.BORN)) != 0] = NAN
    return surety(own, np.nansum(routed, axis=0), polls)


def _told(intent: Intent) -> dict[str, object]:
    cut = {"count": intent.count, "held": intent.held} if intent.verb is Verb.CUT else {}
    return {
        "key": intent.key, "verb": intent.verb.value, "server": intent.server, "incarnation": intent.incarnation,
        "pool": intent.pool, "operator": intent.operator, "reason": intent.reason, "review_at": intent.review_at,
        "hold_reason": intent.hold_reason, "break_glass": intent.break_glass, "plan": intent.plan, **cut,
    }  # fmt: skip


def _judged(appraisal: Appraisal) -> dict[str, object]:
    gates = [
        {"name": gate.name, "value": gate.value, "limit": gate.limit, "verdict": gate.verdict.name.lower(),
         **({"grounds": str(gate.grounds)} if gate.grounds else {})}
        for gate in appraisal.gates
    ]  # fmt: skip
    prediction = None if appraisal.prediction is None else aftermath.told(appraisal.prediction)
    return {"gates": gates, "prediction": prediction}


def _reports(moment: Moment, server: str) -> bool:
    """Whether it was reporting in time when it was asked for."""
    row = moment.frame.rows.get(server)
    age_s = float("nan") if row is None else float(moment.frame[Column.REPORT_AGE][row.slot])
    return bool(not np.isnan(age_s) and age_s <= moment.estimate.silent_limit_s)
