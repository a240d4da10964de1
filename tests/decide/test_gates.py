"""The gates: what is refused, with which numbers, and what would make it pass."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.decide import Gate, GateSettings, Request, judge, refusal
from console.domain.actions import Action, Intent, Rung
from console.domain.frame import Column, Frame
from console.domain.states import Reach, Step, Verb
from tests.support.builders import POOL_8K, POOL_16K, FrameMaker, Server, make_fleet, make_frame

SETTINGS = GateSettings()


def ask(
    frame: Frame, server: str = "dsrs-001", verb: Verb = Verb.DETACH, age: float = 0.5, actions: tuple[Action, ...] = ()
) -> Gate | None:
    request = Request(verb, server, now_s=100.0 + age, received_s=100.0, silent_limit_s=1.0, actions=actions)
    return refusal(judge(frame, request, SETTINGS))


def action(
    *steps: Step, server: str = "dsrs-002", verb: Verb = Verb.DETACH, at: float = 0.0, fresh: bool = False
) -> Action:
    intent = Intent("k" * 8, verb, server, "inc-1", POOL_8K, "me", "why", 0.0, at)
    return Action(intent, tuple(Rung(step, 0.0, 0.0, {"reported_fresh": fresh}) for step in steps))


def test_a_calm_fleet_lets_the_click_through_and_tells_every_gate() -> None:
    frame = make_frame(make_fleet(20))
    gates = judge(frame, Request(Verb.DETACH, "dsrs-001", 100.5, 100.0, 1.0), SETTINGS)
    assert [gate.name for gate in gates] == ["in_flight", "stale", "blind", "target_truth", "last_server"]
    assert all(gate.passed and not gate.sentence for gate in gates)


def test_a_silent_server_may_be_detached_its_old_belief_is_the_fault() -> None:
    fleet = make_fleet(20)
    fleet[0] = dataclasses.replace(fleet[0], age=500.0, belief=0, truth=12)
    assert ask(make_frame(fleet)) is None


@pytest.mark.parametrize(
    ("age", "misses", "passes"), [(2.0, 0, True), (2.1, 0, False), (0.9, 1, True), (1.1, 1, False), (0.0, 3, False)]
)
def test_a_view_of_more_than_two_polls_is_stale(age: float, misses: int, passes: bool) -> None:
    frames = FrameMaker()
    frame = frames.make(make_fleet(20))
    for _ in range(misses):
        frame = frames.make(make_fleet(20), balancer=False)
    gate = ask(frame, age=age)
    assert (
        gate is None
        if passes
        else (gate is not None and gate.name == "stale" and gate.limit == 2.0 and "wait" in gate.sentence)
    )


def test_an_unknown_server_and_one_that_left() -> None:
    for frame in (make_frame([Server("dsrs-009")]), make_frame([Server("dsrs-001", listed=False), Server("dsrs-009")])):
        gate = ask(frame)
        assert gate is not None and gate.name == "unknown_server"


@pytest.mark.parametrize(
    ("lost", "of", "name"), [(3, 20, None), (4, 20, "blind"), (2, 10, None), (2, 4, None), (3, 4, "blind")]
)
def test_detaching_is_locked_when_too_much_truth_is_missing(lost: int, of: int, name: str | None) -> None:
    fleet = make_fleet(of, pools=[POOL_8K])
    for server in fleet[-lost:]:
        server.reach = Reach.TIMEOUT
    gate = ask(make_frame(fleet))
    assert (gate.name if gate else None) == name
    for server in fleet:
        server.attached = False
    assert ask(make_frame(fleet), verb=Verb.ATTACH) is None  # attaching adds capacity: it stays possible


def test_a_target_out_of_sight_needs_three_lost_polls_and_a_seen_fleet() -> None:
    def target(misses: int, others_lost: int) -> str | None:
        fleet = make_fleet(40)
        fleet[0] = dataclasses.replace(fleet[0], reach=Reach.UNREACHABLE, values={Column.MISSES: misses})
        for server in fleet[1 : 1 + others_lost]:
            server.reach = Reach.TIMEOUT
        gate = ask(make_frame(fleet))
        return gate.name if gate else None

    assert target(2, 0) == "target_truth"
    assert target(3, 0) is None
    assert target(3, 3) is None
    assert target(3, 4) == "target_truth"


@given(
    states=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=12),
    pick=st.integers(0, 11),
)
def test_no_pool_ever_loses_its_last_attached_server(states: list[tuple[bool, bool, bool]], pick: int) -> None:
    fleet = [
        Server(f"s{n}", pool=POOL_8K if first else POOL_16K, attached=attached, listed=listed)
        for n, (first, attached, listed) in enumerate(states)
    ]
    target = fleet[pick % len(fleet)]
    gate = ask(make_frame(fleet), target.id)
    left = [
        server
        for server in fleet
        if server.pool == target.pool and server.attached and server.listed and server is not target
    ]
    if target.listed and target.attached and not left:
        assert gate is not None and gate.name == "last_server" and gate.value == 0
    elif target.listed:
        assert gate is None


@pytest.mark.parametrize(
    ("steps", "busy"),
    [
        ([], True),
        ([Step.REQUESTED], True),
        ([Step.REQUESTED, Step.ACCEPTED], True),
        ([Step.REQUESTED, Step.UNKNOWN], True),
        ([Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED], False),
        ([Step.REQUESTED, Step.UNKNOWN, Step.FAILED], False),
        ([Step.REFUSED], False),
        ([Step.REQUESTED, Step.REJECTED], False),
    ],
)
def test_one_action_is_in_flight_until_its_outcome_is_known(steps: list[Step], busy: bool) -> None:
    gate = ask(make_frame(make_fleet(20)), actions=(action(*steps),))
    assert (gate is not None and gate.name == "in_flight" and gate.value == "dsrs-002") if busy else gate is None


def test_attaching_a_server_that_does_not_report_is_refused_unless_it_undoes_a_fresh_mistake() -> None:
    fleet = make_fleet(20)
    fleet[0] = dataclasses.replace(fleet[0], attached=False, age=60.0)
    frame = make_frame(fleet)
    gate = ask(frame, verb=Verb.ATTACH)
    assert (
        gate is not None and gate.name == "reporting" and gate.value == 60 and "make it report first" in gate.sentence
    )
    done = (Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED)
    assert ask(frame, verb=Verb.ATTACH, actions=(action(*done, server="dsrs-001", at=90.0, fresh=True),)) is None
    for not_so in (
        action(*done, server="dsrs-001", at=90.0),
        action(*done, server="dsrs-001", at=-600.0, fresh=True),
        action(*done, at=90.0, fresh=True),
    ):
        assert ask(frame, verb=Verb.ATTACH, actions=(not_so,)) is not None
    fleet[0].age = 0.2
    assert ask(make_frame(fleet), verb=Verb.ATTACH) is None
    untold = [dataclasses.replace(server, age=None) for server in fleet]
    assert ask(make_frame(untold), verb=Verb.ATTACH) is None  # this balancer tells no ages: no verdict, no refusal
