"""The way to the fleet, and time itself, go wrong: names, partitions, flapping, suspend, clocks that are set. Sockets to alarms."""

from __future__ import annotations

import asyncio
import math
import random
import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from msgspec.structs import replace

from console.collect import Collector, PollSettings
from console.collect.order import Stale, stale, stale_status
from console.detect import Detectors, GapEstimator, Judgement
from console.detect.ledger import STOOD_STILL, Ledger
from console.domain.alarms import AlarmState
from console.domain.clock import MachineClock, suspended_s
from console.domain.errors import BadAnswer, DeadlinePassed, WrongServer
from console.domain.frame import Column, Frame
from console.domain.readings import Counters, FleetReading, ServerEntry, StatusReading
from console.domain.states import Reach, Sight
from console.domain.view import Dropped
from console.net.names import Names
from tests.support.fakesource import FakeSource, fleet, listed, says
from tests.support.faultserver import hanging
from tests.support.loopbackfleet import LoopbackFleet
from tests.support.virtualtime import VirtualClock, run_virtually

NAMES = tuple(f"dsrs-{number:02d}" for number in range(20))


class SleepingClock(MachineClock):
    """The machine's clocks, set or suspended by the test."""

    slept_s = 0.0
    stepped_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.slept_s

    def wall(self) -> float:
        return super().wall() + self.slept_s + self.stepped_s

    def suspended(self) -> float:
        return super().suspended() + self.slept_s


_ALWAYS = frozenset(("saturation", "n-plus-one", "skew", "gap"))
"""Of a fleet of constant answers: 11 of 12 sessions each, a time of its own, and a belief that never follows."""


class Eyes:
    """Detectors and ledger on Frames; keeps the names of what was raised."""

    def __init__(self) -> None:
        self._estimator, self._detectors, self.ledger = GapEstimator(), Detectors(), Ledger()
        self.raised: list[str] = []
        self.changes: list[tuple[float, str, AlarmState]] = []
        self.counts: list[tuple[int, int, int]] = []
        """Servers late, down (three polls in a row failed), listed, per Frame."""
        self.now: Judgement

    def see(self, frame: Frame) -> None:
        missed = frame[Column.MISSES][frame.listed]
        self.counts.append((int((missed >= 1).sum()), int((missed >= 3).sum()), len(missed)))
        self.now = self._detectors.step(frame, self._estimator.step(frame))
        self.ledger.step(frame)
        for change in self.now.changes:
            if change.rule in _ALWAYS:
                continue
            self.changes.append((frame.mono_s, change.name, change.state))
            if change.state is AlarmState.RAISED:
                self.raised.append(change.name)


def all_read(frame: Frame) -> bool:
    return bool(frame.listed.any()) and bool((frame.reach[frame.listed] == Reach.OK).all())


@pytest.mark.asyncio
async def test_f12_a_dead_resolver_costs_nobody_a_poll() -> None:
    hangs, dead, asked = threading.Event(), threading.Event(), threading.Event()

    def lookup(host: str) -> tuple[str, ...]:
        if dead.is_set():
            asked.set()
            hangs.wait()
            raise OSError("no such name")
        return ("127.0.0.1",)

    names = Names(lookup, refresh_s=0.0)
    try:
        async with LoopbackFleet(*NAMES) as fleet:
            for name in NAMES[:4]:
                listed = fleet.servers[name]
                listed["status_url"] = listed["status_url"].replace("127.0.0.1", f"{name}.test")
            async with fleet.watched(names=names) as watch:
                await watch.all_good()
                dead.set()
                for _ in range(15):
                    frame = await watch.next()
                    assert all_read(frame), "the last good address serves on, off the hot path"
                assert asked.is_set(), "the resolver was really asked"
    finally:
        hangs.set()


