"""What a rule is given, and what it finds: one file per rule, all of the same shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from console.detect.estimate import Estimate
from console.domain.alarms import Numbers
from console.domain.frame import Bools, Frame
from console.domain.history import History
from console.domain.states import Priority


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """One Frame with its estimate. `elapsed_s`: since the Frame before, capped, so that a gap in time proves no calm."""

    frame: Frame
    estimate: Estimate
    elapsed_s: float
    anew: Bools
    """Slots on which nothing may be remembered: not attached, or another server or incarnation since the Frame before."""
    history: History | None = None
    """A cut that ends with this Frame; None where a rule is run without a store."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An alarm condition that is open as of this Frame. `slot` None: of the whole fleet."""

    rule: str
    slot: int | None
    priority: Priority
    because: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])


class Rule(Protocol):
    """Steps once per Frame, in order, and tells what is open. It holds its latches and nothing else."""

    def step(self, facts: Facts) -> list[Finding]:
        """What is open now."""
        ...


def number(value: float) -> float | None:
    """A float for `because`: None where it is missing, rounded to what a reader can use."""
    return None if value != value else round(float(value), 4)  # noqa: PLR0124  NaN is the only value unequal to itself
