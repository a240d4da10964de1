"""All that the gates look at, as plain values: a Frame, the console's own state and its memory, boiled down for one request.

Gates read a Situation and nothing else, so that a way out can be tried on a copy before it is named.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from console.domain.frame import NAN, Bools, Floats
from console.domain.safety import Role
from console.domain.states import Verb


class Mates(Struct, frozen=True, eq=False):
    """The listed servers of the target's pool, the target included, as columns of one length."""

    ids: tuple[str, ...]
    target: int
    """Index of the server that is asked for."""
    attached: Bools
    seen: Bools
    """Its own status was read lately."""
    suspect: Bools
    reporting: Bools
    """Its newest report is in time, or the balancer tells no ages."""
    sessions: Floats
    """Newest known truth; NaN: never known."""
    limit: Floats
    """Most sessions; NaN: not told."""
    memory: Floats
    """Bytes used; NaN: not told."""
    memory_limit: Floats
    routed_per_s: Floats
    """New sessions per second of each; NaN: not told."""
    session_s: float = NAN
    """Mean length of a session; NaN: not told."""

    @property
    def others(self) -> Bools:
        """Everybody but the target."""
        others = np.ones(len(self.ids), dtype=np.bool_)
        others[self.target] = False
        return others

    @property
    def survivors(self) -> Bools:
        """Attached, seen, no suspects, and not the target: who has to carry what the target leaves."""
        return self.others & self.attached & self.seen & ~self.suspect


class Foretold(Struct, frozen=True, eq=False):
    """One what-if of one set. Columns as `ids`, its survivors; sessions, NaN: not known."""

    servers: frozenset[str]
    """The set that is detached in it."""
    mono_s: float
    """Of the Frame that it began with."""
    ids: tuple[str, ...]
    without: Floats
    with_it: Floats
    margin: float
    """Two shares of one server's slots that differ by no more are the same to it."""
    age_s: float = 0.0
    """When it was asked of."""


class Situation(Struct, frozen=True, eq=False):
    """One request in its world. Times in seconds; what is not known is None or NaN."""

    verb: Verb
    server: str
    mates: Mates | None
    """None: the balancer does not list the server."""
    pool: str | None = None
    attached: bool | None = None
    """Whether the target is; None: the balancer does not say."""
    view_age_s: float = 0.0
    interval_s: float = 1.0
    """T."""
    report_interval_s: float = NAN
    """From report to report of the target; R where its own is not known."""
    listed: int = 0
    """Servers of the whole fleet."""
    unseen: int = 0
    """Those of them whose status the newest poll could not read."""
    target_seen: bool = True
    target_misses: int = 0
    others_seen: float = 1.0
    """Share of the other servers that is seen."""
    in_flight: tuple[str, str] | None = None
    """Verb and server of the action whose outcome is open."""
    asked_to_wait_s: float = 0.0
    """The balancer's Retry-After, as far as it is not over."""
    detach_ages_s: tuple[float, ...] = ()
    """Detaches of the pool that the balancer took, newest first; each plan once."""
    changes_known: bool = True
    """The balancer's log of what others did was read, or it keeps none."""
    version: str | None = ""
    """What a request is made conditional on; None: the balancer gives none."""
    seen_incarnation: str | None = None
    """The incarnation that the operator saw, and the one there is; different: it was replaced under the pointer."""
    incarnation: str | None = None
    staged: bool = False
    """An attach that is carried out in stages."""
    arming: bool = False
    armed: bool = True
    role: Role | None = Role.LEAD
    report_age_s: float = NAN
    silent_limit_s: float = NAN
    tells_ages: bool = True
    reported_for_s: float = 0.0
    """How long the target has reported in time without a break."""
    undoes: bool = False
    """This attach takes back a detach, within its time, of a server that reported."""
    offences: int = 0
    """Detaches of the target that count."""
    detached_for_s: float = float("inf")
    """Since its newest detach; inf where none is known."""
    cuts: bool | None = None
    """Whether the balancer can cut sessions; None: not known."""
    foretold: tuple[Foretold, ...] = ()
    """Fresh what-ifs of this fleet, of whatever sets."""
    base: Mates | None = None
    """The pool when they were asked: `mates` until a way out is tried. None: none is used."""
    ahead: frozenset[str] = frozenset()
    """Servers that a plan will have detached by then."""
    held: tuple[int, int] | None = None
    """Sessions of the target by its newest word, and the most within the last minute; None: never told."""

    def with_mates(self, mates: Mates) -> Situation:
        """The same with other columns."""
        return replace(self, mates=mates)


def after_detach(mates: Mates, index: int) -> Mates:
    """The pool once that server is detached: its sessions go on, nobody new comes to it."""
    attached = mates.attached.copy()
    attached[index] = False
    return replace(mates, attached=attached)


def after_attach(mates: Mates, servers: tuple[str, ...]) -> Mates:
    """The pool once those are attached again and have been found healthy."""
    attached, suspect, seen = mates.attached.copy(), mates.suspect.copy(), mates.seen.copy()
    for server in servers:
        index = mates.ids.index(server)
        attached[index], suspect[index], seen[index] = True, False, True
    return replace(mates, attached=attached, suspect=suspect, seen=seen)


def after_join(mates: Mates, count: int) -> Mates:
    """The pool with so many new, empty servers of its usual size."""
    limit = _usual(mates.limit[mates.attached])
    memory_limit = _usual(mates.memory_limit[mates.attached])

    def more(values: Floats, value: float) -> Floats:
        return np.concatenate([values, np.full(count, value)])

    def flags(values: Bools, value: bool) -> Bools:
        return np.concatenate([values, np.full(count, value)])

    return Mates(
        ids=(*mates.ids, *(f"new-{number + 1}" for number in range(count))),
        target=mates.target,
        attached=flags(mates.attached, True),
        seen=flags(mates.seen, True),
        suspect=flags(mates.suspect, False),
        reporting=flags(mates.reporting, True),
        sessions=more(mates.sessions, 0.0),
        limit=more(mates.limit, limit),
        memory=more(mates.memory, NAN),
        memory_limit=more(mates.memory_limit, memory_limit),
        routed_per_s=more(mates.routed_per_s, 0.0),
        session_s=mates.session_s,
    )


def _usual(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else NAN
