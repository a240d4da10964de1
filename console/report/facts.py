"""What happened, as values computed from a recording. Missing is None or NaN; each fact carries the evidence that it was read from."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from console.domain.alarms import Numbers
from console.report.evidence import Evidence


class Window(Struct, frozen=True):
    """A time in which a large share of the requests was refused. `open_end`: it lasted at the end of the recording."""

    first: int
    """Number of its first poll in the recording, and of its last."""
    last: int
    start_wall_s: float
    end_wall_s: float
    refused: float
    asked: float
    open_end: bool
    pools: tuple[str, ...]
    """Those whose clients suffered."""
    evidence: Evidence

    @property
    def share(self) -> float:
        """Refused of asked."""
        return self.refused / self.asked if self.asked else math.nan


class ErrorText(Struct, frozen=True):
    """One verbatim text of the service, in one pool."""

    text: str
    pool: str
    count: int
    evidence: Evidence


class Outcome(Struct, frozen=True):
    """Sessions of one scope (pool or interface) over the recording. `lost` by the service's own words, without the refused."""

    name: str
    asked: int
    refused: int
    lost: Mapping[str, int]
    evidence: Evidence

    @property
    def success(self) -> float:
        """Share of the sessions that were neither refused nor cut short; NaN where none was asked for."""
        bad = self.refused + sum(self.lost.values())
        return 1 - bad / self.asked if self.asked else math.nan


class Silence(Struct, frozen=True):
    """One server whose reports stayed away while it was attached. `end_wall_s` None: they still did."""

    server: str
    pool: str | None
    start_wall_s: float
    """Its last report: the time of the poll minus the report's age."""
    end_wall_s: float | None
    belief: float
    """What the balancer went on believing."""
    truth: float
    """Most sessions that the server itself told meanwhile."""
    limit: float
    routed: float
    """New sessions sent to it meanwhile."""
    share: float
    """Of all that its pool got in the windows (else while it was silent)."""
    fair: float
    full_wall_s: float | None
    """When it first stood at its limit."""
    detached: bool
    """Somebody took it out before its reports were back."""
    evidence: Evidence
    belief_evidence: Evidence
    share_evidence: Evidence
    full_evidence: Evidence | None = None

    @property
    def harmful(self) -> bool:
        """It drew far more than its share, or stood at its limit, or was detached before it could."""
        return self.full_wall_s is not None or self.detached or self.share > 2 * self.fair


class Death(Struct, frozen=True):
    """A process that ended: its server vanished, could not be reached any more, or came back as another incarnation."""

    server: str
    pool: str | None
    wall_s: float
    sessions: float
    """At its last status."""
    memory_share: float
    """Used of the limit at its last status; NaN: not told."""
    of_memory: bool
    """It would have passed its memory limit by the next poll, as it grew."""
    evidence: Evidence
    successor: str | None = None
    """The server that took its place: a new one of the pool, or itself under another incarnation."""
    back_wall_s: float | None = None
    successor_evidence: Evidence | None = None


class Overload(Struct, frozen=True):
    """Servers unable to function in one window: k of n of the fleet, and of the worst pool."""

    window: Window
    servers: tuple[str, ...]
    n: int
    pool: str
    pool_k: int
    pool_n: int
    evidence: tuple[Evidence, ...]
    nearest: tuple[tuple[str, float], ...] = ()
    """Where there is none: who came nearest to it, and the share of the polls (0 to 1) in which it was unable."""

    @property
    def percent(self) -> float:
        """Of the fleet."""
        return 100 * len(self.servers) / self.n if self.n else math.nan

    @property
    def pool_percent(self) -> float:
        """Of the pool."""
        return 100 * self.pool_k / self.pool_n if self.pool_n else math.nan