@pytest.mark.asyncio
async def test_f18_f19_a_partition_is_one_alarm_and_its_end_no_storm() -> None:
    async with LoopbackFleet(*NAMES) as fleet, fleet.watched() as watch:
        eyes = Eyes()
        for _ in range(10):
            eyes.see(await watch.next())
        await watch.all_good()
        servers = [fleet.dsrm, *fleet.ports.values()]
        healthy = {server: server.behaviour for server in servers}
        for server in servers:
            server.become(hanging())
        while not eyes.raised:
            eyes.see(await watch.next())
        for _ in range(20):
            eyes.see(await watch.next())
        assert eyes.raised == ["blind:fleet"] and eyes.now.sight is Sight.BLIND
        before = {server: server.connections for server in servers}
        for server in servers:
            server.become(healthy[server])
        frame = await watch.until(all_read, "all servers are read again")
        eyes.see(frame)
        assert max(server.connections - before[server] for server in servers) <= 3, (
            "one connection a server, not a storm"
        )
        for _ in range(10):
            eyes.see(await watch.next())
        assert eyes.raised == ["blind:fleet"]


@pytest.mark.asyncio
async def test_f30_after_a_suspend_sockets_are_new_a_gap_is_drawn_and_nothing_alarms() -> None:
    clock = SleepingClock()
    async with LoopbackFleet(*NAMES) as fleet, fleet.watched(clock=clock) as watch:
        eyes = Eyes()
        await watch.all_good()
        for _ in range(10):
            eyes.see(await watch.next())
        before = {name: (port.connections, len(port.requests)) for name, port in fleet.ports.items()}
        clock.slept_s = 600.0
        frame = await watch.next()
        eyes.see(frame)
        while not all_read(frame):
            frame = await watch.next()
            eyes.see(frame)
        after = {name: (port.connections, len(port.requests)) for name, port in fleet.ports.items()}
        assert all(after[name][0] - before[name][0] == 1 for name in NAMES), "every pooled socket was dropped, once"
        (gap,) = (one for one in eyes.ledger.intervals if one.cause == STOOD_STILL)
        assert gap.end_mono_s is not None and gap.end_mono_s - gap.start_mono_s > 599
        for _ in range(10):
            eyes.see(await watch.next())
        assert eyes.raised == []


@pytest.mark.asyncio
@pytest.mark.parametrize("step_s", [3600.0, -3600.0])
async def test_f29_a_workstation_clock_that_is_set_misses_no_poll_and_raises_no_alarm_of_age(step_s: float) -> None:
    clock = SleepingClock()
    async with LoopbackFleet(*NAMES[:5]) as fleet, fleet.watched(clock=clock) as watch:
        eyes = Eyes()
        await watch.all_good()
        for _ in range(5):
            eyes.see(await watch.next())
        clock.stepped_s = step_s
        first = len(watch.seen)
        for _ in range(20):
            frame = await watch.next()
            assert all_read(frame) and frame.at(NAMES[0], Column.TRUTH_AGE) < 60
            eyes.see(frame)
        seen = watch.seen[first - 1 :]
        assert [b.seq - a.seq for a, b in pairwise(seen)] == [1] * 20
        assert all(0 < b.mono_s - a.mono_s < 60 for a, b in pairwise(seen))
        assert abs(seen[1].wall_s - seen[0].wall_s - step_s) < 60, "the label follows the clock that people see"
        assert eyes.raised == []


def test_f31_a_change_of_time_zone_moves_labels_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, before = MachineClock(), (MachineClock().monotonic(), MachineClock().wall())
    try:
        hours: list[int] = []
        for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            hours.append(time.localtime(1_737_399_600.0).tm_hour)
            now = (clock.monotonic(), clock.wall())
            assert all(0 <= b - a < 60 for a, b in zip(before, now, strict=True))
        assert hours == [19, 4, 14]
    finally:
        monkeypatch.undo()
        time.tzset()


def watched_virtually(source: FakeSource, polls: int) -> Eyes:
    """A collector and the detectors in virtual time, a poll a second."""

    async def work(clock: VirtualClock) -> Eyes:
        eyes, collector = Eyes(), Collector(source, clock, PollSettings())
        frames = collector.frames()
        for _ in range(polls):
            eyes.see(await anext(frames))
        await collector.close()
        return eyes

    return run_virtually(work)


def test_f16_servers_that_fail_every_other_time_do_not_make_an_alarm_flap() -> None:
    chance, source = random.Random(16), FakeSource(*NAMES)

    def flaps(name: str):
        def answer():
            if chance.random() < 0.5:
                raise BadAnswer("HTTP 500.")
            return says(name)

        return answer

    source.statuses.update({name: flaps(name) for name in NAMES})
    eyes = watched_virtually(source, 300)
    turns = [at for at, name, _ in eyes.changes if name == "blind:fleet"]
    assert turns and all(b - a >= 30 for a, b in pairwise(turns)), eyes.changes
    assert {name for _, name, _ in eyes.changes} == {"blind:fleet"}, "one for all of them"


