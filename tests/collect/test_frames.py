"""Readings in, Frames out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.collect import FrameBuilder
from console.collect.base import counters_grown, scopes_grown
from console.domain.errors import DeadlinePassed, Unreachable
from console.domain.frame import Column, Frame
from console.domain.readings import Counters
from console.domain.states import Attachment, Reach
from tests.support.fakesource import fleet, listed, says


class Steps:
    """A builder with a clock that moves by one second per Frame."""

    def __init__(self, **more: int) -> None:
        self.builder = FrameBuilder(1.0, **more)
        self.now_s = 100.0

    def read(self, *servers, **more) -> None:
        self.builder.fleet_read(fleet(servers, **more), self.now_s, 1.7e9)

    def fail(self) -> None:
        self.builder.fleet_failed(Unreachable("gone."))

    def status(self, name: str, *rest, **more) -> None:
        self.builder.status_read(name, says(name, *rest, **more), self.now_s)

    def frame(self) -> Frame:
        frame = self.builder.frame(self.now_s, 1.7e9 + self.now_s)
        self.now_s += 1.0
        return frame


def test_what_is_not_known_is_missing() -> None:
    it = Steps()
    empty = it.frame()
    assert (empty.seq, len(empty.rows), empty.balancer.reach, empty.balancer.age_s) == (1, 0, Reach.NEVER, math.inf)
    assert np.isnan(empty.values).all()
    it.read(listed("a", believed_connections=None, report_age_s=0.5), listed("b"))
    frame = it.frame()
    assert frame.at("a", Column.REPORT_AGE) == 0.5
    for column in Column:
        if column not in (Column.REPORT_AGE, Column.ROUTED_TOTAL, Column.LIMIT, Column.MISSES):
            assert math.isnan(frame.at("a", column)), column
    assert frame.at("b", Column.BELIEVED) == 3
    assert frame.at("a", Column.LIMIT) == 12
    used = [row.slot for row in frame.rows]
    assert np.isnan(np.delete(frame.values, used, axis=1)).all()
    assert not np.delete(frame.listed, used).any()


def test_frames_are_frozen_and_independent() -> None:
    it = Steps()
    it.read(listed("a"))
    it.status("a", connections=7)
    first = it.frame()
    with pytest.raises(ValueError, match="read-only"):
        first.values[0, 0] = 1.0
    it.status("a", connections=9)
    second = it.frame()
    assert (first.at("a", Column.TRUTH), second.at("a", Column.TRUTH)) == (7, 9)
    assert first.rows is second.rows


def test_truth_goes_missing_with_the_first_failure_and_its_age_grows() -> None:
    it = Steps()
    it.read(listed("a"))
    it.status("a", connections=7, started=10, max_connections=20, cpu=0.5)
    it.frame()
    it.read(listed("a"))
    it.builder.status_failed("a", DeadlinePassed("late."))
    frame = it.frame()
    assert math.isnan(frame.at("a", Column.TRUTH))
    assert math.isnan(frame.at("a", Column.CPU))
    assert (frame.at("a", Column.LAST_TRUTH), frame.at("a", Column.TRUTH_AGE)) == (7, 1)
    assert (frame.at("a", Column.MISSES), frame.at("a", Column.LIMIT)) == (1, 20)
    row = frame.rows.get("a")
    assert row is not None
    assert frame.reach[row.slot] == Reach.TIMEOUT
    assert frame.notes == {"a": "late."}
    it.read(listed("a"))
    it.status("a", connections=3)
    frame = it.frame()
    assert (frame.at("a", Column.TRUTH), frame.at("a", Column.MISSES), frame.notes) == (3, 0, {})


def test_belief_is_missing_while_the_balancer_is_and_truth_goes_on() -> None:
    it = Steps()
    it.read(listed("a", routed=10))
    it.status("a")
    it.frame()
    for misses in (1, 2):
        it.fail()
        it.status("a", connections=misses)
        frame = it.frame()
        assert math.isnan(frame.at("a", Column.BELIEVED))
        assert math.isnan(frame.at("a", Column.ROUTED))
        assert frame.at("a", Column.TRUTH) == misses
        assert (frame.balancer.misses, frame.balancer.reach, frame.balancer.age_s) == (
            misses,
            Reach.UNREACHABLE,
            misses,
        )
        assert frame.balancer.error == "gone."
        assert frame.attached.sum() == 1
        assert frame.fleet_delta is None
    it.read(listed("a", routed=16))
    frame = it.frame()
    assert (frame.at("a", Column.ROUTED), frame.balancer.misses) == (6, 0)


def test_started_counts_each_session_once() -> None:
    it = Steps()
    it.read(listed("a"))
    it.status("a", started=100)
    assert math.isnan(it.frame().at("a", Column.STARTED))
    it.status("a", started=103)
    it.status("a", started=105)
    assert it.frame().at("a", Column.STARTED) == 5
    assert math.isnan(it.frame().at("a", Column.STARTED)), "no new answer, no new number"
    it.status("a", started=2)
    assert math.isnan(it.frame().at("a", Column.STARTED)), "a counter that went down is a new base"
    it.status("a", started=4)
    assert it.frame().at("a", Column.STARTED) == 2


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.sampled_from(["i1", "i2"]), st.sampled_from(["b1", "b2"])), max_size=30)
)
def test_never_a_negative_rate_and_never_a_spike(readings: list[tuple[int, str, str]]) -> None:
    it = Steps()
    before: tuple[int, str, str] | None = None
    for routed, incarnation, balancer in readings:
        counters = Counters({"e": routed}, {"started": routed})
        it.read(listed("a", incarnation, routed), incarnation=balancer, fleet=counters, pools={"8k": counters})
        it.status("a", incarnation, 1, routed)
        frame = it.frame()
        delta = frame.at("a", Column.ROUTED)
        if before is None or before[1:] != (incarnation, balancer) or routed < before[0]:
            assert math.isnan(delta)
        else:
            assert delta == routed - before[0]
        if before is None or before[2] != balancer or routed < before[0]:
            assert frame.fleet_delta is None
            assert frame.pools_delta == {}
        else:
            assert frame.fleet_delta == Counters({"e": routed - before[0]}, {"started": routed - before[0]})
            assert frame.pools_delta == {"8k": frame.fleet_delta}
        assert not np.nanmin(frame.values[Column.STARTED], initial=0.0) < 0
        before = (routed, incarnation, balancer)


def test_counters_of_a_scope() -> None:
    known = Counters({"a": 1}, {"started": 5})
    assert counters_grown(None, known) is None
    assert counters_grown(Counters(), known) is None, "a scope that is told for the first time has no past"
    assert counters_grown(known, Counters({"a": 1, "b": 2}, {"started": 6})) == Counters(
        {"a": 0, "b": 2}, {"started": 1}
    )
    assert counters_grown(known, Counters({}, {"started": 6})) is None
    assert counters_grown(known, Counters({"a": 2}, {"started": 4})) is None
    assert scopes_grown({"x": known}, {"x": known, "y": known}) == {"x": Counters({"a": 0}, {"started": 0})}


def test_a_new_incarnation_breaks_the_line_whoever_says_so_first() -> None:
    it = Steps()
    it.read(listed("a", "i1"))
    it.status("a", "i1", 11, 50)
    old = it.frame().rows.get("a")
    it.status("a", "i2", 0, 0)
    it.read(listed("a", "i1"))
    frame = it.frame()
    new = frame.rows.get("a")
    assert old is not None
    assert new is not None
    assert (new.slot, new.epoch) == (old.slot, old.epoch + 1)
    assert (frame.at("a", Column.TRUTH), frame.at("a", Column.BELIEVED)) == (0, 3)
    assert math.isnan(frame.at("a", Column.STARTED))
    it.read(listed("a", "i2"))
    it.status("a", "i1", 11, 51)
    frame = it.frame()
    assert frame.rows.get("a").epoch == new.epoch  # type: ignore[union-attr]
    assert math.isnan(frame.at("a", Column.TRUTH)), "the old process is not this line's truth"
    assert frame.reach[new.slot] == Reach.WRONG_SERVER
    assert "i1" in frame.notes["a"]


def test_whoever_left_stays_a_row_for_its_history_and_comes_back_to_its_line() -> None:
    it = Steps(history_ticks=3)
    it.read(listed("a", routed=5), listed("b"))
    it.status("a", connections=7)
    it.frame()
    it.read(listed("b"))
    frame = it.frame()
    row = frame.rows.get("a")
    assert row is not None
    assert not frame.listed[row.slot]
    assert math.isnan(frame.at("a", Column.TRUTH))
    assert math.isnan(frame.at("a", Column.BELIEVED))
    assert (frame.at("a", Column.LAST_TRUTH), frame.at("a", Column.TRUTH_AGE)) == (7, 1)
    it.status("a", connections=9)  # was under way when it left
    it.read(listed("a", routed=9), listed("b"))
    frame = it.frame()
    assert frame.rows.get("a") == row
    assert math.isnan(frame.at("a", Column.ROUTED))
    assert math.isnan(frame.at("a", Column.TRUTH))
    for _ in range(5):
        it.read(listed("b"))
        frame = it.frame()
    assert frame.rows.get("a") is None
    assert np.isnan(frame.values[:, row.slot]).all()
    it.read(listed("b"), listed("c"))
    frame = it.frame()
    reused = frame.rows.get("c")
    assert reused is not None
    assert (reused.slot, reused.epoch) == (row.slot, row.epoch + 1)
    assert math.isnan(frame.at("c", Column.LAST_TRUTH))


def test_growing_keeps_what_was_there() -> None:
    it = Steps()
    it.read(*(listed(f"s{number}", routed=number) for number in range(300)))
    for number in range(300):
        it.status(f"s{number}", connections=number)
    it.frame()
    it.read(*(listed(f"s{number}", routed=number + 1) for number in range(1000)))
    frame = it.frame()
    assert frame.rows.capacity == 1500
    assert frame.values.shape == (len(Column), 1500)
    assert frame.listed.size == frame.reach.size == frame.attachment.size == 1500
    for number in (0, 150, 299):
        assert frame.at(f"s{number}", Column.TRUTH) == number
        assert frame.at(f"s{number}", Column.ROUTED) == 1
    assert math.isnan(frame.at("s999", Column.ROUTED))


def test_skew_is_shown_and_ages_do_not_know_it() -> None:
    for offset_s in (-3600.0, 0.0, 3600.0):
        it = Steps()
        it.read(listed("a", report_age_s=0.3), time=1.7e9 + offset_s)
        it.status("a", time=1.7e9 + offset_s)
        frame = it.frame()
        assert frame.balancer.skew_s == offset_s
        assert (frame.at("a", Column.REPORT_AGE), frame.at("a", Column.TRUTH_AGE), frame.balancer.age_s) == (
            0.3,
            0.0,
            0.0,
        )
        assert frame.attached.sum() == 1
        assert frame.attachment[frame.rows.get("a").slot] == Attachment.ATTACHED  # type: ignore[union-attr]
