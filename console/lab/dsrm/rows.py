"""One server in DSRM's table, as columns for an algorithm, and as a line for whoever asks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.dsrm import wire
from console.policy import PAUSE_INTERVALS, Candidates

REFUSED_BY: Final = {
    MAXIMUM_CLIENTS: "maximum_clients",
    CANNOT_CONNECT_TO_SERVER: "connect",
    CANNOT_CONNECT: "no_answer",
}


class Instant(NamedTuple):
    """One moment on both clocks: seconds that never step, and Unix seconds for labels."""

    mono_s: float
    wall_s: float


def _no_refusals() -> dict[str, int]:
    return dict.fromkeys(REFUSED_BY.values(), 0)


@dataclass(slots=True)
class Server:
    """One row. `report` is the newest report that is used, `received` the newest that came; they differ where it is ignored."""

    id: str
    report: wire.Report
    reported_at_s: float
    """Monotonic, when the report came."""
    received: wire.Report
    received_at_s: float
    since_s: float
    """Monotonic, when it joined, or was heard again after a pause."""
    detached: wire.Detached | None = None
    routed_anyway: bool | None = None
    """What a lying balancer does, whatever it shows; None: what it shows."""
    ignored: bool = False
    """Its reports are received, and not used."""
    in_flight: int = 0
    routed_total: int = 0
    refused_total: dict[str, int] = field(default_factory=_no_refusals)

    @classmethod
    def joining(cls, server: str, report: wire.Report, at_s: float) -> Server:
        """The row of a newcomer."""
        return cls(server, report, at_s, report, at_s, at_s)

    @property
    def attached(self) -> bool:
        """Whether it is shown as one that may be picked."""
        return self.detached is None

    @property
    def picked(self) -> bool:
        """Whether it may really be picked."""
        return self.attached if self.routed_anyway is None else self.routed_anyway

    def take(self, report: wire.Report, at_s: float, pause_s: float) -> None:
        """A newer report of the same life."""
        if at_s - self.received_at_s > pause_s:
            self.since_s = at_s
        self.received, self.received_at_s = report, at_s
        if not self.ignored:
            self.report, self.reported_at_s, self.in_flight = report, at_s, 0

    def count_anew(self) -> None:
        """The balancer starts anew and has routed nothing yet."""
        self.in_flight = self.routed_total = 0
        self.refused_total = _no_refusals()
        self.routed_anyway = None


def pause_s(report_interval_s: float) -> float:
    """Seconds without a report after which a server counts as having been away."""
    return PAUSE_INTERVALS * report_interval_s


def candidates(rows: list[Server], now: Instant, report_interval_s: float) -> Candidates:
    """The rows as an algorithm sees them."""
    columns = np.empty((5, len(rows)))
    for index, row in enumerate(rows):
        used, at_s = row.report, now.mono_s
        ages = (at_s - row.reported_at_s, row.in_flight, used.max_connections, at_s - row.since_s)
        columns[:, index] = (used.connections, *ages)
    return Candidates(*columns, report_interval_s=report_interval_s)


def line(row: Server, believed: float, now: Instant) -> wire.ServerLine:
    """One server as in the fleet."""
    report = row.report
    return wire.ServerLine(
        id=row.id,
        incarnation=report.incarnation,
        pool=report.pool,
        address=report.address,
        status_url=report.status_url,
        state="attached" if row.attached else "detached",
        max_connections=report.max_connections,
        weight=1.0,
        reported_connections=report.connections,
        reported_seq=report.seq,
        report_age_s=now.mono_s - row.reported_at_s,
        received_seq=row.received.seq,
        received_age_s=now.mono_s - row.received_at_s,
        believed_connections=None if math.isnan(believed) else int(believed) if believed.is_integer() else believed,
        in_flight=row.in_flight,
        routed_total=row.routed_total,
        refused_total=row.refused_total,
        detached=row.detached,
    )
