"""Answers that come late or twice, as from a cache or over a second way: they say nothing of now. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Generic, TypeVar

from console.domain.readings import FleetReading, StatusReading

_Reading = TypeVar("_Reading")


class Stale(Enum):
    """Why an answer is not used."""

    LATE = "late"
    """It is older than one that was used already."""
    REPEATED = "repeated"
    """It is one that was used already."""


def stale(newest: FleetReading | None, reading: FleetReading) -> Stale | None:
    """Holds an answer against the newest that was used. None: it is new.

    Its clock alone proves nothing, for clocks are set: late is what also takes back a count, a generation or a report.
    """
    if newest is None or newest.incarnation != reading.incarnation or reading.time > newest.time:
        return None
    if reading.time < newest.time:
        return Stale.LATE if _takes_back(newest, reading) else None
    same = (newest.generation, newest.servers, newest.fleet) == (reading.generation, reading.servers, reading.fleet)
    return Stale.REPEATED if same else None


def stale_status(newest: StatusReading | None, reading: StatusReading) -> Stale | None:
    """The same for a server. Late is what takes back its clock and, with it, its uptime, a count or the number of its report.

    One that tells no clock or no uptime may well say the same twice.
    """
    if newest is None or newest.incarnation != reading.incarnation:
        return None
    if any(now < before for before, now in _growing(newest, reading)):
        return Stale.LATE if _older(newest, reading) else None
    told = reading.time is not None and reading.uptime_s is not None
    return Stale.REPEATED if told and newest == reading else None


class Order(Generic[_Reading]):
    """The newest answer of one source. `stale` is one of the two above."""

    __slots__ = ("_newest", "_stale", "dropped")

    def __init__(self, stale: Callable[[_Reading | None, _Reading], Stale | None]) -> None:
        self._stale = stale
        self._newest: _Reading | None = None
        self.dropped = 0
        """Answers that came late or twice, and were not used."""

    def take(self, reading: _Reading) -> Stale | None:
        """Why it says nothing of now, and then it is counted; None: it is the newest from here on."""
        why = self._stale(self._newest, reading)
        if why is None:
            self._newest = reading
        else:
            self.dropped += 1
        return why


def _growing(newest: StatusReading, reading: StatusReading) -> list[tuple[float, float]]:
    """What only grows in one life, before and now; of numbers that both tell."""
    pairs = (
        (newest.uptime_s, reading.uptime_s),
        (newest.started_total, reading.started_total),
        (newest.completed_total, reading.completed_total),
        (newest.refused_total, reading.refused_total),
        (newest.sent_seq, reading.sent_seq),
    )
    return [(before, now) for before, now in pairs if before is not None and now is not None]


def _older(newest: StatusReading, reading: StatusReading) -> bool:
    """By its own clock: a counter alone may be reset in a life that goes on."""
    return newest.time is not None and reading.time is not None and reading.time < newest.time


def _takes_back(newest: FleetReading, reading: FleetReading) -> bool:
    if reading.generation < newest.generation:
        return True
    pairs: tuple[tuple[Mapping[str, int], Mapping[str, int]], ...] = (
        (newest.fleet.sessions_total, reading.fleet.sessions_total),
        (newest.fleet.errors_total, reading.fleet.errors_total),
    )
    if any(now.get(name, count) < count for before, now in pairs for name, count in before.items()):
        return True
    known = {(server.id, server.incarnation): server for server in newest.servers}
    for server in reading.servers:
        before = known.get((server.id, server.incarnation))
        if before is None or before.reported_seq is None or server.reported_seq is None:
            continue
        if server.reported_seq < before.reported_seq:
            return True
        younger = (server.report_age_s or 0.0) < (before.report_age_s or 0.0)
        if server.reported_seq == before.reported_seq and younger:
            return True  # the same report was younger then
    return False
