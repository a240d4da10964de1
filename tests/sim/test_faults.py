"""Each fault in virtual time: what a Frame shows of it, and which text its clients get."""

from __future__ import annotations

import math

import numpy as np
import pytest

from console.domain.errors import SettingsError
from console.domain.frame import Column, Frame
from console.domain.states import Attachment, Reach, Verb
from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.policy import by_name
from console.sim import Command, Fault, Join, Load, Plan, PoolPlan, Resources, Simulation
from console.sim.faults import BALANCER, SERVERS

POOL = "-a-general/8k"
ONE, TWO = "dsrs-001", "dsrs-002"
LATE = 5.0


def fleet(servers: int = 4, rate: float = 4.0, **other: object) -> Simulation:
    """A small pool, well under way."""
    sim = Simulation(Plan((PoolPlan(POOL, servers, rate),), session_s=4.0, **other), 2)  # type: ignore[arg-type]
    sim.advance(10.0)
    sim.next()
    return sim


def last(sim: Simulation, polls: int = 3) -> Frame:
    *_, frame = sim.run(polls)
    return frame


def since(sim: Simulation, fault: Fault, seconds: float = 10.0) -> dict[str, int]:
    """Texts that clients got while the fault held."""
    before = sim.truth().total
    sim.do(fault)
    sim.advance(seconds)
    return {text: count for text, count in sim.truth().total.since(before).errors.items() if count}


@pytest.mark.parametrize(
    ("kind", "sent", "received", "used", "belief"),
    [
        # which of the three sequence numbers still move, and whether belief follows the truth
        ("mute", False, False, False, False),
        ("lost_report", True, False, False, False),
        ("repeat", False, False, False, False),
        ("ignore", True, True, False, False),
        ("stuck", True, True, True, False),
        ("late_report", True, True, True, True),
    ],
)
def test_each_way_in_which_reports_fail_leaves_its_own_trace(
    kind: str, sent: bool, received: bool, used: bool, belief: bool
) -> None:
    sim = fleet(rate=0.0)
    first = sim.frame()
    sim.do(Fault(kind, (ONE,), seconds=1.5))
    sim.do(Load(20.0))
    frame = last(sim, 8)

    def moved(column: Column) -> bool:
        return frame.at(ONE, column) > first.at(ONE, column) + 8

    assert moved(Column.SENT_SEQ) is sent
    assert moved(Column.RECEIVED_SEQ) is received
    assert moved(Column.REPORTED_SEQ) is used
    assert frame.at(ONE, Column.TRUTH) == 12.0
    assert (frame.at(ONE, Column.REPORTED) > 6) is belief
    assert (frame.at(ONE, Column.SENT_AGE) < 0.5) is (sent or kind == "repeat")
    assert (frame.at(ONE, Column.RECEIVED_AGE) > LATE) is not received
    assert (frame.at(ONE, Column.REPORT_AGE) > LATE) is not used
    if kind == "late_report":
        gap = frame.at(ONE, Column.SENT_SEQ) - frame.at(ONE, Column.REPORTED_SEQ)
        assert 5 <= gap <= 7, "1.5 s of reports are under way"
    for column in (Column.SENT_SEQ, Column.RECEIVED_SEQ, Column.REPORTED_SEQ):
        assert frame.at(TWO, column) > first.at(TWO, column) + 8
    sim.do(Fault(kind, (ONE,), on=False))
    mended = last(sim, 4)
    assert mended.at(ONE, Column.REPORT_AGE) < 0.5
    assert mended.at(ONE, Column.REPORTED) > 6
    assert mended.at(ONE, Column.REPORTED_SEQ) >= frame.at(ONE, Column.SENT_SEQ)


def test_a_silent_idle_server_is_full_in_truth_and_empty_in_belief() -> None:
    sim = fleet(servers=8, rate=0.0)
    sim.do(Fault("mute", (ONE,)))
    sim.do(Load(10.0))
    frame = last(sim, 10)
    assert frame.at(ONE, Column.TRUTH) >= 9
    assert frame.at(ONE, Column.BELIEVED) == 0
    assert frame.at(ONE, Column.IN_FLIGHT) > 20
    assert frame.fleet.errors_total[MAXIMUM_CLIENTS] > 5
    assert frame.at(ONE, Column.ROUTED) > 0.6 * np.nansum(frame[Column.ROUTED])
    sim.do(by_name("count-in-flight"))
    aware = sim.next()
    assert aware.balancer.algorithm == "count-in-flight"
    assert aware.balancer.generation == (frame.balancer.generation or 0) + 1
    assert aware.at(ONE, Column.BELIEVED) >= 12


