"""The Frame: one poll of one fleet, immutable, read by everybody. Missing is NaN, never 0."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from enum import IntEnum

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from console.domain.readings import Change, Counters, Detachment
from console.domain.states import Attachment, Reach

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NAN = math.nan


class Column(IntEnum):
    """One float64 number per slot; the docstring is the unit and the source. NaN: not told, or not known in this Frame."""

    TRUTH = 0
    """Sessions, by the DSRS itself. NaN as soon as its newest poll failed."""
    TRUTH_AGE = 1
    """Seconds since the newest good status of this slot (also while polls fail). NaN: never had one."""
    LAST_TRUTH = 2
    """Sessions of the newest good status, however old; read it together with TRUTH_AGE."""
    BELIEVED = 3
    """Sessions, the number that the balancer's pick compares."""
    REPORTED = 4
    """Sessions in the newest report that the balancer uses."""
    REPORT_AGE = 5
    """Seconds since that report, on the balancer's clock. NaN: never reported, or not told."""
    REPORTED_SEQ = 6
    RECEIVED_AGE = 7
    RECEIVED_SEQ = 8
    IN_FLIGHT = 9
    """Sessions that the balancer sent since that report."""
    ROUTED_TOTAL = 10
    """Counter of the balancer."""
    ROUTED = 11
    """New sessions sent since the previous good fleet reading. NaN on a new base (join, restart, reset)."""
    STARTED_TOTAL = 12
    """Counter of the DSRS."""
    STARTED = 13
    """Sessions it started since its previous good status. NaN on a new base."""
    REFUSED_TOTAL = 14
    """Counter of the DSRS: sessions it refused."""
    LIMIT = 15
    """Most sessions it takes: its own word, else the balancer's."""
    WEIGHT = 16
    MEMORY_USED = 17
    """Bytes."""
    MEMORY_LIMIT = 18
    """Bytes."""
    MEMORY_PRESSURE = 19
    """Share of time stalled for memory over 10 s, 0 to 1."""
    CPU = 20
    """Utilisation, 0 to 1."""
    LAG = 21
    """Seconds of audio fed but not recognised."""
    SENT_SEQ = 22
    SENT_AGE = 23
    """Seconds since the DSRS sent its newest report, on its own clock."""
    SENT_CONNECTIONS = 24
    SESSION_AGE_P50 = 25
    SESSION_AGE_P90 = 26
    SESSION_AGE_MAX = 27
    SESSION_LENGTH_P50 = 28
    SESSION_LENGTH_P90 = 29
    UPTIME = 30
    MISSES = 31
    """Failed status polls in a row; 0 after a good one."""
    FIRST_RESULT = 32
    """Seconds until the first result of a session, 95th percentile, by the DSRS."""
    SKEW = 33
    """Seconds that the clock of the DSRS is ahead of ours."""


_ATTACHED, _DETACHED, _OK, _NEVER = map(int, (Attachment.ATTACHED, Attachment.DETACHED, Reach.OK, Reach.NEVER))
"""Plain numbers: numpy takes five times as long to compare with a member of an enumeration."""


def or_else(values: Floats, other: float = 0.0) -> Floats:
    """`values`, with `other` where they are missing: for sums, in which what is not known counts for nothing."""
    filled = values.copy()
    np.copyto(filled, other, where=np.isnan(values))
    return filled


def slots_of(flags: Bools) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The slots that are true, in order."""
    return flags.nonzero()[0]


def count(flags: Bools) -> int:
    """How many are true; `np.sum` takes ten times as long for as many as a fleet has."""
    return int(np.count_nonzero(flags))


class Row(Struct, frozen=True):
    """Who holds a slot. The key is the id; a new incarnation or a new holder gets a new epoch, which breaks the line."""

    slot: int
    id: str
    incarnation: str | None
    pool: str | None
    epoch: int
    address: str | None = None


class RowTable:
    """Slots and their holders. Immutable, and shared between Frames until membership changes."""

    __slots__ = ("_by_id", "rows", "version")

    def __init__(self, rows: tuple[Row | None, ...], version: int) -> None:
        self.rows = rows
        """Index = slot; None: free."""
        self.version = version
        """Grows with each change."""
        self._by_id = {row.id: row for row in rows if row is not None}

    @property
    def capacity(self) -> int:
        """Number of slots, used and free: the length of every column."""
        return len(self.rows)

    def get(self, server: str) -> Row | None:
        """The row of an id, or None."""
        return self._by_id.get(server)

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self.rows if row is not None)

    def __len__(self) -> int:
        return len(self._by_id)


class Balancer(Struct, frozen=True):
    """The balancer as of this Frame. `age_s` is inf until it answered once."""

    reach: Reach
    age_s: float
    """Seconds since the newest good fleet reading, at the time of the Frame (our monotonic clock)."""
    misses: int
    """Failed fleet polls in a row."""
    error: str | None = None
    """Why the newest poll failed, one sentence."""
    id: str | None = None
    incarnation: str | None = None
    generation: int | None = None
    etag: str | None = None
    algorithm: str | None = None
    algorithm_parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    report_interval_s: float | None = None
    time: float | None = None
    """Its own clock, Unix seconds, at the newest good reading."""
    skew_s: float = NAN
    """Its clock minus ours."""
    changes_known: bool | None = None
    """`Frame.changes` reach up to this generation; False: they could not be read this time; None: it tells none."""


class Frame(Struct, frozen=True, eq=False):
    """One poll of one fleet. Arrays are read-only and as long as `rows.capacity`; free slots hold NaN and False."""

    seq: int
    """1, 2, 3.. of this feed; never skips."""
    mono_s: float
    wall_s: float
    interval_s: float
    """The poll interval T."""
    balancer: Balancer
    rows: RowTable
    values: Floats
    """Shape (len(Column), capacity)."""
    listed: Bools
    """In the newest good fleet reading."""
    attachment: NDArray[np.int8]
    """`Attachment` per slot."""
    reach: NDArray[np.uint8]
    """`Reach` of the newest status poll per slot."""
    fleet: Counters = field(default_factory=Counters)
    """Counters since the balancer's start."""
    fleet_delta: Counters | None = None
    """The same since the previous good reading; None on a new base or when this poll failed."""
    pools: Mapping[str, Counters] = field(default_factory=dict[str, Counters])
    pools_delta: Mapping[str, Counters] = field(default_factory=dict[str, Counters])
    interfaces: Mapping[str, Counters] = field(default_factory=dict[str, Counters])
    detachments: Mapping[str, Detachment] = field(default_factory=dict[str, Detachment])
    """By server id."""
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    """By server id: why its newest status poll failed, one sentence."""
    changes: tuple[Change, ...] = ()
    """The balancer's own log since its start, the newest part of it, oldest first."""

    def __getitem__(self, column: Column) -> Floats:
        return self.values[column]

    @property
    def attached(self) -> Bools:
        """Listed and attached."""
        return self.listed & (self.attachment == _ATTACHED)

    @property
    def detached(self) -> Bools:
        """Listed and detached."""
        return self.listed & (self.attachment == _DETACHED)

    @property
    def tried(self) -> Bools:
        """Listed, and polled at least once."""
        return self.listed & (self.reach != _NEVER)

    @property
    def unread(self) -> Bools:
        """Those of `tried` whose newest status poll failed."""
        return self.tried & (self.reach != _OK)

    def at(self, server: str, column: Column) -> float:
        """One number of one server; NaN where it has no row."""
        row = self.rows.get(server)
        return NAN if row is None else float(self.values[column, row.slot])
