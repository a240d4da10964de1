"""The rules on single servers at their levels: when each comes, when it goes, and when it keeps still."""

from __future__ import annotations

import pytest
from msgspec import structs

from console.detect import DetectSettings
from console.detect.hot import HotSettings
from console.detect.latch import ChatterSettings
from console.detect.saturation import SaturationSettings
from console.domain.frame import Column
from console.domain.states import Priority, Reach
from tests.support.builders import Server, make_fleet
from tests.support.judged import Judged

GIB = float(1 << 30)


def route(servers: list[Server], sessions: int) -> None:
    for server in servers:
        server.routed_total += sessions


# --- stuck ----------------------------------------------------------------------------------------------------------


def test_stuck_is_belief_that_stands_still_while_sessions_go_there() -> None:
    watch = Judged(*make_fleet(20, seq=1), report_interval=1.0)
    bad, others = watch.fleet[0], watch.fleet[1:]

    def reports() -> None:
        for server in others:
            server.seq = (server.seq or 0) + 1
        bad.routed_total += 3

    watch.poll(2)
    # 10 sessions: 4 polls of 3. Two polls of them, so the fifth. Its report never gets older: the balancer says it is fresh.
    assert watch.until(lambda: "stuck:dsrs-001" in watch.open, each=reports) == 5
    because = watch.alarm("stuck:dsrs-001").because
    assert because["unchanged"] == "seq" and because["routed"] == 15 and because["least_routed"] == 10
    assert [suspect.server for suspect in watch.now.suspects] == ["dsrs-001"]
    bad.seq = 50

    def moves() -> None:
        reports()
        bad.seq += 1

    assert watch.until(lambda: not watch.open, each=moves) == 11


def test_sessions_that_no_report_can_hold_yet_make_no_number_stuck_and_the_next_report_does() -> None:
    watch = Judged(*make_fleet(20, seq=1, truth=17, belief=17, limit=100), report_interval=10.0)
    second = 0

    def poll() -> None:
        nonlocal second
        second += 1
        for server in watch.fleet:
            server.age = float(second % 10)
            server.seq = 1 + second // 10
        if second > 60:
            watch.fleet[0].routed_total += 5
            watch.fleet[0].truth = (watch.fleet[0].truth or 0) + 5

    watch.poll(2)
    stuck = watch.until(lambda: "stuck:dsrs-001" in watch.open, each=poll)
    # The same number for a minute, then 50 sessions within one report interval: only the report of second 70 hides them.
    assert 70 <= stuck <= 73
    assert watch.alarm("stuck:dsrs-001").because["unchanged"] == "value"


def test_a_number_that_stays_wrong_is_stuck_even_in_new_reports_and_a_right_one_is_not() -> None:
    watch = Judged(*make_fleet(20, seq=1, limit=100), report_interval=1.0)

    def reports() -> None:
        for server in watch.fleet:
            server.seq = (server.seq or 0) + 1
            server.routed_total += 2
            server.started_total = (server.started_total or 0) + 2

    watch.poll(30, each=reports)
    assert not watch.open  # truth and belief agree: as many end as begin
    watch.fleet[3].truth, watch.fleet[3].belief = 30, 3
    watch.poll(3, each=reports)
    assert "stuck:dsrs-004" in watch.open and watch.alarm("stuck:dsrs-004").because["unchanged"] == "value"


# --- herd, hot ------------------------------------------------------------------------------------------------------


def test_a_herd_needs_sessions_a_share_and_a_part_of_the_room() -> None:
    watch = Judged(*make_fleet(32, limit=100, truth=20))
    hot, others = watch.fleet[0], watch.fleet[1:16]

    def herds() -> None:
        hot.routed_total += 10

    watch.poll(2)
    watch.poll(12, each=herds)
    assert watch.open == set()  # it has only as many as the others: it is being filled up
    hot.truth = hot.belief = 61
    watch.poll(2, each=herds)
    assert {"herd:dsrs-001", "herd:-a-general/8k"} <= watch.open
    because = watch.alarm("herd:dsrs-001").because
    assert because["routed_share"] == 1 and because["fair_share"] == pytest.approx(1 / 16, abs=1e-4)
    assert because["headroom_taken"] == pytest.approx(41 / 80, abs=1e-4)
    assert watch.alarm("herd:-a-general/8k").because["n_fair"] == 16
    assert watch.alarm("hot:dsrs-001").under == "herd:dsrs-001" if "hot:dsrs-001" in watch.open else True
    watch.poll(40, each=lambda: route([hot, *others], 1))
    assert not {name for name in watch.open if name.startswith("herd")}


