"""A plan: one at a time, each proved before the next, and an end that says where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.decide import Plan, PlanSettings
from console.domain.actions import Action, Intent, Rung
from console.domain.safety import StepState, say
from console.domain.states import Step, Verb

R = 0.25


def action(key: str, *steps: Step, sentence: str = "", over: bool = False) -> Action:
    intent = Intent(key, Verb.DETACH, key, "inc", "8k", "me", "why", 0.0, 0.0, plan="p")
    return Action(intent, tuple(Rung(step, 0.0, 0.0, {}, sentence) for step in steps), over)


def a_plan(*servers: str) -> Plan:
    return Plan("p", Verb.DETACH, servers or ("a", "b", "c"), PlanSettings(), reason="why", operator="me")


def states(plan: Plan) -> list[str]:
    return [step.state.value for step in plan.standing.steps]


def test_the_next_comes_after_the_effect_and_two_report_intervals() -> None:
    plan = a_plan("a", "b")
    assert plan.next(0.0, R) == "a"
    plan.began("a", "a", 0.0)
    assert plan.next(1.0, R) is None and str(plan.standing.said) == "step 1 of 2: a."
    for steps in (
        (Step.REQUESTED,),
        (Step.REQUESTED, Step.ACCEPTED),
        (Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE_WEAK),
    ):
        plan.saw(action("a", *steps), 2.0)
        assert plan.next(2.0, R) is None, "weak is not effective"
    plan.saw(action("other", Step.EFFECTIVE), 2.0)
    assert plan.next(2.0, R) is None
    plan.saw(action("a", Step.CONFIRMED, Step.EFFECTIVE), 3.0)
    assert states(plan) == ["done", "waiting"] and plan.next(3.4, R) is None
    assert plan.next(3.5, R) == "b"
    plan.began("b", "b", 3.5)
    plan.saw(action("b", Step.EFFECTIVE), 5.0)
    assert plan.standing.over and not plan.standing.failed and plan.next(99.0, R) is None
    assert str(plan.standing.said) == "all 2 steps are done and effective."


def test_a_step_that_only_lacks_sessions_to_prove_it_lets_the_next_one_come_and_the_end_says_so() -> None:
    plan = a_plan("a", "b")
    for server in "ab":
        plan.began(server, server, 0.0)
        done = action(server, Step.CONFIRMED, Step.EFFECTIVE_WEAK)
        unproved = Rung(Step.EFFECTIVE_WEAK, 30.0, 30.0, {"idle": server == "a"})
        proved = (Rung(Step.EFFECTIVE, 31.0, 31.0),) if server == "b" else ()
        plan.saw(done, 1.0)
        assert states(plan)[-1] != "done"
        plan.saw(replace(done, rungs=(*done.rungs, unproved, *proved)), 31.0)
    assert plan.standing.over and not plan.standing.failed
    assert str(plan.standing.said) == (
        "all 2 steps are done; of 1 it is not proved, as hardly any session would have come."
    )


@pytest.mark.parametrize("bad", [Step.REJECTED, Step.FAILED, Step.UNKNOWN, Step.REFUSED])
def test_the_first_failure_ends_it_and_it_says_where_it_stands(bad: Step) -> None:
    plan = a_plan()
    plan.began("a", "a", 0.0)
    plan.saw(action("a", Step.EFFECTIVE), 1.0)
    plan.began("b", "b", 2.0)
    plan.saw(action("b", Step.REQUESTED, bad, sentence="The balancer turned it down."), 3.0)
    assert plan.standing.over and plan.standing.failed and states(plan) == ["done", "stopped", "stopped"]
    said = str(plan.standing.said)
    assert said == "The plan ended after 1 of 3 steps: b: The balancer turned it down. Nothing was taken back."
    plan.saw(action("b", Step.EFFECTIVE), 4.0)
    assert states(plan) == ["done", "stopped", "stopped"], "what comes later changes nothing"


def test_refusals_surprises_impatience_and_a_hand_end_it() -> None:
    refused, surprised, slow, stopped, overtaken = (a_plan() for _ in range(5))
    refused.refused("a", say("{n} is too many", n=4))
    assert "a was refused: 4 is too many" in str(refused.standing.said)
    surprised.surprised(say("the balancer was restarted meanwhile"))
    slow.began("a", "a", 0.0)
    slow.saw(action("a", Step.CONFIRMED), 89.0)
    assert not slow.standing.over
    slow.saw(action("a", Step.CONFIRMED), 90.1)
    assert "not effective after 90 s" in str(slow.standing.said)
    stopped.began("a", "a", 0.0)
    stopped.stop("noc-2")
    assert "stopped by noc-2" in str(stopped.standing.said) and states(stopped)[0] == StepState.STOPPED.value
    overtaken.began("a", "a", 0.0)
    overtaken.saw(action("a", Step.CONFIRMED, over=True), 1.0)
    for plan in (refused, surprised, slow, stopped, overtaken):
        assert plan.standing.failed and plan.next(1e6, R) is None and plan.standing.done == 0


@pytest.mark.parametrize("servers", [(), ("a", "a"), tuple(f"s{n}" for n in range(11))])
def test_what_is_no_plan(servers: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="A plan"):
        Plan("p", Verb.DETACH, servers, PlanSettings())


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["wait", "next", "effect", "weak", "fail", "stop", "surprise"]), st.floats(0.0, 60.0)
        ),
        max_size=40,
    )
)
def test_never_two_at_once_never_before_the_rest_never_after_the_end(events: list[tuple[str, float]]) -> None:
    plan, now, running, effect, begun = a_plan("a", "b", "c", "d"), 0.0, "", -1e9, []
    for event, seconds in events:
        over = plan.standing.over
        if event == "wait":
            now += seconds
        elif event == "next":
            server = plan.next(now, R)
            if server is not None:
                assert not over and not running and now - effect >= 2 * R
                begun.append(server)
                running = server
                plan.began(server, server, now)
        elif event in ("effect", "weak", "fail") and running:
            step = {"effect": Step.EFFECTIVE, "weak": Step.EFFECTIVE_WEAK, "fail": Step.FAILED}[event]
            plan.saw(action(running, Step.CONFIRMED, step), now)
            if event == "effect" and not over:
                running, effect = "", now
        elif event == "stop":
            plan.stop("me")
        elif event == "surprise":
            plan.surprised(say("something"))
        if over:
            assert plan.standing.over and plan.next(now + 1e6, R) is None
    assert begun == list("abcd")[: len(begun)]
