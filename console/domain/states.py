"""The states of things, as enums. Unknown is always a member of its own."""

from __future__ import annotations

from enum import Enum, IntEnum


class Reach(IntEnum):
    """How the newest poll of one endpoint ended. Everything above OK means: no new truth in this Frame."""

    NEVER = 0
    """Not polled yet."""
    OK = 1
    UNREACHABLE = 2
    TIMEOUT = 3
    INVALID = 4
    DENIED = 5
    BUSY = 6
    WRONG_SERVER = 7
    NOT_ALLOWED = 8
    NO_ADDRESS = 9
    """The balancer lists no status address for it."""


class Attachment(IntEnum):
    """What the balancer says it does with a server."""

    UNKNOWN = -1
    DETACHED = 0
    ATTACHED = 1


class Priority(IntEnum):
    """Alarm priority; higher is worse."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """The word used on the wire and in files: low, medium, high."""
        return self.name.lower()


class Sight(Enum):
    """What the console can see of its fleet."""

    STARTING = "starting"
    CLEAR = "clear"
    LATE = "late"
    """The newest poll of the balancer failed, or the Frame is more than two polls old."""
    BLIND = "blind"
    """The balancer is unreachable for three polls, the engine is dead, or too much truth is missing."""
    TRUTH_NOT_REACHABLE = "truth_not_reachable"
    """Servers answer the balancer, but (nearly) none of them answers this workstation."""


class Verb(Enum):
    """What an operator can ask for."""

    DETACH = "detach"
    ATTACH = "attach"
    CUT = "cut"
    """Ends the sessions of a detached server at once."""


class Step(Enum):
    """The proof ladder of an action, and the ways it can end otherwise."""

    REFUSED = "refused"
    """By the console: nothing was sent."""
    REQUESTED = "requested"
    """The intent is on disk and the request has left."""
    ACCEPTED = "accepted"
    """The balancer answered 2xx."""
    REJECTED = "rejected"
    """The balancer answered with an error: nothing changed."""
    UNKNOWN = "unknown"
    """No answer, or one that proves nothing: being read back."""
    CONFIRMED = "confirmed"
    """The fleet, read again, shows the wanted state."""
    EFFECTIVE_WEAK = "effective_weak"
    """No new session for two report intervals, but too few were to be expected for that to prove much."""
    EFFECTIVE = "effective"
    """No new session for two report intervals while at least three would have come, or for 30 s. For attach: fresh reports.
    For cut: its own status tells fewer sessions by what was cut."""
    DRAINED = "drained"
    """Its own count is 0."""
    FAILED = "failed"
    """Read back: the wanted state never came, or was taken back."""
