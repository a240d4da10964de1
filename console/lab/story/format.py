"""A scenario as values. Two clocks: the scenario's (what a wall clock on the scene would say) and ours (seconds of a run).

Only the scenario's clock is squeezed by a time-lapse. Sessions, reports, ramps and the offsets of faults are physics: they
last as long in a time-lapse as without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field

SCHEMA: Final = "scenario/1"
"""The first key of a file. A build reads the versions that it knows and says so where it does not."""

SHOWN_S: Final = 20.0
"""A phase that must show lasts at least so long on our clock, whatever the speed: an eye needs it, and so do the rules."""

BEARS: Final = 0.75
"""A server recognises so much of its limit in time where nobody says otherwise: full, it falls behind."""

Value = float | int | str | bool


class Fleet(Struct, frozen=True):
    """What the lab is made of. Pools by rate class (`8k`), in their order."""

    pools: tuple[tuple[str, int], ...]
    limit: int = 12
    """Most sessions of one server."""
    report_interval_s: float = 0.25
    session_s: float = 12.0
    """Mean length of a session, +-30 %."""
    algorithm: str = "least-reported"
    isolation: Literal["hosted", "process"] = "hosted"
    """`process`: a process of its own for each server, killed at its memory cap."""
    autoscaler: bool = False
    """A dead server is replaced by one with a new id."""
    boot_s: float = 5.0
    """Until the replacement takes sessions."""
    capacity: float | None = None
    """Sessions whose audio one server recognises in time; None: three quarters of its limit."""
    leave_after_s: float = 60.0
    """A silent server whose port is closed leaves the balancer's table."""

    @property
    def bears(self) -> float:
        """Sessions whose audio one server recognises in time."""
        return BEARS * self.limit if self.capacity is None else self.capacity


class Strike(Struct, frozen=True):
    """One fault: on whom, when, and how often. All seconds are ours, from the begin of the phase."""

    kind: str
    """As in POST /lab/faults."""
    group: str = ""
    """Servers are chosen when a group is named first; later strikes on it meet the same ones. Empty: the balancer."""
    on: bool = True
    after_s: float = 0.0
    pool: str | None = None
    count: int | None = None
    """How many are chosen, or the first so many of a group that is chosen already; None: all."""
    idle: bool = False
    """Only those that have just reported 0: they are believed idle from then on."""
    every_s: float | None = None
    """Again and again until the phase ends; each time it is mended after `for_s`."""
    for_s: float | None = None
    more: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """What else the fault needs, as in `seconds` of `skew`."""


class Phase(Struct, frozen=True):
    """A part of a scenario: what the clock says, what goes on, and what a newcomer should do."""

    name: str
    at_s: float
    """Seconds of the scenario's clock since its start."""
    title: str
    say: str
    do: str = ""
    """What to do next; empty: just watch."""
    shows: bool = False
    """Never shorter than 20 s on our clock; figures by phase are taken from these."""
    load: Mapping[str, float] = field(default_factory=dict[str, float])
    """New sessions per second by rate class; a pool that is not named keeps its rate."""
    over_s: float = 0.0
    """The load gets there in so many of our seconds."""
    strikes: tuple[Strike, ...] = ()


class Expect(Struct, frozen=True):
    """What the console must find. `rule` None: nothing at all."""

    rule: str | None
    group: str = ""
    """The servers on which it is raised, and on no others; empty: the fleet as a whole."""
    within_s: float = 30.0
    """Our seconds, from the begin of `phase`."""
    phase: str = ""
    tolerated: tuple[str, ...] = ()
    """Other rules that may be raised as well, on anybody."""
    actor: str = "none"
    """Whose drill is held against it: what comes of a detach needs an operator (`console`)."""


class Scenario(Struct, frozen=True):
    """A whole scenario."""

    name: str
    title: str
    about: str
    fleet: Fleet
    phases: tuple[Phase, ...]
    end_s: float
    """Of the last phase, on the scenario's clock since its start. The lab stays as it is after that."""
    start_clock_s: float = 0.0
    """Seconds since midnight at the start."""
    speed: float = 1.0
    """Of the time-lapse where nobody asks for another."""
    spoken: Mapping[str, float] = field(default_factory=dict[str, float])
    """Share of the sessions by interface (`websocket`, `http`) that speak through the front door; the rest is direct."""
    expects: tuple[Expect, ...] = ()

    def phase(self, name: str) -> Phase:
        """A phase by its name. Raises KeyError."""
        for phase in self.phases:
            if phase.name == name:
                return phase
        raise KeyError(name)

    def clock(self, at_s: float) -> str:
        """What the scenario's clock says, as `09:12`, or `00:01:30` where seconds matter."""
        total = int(self.start_clock_s + at_s + 1e-6) % 86_400
        hours, minutes, seconds = total // 3600, total // 60 % 60, total % 60
        text = f"{hours:02d}:{minutes:02d}"
        return text if self.speed > 1 else f"{text}:{seconds:02d}"