class LossySource(FakeSource):
    """A fifth of all packets is lost, 500 ms of jitter: what is lost TCP sends again after 0.2, 0.4, 0.8 s; a second is the deadline."""

    def __init__(self, *names: str, seed: int) -> None:
        super().__init__(*names)
        self.chance = random.Random(seed)

    async def _travel(self) -> None:
        took_s, again_s = self.chance.uniform(0.0, 0.5), 0.2
        while self.chance.random() < 1 - 0.8**2:  # there and back
            took_s, again_s = took_s + again_s, 2 * again_s
        await asyncio.sleep(min(took_s, 1.0))
        if took_s > 1.0:
            raise DeadlinePassed("No whole answer within 1 s.")

    async def fleet(self) -> FleetReading:
        await self._travel()
        return await super().fleet()

    async def status(self, server: ServerEntry) -> StatusReading:
        await self._travel()
        return await super().status(server)


def test_f17_on_a_lossy_way_servers_are_late_and_not_down() -> None:
    eyes = watched_virtually(LossySource(*NAMES, seed=17), 300)
    late, down, seen = (sum(counts) for counts in zip(*eyes.counts, strict=True))
    assert late > 0.02 * seen, "the way is bad indeed"
    assert down <= 0.01 * seen
    assert eyes.raised == [], "one answer that is late is no loss of sight, however many are late at once"


def test_f24_a_fleet_that_is_replaced_at_once_is_no_blindness() -> None:
    source = FakeSource(*NAMES)

    async def work(clock: VirtualClock) -> Eyes:
        eyes, collector = Eyes(), Collector(source, clock, PollSettings())
        frames = collector.frames()
        for poll in range(40):
            if poll == 10:  # others answer at their addresses; a poll later the balancer lists them
                source.statuses = dict.fromkeys(NAMES, WrongServer("Another one answers here."))
            if poll == 11:
                source.servers, source.statuses = {f"new-{name}": listed(f"new-{name}") for name in NAMES}, {}
            eyes.see(await anext(frames))
        await collector.close()
        return eyes

    eyes = run_virtually(work)
    assert eyes.raised == [] and eyes.counts[-1] == (0, 0, len(NAMES))


def test_the_boot_clock_is_asked_where_there_is_one() -> None:
    clock = MachineClock()
    slept = suspended_s(clock)
    assert slept >= 0 and math.isfinite(slept)
    if hasattr(time, "CLOCK_BOOTTIME"):
        assert abs(clock.monotonic() - time.monotonic() - slept) < 1.0
    assert suspended_s(_Bare()) == 0.0, "a clock that cannot tell never slept"


class _Bare:
    def monotonic(self) -> float:
        return 1.0

    def wall(self) -> float:
        return 2.0


