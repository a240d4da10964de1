"""Carries a plan out, step by step, under the gates. What comes next is decided in `decide.plans`; here it only happens."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec.structs import replace

from console.decide import Plan, PlanSettings, admits
from console.domain.actions import Action
from console.domain.clock import Clock
from console.domain.command import Command
from console.domain.errors import JournalError
from console.domain.frame import Frame
from console.domain.safety import Appraisal, Consent, PlanStanding, Proposal, Role, Said, StepState, say
from console.domain.states import Step, Verb
from console.domain.tasks import spawn
from console.engine.advisor import Advisor, Inner, Moment
from console.engine.hand import Hand
from console.engine.scribe import Scribe
from console.engine.stager import Stager, pause

_SLEPT_POLLS: Final = 1.5
"""A wait of at most so many polls is slept to its end; a longer one is worked out anew with each View."""


class Conductor:
    """At most one plan runs. `changed` is called whenever its standing has changed; `news` returns with the next View."""

    def __init__(
        self,
        hand: Hand,
        scribe: Scribe,
        clock: Clock,
        advisor: Advisor,
        settings: PlanSettings,
        changed: Callable[[], None],
        newest_moment: Callable[[], Moment | None],
        news: Callable[[], Awaitable[None]],
    ) -> None:
        self._hand = hand
        self._scribe = scribe
        self._clock = clock
        self._advisor = advisor
        self._settings = settings
        self._changed = changed
        self._newest_moment = newest_moment
        self._news = news
        self._plan: Plan | None = None
        self._stager = Stager(advisor)
        self._task: asyncio.Task[None] | None = None
        self._told: PlanStanding | None = None

    @property
    def standing(self) -> PlanStanding | None:
        """The newest plan, running or over."""
        return None if self._plan is None else self._plan.standing

    def proposals(self, operator: str, moment: Moment, inner: Inner) -> tuple[Proposal, ...]:
        """The sets that are worth one plan now; none while a plan runs, for then nothing else may begin."""
        if not self._hand.can_act or self._hand.running_plan is not None:
            return ()
        names = {operator, inner.standing.name}
        told = moment.frame.detachments.items()
        mine = frozenset(server for server, detachment in told if detachment.by in names)
        return self._advisor.proposals(mine, self._settings.most, moment, inner)

    async def begin(self, command: Command, role: Role | None) -> PlanStanding:
        """Asks the gates for the whole set, writes it down, and starts. A refused plan comes back over. Raises ValueError, JournalError."""
        servers, consent = command.servers, command.consent
        plan = Plan(
            uuid.uuid4().hex[:12],
            command.verb,
            servers,
            self._settings,
            reason=command.reason,
            operator=command.operator,
        )
        standing, moment = plan.standing, self._newest_moment()
        why, appraisal = self._set_refused(plan, moment, consent, role)
        body: dict[str, object] = {
            "plan": standing.id,
            "verb": command.verb.value,
            "servers": list(servers),
            "operator": command.operator,
            "reason": command.reason,
            "hold_reason": consent.hold_reason,
            "break_glass": consent.break_glass,
        }
        if why is not None or moment is None:
            plan.refused(appraisal.server if appraisal else servers[0], why or say("nothing has been read yet"))
            self._show(plan)
            self._scribe.note("plan_refused", {**body, "why": str(plan.standing.said)})
            return plan.standing
        self._plan = plan  # from here on it is in flight: nothing else is sent
        self._stager = Stager(self._advisor)
        self._hand.running_plan = standing.id
        try:
            await self._scribe.write("plan_begun", body)
        except (JournalError, asyncio.CancelledError) as error:
            plan.surprised(say("the journal could not be written: {error}", error=str(error)))
            self._hand.running_plan = None
            self._changed()
            raise
        self._task = spawn(self._run(plan, command, moment.frame), f"plan {standing.id}")
        self._changed()
        return plan.standing

    def stop(self, by: str) -> None:
        """Ends the running plan before its next step; what has been sent is not taken back."""
        if self._plan is not None and not self._plan.standing.over:
            self._plan.stop(by)
            self._end(self._plan)

    async def close(self) -> None:
        """The engine ends: so does the plan."""
        if self._task is not None and not self._task.done():
            self.stop("the end of the console")
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self, plan: Plan, command: Command, begun: Frame) -> None:
        try:
            while not plan.standing.over:
                moment = self._newest_moment()
                if moment is not None:
                    await self._step(plan, command, moment, begun)
                if not plan.standing.over:
                    await self._news()
        except JournalError as error:
            plan.surprised(say("the journal could not be written: {error}", error=str(error)))
        finally:
            if not plan.standing.over:
                plan.surprised(say("the console failed within it"))
            self._end(plan)

    async def _step(self, plan: Plan, command: Command, moment: Moment, begun: Frame) -> None:
        now_s = self._clock.monotonic()
        for action in self._hand.actions:
            if action.intent.plan == plan.standing.id and self._settled(plan, action, moment, now_s):
                plan.saw(action, now_s)
        if (why := _surprise(plan, moment.frame, begun)) is not None:
            plan.surprised(why)
        server = plan.next(now_s, moment.estimate.interval_s)
        if server is not None and await self._in_time(plan, server, moment):
            step = replace(command, server=server, more=(), incarnation=None, plan=plan.standing.id)
            action = await self._hand.act(step)
            if action.step is Step.REFUSED:
                plan.refused(server, say(action.rungs[-1].sentence.replace("{", "(").replace("}", ")")))
            elif not plan.standing.over:
                plan.began(server, action.intent.key, self._clock.monotonic())
                plan.saw(action, self._clock.monotonic())
        self._show(plan)

    async def _in_time(self, plan: Plan, server: str, moment: Moment) -> bool:
        """Whether it may be sent now: a staged attach leaves just before the server's next report."""
        standing = plan.standing
        if standing.verb is not Verb.ATTACH:
            return True
        held_s = self._stager.hold_s(server, moment, self._hand.inner(plan=standing.id))
        if held_s <= 0:
            return True
        plan.holds(server, held_s)
        self._show(plan)
        if held_s > _SLEPT_POLLS * moment.frame.interval_s:
            return False  # the next View tells it better
        await pause(held_s)
        return not plan.standing.over

    def _settled(self, plan: Plan, action: Action, moment: Moment, now_s: float) -> bool:
        """Whether the plan may look at a step: one that was staged counts as done when its load has settled."""
        running = next((step for step in plan.standing.steps if step.state is StepState.RUNNING), None)
        if running is None or running.key != action.intent.key:
            return True
        found = self._stager.settles(action, moment)
        if isinstance(found, Said):
            plan.surprised(found)
        elif not found and now_s - action.intent.asked_mono_s > self._settings.patience_s:
            plan.surprised(
                say(
                    "{server} has not settled after {limit:g} s", server=running.server, limit=self._settings.patience_s
                )
            )
        elif not found:
            plan.settles(running.server)
        return found is True

    def _set_refused(
        self, plan: Plan, moment: Moment | None, consent: Consent, role: Role | None
    ) -> tuple[Said | None, Appraisal | None]:
        """Why the whole set may not be begun; None: it may."""
        gate = self._hand.locked(moment)
        if gate is not None or moment is None:
            return (None if gate is None else gate.said), None
        servers = tuple(step.server for step in plan.standing.steps)
        found = self._advisor.appraise_set(plan.standing.verb, servers, moment, self._hand.inner())
        return admits(found, consent, role), found

    def _show(self, plan: Plan) -> None:
        self._plan = plan
        if plan.standing is not self._told:
            self._told = plan.standing
            self._changed()

    def _end(self, plan: Plan) -> None:
        """Once: frees the hand and writes down where it stands."""
        standing = plan.standing
        if self._hand.running_plan != standing.id:
            return
        self._hand.running_plan = None
        steps = {step.server: step.state.value for step in standing.steps}
        self._scribe.note(
            "plan_ended", {"plan": standing.id, "failed": standing.failed, "steps": steps, "said": str(standing.said)}
        )
        self._told = standing
        self._changed()


def _surprise(plan: Plan, frame: Frame, begun: Frame) -> Said | None:
    """What nobody of us asked for since the plan began: another balancer, or servers detached or attached by somebody else."""
    if frame.balancer.incarnation != begun.balancer.incarnation:
        return say("the balancer was restarted meanwhile")
    mine = {step.server for step in plan.standing.steps}
    for row in frame.rows:
        old = begun.rows.get(row.id)
        known = old is not None and begun.listed[old.slot] and old.incarnation == row.incarnation
        if old is None or not known or row.id in mine or not frame.listed[row.slot]:
            continue
        if bool(frame.attached[row.slot]) is not bool(begun.attached[old.slot]):
            return say("{server} was detached or attached by somebody else meanwhile", server=row.id)
    return None
