"""Where reports are lost: four injected faults, and what cannot be told."""

from __future__ import annotations

import math

import pytest

from console.domain.alarms import Fault
from console.domain.frame import Column
from console.domain.states import Reach
from tests.support.builders import Server, make_fleet
from tests.support.judged import Judged
from tests.support.proofs import INJECTED, verdicts

R = 0.5


class Pipeline:
    """One server's reports on their way: sent, received, used by the pick. Each stage may stop."""

    def __init__(self, watch: Judged, server: Server) -> None:
        self.watch, self.server = watch, server
        self.stops: Fault | None = None
        self.sent = self.received = self.used = 100
        self.sent_age = self.received_age = self.used_age = 0.1

    def poll(self) -> None:
        """One second: two reports, as far as they get."""
        fault, server = self.stops, self.server
        self.sent, self.sent_age = (self.sent, self.sent_age + 1) if fault is Fault.NOT_SENT else (self.sent + 2, 0.1)
        arrives = fault not in (Fault.NOT_SENT, Fault.NOT_RECEIVED)
        self.received_age = 0.1 if arrives else self.received_age + 1
        if fault is Fault.IGNORED:
            self.received = 7  # it counts from the beginning again: not newer than what the balancer holds
        elif arrives:
            self.received = self.sent
        counts = fault is None
        self.used, self.used_age = (self.received, 0.1) if counts else (self.used, self.used_age + 1)
        server.age, server.routed_total = self.used_age, server.routed_total + 1
        server.values = {
            Column.SENT_SEQ: self.sent, Column.SENT_AGE: self.sent_age, Column.SENT_CONNECTIONS: 3.0,
        }  # fmt: skip

    def frame(self) -> None:
        self.poll()
        frame = self.watch.frames.make(self.watch.fleet, errors={"no": 0}, sessions={"started": 0})
        slot = frame.rows.get(self.server.id).slot  # type: ignore[union-attr]
        frame.values.flags.writeable = True
        frame.values[Column.RECEIVED_SEQ, slot], frame.values[Column.RECEIVED_AGE, slot] = (
            self.received,
            self.received_age,
        )
        frame.values[Column.REPORTED_SEQ, slot] = self.used
        for column, value in self.override.items():
            frame.values[column, slot] = value
        frame.values.flags.writeable = False
        self.watch.now = self.watch.detectors.step(frame, self.watch.estimator.step(frame))

    override: dict[Column, float] = {}  # noqa: RUF012  replaced per test, never changed


def pipeline() -> Pipeline:
    watch = Judged(*make_fleet(20), report_interval=R)
    line = Pipeline(watch, watch.fleet[4])
    for _ in range(5):
        line.frame()
    assert not watch.now.silences and not watch.now.alarms
    return line


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.NOT_RECEIVED, Fault.STUCK, Fault.IGNORED])
def test_the_verdict_is_right_within_three_report_intervals_and_a_poll(fault: Fault) -> None:
    line = pipeline()
    line.stops = fault
    for _ in range(math.ceil(3 * R) + 1):
        line.frame()
    (found,) = line.watch.now.silences
    assert (found.server, found.fault) == (line.server.id, fault)
    assert found.evidence["used_seq"] == line.used and found.evidence["received_seq"] == line.received
    assert line.watch.now.suspects[0].because["fault"] == fault.value
    line.stops = None
    for _ in range(12):
        line.frame()
    assert not line.watch.now.silences


@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        (Fault.NOT_SENT, Column.SENT_SEQ), (Fault.NOT_SENT, Column.SENT_AGE), (Fault.NOT_RECEIVED, Column.RECEIVED_SEQ),
        (Fault.NOT_RECEIVED, Column.RECEIVED_AGE), (Fault.STUCK, Column.REPORTED_SEQ), (Fault.IGNORED, Column.RECEIVED_SEQ),
    ],
)  # fmt: skip
def test_without_a_number_of_one_side_nothing_is_said(fault: Fault, missing: Column) -> None:
    line = pipeline()
    line.stops, line.override = fault, {missing: math.nan}
    for _ in range(4):
        line.frame()
    assert [silence.fault for silence in line.watch.now.silences] == [Fault.CANNOT_TELL]


def test_a_pick_that_compares_another_number_than_the_report_ignores_it() -> None:
    line = pipeline()
    line.server.truth = line.server.belief = 9
    line.override = {Column.BELIEVED: 0.0}
    for _ in range(4):
        line.frame()
    assert {alarm.rule for alarm in line.watch.now.alarms} >= {"gap"}
    assert [silence.fault for silence in line.watch.now.silences] == [Fault.IGNORED]
    line.override = {
        Column.BELIEVED: 0.0,
        Column.IN_FLIGHT: -9.0,
    }  # it counts what it sent: that is no fault of the report
    line.frame()
    assert not line.watch.now.silences


def test_a_server_that_cannot_be_asked_leaves_its_half_open() -> None:
    line = pipeline()
    line.stops, line.server.reach = Fault.NOT_SENT, Reach.TIMEOUT
    line.override = {Column.SENT_SEQ: math.nan, Column.SENT_AGE: math.nan}
    for _ in range(4):
        line.frame()
    assert [silence.fault for silence in line.watch.now.silences] == [Fault.CANNOT_TELL]


def test_a_status_that_was_read_long_after_the_newest_report_is_no_silence_of_the_server() -> None:
    """The server of this seed is polled so that its newest report and the age of its status are more than the limit together."""
    assert verdicts(26) == {kind: fault.value for kind, fault in INJECTED.items()}
