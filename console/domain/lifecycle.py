"""The life-cycle of alarms after ISA-18.2 as values: where an alarm stands, who acknowledged it, what is shelved, what happened."""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from console.domain.alarms import Alarm
from console.domain.errors import ConsoleError
from console.domain.states import Priority

Key = tuple[str, str | None, str | None]
"""`Alarm.key`: rule, server or subject, incarnation."""


class LifecycleRefused(ConsoleError):
    """An order on an alarm that cannot be followed; one sentence says why and what to do. Nothing changed."""


class Standing(Enum):
    """The states of ISA-18.2. NORMAL is said of what has just left the list; nothing that is listed is normal."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    """Active, and nobody has acknowledged it."""
    ACKNOWLEDGED = "acknowledged"
    """Active, and somebody knows."""
    LATCHED = "latched"
    """Over, and nobody has acknowledged it: it stays until somebody does."""
    SHELVED = "shelved"
    """Set aside by an operator, for a time and a reason; active or not."""
    SUPPRESSED = "suppressed"
    """Active, and shown under the cause that explains it."""


_WAITS = (Standing.UNACKNOWLEDGED, Standing.LATCHED)
_ACKNOWLEDGED, _NORMAL = Standing.ACKNOWLEDGED, Standing.NORMAL


class Turn(Enum):
    """What can happen to an alarm."""

    RAISED = "raised"
    CLIMBED = "climbed"
    """Its priority rose: it alarms anew."""
    OTHER_CAUSE = "other_cause"
    """Something else is behind it now: it alarms anew."""
    SUPPRESSED = "suppressed"
    """Folded into a cause, on arrival or later."""
    RELEASED = "released"
    """Its cause went, and it stays: it alarms by itself unless it was acknowledged before."""
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    """By an operator, by its time, or because it got worse; `text` says which."""
    NOTED = "noted"
    FORGOTTEN = "forgotten"
    """The oldest of too many latched ones."""


class Remark(Struct, frozen=True):
    """What a person did or wrote: acknowledgement, note."""

    wall_s: float
    by: str
    text: str = ""


class Note(Struct, frozen=True):
    """What an operator wrote down: about an alarm, a server, or (neither) the situation. One line of bounded length."""

    wall_s: float
    by: str
    text: str
    mono_s: float | None = None
    """On this machine's monotonic clock; None: written by a console that did not keep it."""
    alarm: Key | None = None
    server: str | None = None
    """The server that it is about; of an alarm: the alarm's."""

    @property
    def about(self) -> str:
        """`gap:dsrs-007`, `dsrs-007`; empty: the situation."""
        if self.alarm is None:
            return self.server or ""
        rule, subject, _ = self.alarm
        return f"{rule}:{subject or 'fleet'}"


class Shelf(Struct, frozen=True):
    """Set aside until it runs out. `remaining_s` counts on the monotonic clock; `until_wall_s` is for labels."""

    by: str
    reason: str
    since_wall_s: float
    until_wall_s: float
    remaining_s: float


class Cycle(Struct, frozen=True):
    """One alarm in its life-cycle; its key is the alarm's. Immutable: each turn makes a new one."""

    alarm: Alarm
    """As last found; after it cleared, as it was then."""
    standing: Standing
    priority: Priority
    """The highest since it came, until it is acknowledged and over."""
    active: bool
    suppressed: bool
    """Explained by `alarm.under`, which says it for both."""
    told: bool
    """It has sounded for itself, and so must be acknowledged."""
    times: int
    """How often it was raised since it came."""
    came_wall_s: float
    """When it was first raised since it was last normal."""
    since_wall_s: float
    """When it came to stand where it stands."""
    first_out: bool = False
    cleared_wall_s: float | None = None
    acknowledgement: Remark | None = None
    """None: nobody has, or it alarmed anew since."""
    shelf: Shelf | None = None
    notes: tuple[Remark, ...] = ()
    """Oldest first."""
    hold_s: float = 0.0
    """After a restart of the console: for so long it stays active though no rule confirms it. 0: a rule says so, or it is over."""
    free: bool = False
    """It came behind an acknowledged cause and sounds for itself until it clears."""

    @property
    def key(self) -> Key:
        """Rule, server or subject, incarnation."""
        return self.alarm.key

    def acknowledged(self, said: Remark) -> Cycle:
        """The same, acknowledged while it waited."""
        standing = _ACKNOWLEDGED if self.active else _NORMAL
        return replace(self, standing=standing, since_wall_s=said.wall_s, acknowledgement=said)

    @property
    def waits(self) -> bool:
        """Whether it waits to be acknowledged."""
        return self.standing in _WAITS


class Happening(Struct, frozen=True):
    """One turn of one alarm: for sound, desktop notification, lines and records."""

    number: int
    """1, 2, 3.. of this run; a View carries the newest ones, so that who missed some Views finds what it has not seen."""
    turn: Turn
    key: Key
    name: str
    """`Alarm.name`."""
    priority: Priority
    standing: Standing
    """After it."""
    wall_s: float
    audible: bool = False
    """It asks for attention: a new alarm, or one that alarms anew."""
    by: str = ""
    text: str = ""
    """A note or a reason, verbatim; of UNSHELVED one of `order`, `expired`, `worse`."""


class Group(Struct, frozen=True):
    """Alarms with one cause, in one line: the first, and "N more"."""

    cause: str
    """Name of the alarm that explains them, else their rule."""
    first: Key
    """First out; of those that came together the worst."""
    priority: Priority
    """The worst of them."""
    count: int
    waiting: int
    """Of these, to be acknowledged."""
    lasting: bool = True
    """Whether one of those that wait is not over yet."""


class Flood(Struct, frozen=True):
    """Too many new alarms for one person (10 in 10 minutes by default)."""

    on: bool = False
    new: int = 0
    """New alarms within the window, so far as they sounded for themselves."""
    since_wall_s: float | None = None
    groups: tuple[Group, ...] = ()
    """While it is on: worst first."""
    more_groups: int = 0
    """Left off for want of room."""


class Raising(Struct, frozen=True):
    """One line of the alarm log: a new alarm that asked for attention."""

    wall_s: float
    name: str
    rule: str
    priority: Priority


class Memory(Struct, frozen=True):
    """What survives the console: the life-cycle of every listed alarm, notes, and the log of those raised."""

    cycles: tuple[Cycle, ...] = ()
    notes: tuple[Note, ...] = ()
    """Of alarms, servers and the situation; oldest first."""
    raisings: tuple[Raising, ...] = ()
    """Oldest first."""
    saved_wall_s: float | None = None
    """When it was last written; None: never."""
    running: tuple[Any, ...] = ()
    """What the rules left, as plain values: running delays, long windows."""


class Unseen(Enum):
    """What could not be seen."""

    ALL = "all"
    """The console itself stood still: nothing was polled."""
    BALANCER = "balancer"
    SERVER = "server"


class Blindness(Struct, frozen=True):
    """An interval without sight of one source, from the first Frame that lacks it to the first that has it again."""

    source: Unseen
    server: str | None
    start_wall_s: float
    start_mono_s: float
    cause: str
    """`timeout`, `unreachable`, .. (a `Reach` in small letters), or `stood_still`."""
    end_wall_s: float | None = None
    """None: still blind."""
    end_mono_s: float | None = None
    """None: still blind."""
