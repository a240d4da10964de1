"""Alarms as values: what was found, when, on whom, and the numbers that made it so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from console.domain.states import Priority

Numbers = Mapping[str, float | int | str | bool | None]


class AlarmState(Enum):
    """Life-cycle, first stage: raised until cleared; the full ISA-18.2 cycle builds on it."""

    RAISED = "raised"
    CLEARED = "cleared"


class Alarm(Struct, frozen=True):
    """One alarm. Its key is (rule, server, incarnation); `server` None: of the whole fleet, or of its `subject`."""

    rule: str
    """A name of `console.detect.registry`."""
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
    subject: str | None = None
    """Of an alarm that is of no server: the error text or the pool that it is about; None: the whole fleet."""

    @property
    def name(self) -> str:
        """Readable key: `gap:dsrs-007`, `blind:fleet`, `n-plus-one:-a-general/8k`."""
        return f"{self.rule}:{self.server or self.subject or 'fleet'}"

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What makes it this alarm and no other: rule, server or subject, incarnation."""
        return self.rule, self.server or self.subject, self.incarnation


class Suspect(Struct, frozen=True):
    """A server worth detaching, with the numbers that say why."""

    server: str
    pool: str | None
    incarnation: str | None
    score: float
    """Larger is more suspect; only the order means something."""
    rules: tuple[str, ...]
    """Open alarm rules on it, worst first."""
    because: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    """truth, limit, belief, gap, report_age_s, silent_limit_s, routed_share, fair_share, fault, full_in_s; a missing number is None."""


class Unjudged(Struct, frozen=True):
    """A rule that cannot tell in this Frame, for so many of its servers, because these numbers are missing."""

    rule: str
    lacks: tuple[str, ...]
    """What the sources do not tell, in the words of the contract: `memory.used_bytes`."""
    servers: int
    """Not judged ..."""
    of: int
    """.. of so many; 1 of 1 where the rule is of the fleet."""


class Fault(Enum):
    """Where a report was lost on its way from a server to the balancer's pick."""

    NOT_SENT = "not_sent"
    """The server itself has sent none for too long."""
    NOT_RECEIVED = "not_received"
    """It sends, and nothing arrives."""
    STUCK = "stuck"
    """Newer ones arrive, and the balancer goes on using an older one."""
    IGNORED = "ignored"
    """They arrive, and count for nothing: not newer than the one it holds, or its pick compares another number."""
    CANNOT_TELL = "cannot_tell"
    """A side tells no sequence numbers or ages, or could not be read."""


class Silence(Struct, frozen=True):
    """What became of the reports of one server whose belief is old or wrong."""

    server: str
    incarnation: str | None
    fault: Fault
    evidence: Numbers
    """sent_seq, sent_age_s, sent_connections, received_seq, received_age_s, used_seq, used_age_s, used_connections,
    belief, truth, limit_s."""


class Herd(Struct, frozen=True):
    """How the new sessions of one pool spread, and where they will do harm first. NaN: cannot be told."""

    pool: str | None
    rate_per_s: float
    """New sessions over the last 10 s."""
    n_eff: float
    """Effective servers: n(n-1) / sum k(k-1)."""
    n_fair: float
    """The same if each got what its weight deserves: to be compared with `n_eff`."""
    number: float
    """H = rate x report interval / headroom of one server: from 1 on a single report interval can fill a server."""
    countdown_s: float
    """Seconds until the next server is full, as the sessions go now; NaN: none is to be expected within 10 minutes."""
    victims: tuple[str, ...] = ()
    """Who that is, likeliest first; at most three that cannot be told apart."""
    because: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    """headroom, rate_per_s, sharing, believed, level: the numbers behind the countdown."""