@pytest.mark.parametrize(
    ("kind", "text", "reach"),
    [
        ("kill", CANNOT_CONNECT_TO_SERVER, Reach.UNREACHABLE),
        ("freeze", CANNOT_CONNECT, Reach.TIMEOUT),
        ("refuse", CANNOT_CONNECT_TO_SERVER, Reach.OK),
        ("wrong_id", None, Reach.WRONG_SERVER),
        ("skew", None, Reach.OK),
        ("counter_reset", None, Reach.OK),
    ],
)
def test_what_clients_and_the_console_see_of_a_broken_server(kind: str, text: str | None, reach: Reach) -> None:
    sim = fleet(leave_after_s=60.0)
    started = sim.frame().at(ONE, Column.STARTED_TOTAL)
    assert set(since(sim, Fault(kind, (ONE,)))) == ({text} if text else set())
    frame = sim.next()
    row = frame.rows.get(ONE)
    assert row is not None
    assert frame.reach[row.slot] == reach
    assert math.isnan(frame.at(ONE, Column.TRUTH)) is (reach is not Reach.OK)
    assert (ONE in frame.notes) is (reach is not Reach.OK)
    if kind == "counter_reset":
        assert frame.at(ONE, Column.STARTED_TOTAL) < started + 12
    sim.do(Fault(kind, (ONE,), on=False))
    assert since(sim, Fault("skew")) == {}
    assert last(sim).at(ONE, Column.TRUTH) > 0


def test_a_killed_server_comes_back_as_a_new_incarnation_with_a_new_base() -> None:
    sim = fleet(leave_after_s=60.0)
    before = sim.frame()
    open_ = sim.truth().sessions[0]
    sim.do(Command(Verb.DETACH, TWO))
    sim.do(Fault("kill", (ONE, TWO)))
    assert sim.truth().total.server_death >= open_ > 0
    sim.next()
    sim.do(Fault("kill", (ONE, TWO), on=False))
    frame = last(sim)
    old, new = before.rows.get(ONE), frame.rows.get(ONE)
    assert old is not None
    assert new is not None
    assert (new.slot, new.incarnation != old.incarnation, new.epoch > old.epoch) == (old.slot, True, True)
    assert frame.at(ONE, Column.STARTED_TOTAL) <= sim.truth().started[0] < 20
    assert frame.at(ONE, Column.UPTIME) < 4
    assert frame.attached[1], "a new incarnation of a detached id joins attached"


def test_the_dead_leave_and_the_autoscaler_brings_new_ids() -> None:
    sim = fleet(leave_after_s=3.0, boot_s=1.0)
    generation = sim.frame().balancer.generation or 0
    sim.do(Fault("kill", (ONE,)))
    frame = last(sim, 6)
    names = {row.id for row in frame.rows if frame.listed[row.slot]}
    assert names == {TWO, "dsrs-003", "dsrs-004", "dsrs-005"}
    assert (frame.balancer.generation or 0) > generation
    assert frame.at("dsrs-005", Column.TRUTH) > 0
    assert sim.do(Join(POOL, 2)) is None
    assert last(sim).listed.sum() == 6


def test_a_server_that_fills_its_memory_is_killed_and_replaced() -> None:
    sim = fleet(resources=Resources(capacity=20.0), boot_s=2.0, leave_after_s=2.0)
    sim.do(Fault("leak", (ONE,), bytes_per_s=2.0**31))
    sim.advance(1.0)
    assert sim.next().at(ONE, Column.MEMORY_USED) > 2.0**32
    frame = last(sim, 6)
    assert not sim.truth().alive[0]
    assert frame.at("dsrs-005", Column.TRUTH) >= 0


def test_a_slow_server_lags_cuts_results_short_and_answers_nobody() -> None:
    sim = fleet(resources=Resources(capacity=12.0, client_timeout_s=1.0, memory_limit=1e15))
    sim.do(Fault("slow", (ONE,), factor=12.0))
    frames = list(sim.run(20))
    assert max(frame.at(ONE, Column.LAG) for frame in frames) > 2
    assert max(frame.at(ONE, Column.CPU) for frame in frames) == 1.0
    assert max(frame.at(TWO, Column.LAG) for frame in frames) == 0
    total = sim.truth().total
    assert {text for text, count in total.errors.items() if count} == {CANNOT_CONNECT}
    assert total.client_timeout > 0


