"""All alarm rules by name: what they are called, how bad they get, how fast they are. The one list that others read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from console.detect import (
    blind,
    budget,
    drift,
    errors,
    gap,
    herd,
    hot,
    ineffective,
    latency,
    memory,
    nplusone,
    restart,
    saturation,
    sick,
    silent,
    skew,
    stuck,
)
from console.domain.states import Priority


class Speed(Enum):
    """What stands between a condition and its alarm."""

    EVENT = "event"
    """Nothing: it has happened."""
    POLL = "poll"
    """The next poll."""
    POLLS = "polls"
    """So many polls of so many."""
    SECONDS = "seconds"
    """It must last for some seconds."""
    WINDOW = "window"
    """A share over minutes to hours."""


class Title(Struct, frozen=True):
    """One rule for people. `worst`: the highest priority that it reaches."""

    name: str
    title: str
    worst: Priority
    speed: Speed


_TITLES = (
    Title(silent.RULE, "Silent server", Priority.HIGH, Speed.POLL),
    Title(stuck.RULE, "Stuck belief", Priority.HIGH, Speed.POLLS),
    Title(gap.RULE, "Belief gap", Priority.HIGH, Speed.POLLS),
    Title(herd.RULE, "Herd", Priority.HIGH, Speed.POLLS),
    Title(hot.RULE, "Hot server", Priority.MEDIUM, Speed.POLLS),
    Title(saturation.RULE, "Saturation", Priority.HIGH, Speed.POLLS),
    Title(memory.RULE, "Memory", Priority.HIGH, Speed.POLLS),
    Title(restart.RULE, "Restart", Priority.HIGH, Speed.EVENT),
    Title(errors.RULE, "Error burst", Priority.HIGH, Speed.POLL),
    Title(budget.RULE, "Error budget", Priority.MEDIUM, Speed.WINDOW),
    Title(latency.RULE, "Latency", Priority.MEDIUM, Speed.SECONDS),
    Title(blind.RULE, "Blind", Priority.HIGH, Speed.POLLS),
    Title(sick.RULE, "Console sick", Priority.HIGH, Speed.SECONDS),
    Title(ineffective.RULE, "Detach not effective", Priority.HIGH, Speed.POLL),
    Title(drift.RULE, "Drift", Priority.HIGH, Speed.POLLS),
    Title(skew.RULE, "Clock skew", Priority.LOW, Speed.SECONDS),
    Title(nplusone.RULE, "No spare server", Priority.MEDIUM, Speed.SECONDS),
)
TITLES: Final[Mapping[str, Title]] = MappingProxyType({title.name: title for title in _TITLES})
"""By rule name. Mass silence is `silent` of the fleet, mass loss of sight is `blind`."""

CAUSES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        stuck.RULE: (silent.RULE,),
        herd.RULE: (gap.RULE, stuck.RULE, silent.RULE),
        hot.RULE: (gap.RULE, stuck.RULE, herd.RULE),
        saturation.RULE: (gap.RULE, stuck.RULE, herd.RULE),
    }
)
"""Rules that another alarm on the same server explains, the likeliest cause first: they are shown as its consequence."""
FLEET_CAUSES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {silent.RULE: (silent.RULE,), budget.RULE: (errors.RULE,)}
)
"""The same with an alarm of the fleet, or of one of its parts, as the cause."""
