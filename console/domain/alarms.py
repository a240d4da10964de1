"""Alarms as values: what was found, when, on whom, and the numbers that made it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from console.domain.states import Priority

Numbers = Mapping[str, float | int | str | bool | None]


class AlarmState(Enum):
    """Life-cycle, first stage: raised until cleared; the full ISA-18.2 cycle builds on it."""

    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. Its key is (rule, server, incarnation); `server` None: of the whole fleet."""

    rule: str
    """`silent`, `gap`, `saturation`, `blind`."""
    server: str | None
    priority: Priority
    state: AlarmState
    since_wall_s: float
    since_mono_s: float
    because: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    """The rule's inputs at its last judgement: named numbers with their unit in the name."""
    incarnation: str | None = None
    pool: str | None = None
    cleared_wall_s: float | None = None
    first_out: bool = False
    """It was the first of the open ones."""
    under: str | None = None
    """The alarm key (`Alarm.name`) of the cause that groups or suppresses it, else None."""

    @property
    def name(self) -> str:
        """Readable key: `gap:dsrs-007` or `blind:fleet`."""
        return f"{self.rule}:{self.server or 'fleet'}"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A server worth detaching, with the numbers that say why."""

    server: str
    pool: str | None
    incarnation: str | None
    score: float
    """Larger is more suspect; only the order means something."""
    rules: tuple[str, ...]
    """Open alarm rules on it, worst first."""
    because: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    """truth, limit, belief, gap, report_age_s, silent_limit_s, routed_share, fair_share; a missing number is None."""