class Deed(Struct, frozen=True):
    """A detach or attach with its rungs: (step, wall seconds, numbers, the console's sentence), oldest first."""

    verb: str
    server: str
    operator: str
    reason: str
    asked_wall_s: float
    rungs: tuple[tuple[str, float, Numbers, str], ...]
    break_glass: str | None
    evidence: tuple[Evidence, ...]

    def rung(self, step: str) -> tuple[str, float, Numbers, str] | None:
        """The first of that step."""
        return next((rung for rung in self.rungs if rung[0] == step), None)

    @property
    def happened(self) -> bool:
        """The balancer did it."""
        return any(step in ("seen", "accepted", "confirmed", "effective", "drained") for step, *_ in self.rungs)


class Happening(Struct, frozen=True):
    """An alarm's first raising, a note of the operator, or an interval that this console could not see."""

    kind: str
    wall_s: float
    words: str
    """The rule, the note's text, or what was not seen."""
    evidence: Evidence
    server: str | None = None
    by: str = ""
    seconds: float | None = None


class ShadowFact(Struct, frozen=True):
    """What another algorithm would have refused of the very sessions that came."""

    algorithm: str
    refused: float
    moved: float


class ShadowFacts(Struct, frozen=True):
    """The shadow balancer around the refusals; `control` ran the balancer's own algorithm by the same method."""

    asked: float
    refused_really: float
    control: ShadowFact
    others: tuple[ShadowFact, ...]
    session_s: float
    assumed_algorithm: bool
    evidence: tuple[Evidence, ...]
    """The polls that were worked out; empty: nothing was refused."""


class Picture(Struct, frozen=True):
    """What the two figures show: by column of time the mean use of each server, and sessions asked for and refused."""

    first_wall_s: float
    column_s: float
    servers: tuple[str, ...]
    used: tuple[tuple[float, ...], ...]
    """Per server and column: largest share of its limit; NaN: not known."""
    asked: tuple[float, ...]
    refused: tuple[float, ...]


class Facts(Struct, frozen=True):
    """All of it."""

    environment: str
    product: str
    first_wall_s: float
    last_wall_s: float
    polls: int
    whole: Evidence
    servers: int
    """Listed in the median poll."""
    windows: tuple[Window, ...] = ()
    errors: tuple[ErrorText, ...] = ()
    fleet: Outcome | None = None
    pools: tuple[Outcome, ...] = ()
    interfaces: tuple[Outcome, ...] = ()
    silences: tuple[Silence, ...] = ()
    deaths: tuple[Death, ...] = ()
    overload: Overload | None = None
    deeds: tuple[Deed, ...] = ()
    alarms: tuple[Happening, ...] = ()
    notes: tuple[Happening, ...] = ()
    blind: tuple[Happening, ...] = ()
    down_s: float = 0.0
    """Seconds in which ALL servers were unable to function: the vendor's definition of a failure."""
    judged_s: float = 0.0
    """Seconds that could be seen."""
    first_result_s: tuple[float, float] | None = None
    """First result, 95th percentile: median of the servers before the first window, and the largest within the windows."""
    first_result_evidence: Evidence | None = None
    shadow: ShadowFacts | None = None
    picture: Picture | None = None

    @property
    def harmful(self) -> tuple[Silence, ...]:
        """Silences that did harm, oldest first."""
        return tuple(one for one in self.silences if one.harmful)

    @property
    def span(self) -> tuple[float, float, bool] | None:
        """Begin, end and whether it lasts: from the first harmful silence or refusal to the last; None: nothing happened."""
        ends = [(one.end_wall_s, one.start_wall_s) for one in self.harmful]
        starts = [start for _, start in ends] + [window.start_wall_s for window in self.windows]
        if not starts:
            return None
        lasts = any(end is None for end, _ in ends) or any(window.open_end for window in self.windows)
        last = max(
            [window.end_wall_s for window in self.windows] + [end for end, _ in ends if end is not None], default=0
        )
        return min(starts), self.last_wall_s if lasts else last, lasts

    @property
    def sla(self) -> float:
        """Availability in percent as the vendor defines it; NaN where nothing could be seen."""
        return 100 * (1 - self.down_s / self.judged_s) if self.judged_s else math.nan
