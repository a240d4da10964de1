"""A block gives back exactly what went in, and bytes that were changed give nothing but one sentence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.frame import Column
from console.domain.readings import Detachment
from console.domain.states import Reach
from console.record.recorder import BlockError, Tick, planes, rounded
from console.record.recorder.block import Block
from console.record.recorder.columns import NAMES, STEP
from console.record.recorder.packing import write_block
from tests.support.builders import FrameMaker, Server, make_fleet
from tests.support.busyfleet import busy_frames

AGES = {Column.TRUTH_AGE, Column.REPORT_AGE, Column.RECEIVED_AGE, Column.SENT_AGE, Column.LAG}


def ticks_of(frames, run=3):
    return [
        Tick(
            rounded(frame),
            np.round(np.linspace(-3, 9, frame.rows.capacity) * 4) / 4,
            np.arange(frame.rows.capacity, dtype=np.uint8) % 64,
            run,
            0.25,
            "disk full" if number % 2 else None,
        )
        for number, frame in enumerate(frames)
    ]


def assert_same(one: Tick, other: Tick) -> None:
    for name in (
        "seq",
        "mono_s",
        "wall_s",
        "interval_s",
        "balancer",
        "fleet",
        "fleet_delta",
        "pools",
        "notes",
        "detachments",
    ):
        assert getattr(one.frame, name) == getattr(other.frame, name) or name == "balancer", name
    for name in one.frame.balancer.__struct_fields__:
        np.testing.assert_equal(getattr(one.frame.balancer, name), getattr(other.frame.balancer, name))
    for name in ("values", "listed", "attachment", "reach"):
        np.testing.assert_array_equal(getattr(one.frame, name), getattr(other.frame, name))
        assert getattr(one.frame, name).dtype == getattr(other.frame, name).dtype
    assert one.frame.rows.rows == other.frame.rows.rows
    held = [row.slot for row in one.frame.rows]
    np.testing.assert_array_equal(one.gap[held], other.gap[held])
    np.testing.assert_array_equal(one.marks[held], other.marks[held])
    assert (one.run, one.lag_s, one.journal_error) == (other.run, other.lag_s, other.journal_error)


def test_every_number_and_every_fact_comes_back():
    ticks = ticks_of(busy_frames(40, 60))
    back = list(Block(write_block(ticks)))
    assert len(back) == 60
    for one, other in zip(ticks, back, strict=True):
        assert_same(one, other)


def test_servers_that_come_go_restart_and_fall_silent_come_back():
    maker, frames = FrameMaker(), []
    fleet = make_fleet(6)
    for poll in range(40):
        servers = fleet[: 3 + poll // 8] if poll % 7 else []
        servers = [replace(one, incarnation=f"inc-{poll // 5}") for one in servers]
        if poll % 3 == 0 and servers:
            servers[0] = replace(servers[0], truth=None, reach=Reach.TIMEOUT, age=None)
        detached = {"dsrs-002": Detachment("noc", 1.5, "=hot", None, None, None)} if poll % 4 else {}
        frame = maker.make(servers, balancer=poll % 11 != 5, detachments=detached)
        frames.append(replace(frame, notes={"dsrs-001": "no whole answer\n"} if poll % 5 else {}))
    ticks = ticks_of(frames)
    for one, other in zip(ticks, Block(write_block(ticks)), strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("polls", [1, 3])
def test_a_fleet_without_a_server_comes_back(polls):
    maker = FrameMaker()
    ticks = ticks_of([maker.make([]) for _ in range(polls)])
    back = list(Block(write_block(ticks)))
    assert len(back) == polls
    for one, other in zip(ticks, back, strict=True):
        assert_same(one, other)


def test_a_poll_written_alone_is_the_one_that_is_sealed_with_others():
    ticks = ticks_of(busy_frames(6, 5))
    for alone, sealed in zip(
        (next(iter(Block(write_block([tick])))) for tick in ticks), Block(write_block(ticks)), strict=True
    ):
        assert_same(alone, sealed)


counts = st.one_of(st.integers(0, 2**45).map(float), st.just(np.nan))
fractions = st.one_of(st.integers(0, 2**40).map(float), st.just(np.nan), st.floats(-1e6, 1e6))
"""A block keeps 2^52 steps of a number; a step of an age is 1/1024 s."""


@settings(max_examples=40)
@given(st.lists(st.tuples(counts, fractions, fractions), min_size=1, max_size=9))
def test_counts_are_exact_and_ages_lose_at_most_half_a_step(rows):
    maker = FrameMaker()
    frames = []
    for count, age, fraction in rows:
        frame = maker.make([Server("a")])
        values = frame.values.copy()
        values[Column.ROUTED_TOTAL, 0] = count
        values[Column.REPORT_AGE, 0], values[Column.BELIEVED, 0] = age, fraction
        frames.append(replace(frame, values=values))
    for frame, tick in zip(frames, Block(write_block(ticks_of(frames))), strict=True):
        np.testing.assert_array_equal(frame[Column.ROUTED_TOTAL][0], tick.frame[Column.ROUTED_TOTAL][0])
        for column in (Column.REPORT_AGE, Column.BELIEVED):
            before, after = frame[column][0], tick.frame[column][0]
            assert (np.isnan(before) and np.isnan(after)) or abs(before - after) <= STEP[column.name.lower()] / 2


def test_rounding_twice_changes_nothing_and_counts_nothing_at_all():
    frame = next(iter(busy_frames(30, 1)))
    once = rounded(frame)
    np.testing.assert_array_equal(once.values, rounded(once).values)
    for column in Column:
        step = STEP.get(NAMES[column])
        assert step is not None, f"{column.name} has no step: give it one in console/record/recorder/columns.py"
        difference = np.nanmax(np.abs(once[column] - frame[column]), initial=0.0)
        assert difference <= step / 2
    assert all(STEP[column.name.lower()] == 2.0**-7 for column in AGES)


def test_numbers_beyond_the_scale_stop_at_its_end_and_infinite_ones_are_missing():
    maker, most = FrameMaker(), 2.0**52
    frame = maker.make([Server("a"), Server("b"), Server("c")])
    for told in ([1e300, -1e300, 7.4], [np.inf, -np.inf, 7.4], [np.nan, 7.4, 2.0**52]):
        values = np.tile(np.array(told), (len(Column), 1))
        found = rounded(replace(frame, values=values)).values
        for column in Column:
            step = STEP[NAMES[column]]
            steps = [min(max(round(value / step), -most), most) if np.isfinite(value) else np.nan for value in told]
            np.testing.assert_array_equal(found[column], np.array(steps) * step)


def test_a_sample_costs_less_than_it_may():
    ticks = ticks_of(busy_frames(300, 60))
    told = sum(int((~np.isnan(tick.frame.values)).sum()) for tick in ticks)
    assert len(write_block(ticks)) / told < 0.6


@settings(max_examples=150)
@given(st.data())
def test_changed_bytes_are_told_in_one_sentence(data):
    body = bytearray(WHOLE)
    kind = data.draw(st.sampled_from(["flip", "cut", "longer", "zero"]))
    at = data.draw(st.integers(0, len(body) - 1))
    if kind == "flip":
        body[at] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del body[at:]
    elif kind == "longer":
        body += b"x"
    else:
        body[at:] = bytes(len(body) - at)
        if bytes(body) == WHOLE:
            return
    with pytest.raises(BlockError) as caught:
        list(Block(bytes(body)))
    assert "\n" not in str(caught.value)


WHOLE = write_block(ticks_of(busy_frames(5, 4)))


def test_some_columns_alone_are_the_same_and_the_others_are_missing():
    ticks = ticks_of(busy_frames(7, 9))
    for one, other in zip(Block(write_block(ticks)), Block(write_block(ticks)).only(["truth", "routed"]), strict=True):
        for column in Column:
            alone = column in (Column.TRUTH, Column.ROUTED)
            np.testing.assert_array_equal(other.frame[column], one.frame[column] if alone else np.nan)
        np.testing.assert_array_equal(one.gap, other.gap)
        np.testing.assert_array_equal(one.marks, other.marks)
        assert one.frame.fleet_delta == other.frame.fleet_delta


def test_one_fact_alone_is_the_same_and_what_did_not_change_is_told_once():
    block = Block(write_block(ticks_of(busy_frames(5, 8))))
    assert list(block.fact("fleet_delta")) == [known["fleet_delta"] for known in block.facts()]
    before, *others = [tick.frame for tick in block]
    assert all(frame.detachments is before.detachments and frame.rows is before.rows for frame in others)


@pytest.mark.parametrize("ticks", [1, 60, 255, 256, 300])
@pytest.mark.parametrize("most", [127, 2**15 - 1, 2**31 - 1, 2**52])
def test_steps_of_every_width_come_back_also_where_their_sums_are_wider(ticks, most):
    jumps = np.array([[most, -most - 1, 1, most]] * ticks, dtype=np.int64)
    jumps[::2, 3] = -most
    steps = np.cumsum(jumps, axis=0) if most < 2**52 else jumps
    missing = np.zeros(steps.shape, dtype=np.bool_)
    missing[1::3, 2] = True
    for sibling in (None, steps[:, ::-1] + 3):
        found, gone = planes.decode(planes.encode(steps, missing, sibling, 1), ticks, 4, sibling)
        np.testing.assert_array_equal(found, steps)
        np.testing.assert_array_equal(np.zeros_like(missing) if gone is None else gone, missing)
