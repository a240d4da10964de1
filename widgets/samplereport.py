"""A report for the gallery and for tests."""

from __future__ import annotations

from widgets.reportpage import EvidenceRow, ReportData

_OCCURRENCE = """From January 21, 2025 (Tuesday) 04:07 - 15:43 (JST, UTC+09:00) [e1, e2]
The problem occurred particularly during the following times: [e2, e3]
・Around 09:12 to 11:38 (47% of the requests to -a-general/8k were refused) [e2]
・Around 15:42 to 15:43 (51% of the requests to -a-general/8k were refused) [e3]"""
_DETAILS = """Approximately 4.7% of the servers (2 of 43) were so overloaded that they were unable to function. [e4, e5]
1. dsrs-003 (-a-general/8k) was not reporting its number of sessions to the load balancer from 04:07:02 to 11:38:04. [e1]
2. The load balancer went on believing 0 sessions on dsrs-003, while the server itself told up to 12. [e4]
Why the reports of dsrs-003, dsrs-011 stayed away is under investigation. [e1]"""


def report() -> ReportData:
    """The incident of the note."""
    return ReportData(
        language="en",
        title="[tokyo-prod] Connection errors in WebSocket interface, synchronous HTTP interface",
        sections=(
            ("occurrence", "Date and time of occurrence", _OCCURRENCE),
            ("phenomenon", "Phenomenon", "At this time, the following errors were sent to the client program: [e6]"),
            ("details", "Details of the phenomenon and its cause", _DETAILS),
            ("measures", "Measures", "No server was separated from the load balancer in the recorded time. [e7]"),
            ("reference", "Reference", "Recording of tokyo-prod, 43,380 polls. [e7]"),
        ),
        evidence=tuple(
            EvidenceRow(
                f"e{number}", what, when, f"recording/blocks-*.bin: polls {number * 90} to {number * 90 + 40}", 1.7e9
            )
            for number, (what, when) in enumerate(
                (
                    ("report_age dsrs-003", "04:07:03 - 11:38:04"),
                    ("refused -a-general/8k", "09:12:02 - 11:38:01"),
                    ("refused -a-general/8k", "15:42:01 - 15:43:01"),
                    ("believed, truth dsrs-003", "04:07:03 - 09:12:09"),
                    ("truth, limit dsrs-011", "09:12:02 - 11:38:01"),
                    ("errors -a-general/8k", "09:12:02 - 15:43:01"),
                    ("polls", "04:00:01 - 16:03:00"),
                ),
                1,
            )
        ),
        revisions=("(Updated on 2025-01-24 17:35) [r1] noc-2: changed: Measures",),
        source="20250121-160300-tokyo-prod.dsrsnap",
        follows=True,
    )
