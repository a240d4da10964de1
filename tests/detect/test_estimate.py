"""The numbers under the rules: R, ages, compensation, margin, gap."""

from __future__ import annotations

import math

import numpy as np
import pytest

from console.detect import Estimate, GapEstimator
from console.detect.interval import Paces
from console.domain.frame import Frame
from console.domain.states import Reach
from tests.support.builders import POOL_8K, FrameMaker, Server


def last(frames: list[Frame]) -> Estimate:
    estimator = GapEstimator()
    return [estimator.step(frame) for frame in frames][-1]


def run(*polls: list[Server], **maker: object) -> Estimate:
    frames = FrameMaker(**maker)  # type: ignore[arg-type]
    return last([frames.make(servers) for servers in polls])


def test_a_server_that_reports_is_given_what_it_started_itself() -> None:
    # R 0.25 s, T 1 s: sessions of the last 1.25 s may be missing from belief, that is of the last two polls.
    polls = [[Server("s", truth=9, belief=3, started_total=total, limit=100)] for total in (10, 12, 15, 19)]
    estimate = run(*polls)
    assert estimate.compensation[0] == 4 + 3
    assert estimate.gap[0] == 9 - 3 - 7
    assert estimate.margin[0] == pytest.approx(2 + 4 * math.sqrt(7))


def test_a_silent_server_is_given_only_the_fair_share_of_its_pool() -> None:
    def poll(n: int) -> list[Server]:
        mute = Server("mute", truth=12, belief=0, age=5.0 + n, routed_total=8 * n, started_total=8 * n)
        other = Server("other", truth=2, routed_total=0)
        elsewhere = Server("elsewhere", pool="-a-general/16k", routed_total=1000 * n)
        return [mute, other, elsewhere]

    estimate = run(*[poll(n) for n in range(5)])
    # 32 sessions of the pool in 4 s after the base poll (5 s covered), 2 attached servers, R 0.25 s: not its own 8 a second.
    assert estimate.compensation[0] == pytest.approx(32 / 5 / 2 * 0.25)
    assert estimate.gap[0] == pytest.approx(12 - 0.8)
    assert estimate.margin[0] == 6.0  # half of the limit
    assert estimate.silent.tolist() == [True, False, False]


@pytest.mark.parametrize(
    "servers",
    [
        pytest.param([Server("s", attached=False)], id="detached"),
        pytest.param([Server("s", reach=Reach.TIMEOUT)], id="no truth"),
        pytest.param([Server("s", truth=3, belief=math.nan)], id="no belief"),
        pytest.param([Server("s", started_total=None)], id="tells no sessions started"),
        pytest.param([Server("s", age=None)], id="no ages told at all"),
    ],
)
def test_what_cannot_be_told_is_missing_and_not_zero(servers: list[Server]) -> None:
    assert np.isnan(run(servers, servers, servers).gap[0])


def test_a_restart_of_the_server_is_no_verdict_until_its_counter_has_a_base() -> None:
    def poll(total: int, incarnation: str) -> list[Server]:
        return [Server("s", truth=3, started_total=total, incarnation=incarnation)]

    frames, estimator = FrameMaker(), GapEstimator()
    polls = [poll(90, "a"), poll(91, "a"), poll(92, "a"), poll(2, "b"), poll(3, "b"), poll(4, "b")]
    gaps = [float(estimator.step(frames.make(servers)).gap[0]) for servers in polls]
    assert [math.isnan(gap) for gap in gaps] == [True, True, False, True, True, False]


def test_the_interval_is_learned_from_sequence_numbers_and_muted_ones_do_not_move_it() -> None:
    frames, estimator = FrameMaker(report_interval=None), GapEstimator()
    learned = []
    for poll in range(12):
        fleet = [Server(f"s{n}", seq=int((poll + 0.1 * n) / 0.5), age=(poll + 0.1 * n) % 0.5) for n in range(5)]
        fleet.append(Server("mute", seq=3, age=10.0 + poll))
        learned.append(estimator.step(frames.make(fleet)).interval_s)
    assert learned[0] == 5.0
    assert learned[-1] == pytest.approx(0.5)
    assert run([Server("s")], report_interval=0.25).silent_limit_s == 1.0
    assert run([Server("s")], report_interval=2.0).silent_limit_s == 6.0


def test_one_that_never_reported_is_overdue_when_it_has_been_there_for_so_long() -> None:
    frames, estimator = FrameMaker(report_interval=1.0), GapEstimator()
    old, new = Server("old"), Server("new", age=None, truth=0)
    estimator.step(frames.make([old]))
    silent = [bool(estimator.step(frames.make([old, new])).silent[1]) for _ in range(5)]
    assert silent == [False, False, False, False, True]


def test_without_an_answer_of_the_balancer_silence_is_held_and_the_gap_missing() -> None:
    frames, estimator = FrameMaker(), GapEstimator()
    fleet = [Server("mute", age=9.0, truth=12, belief=0), Server("well")]
    for _ in range(3):
        estimate = estimator.step(frames.make(fleet))
    assert estimate.gap[0] > 0
    for _ in range(5):
        estimate = estimator.step(frames.make(fleet, balancer=False))
        assert not estimate.told and estimate.silent.tolist() == [True, False] and np.isnan(estimate.gap).all()


def test_routed_windows_hold_what_came_in_them() -> None:
    estimate = run(*[[Server("s", routed_total=3 * n, pool=POOL_8K)] for n in range(31)])
    assert estimate.routed_10s[0] == 30 and estimate.routed_60s[0] == 90 and estimate.seconds_10 == 10.0


def test_each_server_has_a_pace_of_its_own_measured_by_the_numbers_of_its_reports() -> None:
    frames, paces = FrameMaker(report_interval=1.0), Paces()
    born = np.arange(3)
    for second in range(24):
        each = [Server(name, seq=int(second // pace), age=second % pace) for name, pace in (("a", 2), ("b", 5))]
        # One of its reports was lost on the way: two in twice the time are the same pace.
        lossy = Server("c", seq=second // 3 - (second // 3 == 4), age=second % 3 + 3.0 * (second // 3 == 4))
        found = paces.step(frames.make([*each, lossy]), born)
        born = born[:0]
        if second == 5:
            assert math.isnan(found[1]), "one interval is no pace"
    assert found[:3].tolist() == [2.0, 5.0, 3.0]
    assert np.isnan(paces.step(frames.make([*each, lossy]), np.array([0]))[0]), "another life has to be measured anew"
