"""Readings in, Frames out. No I/O and no clock: times are passed in, so that it is tested with values alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import attrgetter

import numpy as np

from console.collect.base import counters_grown, grown, scopes_grown
from console.collect.rows import HISTORY_TICKS, Holder, RowKeeper, Voice
from console.domain.errors import SourceError, WrongServer
from console.domain.frame import NAN, Balancer, Column, Floats, Frame
from console.domain.readings import Counters, Detachment, FleetReading, ServerEntry, StatusReading
from console.domain.states import Attachment, Reach

# Which field of a reading fills which column.
_FROM_STATUS: Mapping[Column, str] = {
    Column.TRUTH: "connections",
    Column.STARTED_TOTAL: "started_total",
    Column.REFUSED_TOTAL: "refused_total",
    Column.LIMIT: "max_connections",
    Column.MEMORY_USED: "memory_used_bytes",
    Column.MEMORY_LIMIT: "memory_limit_bytes",
    Column.MEMORY_PRESSURE: "memory_pressure",
    Column.CPU: "cpu",
    Column.LAG: "lag_s",
    Column.SENT_SEQ: "sent_seq",
    Column.SENT_AGE: "sent_age_s",
    Column.SENT_CONNECTIONS: "sent_connections",
    Column.SESSION_AGE_P50: "session_age_p50_s",
    Column.SESSION_AGE_P90: "session_age_p90_s",
    Column.SESSION_AGE_MAX: "session_age_max_s",
    Column.SESSION_LENGTH_P50: "session_length_p50_s",
    Column.SESSION_LENGTH_P90: "session_length_p90_s",
    Column.UPTIME: "uptime_s",
    Column.FIRST_RESULT: "first_result_p95_s",
    Column.SKEW: "time",  # its own clock; what is ahead of ours is worked out with the Frame
}
_FROM_FLEET: Mapping[Column, str] = {
    Column.BELIEVED: "believed_connections",
    Column.REPORTED: "reported_connections",
    Column.REPORT_AGE: "report_age_s",
    Column.REPORTED_SEQ: "reported_seq",
    Column.RECEIVED_AGE: "received_age_s",
    Column.RECEIVED_SEQ: "received_seq",
    Column.IN_FLIGHT: "in_flight",
    Column.ROUTED_TOTAL: "routed_total",
    Column.LIMIT: "max_connections",
    Column.WEIGHT: "weight",
}
_STATUS_ROWS = np.array(list(_FROM_STATUS), dtype=np.intp)
_FLEET_ROWS = np.array(list(_FROM_FLEET), dtype=np.intp)
_status_values = attrgetter(*_FROM_STATUS.values())
_fleet_values = attrgetter(*_FROM_FLEET.values())
_TRUTH = list(_FROM_STATUS).index(Column.TRUTH)
_STARTED = list(_FROM_STATUS).index(Column.STARTED_TOTAL)
_OWN_LIMIT = list(_FROM_STATUS).index(Column.LIMIT)
_ROUTED = list(_FROM_FLEET).index(Column.ROUTED_TOTAL)
_LISTED_LIMIT = list(_FROM_FLEET).index(Column.LIMIT)


class FrameBuilder:
    """Keeps what was last read of each server and of the balancer, and makes one Frame of it per tick.

    `fleet_read` or `fleet_failed` once per tick, `status_read` and `status_failed` whenever they come, then `frame`.
    """

    def __init__(self, interval_s: float = 1.0, history_ticks: int = HISTORY_TICKS) -> None:
        self._interval_s = interval_s
        self._keeper = RowKeeper(history_ticks)
        self._seq = 0
        self._fleet: FleetReading | None = None
        self._fleet_at_s = -np.inf
        self._news = False
        """The balancer was read in this tick."""
        self._misses = 0
        self._failure: SourceError | None = None
        self._skew_s = NAN
        self._fleet_delta: Counters | None = None
        self._pools_delta: Mapping[str, Counters] = {}
        self._detachments: Mapping[str, Detachment] = {}
        self._notes: dict[str, str] = {}
        self._allocate(0)
        self._make_room()

    # What was read

    def fleet_read(self, reading: FleetReading, mono_s: float, wall_s: float) -> None:
        """A good answer of the balancer. `wall_s`: our wall clock at about the time that it tells (skew)."""
        before = self._fleet
        settled = self._keeper.settle(reading.servers, self._seq + 1)
        slots = settled.slots
        self._make_room()
        for slot in settled.broken:
            self._break(slot)
        same = before is not None and before.incarnation == reading.incarnation
        self._fleet_delta = counters_grown(before.fleet, reading.fleet) if before is not None and same else None
        self._pools_delta = scopes_grown(before.pools, reading.pools) if before is not None and same else {}

        was = self._told[_ROUTED].copy() if same else np.full(self._keeper.capacity, NAN)
        was[settled.broken + settled.rebased] = NAN
        was[~self._listed] = NAN  # it left and came back: what it got meanwhile belongs to no poll
        self._told[:] = NAN
        self._told[:, slots] = _matrix(reading.servers)
        self._routed = grown(was, self._told[_ROUTED])
        self._listed[:] = False
        self._listed[slots] = True
        self._attachment[:] = Attachment.UNKNOWN
        self._attachment[slots] = [server.attachment for server in reading.servers]
        self._fresh &= self._listed
        self._reach[~self._listed] = Reach.NEVER
        self._detachments = {server.id: server.detached for server in reading.servers if server.detached is not None}
        if self._notes:
            listed = {server.id for server in reading.servers}
            self._notes = {name: note for name, note in self._notes.items() if name in listed}

        self._fleet, self._fleet_at_s = reading, mono_s
        self._skew_s = reading.time - wall_s
        self._news, self._misses, self._failure = True, 0, None

    def fleet_failed(self, error: SourceError) -> None:
        """No reading of the balancer in this tick."""
        self._misses += 1
        self._failure = error

    def status_read(self, server: str, reading: StatusReading, mono_s: float) -> None:
        """A good answer of one server, received at `mono_s`. A server that is no longer listed is passed over."""
        who = self._holder(server)
        if who is None:
            return
        slot = who.slot
        voice = self._keeper.heard(who, reading.incarnation)
        if voice is Voice.FORMER:
            self.status_failed(
                server,
                WrongServer(
                    f"It still answers as incarnation {reading.incarnation}, which was replaced by {who.current}."
                ),
            )
            return
        if voice is Voice.NEW:
            self._break(slot)
        base = self._started_base[slot]
        self._said[:, slot] = _status_values(reading)  # None becomes NaN
        started = self._said[_STARTED, slot]
        if started >= base:
            sooner = self._started[slot]  # of a poll since the newest Frame
            self._started[slot] = started - base + (0.0 if math.isnan(sooner) else sooner)
        self._started_base[slot] = started
        self._last_truth[slot] = self._said[_TRUTH, slot]
        self._truth_at_s[slot] = mono_s
        self._fresh[slot] = True
        self._reach[slot] = Reach.OK
        self._polls_missed[slot] = 0.0
        self._notes.pop(server, None)

    def status_failed(self, server: str, error: SourceError) -> None:
        """A poll of one server failed: its truth is missing from now on, its last one stays with its age."""
        who = self._holder(server)
        if who is None:
            return
        self._fresh[who.slot] = False
        self._reach[who.slot] = error.reach
        self._polls_missed[who.slot] += 1.0
        self._notes[server] = str(error)

    def slept(self) -> None:
        """The machine was suspended: what was last read keeps its age, and counts as the truth of now no more."""
        self._fresh[:] = False
        self._reach[:] = Reach.NEVER

    # What comes out

    def frame(self, mono_s: float, wall_s: float) -> Frame:
        """The Frame of this tick."""
        self._seq += 1
        listed = self._listed.copy()
        values = np.full((len(Column), self._keeper.capacity), NAN)
        if self._news:
            values[_FLEET_ROWS] = self._told
            values[Column.ROUTED] = self._routed
        values[_STATUS_ROWS] = np.where(self._fresh, self._said, NAN)
        own = self._said[_OWN_LIMIT]
        values[Column.LIMIT] = np.where(np.isnan(own), self._told[_LISTED_LIMIT], own)
        values[Column.LIMIT, ~listed] = NAN
        values[Column.STARTED] = np.where(self._fresh, self._started, NAN)
        values[Column.TRUTH_AGE] = mono_s - self._truth_at_s
        values[Column.SKEW] -= wall_s - values[Column.TRUTH_AGE]
        values[Column.LAST_TRUTH] = self._last_truth
        values[Column.MISSES] = np.where(listed, self._polls_missed, NAN)
        attachment, reach = self._attachment.copy(), self._reach.copy()
        for array in (values, listed, attachment, reach):
            array.setflags(write=False)
        fleet = self._fleet
        frame = Frame(
            seq=self._seq,
            mono_s=mono_s,
            wall_s=wall_s,
            interval_s=self._interval_s,
            balancer=self._balancer(mono_s),
            rows=self._keeper.table,
            values=values,
            listed=listed,
            attachment=attachment,
            reach=reach,
            fleet=fleet.fleet if fleet else Counters(),
            fleet_delta=self._fleet_delta if self._news else None,
            pools=fleet.pools if fleet else {},
            pools_delta=self._pools_delta if self._news else {},
            interfaces=fleet.interfaces if fleet else {},
            detachments=self._detachments,
            notes=dict(self._notes),
            changes=fleet.changes if fleet else (),
        )
        self._news = False
        self._started[:] = NAN
        return frame

    # Own

    def _holder(self, server: str) -> Holder | None:
        who = self._keeper.get(server)
        return who if who is not None and self._listed[who.slot] else None

    def _balancer(self, mono_s: float) -> Balancer:
        failure, fleet = self._failure, self._fleet
        quiet = Reach.OK if fleet else Reach.NEVER
        reach = failure.reach if failure is not None else quiet
        error = None if failure is None else str(failure)
        if fleet is None:
            return Balancer(reach, float("inf"), self._misses, error)
        return Balancer(
            reach=reach,
            age_s=max(0.0, mono_s - self._fleet_at_s),
            misses=self._misses,
            error=error,
            id=fleet.balancer_id,
            incarnation=fleet.incarnation,
            generation=fleet.generation,
            etag=fleet.etag,
            algorithm=fleet.algorithm,
            algorithm_parameters=fleet.algorithm_parameters,
            report_interval_s=fleet.report_interval_s,
            time=fleet.time,
            skew_s=self._skew_s,
            changes_known=fleet.changes_known,
        )

    def _break(self, slot: int) -> None:
        """A new holder or incarnation: nothing of the one before may be seen in its line."""
        self._said[:, slot] = NAN
        for array in (self._started, self._started_base, self._last_truth, self._truth_at_s):
            array[slot] = NAN
        self._polls_missed[slot] = 0.0
        self._fresh[slot] = False
        self._reach[slot] = Reach.NEVER

    def _allocate(self, capacity: int) -> None:
        self._said = np.full((len(_FROM_STATUS), capacity), NAN)
        """Newest good status; of one that fails since, only LIMIT is still used."""
        self._told = np.full((len(_FROM_FLEET), capacity), NAN)
        """Newest good fleet reading."""
        self._routed, self._started, self._started_base = (np.full(capacity, NAN) for _ in range(3))
        self._last_truth, self._truth_at_s = (np.full(capacity, NAN) for _ in range(2))
        self._polls_missed = np.zeros(capacity)
        self._fresh, self._listed = (np.zeros(capacity, np.bool_) for _ in range(2))
        self._attachment = np.full(capacity, Attachment.UNKNOWN, np.int8)
        self._reach = np.full(capacity, Reach.NEVER, np.uint8)

    def _make_room(self) -> None:
        """Follows the keeper's capacity; what is there stays where it is."""
        have, capacity = self._listed.size, self._keeper.capacity
        if have == capacity:
            return
        names = ("_said", "_told", "_routed", "_started", "_started_base", "_last_truth", "_truth_at_s")
        names += ("_polls_missed", "_fresh", "_listed", "_attachment", "_reach")
        kept = {name: getattr(self, name) for name in names}
        self._allocate(capacity)
        for name, array in kept.items():
            getattr(self, name)[..., :have] = array


def _matrix(servers: tuple[ServerEntry, ...]) -> Floats:
    """Shape (len(_FROM_FLEET), servers); None becomes NaN."""
    if not servers:
        return np.empty((len(_FROM_FLEET), 0))
    return np.array(list(map(_fleet_values, servers)), dtype=np.float64).T