def test_a_balancer_that_is_down_or_too_slow_refuses_everybody() -> None:
    for fault in (Fault("balancer_down"), Fault("balancer_slow", seconds=3.0)):
        sim = fleet()
        assert set(since(sim, fault)) == {CANNOT_CONNECT}
        frame = sim.next()
        assert frame.balancer.reach is Reach.TIMEOUT
        assert frame.balancer.misses == 1
        assert np.isnan(frame[Column.BELIEVED]).all()
        assert frame.attached.all(), "who is attached stays as it was last told"
        assert sim.ask(Verb.DETACH, ONE).status is None
        sim.do(Fault(fault.kind, on=False))
        assert sim.next().balancer.reach is Reach.OK


def test_a_restart_counts_anew_and_forgets_or_keeps() -> None:
    for kind, kept in (("balancer_restarts", True), ("balancer_forgets", False)):
        sim = fleet()
        sim.ask(Verb.DETACH, ONE, by="noc", reason="why")
        before = sim.next()
        sim.do(Fault("mute", (TWO,)))
        sim.do(Fault(kind))
        frame = sim.next()
        assert frame.balancer.incarnation != before.balancer.incarnation
        assert frame.fleet_delta is None
        assert np.isnan(frame[Column.ROUTED][frame.listed]).all()
        assert frame.fleet.sessions_total["started"] < before.fleet.sessions_total["started"]
        assert frame.attachment[0] == (Attachment.DETACHED if kept else Attachment.ATTACHED)
        assert (ONE in frame.detachments) is kept
        assert frame.listed[1] is np.bool_(kept), "who is silent is not known to a balancer that forgets"
        assert frame.at("dsrs-003", Column.REPORT_AGE) < 0.5


@pytest.mark.parametrize(
    ("lie", "status", "shown", "routed"),
    [
        (None, 200, True, False),
        ("does_nothing", 200, False, True),
        ("never_does", 202, False, True),
        ("still_routes", 200, True, True),
        ("takes_back", 200, True, False),
        ("times_out", None, True, False),
    ],
)
def test_the_lies_of_a_balancer(lie: str | None, status: int | None, shown: bool, routed: bool) -> None:
    sim = fleet(rate=10.0)
    if lie is not None:
        sim.do(Fault("balancer_lies", mode=lie, seconds=5.0))  # type: ignore[arg-type]
    assert sim.ask(Verb.DETACH, ONE).status == status
    routed_before = sim.next().at(ONE, Column.ROUTED_TOTAL)
    frame = last(sim)
    assert bool(frame.detached[0]) is shown
    assert (ONE in frame.detachments) is shown
    assert (frame.at(ONE, Column.ROUTED_TOTAL) > routed_before) is routed
    assert bool(last(sim).detached[0]) is (shown and lie != "takes_back")


def test_what_the_balancer_refuses() -> None:
    sim = fleet(servers=2)
    assert sim.ask(Verb.DETACH, "dsrs-999").code == "unknown_server"
    assert sim.ask(Verb.DETACH, ONE).status == 200
    assert sim.ask(Verb.DETACH, TWO).code == "last_server"
    again = sim.ask(Verb.DETACH, ONE)
    assert (again.status, again.generation) == (200, sim.frame().balancer.generation)
    assert sim.ask(Verb.ATTACH, ONE).status == 200
    assert not sim.next().detachments


def test_wrong_orders_are_one_sentence() -> None:
    sim = fleet()
    for order, words in (
        (Fault("sulk", (ONE,)), "There is no fault 'sulk'; there are mute"),
        (Fault("mute", ("dsrs-999",)), "There is no server 'dsrs-999'"),
        (Fault("leak", (ONE,)), "give the plan Resources"),
        (Fault("balancer_lies", mode="perjury"), "knows no lie 'perjury'"),  # type: ignore[arg-type]
        (Load(1.0, "8k"), "There is no pool '8k'"),
        (Join("8k"), "There is no pool '8k'"),
    ):
        with pytest.raises(SettingsError, match=words.replace("(", r"\(")):
            sim.do(order)
    assert not set(SERVERS) & set(BALANCER)
