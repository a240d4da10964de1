"""An operator's action as a value: intent, ladder, evidence."""

from __future__ import annotations

from msgspec import Struct, field

from console.domain.alarms import Numbers
from console.domain.readings import Change, Detachment
from console.domain.states import Step, Verb


class Intent(Struct, frozen=True):
    """What somebody wants done, before anything is sent. `key` is the idempotency key of all its tries."""

    key: str
    verb: Verb
    server: str
    incarnation: str | None
    pool: str | None
    operator: str
    reason: str
    asked_wall_s: float
    asked_mono_s: float
    review_at: float | None = None
    hold_reason: str | None = None
    """Why it is done although a gate holds."""
    break_glass: str | None = None
    """Why a lead does it although a gate refuses."""
    plan: str | None = None
    """The plan that it is a step of."""
    count: int | None = None
    """Sessions that the operator named to be cut."""
    held: int | None = None
    """Sessions that the server held when a cut was asked for."""


class Rung(Struct, frozen=True):
    """One step reached, from which source, with its numbers."""

    step: Step
    wall_s: float
    mono_s: float
    evidence: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    sentence: str = ""
    """For refusals, rejections and failures: what happened and what to do."""


class Action(Struct, frozen=True):
    """An intent and the rungs it has reached, oldest first."""

    intent: Intent
    rungs: tuple[Rung, ...] = ()
    over: bool = False
    """Nothing more can happen to it."""

    @property
    def step(self) -> Step | None:
        """The newest rung's step."""
        return self.rungs[-1].step if self.rungs else None

    def reached(self, step: Step) -> bool:
        """Whether that step is among its rungs."""
        return any(rung.step is step for rung in self.rungs)


class Answer(Struct, frozen=True):
    """What the balancer answered to a request. `status` None: no answer (time-out, reset): the outcome is unknown."""

    status: int | None
    code: str | None = None
    """The machine word of the error body."""
    message: str = ""
    generation: int | None = None
    replayed: bool = False
    details: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    retry_after_s: float | None = None
    cut: int | None = None
    """Sessions that the balancer says it ended."""
    holder: Detachment | None = None
    """Of a server that is detached by the answer: whose detach it is. Another key than the request's: it was detached already."""
    changes: tuple[Change, ...] = ()
    """Of a fleet that has changed since (412): its newest changes, oldest first."""