def test_weights_decide_what_is_fair() -> None:
    for weight, herds in ((5.0, False), (1.0, True)):
        watch = Judged(*make_fleet(8, limit=100, truth=20, pools=("p",)))
        big = watch.fleet[0]
        big.truth = big.belief = 75
        big.values = {Column.WEIGHT: weight}

        def shares(watch: Judged = watch) -> None:
            route(watch.fleet[:1], 7)
            route(watch.fleet[1:], 1)

        watch.poll(30, each=shares)
        assert ("herd:dsrs-001" in watch.open) is herds


def test_hot_is_judged_against_the_pool_and_three_hot_ones_do_not_hide_each_other() -> None:
    watch = Judged(*make_fleet(64, truth=2, limit=100))
    watch.poll(5)
    for server in watch.fleet[:3]:
        server.truth = server.belief = 40
    assert watch.until(lambda: len(watch.open) == 3) == 3
    assert watch.open == {"hot:dsrs-001", "hot:dsrs-002", "hot:dsrs-003"}
    assert watch.alarm("hot:dsrs-001").because["median_share"] == 0.02
    for server in watch.fleet[:3]:
        server.truth = server.belief = 3
    assert watch.until(lambda: not watch.open) == 11


def test_one_session_more_at_night_is_not_hot_and_small_pools_are_not_judged() -> None:
    watch = Judged(*make_fleet(64, truth=0))
    for server in watch.fleet[:2]:
        server.truth = server.belief = 3
    watch.poll(10)
    assert watch.open == set()
    few = Judged(*make_fleet(4, truth=0, pools=("p",), limit=100))
    few.fleet[0].truth = few.fleet[0].belief = 70
    few.poll(10)
    assert few.open == set()
    assert {unjudged.rule: unjudged.servers for unjudged in few.now.unjudged}["hot"] == 4


# --- saturation: the time left --------------------------------------------------------------------------------------


def test_the_time_left_is_told_and_a_fast_rise_is_high_before_95_percent() -> None:
    watch = Judged(*make_fleet(12, limit=1000, truth=500))
    rising = watch.fleet[0]

    def rises() -> None:
        rising.truth = rising.belief = rising.truth + 15
        rising.started_total += 15

    watch.poll(10, each=rises)
    assert watch.open == set()
    # 800 of 1000 is reached at the twentieth, and 15 s from full at the nineteenth of 15 a second.
    name = "saturation:dsrs-001"
    watch.until(lambda: name in watch.open and watch.alarm(name).priority is Priority.HIGH, each=rises)
    because = watch.alarm(name).because
    assert because["share"] < 0.95 and because["eta_s"] == pytest.approx((1000 - rising.truth) / 15, rel=0.1)


def test_chance_near_the_limit_makes_no_forecast() -> None:
    watch = Judged(*make_fleet(4, limit=100, truth=85))
    turns = iter([1, -1, 2, -2, 0, 1] * 20)

    def jitters() -> None:
        for server in watch.fleet:
            server.truth = server.belief = 85 + next(turns)

    watch.poll(30, each=jitters)
    assert {alarm.because["eta_s"] for alarm in watch.now.alarms if alarm.rule == "saturation"} == {None}


# --- memory, latency, restart ---------------------------------------------------------------------------------------


def test_memory_by_level_by_the_time_left_and_by_stalls() -> None:
    watch = Judged(*make_fleet(6, memory=(4 * GIB, 8 * GIB)))
    full, rising, stalls = watch.fleet[:3]
    watch.poll(5)
    full.memory, stalls.values = (7 * GIB, 8 * GIB), {Column.MEMORY_PRESSURE: 0.5}
    assert watch.until(lambda: len(watch.open) == 2) == 3
    assert watch.alarm("memory:dsrs-001").priority is Priority.MEDIUM
    assert watch.alarm("memory:dsrs-003").priority is Priority.HIGH
    rising.memory = (5.0 * GIB, 8 * GIB)

    def grows() -> None:
        used, limit = rising.memory
        rising.memory = used + 0.02 * GIB, limit

    watch.until(lambda: "memory:dsrs-002" in watch.open, each=grows, most=120)
    because = watch.alarm("memory:dsrs-002").because
    assert because["share"] < 0.85 and because["eta_s"] == pytest.approx(8 * (1 - because["share"]) / 0.02, rel=0.1)
    full.memory, stalls.values, rising.memory = (4 * GIB, 8 * GIB), {}, (4 * GIB, 8 * GIB)
    stalls.values = {Column.MEMORY_PRESSURE: 0.0}
    watch.until(lambda: not watch.open)


