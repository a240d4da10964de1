"""A healthy fleet that lives, over a grid of report interval, poll and load: nothing but its restarts is told."""

from __future__ import annotations

import pytest

from tests.support.healthyday import Cell, run_cell

HOUR_S = 3600.0


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        (Cell(report_s=10.0, poll_s=5.0, limit=100, session_s=180.0, rate=1.5), HOUR_S),
        (Cell(report_s=5.0, poll_s=2.0, limit=100, session_s=180.0, rate=3.0), 900.0),
        (Cell(report_s=0.25, poll_s=1.0, limit=12, session_s=12.0, rate=3.0), 600.0),
        (Cell(report_s=1.0, poll_s=2.0, limit=100, session_s=180.0, rate=8.0), 600.0),
    ],
    ids=str,
)
def test_no_false_alarm_where_the_herd_number_is_small(cell: Cell, seconds: float) -> None:
    found = run_cell(cell, seed=7, seconds=seconds)
    assert cell.herd_number < 0.25 and found.lives > 60, "all servers were replaced once, and some more often"
    assert found.false == {}, found.examples
    assert found.restarts >= 0.9 * found.lives - 3


def test_a_console_that_has_just_started_beside_a_long_report_interval_calls_nobody_hot() -> None:
    cell = Cell(report_s=10.0, poll_s=1.0, limit=100, session_s=180.0, rate=1.5)
    found = run_cell(cell, seed=1, seconds=30.0)
    assert found.false == {}, found.examples


def test_a_lost_report_makes_no_gap_at_a_long_interval() -> None:
    cell = Cell(report_s=10.0, poll_s=1.0, limit=100, session_s=180.0, rate=1.5)
    found = run_cell(cell, seed=3, seconds=1200.0, lost_reports=0.01)
    assert found.false.keys() <= {"silent"}, found.examples
