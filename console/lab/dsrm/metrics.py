"""GET /metrics of DSRM, as OpenMetrics text."""

from __future__ import annotations

from collections.abc import Iterable

from console.lab.dsrm.table import Instant, Server, Table
from console.lab.openmetrics import Family, exposition


def metrics(table: Table, now: Instant) -> bytes:
    """Routed, believed and report age per server; errors by text."""
    rows = list(table)

    def family(name: str, kind: str, text: str, values: Iterable[float]) -> Family:
        samples = [(_labels(row), value) for row, value in zip(rows, values, strict=True)]
        return Family(name, kind, text, samples)

    errors = [({"error": text}, float(count)) for text, count in table.counters.fleet.errors_total.items()]
    return exposition(
        [
            family("dsrm_routed", "counter", "Sessions sent to the server.", (row.routed_total for row in rows)),
            family("dsrm_reported_connections", "gauge", "Its last report.", (row.report.connections for row in rows)),
            family(
                "dsrm_report_age_seconds", "gauge", "Age of that report.", (now.mono_s - r.reported_at_s for r in rows)
            ),
            family("dsrm_server_attached", "gauge", "1: may be picked.", (row.attached for row in rows)),
            Family("dsrm_errors", "counter", "Errors by verbatim text.", errors),
            Family("dsrm_generation", "gauge", "Changes of membership or state.", [({}, float(table.generation))]),
        ]
    )


def _labels(row: Server) -> dict[str, str]:
    return {"server": row.id, "pool": row.report.pool}