class ShuffledSource(FakeSource):
    """A second way to the balancer: some answers come twice, some after one that is newer. Counts those that say nothing new."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.chance, self.given, self.useless = random.Random(27), list[FleetReading](), 0

    async def fleet(self) -> FleetReading:
        started = 10 * len(self.given)
        self.counters = Counters({}, {"started": started, "refused": 0})
        drawn = self.chance.random()
        if len(self.given) > 2 and drawn < 0.3:
            self.useless += 1
            return self.given[-1 if drawn < 0.15 else -2]
        self.given.append(await super().fleet())
        return self.given[-1]


def test_f27_answers_that_come_late_or_twice_are_counted_and_used_for_nothing() -> None:
    source = ShuffledSource(*NAMES)

    async def work(clock: VirtualClock) -> tuple[list[Frame], Dropped]:
        collector = Collector(source, clock, PollSettings())
        frames = collector.frames()
        seen = [await anext(frames) for _ in range(300)]
        dropped = collector.dropped
        await collector.close()
        assert collector.dropped.total == dropped.total
        return seen, dropped

    frames, told = run_virtually(work)
    dropped = told.balancer
    assert dropped == source.useless > 60
    assert sum(frame.balancer.reach is not Reach.OK for frame in frames) == dropped
    read = [frame for frame in frames if frame.balancer.reach is Reach.OK]
    assert all(b.balancer.time > a.balancer.time for a, b in pairwise(read)), "in order, each once"
    grown = [frame.fleet_delta.sessions_total["started"] for frame in read[1:] if frame.fleet_delta is not None]
    assert grown == [10] * (len(read) - 1), "nothing is counted twice, and nothing is lost"
    assert all(np.isnan(frame[Column.BELIEVED]).all() for frame in frames if frame not in read)


class ShuffledStatuses(FakeSource):
    """A second way to one server: as above, and the others tell the truth at once."""

    def __init__(self, shuffled: str, *names: str) -> None:
        super().__init__(*names)
        self.shuffled, self.chance, self.given, self.useless = shuffled, random.Random(27), list[StatusReading](), 0

    async def status(self, server: ServerEntry) -> StatusReading:
        reading = await super().status(server)
        polls = self.polls[server.id]
        reading = replace(
            reading, time=9000.0 + polls, uptime_s=60.0 + polls, connections=polls % 12, sent_seq=4 * polls
        )
        if server.id != self.shuffled:
            return reading
        drawn = self.chance.random()
        if len(self.given) > 2 and drawn < 0.3:
            self.useless += 1
            return self.given[-1 if drawn < 0.15 else -2]
        self.given.append(reading)
        return reading


def test_f27_answers_of_a_server_that_come_late_or_twice_are_counted_by_server_and_are_no_truth_of_now() -> None:
    shuffled, other = NAMES[:2]
    source = ShuffledStatuses(shuffled, *NAMES)

    async def work(clock: VirtualClock) -> tuple[list[Frame], int, Dropped, Dropped]:
        collector = Collector(source, clock, PollSettings())
        frames = collector.frames()
        seen = [await anext(frames) for _ in range(200)]
        useless, dropped = source.useless, collector.dropped
        del source.servers[shuffled]
        await anext(frames)
        left = collector.dropped
        await collector.close()
        return seen, useless, dropped, left

    frames, useless, dropped, left = run_virtually(work)
    assert dropped == Dropped(servers={shuffled: useless}) and useless > 20
    assert left.total == left.gone >= useless, "what left is counted all the same"
    shown = [(frame.at(shuffled, Column.TRUTH), frame.at(shuffled, Column.SENT_SEQ)) for frame in frames]
    unread = sum(np.isnan(truth) for truth, _ in shown[2:])
    assert unread >= useless * 0.6, "nothing stands in for what was not told"
    numbers = [seq for _, seq in shown if not np.isnan(seq)]
    assert numbers == sorted(numbers) and len(set(numbers)) == len(numbers), "in order, each once"
    assert not any(np.isnan(frame.at(other, Column.TRUTH)) for frame in frames[2:])
    assert any("was not used" in frame.notes.get(shuffled, "") for frame in frames)


def test_a_server_without_a_clock_may_say_the_same_twice_and_a_counter_that_is_reset_is_no_late_answer() -> None:
    told = says("s1", time=9000.0, uptime_s=50.0, started=40)
    assert stale_status(told, told) is Stale.REPEATED
    assert stale_status(told, replace(told, time=8999.0, uptime_s=49.0)) is Stale.LATE
    assert stale_status(told, replace(told, time=9001.0, uptime_s=51.0, started_total=0)) is None
    assert stale_status(told, replace(told, time=5400.0, uptime_s=51.0)) is None, "its clock was set"
    assert stale_status(told, replace(told, incarnation="another", time=1.0, uptime_s=0.1)) is None
    dumb = says("s1")
    assert stale_status(dumb, dumb) is None


def test_a_clock_of_the_balancer_that_is_set_back_is_no_late_answer() -> None:
    source = FakeSource(*NAMES)
    before = fleet(source.servers.values(), time=9000.0, fleet=Counters({}, {"started": 5}))
    assert stale(before, replace(before, time=5400.0)) is None
    assert stale(before, replace(before, time=5400.0, fleet=Counters({}, {"started": 4}))) is Stale.LATE
    assert stale(before, before) is Stale.REPEATED
    assert stale(before, replace(before, incarnation="b2", time=1.0)) is None
