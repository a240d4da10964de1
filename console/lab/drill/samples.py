"""What a drill writes down, live or simulated: the truth once a second, and what happened in between. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from msgspec import Struct, field

from console.domain.frame import Bools, Floats

Happened = Literal["fault", "mended", "alarm", "cleared", "click", "detached", "refused", "died", "joined"]


class Tally(Struct, frozen=True):
    """What became of the sessions of one pool over one interface, since the start of the run."""

    asked: int = 0
    completed: int = 0
    refused: int = 0
    """Never opened: one of the three `s` texts, or their counterpart over HTTP."""
    cut: int = 0
    """Opened, then ended by the death of their server."""
    partial: int = 0
    """Opened, then ended by a time-out of the client or of the server, with a part of the result at most."""
    errors: Mapping[str, int] = field(default_factory=dict[str, int])
    """Verbatim text -> how often."""

    @property
    def lost(self) -> int:
        """Sessions that their client did not get whole."""
        return self.refused + self.cut + self.partial

    def __add__(self, other: Tally) -> Tally:
        errors = dict(self.errors)
        for text, count in other.errors.items():
            errors[text] = errors.get(text, 0) + count
        return Tally(
            self.asked + other.asked,
            self.completed + other.completed,
            self.refused + other.refused,
            self.cut + other.cut,
            self.partial + other.partial,
            errors,
        )

    def since(self, earlier: Tally) -> Tally:
        """What came since an earlier tally of the same pool and interface."""
        return Tally(
            self.asked - earlier.asked,
            self.completed - earlier.completed,
            self.refused - earlier.refused,
            self.cut - earlier.cut,
            self.partial - earlier.partial,
            {t: n - earlier.errors.get(t, 0) for t, n in self.errors.items() if n != earlier.errors.get(t, 0)},
        )


Part = tuple[str, str]
"""Pool and interface."""


class Sample(Struct, frozen=True, eq=False):
    """The truth at one moment. The columns are as long as `ids`."""

    at_s: float
    """Seconds of our clock since the start of the run."""
    ids: tuple[str, ...]
    pools: tuple[str, ...]
    sessions: Floats
    """NaN: nobody could tell."""
    limit: Floats
    unable: Bools
    """Opening a session there is refused or not answered, whatever the reason; a dead one is unable."""
    routed: Floats
    """Sessions that the balancer sent there since the server joined; NaN: not told."""
    tallies: Mapping[Part, Tally]

    @property
    def overloaded(self) -> Bools:
        """At the limit, or unable."""
        with np.errstate(invalid="ignore"):
            return self.unable | (self.sessions >= self.limit)

    @property
    def total(self) -> Tally:
        """Of all pools and interfaces."""
        return sum(self.tallies.values(), Tally())


class Event(Struct, frozen=True):
    """Something that happened in between."""

    at_s: float
    what: Happened
    server: str | None = None
    rule: str | None = None
    words: str = ""


class Span(Struct, frozen=True):
    """A phase on our clock; `clock` is what the scenario's clock said at its begin."""

    name: str
    begin_s: float
    end_s: float
    clock: str
    shows: bool


class Run(Struct, frozen=True, eq=False):
    """One drill as it went."""

    scenario: str
    actor: str
    way: Literal["sim", "live"]
    seed: int
    speed: float
    spans: tuple[Span, ...]
    samples: tuple[Sample, ...]
    """In the order of time; the first is the base that all counts are taken from."""
    events: tuple[Event, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Servers that the scenario has struck, by group."""
    notes: tuple[str, ...] = ()
    """What this run could not do, in words."""
