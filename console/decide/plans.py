"""A plan: a set of servers as ONE action. One at a time, the next after Effective and two report intervals later. Pure.

A detach that only lacks sessions to prove it by, after the time that would prove it, lets the next step come; the end says so.
It stops at the first refusal, failure or surprise, and says where it stands; it may be stopped at any moment. What was done stays done.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from console.decide.ladder import idle
from console.domain.actions import Action
from console.domain.options import option
from console.domain.safety import PlanStanding, PlanStep, Said, StepState, say
from console.domain.states import Step, Verb


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """How a plan goes on from step to step."""

    rest: float = option(
        2.0, unit="report intervals", low=0.0, high=100.0, sentence="Rest between a step's effect and the next step."
    )
    patience_s: float = option(
        90.0, unit="s", low=5.0, high=3600.0, sentence="A step that is not effective by then ends the plan."
    )
    most: int = option(10, unit="servers", low=1, high=1000, sentence="Longest plan that is taken.")


class Plan:
    """State of one plan. `next` is asked after each View; what it names is carried out by the caller, under the gates."""

    def __init__(
        self,
        identity: str,
        verb: Verb,
        servers: tuple[str, ...],
        settings: PlanSettings,
        *,
        reason: str = "",
        operator: str = "",
    ) -> None:
        """Raises ValueError for no server, one named twice, or more than are taken."""
        if not servers or len(set(servers)) != len(servers):
            raise ValueError("A plan names each of its servers once, and at least one.")
        if len(servers) > settings.most:
            raise ValueError(f"A plan has at most {settings.most} servers.")
        self._settings = settings
        self._running_s: float | None = None
        """When the running step was begun."""
        self._effective_s: float | None = None
        """When the step before had its effect."""
        self._unproved = 0
        """Steps that are done and whose effect is weak."""
        self.standing = PlanStanding(
            identity,
            verb,
            tuple(PlanStep(server) for server in servers),
            say("{count} steps, none begun.", count=len(servers)),
            reason=reason,
            operator=operator,
        )

    def next(self, now_s: float, report_interval_s: float) -> str | None:
        """The server whose turn it is now, or None. After naming one, nothing is named before `began` and its effect."""
        standing = self.standing
        if standing.over or self._running is not None:
            return None
        waiting = next((step for step in standing.steps if step.state is StepState.WAITING), None)
        if waiting is None:
            return None
        if self._effective_s is not None and now_s - self._effective_s < self._settings.rest * report_interval_s:
            return None
        return waiting.server

    def began(self, server: str, key: str, now_s: float) -> None:
        """Its action is under way."""
        self._running_s = now_s
        self._set(server, StepState.RUNNING, key)
        self._say("step {number} of {count}: {server}.", server=server)

    def holds(self, server: str, wait_s: float) -> None:
        """Its attach is not sent yet."""
        self._say(
            "step {number} of {count}: {server} is held for {wait:.1f} s, to be attached just before its next report.",
            server=server,
            wait=wait_s,
        )

    def settles(self, server: str) -> None:
        """It is attached, and the plan does not go on yet."""
        self._say("step {number} of {count}: {server} is attached; its load has to settle.", server=server)

    def refused(self, server: str, why: Said) -> None:
        """The gates said no before this step: the plan ends here."""
        self._set(server, StepState.STOPPED)
        self._end(say("{server} was refused: {why}", server=server, why=str(why).rstrip(".")))

    def saw(self, action: Action, now_s: float) -> None:
        """The running step's action as of now."""
        running = self._running
        if running is None or running.key != action.intent.key or self.standing.over:
            return
        bad = next((rung for rung in reversed(action.rungs) if rung.step in _ENDS), None)
        if bad is not None:
            self._set(running.server, StepState.STOPPED)
            self._end(say("{server}: {why}", server=running.server, why=(bad.sentence or bad.step.value).rstrip(".")))
        elif action.reached(Step.EFFECTIVE) or any(idle(rung) for rung in action.rungs):
            self._unproved += not action.reached(Step.EFFECTIVE)
            self._set(running.server, StepState.DONE)
            self._running_s, self._effective_s = None, now_s
            if self.standing.done == len(self.standing.steps):
                self.standing = replace(self.standing, said=self._all_done(), over=True)
            else:
                self._say("{done} of {count} steps are done.")
        elif self._running_s is not None and now_s - self._running_s > self._settings.patience_s:
            self._set(running.server, StepState.STOPPED)
            patience_s = self._settings.patience_s
            self._end(say("{server} is not effective after {limit:g} s", server=running.server, limit=patience_s))
        elif action.over:
            self._set(running.server, StepState.STOPPED)
            self._end(say("{server} was overtaken by another request", server=running.server))

    def surprised(self, why: Said) -> None:
        """Something that nobody asked for: the plan ends here."""
        if not self.standing.over:
            self._end(why)

    def stop(self, by: str) -> None:
        """Somebody stops it. What is under way is not taken back."""
        if not self.standing.over:
            self._end(say("it was stopped by {by}", by=by))

    @property
    def _running(self) -> PlanStep | None:
        return next((step for step in self.standing.steps if step.state is StepState.RUNNING), None)

    def _set(self, server: str, state: StepState, key: str | None = None) -> None:
        steps = tuple(
            replace(step, state=state, key=key or step.key) if step.server == server else step
            for step in self.standing.steps
        )
        self.standing = replace(self.standing, steps=steps)

    def _say(self, text: str, **more: str | float) -> None:
        done, count = self.standing.done, len(self.standing.steps)
        said = say(text, done=done, number=done + 1, count=count, **more)
        self.standing = replace(self.standing, said=said)

    def _all_done(self) -> Said:
        count = len(self.standing.steps)
        if not self._unproved:
            return say("all {count} steps are done and effective.", count=count)
        return say(
            "all {count} steps are done; of {weak} it is not proved, as hardly any session would have come.",
            count=count,
            weak=self._unproved,
        )

    def _end(self, why: Said) -> None:
        done, count = self.standing.done, len(self.standing.steps)
        steps = tuple(
            replace(step, state=StepState.STOPPED) if step.state in (StepState.WAITING, StepState.RUNNING) else step
            for step in self.standing.steps
        )
        said = Said(
            f"The plan ended after {{done}} of {{count}} steps: {why.text.rstrip('.')}. Nothing was taken back.",
            {**why.numbers, "done": done, "count": count},
        )
        self.standing = replace(self.standing, steps=steps, said=said, over=True, failed=True)


_ENDS = (Step.REFUSED, Step.REJECTED, Step.FAILED, Step.UNKNOWN)
"""A lost reply is a surprise too: what became of it must be known before anything else is done."""
