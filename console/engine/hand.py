"""The engine's hand: gates, journal, request, ladder. What it does is decided in `decide`; here it only happens, in the right order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from console.decide import Gate, GateSettings, Ground, Ladder, LadderSettings, Request, judge, may_retry, refusal
from console.detect import Estimate
from console.domain.actions import Action, Answer, Intent, Rung
from console.domain.clock import Clock
from console.domain.errors import ConsoleError, JournalError
from console.domain.frame import Column, Frame
from console.domain.ports import Actuator
from console.domain.states import Step, Verb
from console.engine.scribe import Scribe

_log = logging.getLogger("dsr.engine")
KEPT_S = 1800.0
"""Finished actions stay in the View for half an hour."""
RETRY_S = 5.0
"""How long a newer reading of the fleet is waited for before a 412 is left to the operator."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The newest Frame with its estimate, and when we took it."""

    frame: Frame
    estimate: Estimate
    received_s: float


class Hand:
    """All actions of this engine. `changed` is called after each rung; `moments` waits for the Frame after the one given."""

    def __init__(
        self,
        actuator: Actuator | None,
        scribe: Scribe,
        clock: Clock,
        gates: GateSettings,
        ladder: LadderSettings,
        changed: Callable[[], None],
        next_moment: Callable[[Moment], Awaitable[Moment]],
    ) -> None:
        self._actuator = actuator
        self._scribe = scribe
        self._clock = clock
        self._gates = gates
        self._settings = ladder
        self._changed = changed
        self._next_moment = next_moment
        self._ladders: list[Ladder] = []

    @property
    def actions(self) -> tuple[Action, ...]:
        """Newest first."""
        return tuple(ladder.action for ladder in reversed(self._ladders))

    def read_back(self, frame: Frame, estimate: Estimate) -> None:
        """Steps every ladder with a new Frame and journals what was reached."""
        ground = Ground(estimate.interval_s, estimate.silent_limit_s)
        for ladder in self._ladders:
            self._note(ladder, ladder.saw(frame, ground))
        oldest = self._clock.monotonic() - KEPT_S
        self._ladders = [
            ladder for ladder in self._ladders if not ladder.over or ladder.action.rungs[-1].mono_s > oldest
        ]

    async def act(self, verb: Verb, server: str, reason: str, operator: str, moment: Moment | None) -> Action:
        """From the wish to the balancer's answer. Raises JournalError where the intent cannot be written: nothing was sent then."""
        intent, share = self._intent(verb, server, reason, operator, moment)
        gates = self._judge(intent, moment)
        ladder = Ladder(intent, self._settings, share)
        if (gate := refusal(gates)) is not None or moment is None:
            await self._refuse(ladder, gate or gates[0], gates)
            return ladder.action
        self._ladders.append(ladder)  # from here on it is in flight: a second click meets the gate
        try:
            await self._scribe.write(
                "intent", {**_told(intent), "gates": _gates(gates), "etag": moment.frame.balancer.etag}
            )
        except (JournalError, asyncio.CancelledError) as error:
            said = str(error) or "It was taken back before anything was sent."
            self._climb(ladder.refused(self._now(), self._wall(), "journal", said, {}))
            raise
        evidence = {"generation": moment.frame.balancer.generation, "reported_fresh": _reports(moment, server)}
        self._climb(ladder.requested(self._now(), self._wall(), evidence))
        await self._carry(ladder, moment)
        return ladder.action

    async def _carry(self, ladder: Ladder, moment: Moment) -> None:
        """Sends, and once more with the same key where only other servers joined or left meanwhile."""
        answer = await self._send(ladder, moment)
        if answer.status == 412:
            later = await self._newer(moment)
            retry, why = may_retry(answer, ladder.intent, moment.frame, later.frame)
            if retry and refusal(self._judge(ladder.intent, later, but=ladder)) is None:
                self._scribe.note("retry", {"key": ladder.intent.key, "etag": later.frame.balancer.etag})
                answer = await self._send(ladder, later)
            elif why:
                answer = Answer(412, answer.code, why, answer.generation, answer.replayed, answer.details)
        self._climb(rungs := ladder.answered(answer, self._now(), self._wall()))
        if any(rung.step is Step.ACCEPTED for rung in rungs):
            for other in self._ladders:
                if other.intent.server == ladder.intent.server:
                    other.superseded(ladder.intent)
        self._scribe.note(
            "outcome",
            {"key": ladder.intent.key, "status": answer.status, "code": answer.code, "message": answer.message,
             "generation": answer.generation, "replayed": answer.replayed},
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

    def _intent(
        self, verb: Verb, server: str, reason: str, operator: str, moment: Moment | None
    ) -> tuple[Intent, float]:
        row = None if moment is None else moment.frame.rows.get(server)
        share = float("nan")
        if moment is not None and row is not None:
            mates = moment.estimate.pool_of == moment.estimate.pool_of[row.slot]
            came = float(moment.estimate.routed_10s[mates].sum())
            share = float(moment.estimate.routed_10s[row.slot]) / came if came else share
        intent = Intent(
            key=uuid.uuid4().hex,
            verb=verb,
            server=server,
            incarnation=None if row is None else row.incarnation,
            pool=None if row is None else row.pool,
            operator=operator,
            reason=reason,
            asked_wall_s=self._wall(),
            asked_mono_s=self._now(),
        )
        return intent, share

    def _judge(self, intent: Intent, moment: Moment | None, but: Ladder | None = None) -> tuple[Gate, ...]:
        if self._actuator is None or not self._scribe.writes:
            sentence = "This console only watches: it has no balancer to act on or no journal to write to."
            return (Gate("read_only", True, False, passed=False, sentence=sentence),)
        if moment is None:
            return (
                Gate(
                    "stale",
                    None,
                    None,
                    passed=False,
                    sentence="Nothing has been read of the fleet yet; wait for the first answer.",
                ),
            )
        known = tuple(ladder.action for ladder in reversed(self._ladders) if ladder is not but)
        request = Request(
            intent.verb, intent.server, self._now(), moment.received_s, moment.estimate.silent_limit_s, known
        )
        return judge(moment.frame, request, self._gates)

    async def _refuse(self, ladder: Ladder, gate: Gate, gates: tuple[Gate, ...]) -> None:
        self._ladders.append(ladder)
        self._climb(
            ladder.refused(
                self._now(), self._wall(), gate.name, gate.sentence, {"value": gate.value, "limit": gate.limit}
            )
        )
        body = {**_told(ladder.intent), "refused_by": gate.name, "gates": _gates(gates)}
        self._scribe.note("refusal", body)

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


def _told(intent: Intent) -> dict[str, object]:
    return {
        "key": intent.key, "verb": intent.verb.value, "server": intent.server, "incarnation": intent.incarnation,
        "pool": intent.pool, "operator": intent.operator, "reason": intent.reason, "review_at": intent.review_at,
    }  # fmt: skip


def _gates(gates: tuple[Gate, ...]) -> list[dict[str, object]]:
    return [{"name": gate.name, "value": gate.value, "limit": gate.limit, "passed": gate.passed} for gate in gates]


def _reports(moment: Moment, server: str) -> bool:
    """Whether it was reporting in time when it was asked for."""
    row = moment.frame.rows.get(server)
    age_s = float("nan") if row is None else float(moment.frame[Column.REPORT_AGE][row.slot])
    return bool(not np.isnan(age_s) and age_s <= moment.estimate.silent_limit_s)
