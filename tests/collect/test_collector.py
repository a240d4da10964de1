"""The poll loop in virtual time."""

from __future__ import annotations

import asyncio
import itertools
import math

import numpy as np
import pytest

from console.collect import Collector, PollSettings
from console.domain.errors import Busy, Denied, Unreachable
from console.domain.frame import Column, Frame
from console.domain.states import Reach
from tests.support.fakesource import FakeSource, Trouble, listed, says
from tests.support.virtualtime import VirtualClock, run_virtually

NAMES = tuple(f"dsrs-{number:03d}" for number in range(50))


async def take(collector: Collector, count: int, each=None) -> list[Frame]:
    """The next Frames; `each` is called with every one."""
    frames: list[Frame] = []
    feed = collector.frames()
    async for frame in feed:
        frames.append(frame)
        if each is not None:
            each(frame)
        if len(frames) == count:
            break
    await feed.aclose()  # type: ignore[attr-defined]
    return frames


def polled(source: FakeSource, count: int, settings: PollSettings | None = None, each=None) -> list[Frame]:
    async def work(clock: VirtualClock) -> list[Frame]:
        collector = Collector(source, clock, settings)
        try:
            return await take(collector, count, (lambda frame: each(frame, clock)) if each else None)
        finally:
            await collector.close()
            assert source.closed
            assert len(asyncio.all_tasks()) == 1

    return run_virtually(work)


def test_one_frame_an_interval_and_one_poll_a_server() -> None:
    source = FakeSource(*NAMES)
    frames = polled(source, 11)
    assert [frame.seq for frame in frames] == list(range(1, 12))
    assert [frame.mono_s for frame in frames] == pytest.approx(list(range(11)))
    assert set(source.polls.values()) == {10}
    for frame in frames[1:]:
        assert (frame.reach[frame.listed] == Reach.OK).all()
        assert (frame[Column.TRUTH_AGE][frame.listed] < 1.0).all()
    firsts = sorted(times[0] for times in source.at_s.values())
    assert firsts[-1] - firsts[0] > 0.6, "spread over the interval"


def test_a_slow_host_delays_nobody_and_never_has_two_requests() -> None:
    source = FakeSource(*NAMES)
    source.delays_s[NAMES[0]] = 7.3
    frames = polled(source, 30)
    assert source.most_under_way == 1
    assert {source.polls[name] for name in NAMES[1:]} == {29}
    assert 3 <= source.polls[NAMES[0]] <= 5
    assert [frame.mono_s for frame in frames] == pytest.approx(list(range(30)))


def test_failing_servers_are_tried_less_often_yet_for_ever() -> None:
    source = FakeSource(*NAMES)
    for name in NAMES[:10]:
        source.statuses[name] = Trouble("dead.")
    frames = polled(source, 601)
    for name in NAMES[:10]:
        times = source.at_s[name]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert max(gaps) < 8.5
        assert min(gaps[4:]) > 3.5
        assert times[-1] > 590
    assert {source.polls[name] for name in NAMES[10:]} == {600}
    last = frames[-1]
    assert last.notes == dict.fromkeys(NAMES[:10], "dead.")
    assert last.at(NAMES[0], Column.MISSES) == source.polls[NAMES[0]]


