"""How much the absence of sessions proves: on counts made by hand, and on fleets whose balancer says detached and feeds on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from console.decide import surety
from console.domain.frame import Column
from console.sim import Fault, Load, Plan, PoolPlan, Simulation

POOL = "-a-general/8k"
NEEDED = -math.log(0.001)


def test_a_stream_proves_itself_within_few_intervals_and_bursts_do_not() -> None:
    pool = np.full(60, 10.0)
    stream, bursts = np.full(60, 5.0), np.where(np.arange(60) % 12 == 0, 60.0, 0.0)
    assert stream.sum() == bursts.sum(), "the same sessions"
    assert NEEDED / (10 * surety(stream, pool, 1)) == pytest.approx(2.3, abs=0.1), "intervals until it is proved"
    assert NEEDED / (10 * surety(bursts, pool, 1)) > 60


def test_who_gets_nothing_any_more_proves_nothing_by_what_it_got_before() -> None:
    pool, own = np.full(60, 10.0), np.full(60, 5.0)
    own[40:] = 0.0
    assert NEEDED / (10 * surety(own, pool, 1)) > 100


def test_the_herd_of_the_last_seconds_counts_though_all_was_calm_before() -> None:
    pool, own = np.full(60, 10.0), np.zeros(60)
    assert NEEDED / (10 * surety(own, pool, 1)) > 300
    own[52:] = 8.0
    assert NEEDED / (10 * surety(own, pool, 1)) < 4


def test_intervals_longer_than_a_poll_are_counted_as_one() -> None:
    pool, own = np.full(60, 10.0), np.where(np.arange(60) % 5 == 0, 3.0, 0.0)
    assert surety(own, pool, 5) > 2 * surety(own, pool, 1)


def test_what_is_not_known_is_left_out() -> None:
    pool, own = np.full(60, 10.0), np.full(60, 5.0)
    own[::2] = np.nan
    assert surety(own, pool, 1) == surety(np.full(30, 5.0), pool[:30], 1)
    for nothing in (np.zeros(0), np.full(60, np.nan)):
        assert math.isnan(surety(nothing, np.full(len(nothing), 1.0), 1))
    assert math.isnan(surety(own, np.zeros(60), 1))


def routed(seed: int, plan: Plan, muted: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """New sessions per poll and server; and who is looked at: the silent ones under a herd, else everybody."""
    sim, polls = Simulation(plan, seed), list[np.ndarray]()
    size = plan.pools[0].servers

    def poll(count: int) -> None:
        for _ in range(count):
            sim.advance(plan.poll_s)
            polls.append(np.nan_to_num(sim.frame()[Column.ROUTED][:size]))

    if not muted:
        poll(130)
        return np.array(polls), tuple(range(size))
    poll(40)
    emptiest = tuple(np.argsort(sim.truth().sessions, kind="stable")[:muted].tolist())
    sim.do(Fault("mute", tuple(sim.truth().ids[index] for index in emptiest)))
    poll(10)
    sim.do(Load(15.0))
    poll(70)
    return np.array(polls), emptiest


def proved_after(polls: np.ndarray, server: int, at: int, each: int, *, lies: bool) -> int | None:
    """Polls until the proof by sessions that did not come; None: one came first, or 29 s were over."""
    own, pool = polls[max(0, at - 60) : at, server], polls[max(0, at - 60) : at].sum(axis=1)
    lately = polls[at - 10 : at].sum()
    share = float(polls[at - 10 : at, server].sum() / lately) or 1.0 / polls.shape[1]
    each_proves, came = surety(own, pool, each), 0.0
    for polled, now in enumerate(polls[at + 1 : at + 30], 1):
        if lies and now[server] > 0:
            return None
        came += now.sum() - (0.0 if lies else now[server])
        if came * share >= 3.0 and came * min(each_proves, share) >= NEEDED:
            return polled
    return None


@pytest.mark.parametrize(
    ("plan", "muted"),
    [
        (Plan((PoolPlan(POOL, 6, 6.0),), report_interval_s=0.25, session_s=12.0), 0),
        (Plan((PoolPlan(POOL, 32, 12.0),), report_interval_s=0.5, session_s=12.0), 0),
        (Plan((PoolPlan(POOL, 16, 6.0),), report_interval_s=5.0, session_s=12.0), 0),
        (Plan((PoolPlan(POOL, 32, 5.0),), report_interval_s=0.25, session_s=12.0), 3),
    ],
    ids=["six", "bursts", "slow reports", "incident"],
)
def test_no_balancer_that_feeds_on_passes_and_the_incident_s_detach_is_proved_in_seconds(
    plan: Plan, muted: int
) -> None:
    each, asked, waits = math.ceil(plan.report_interval_s), 0, list[int]()
    for seed in range(2):
        polls, servers = routed(seed, plan, muted)
        for at in (62, 75, 90):
            for server in servers:
                if polls[at - 10 : at, server].sum() > 0:
                    asked += 1
                    assert proved_after(polls, server, at, each, lies=True) is None, (seed, server, at)
                    waits.append(proved_after(polls, server, at, each, lies=False) or 30)
    assert asked >= 10
    if muted:
        assert np.median(waits) <= 8, waits
