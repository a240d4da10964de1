"""Answers of the balancer that come late or twice, as from a cache or over a second way: they say nothing of now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from console.domain.readings import FleetReading


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