def test_a_recovered_server_is_back_within_its_longest_pause() -> None:
    source = FakeSource(*NAMES)
    source.statuses[NAMES[0]] = Trouble("dead.")

    def heal(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 100:
            del source.statuses[NAMES[0]]

    frames = polled(source, 110, each=heal)
    assert math.isnan(frames[99].at(NAMES[0], Column.TRUTH))
    assert frames[109].at(NAMES[0], Column.TRUTH) == 5


def test_without_the_balancer_the_known_servers_are_still_polled() -> None:
    source = FakeSource(*NAMES)

    def trouble(frame: Frame, clock: VirtualClock) -> None:
        source.trouble = Unreachable("gone.") if 5 <= frame.seq < 25 else None

    frames = polled(source, 30, each=trouble)
    dark = frames[24]
    assert (dark.balancer.misses, dark.balancer.error) == (20, "gone.")
    assert dark.balancer.age_s == pytest.approx(20.0)
    assert (dark[Column.TRUTH][dark.listed] == 5).all()
    assert frames[25].balancer.misses == 0
    assert set(source.polls.values()) == {29}


def test_a_hanging_balancer_still_gives_one_frame_an_interval() -> None:
    source = FakeSource(*NAMES)

    def hang(frame: Frame, clock: VirtualClock) -> None:
        source.fleet_delay_s = 1e9 if frame.seq >= 3 else 0.0

    frames = polled(source, 20, each=hang)
    assert [frame.seq for frame in frames] == list(range(1, 21))
    assert frames[-1].mono_s < 21.5
    assert frames[-1].balancer.reach == Reach.TIMEOUT
    assert (frames[-1][Column.TRUTH][frames[-1].listed] == 5).all()


def test_a_refused_token_is_not_hammered_with() -> None:
    source = FakeSource(*NAMES)
    source.trouble = Denied("401.")
    frames = polled(source, 300)
    assert source.fleet_polls <= 15
    assert (frames[-1].balancer.reach, frames[-1].balancer.misses) == (Reach.DENIED, 300)


def test_retry_after_is_obeyed() -> None:
    source = FakeSource(*NAMES)
    source.trouble = Busy("429.", 20.0)
    source.statuses[NAMES[0]] = Busy("503.", 50.0)

    def calm(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 10:
            assert source.fleet_polls == 1
            source.trouble = None

    frames = polled(source, 60, each=calm)
    assert frames[19].balancer.reach == Reach.BUSY
    assert frames[20].balancer.reach == Reach.OK
    first, *rest = source.at_s[NAMES[0]]
    assert all(at >= first + 50 for at in rest)


def test_a_stalled_machine_skips_ticks_and_makes_one_sweep() -> None:
    source = FakeSource(*NAMES)

    def stall(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 10:
            source.polls.clear()
            clock.loop.sleep_through(600.3)
        elif frame.seq == 11:
            assert max(source.polls.values()) <= 1, "one sweep, no burst"

    frames = polled(source, 15, each=stall)
    assert [frame.seq for frame in frames] == list(range(1, 16))
    assert frames[10].mono_s - frames[9].mono_s > 600
    assert frames[14].mono_s - frames[10].mono_s == pytest.approx(3.7, abs=0.01)
    assert max(source.polls.values()) <= 6


def test_joins_leaves_and_a_new_address() -> None:
    source = FakeSource(*NAMES)

    def churn(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 5:
            del source.servers[NAMES[0]]
            source.servers["new"] = listed("new")
            source.polls.clear()
            source.statuses[NAMES[1]] = Trouble("moved.")
        if frame.seq == 40:
            source.at_s.clear()
            del source.statuses[NAMES[1]]
            source.servers[NAMES[1]] = listed(NAMES[1], address="10.0.0.9:2000")

    frames = polled(source, 42, each=churn)
    assert source.polls[NAMES[0]] <= 1, "it was under way or due when it left"
    assert source.polls["new"] >= 35
    assert not frames[-1].listed[frames[-1].rows.get(NAMES[0]).slot]  # type: ignore[union-attr]
    assert len(source.at_s[NAMES[1]]) == 1, "asked at its next turn, without the rest of its pause"
    assert frames[-1].at(NAMES[1], Column.TRUTH) == 5


def test_an_unforeseen_error_is_reported_and_polling_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    source = FakeSource(*NAMES)
    source.statuses[NAMES[0]] = ZeroDivisionError("a bug")

    def trouble(frame: Frame, clock: VirtualClock) -> None:
        source.trouble = KeyError("a bug") if frame.seq == 3 else None

    frames = polled(source, 20, each=trouble)
    assert frames[3].balancer.reach == Reach.INVALID
    assert frames[4].balancer.reach == Reach.OK
    assert "ZeroDivisionError" in frames[-1].notes[NAMES[0]]
    assert source.polls[NAMES[0]] >= 3
    assert "a bug" in caplog.text


def test_closing_from_outside_ends_the_feed() -> None:
    async def work(clock: VirtualClock) -> int:
        source = FakeSource(*NAMES)
        source.delays_s = dict.fromkeys(NAMES, 1e9)
        collector = Collector(source, clock)
        seen = 0

        async def read() -> None:
            nonlocal seen
            async for _ in collector.frames():
                seen += 1

        reader = asyncio.ensure_future(read())
        await asyncio.sleep(5.5)
        await collector.close()
        await reader
        assert len(asyncio.all_tasks()) == 1
        return seen

    assert run_virtually(work) == 6


def test_a_cancelled_reader_is_cancelled() -> None:
    async def work(clock: VirtualClock) -> None:
        collector = Collector(FakeSource(*NAMES), clock)
        reader = asyncio.ensure_future(take(collector, 10**9))
        await asyncio.sleep(5.5)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        await collector.close()
        assert len(asyncio.all_tasks()) == 1

    run_virtually(work)


def test_the_counters_of_a_restarted_server_start_anew() -> None:
    source = FakeSource("a")
    state = {"incarnation": "i1", "started": 0}

    def answer():
        state["started"] += 3
        return says("a", str(state["incarnation"]), 5, int(state["started"]))

    source.statuses["a"] = answer

    def restart(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 10:
            state.update(incarnation="i2", started=0)
        if frame.seq == 13:
            source.servers["a"] = listed("a", "i2")

    frames = polled(source, 20, each=restart)
    started = [frame.at("a", Column.STARTED) for frame in frames]
    assert [index for index, value in enumerate(started) if math.isnan(value)] == [0, 1, 10]
    assert {value for value in started if not math.isnan(value)} == {3.0}
    epochs = [frame.rows.get("a").epoch for frame in frames]  # type: ignore[union-attr]
    assert epochs == [1] * 10 + [2] * 10


def test_after_a_suspend_all_is_read_anew_in_one_sweep_and_nothing_old_counts_as_now() -> None:
    source = FakeSource(*NAMES)
    source.statuses[NAMES[1]] = Unreachable("gone.")

    def sleep(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 40:
            source.polls.clear()
            source.statuses[NAMES[1]] = says(NAMES[1])
            clock.suspend(600.0)

    frames = polled(source, 45, each=sleep)
    before, first, second = frames[39:42]
    assert first.mono_s - before.mono_s >= 600 and source.renewed == 1
    assert first.balancer.reach == Reach.OK
    stale = first.listed & (first[Column.TRUTH_AGE] > 500)
    assert stale.any() and np.isnan(first[Column.TRUTH][stale]).all() and (first.reach[stale] == Reach.NEVER).all()
    assert (second[Column.TRUTH][second.listed] == 5).all(), "also of the one that was in its longest pause"
    assert max(source.polls.values()) <= 5, "one a turn, no burst"


def test_a_stopped_process_is_no_suspended_machine() -> None:
    source = FakeSource(*NAMES)

    def stop(frame: Frame, clock: VirtualClock) -> None:
        if frame.seq == 10:
            clock.loop.sleep_through(60.0)

    polled(source, 15, each=stop)
    assert source.renewed == 0