def test_late_first_results_against_the_servers_own_half_hour() -> None:
    watch = Judged(*make_fleet(6), interval=5.0)

    def say(server: Server, seconds: float) -> None:
        server.values = {Column.FIRST_RESULT: seconds}

    for server in watch.fleet:
        say(server, 0.5)
    watch.poll(60 * 10 // 5)
    say(watch.fleet[0], 2.0)
    say(watch.fleet[1], 1.2)  # more than a second, but not three times its own
    assert watch.until(lambda: bool(watch.open)) == 2  # 10 s
    assert watch.open == {"latency:dsrs-001"} and watch.alarm("latency:dsrs-001").because["usual_s"] == 0.5
    watch.poll(60 * 40 // 5)
    assert watch.open == {"latency:dsrs-001"}, "what is late for long does not become usual"
    say(watch.fleet[0], 0.6)
    assert watch.until(lambda: not watch.open) == 3


def test_a_restart_is_an_event_that_stays_and_a_join_is_none() -> None:
    watch = Judged(*make_fleet(6))
    watch.poll(3)
    watch.fleet.append(Server("new"))
    watch.fleet[0] = structs.replace(watch.fleet[0], incarnation="inc-2", truth=0)
    watch.fleet[1].truth = 0
    watch.poll()
    watch.fleet[1] = structs.replace(watch.fleet[1], incarnation="inc-2")
    watch.poll()
    assert {(alarm.name, alarm.priority.word) for alarm in watch.now.alarms} == {
        ("restart:dsrs-001", "high"), ("restart:dsrs-002", "medium"),
    }  # fmt: skip
    assert watch.alarm("restart:dsrs-001").because["sessions_before"] == 3
    watch.poll(500)
    assert len(watch.open) == 2
    watch.poll(110)
    assert watch.open == set()


def test_an_uptime_that_went_back_is_a_restart_between_two_polls() -> None:
    watch = Judged(*make_fleet(6))
    up = watch.fleet[2]
    for seconds in (100.0, 101.0, 102.0, 1.0, 2.0):
        up.values = {Column.UPTIME: seconds}
        watch.poll()
    assert watch.open == {"restart:dsrs-003"} and watch.alarm("restart:dsrs-003").because["by"] == "uptime"


# --- ineffective, skew ----------------------------------------------------------------------------------------------


def test_sessions_to_a_detached_server_are_an_alarm_after_two_report_intervals() -> None:
    watch = Judged(*make_fleet(6), report_interval=2.0)
    watch.poll(3)
    gone = watch.fleet[0]
    gone.attached = False

    def comes() -> None:
        gone.routed_total += 1

    watch.poll(5, each=comes)
    assert watch.open == set()  # 4 s of grace after the first reading that says detached
    watch.poll(each=comes)
    assert watch.open == {"ineffective:dsrs-001"}
    watch.poll(9)
    assert watch.open == {"ineffective:dsrs-001"}
    watch.poll()
    assert watch.open == set()


def test_one_clock_off_is_one_alarm_and_all_clocks_off_is_ours() -> None:
    watch = Judged(*make_fleet(8))
    for server in watch.fleet:
        server.values = {Column.SKEW: 0.02}
    watch.poll(10)
    watch.fleet[0].values = {Column.SKEW: 3600.0}
    assert watch.until(lambda: bool(watch.open)) == 5 and watch.open == {"skew:dsrs-001"}
    assert watch.alarm("skew:dsrs-001").priority is Priority.LOW
    for server in watch.fleet:
        server.values = {Column.SKEW: -3600.0}
    watch.skew_s = -3600.0
    watch.until(lambda: watch.open == {"skew:fleet"})


# --- what all have in common ----------------------------------------------------------------------------------------


def test_an_alarm_that_flutters_is_made_to_wait_and_listed() -> None:
    settings = DetectSettings(
        saturation=SaturationSettings(clear_after_s=2.0),
        chatter=ChatterSettings(off_s=60.0),
        hot=HotSettings(z_set=30.0),
    )
    watch = Judged(*make_fleet(6, limit=100), settings=settings)
    raised = 0
    for _ in range(8):
        for truth, polls in ((85, 2), (50, 3)):
            watch.fleet[0].truth = watch.fleet[0].belief = truth
            raised += sum(change.state.value == "raised" for change in watch.poll(polls))
    assert raised == 4 and watch.now.chattering == ("saturation:dsrs-001",)
    assert watch.until(lambda: not watch.open, most=80) > 50
    watch.poll(600)
    assert watch.now.chattering == ()


def test_what_cannot_be_judged_is_said_and_never_counted_as_calm() -> None:
    watch = Judged(*make_fleet(10))
    watch.fleet[0].started_total = None
    watch.poll(5)
    told = {unjudged.rule: unjudged for unjudged in watch.now.unjudged}
    assert told["memory"].lacks == ("memory.used_bytes", "memory.limit_bytes") and told["memory"].servers == 10
    assert told["gap"].servers == 1 and told["gap"].of == 10
    assert {"latency", "skew"} <= told.keys() and "saturation" not in told
    watch.fleet[1].reach = Reach.TIMEOUT
    watch.poll()
    assert {unjudged.rule: unjudged.servers for unjudged in watch.now.unjudged}["saturation"] == 1
