"""The rules on the fleet, its pools and the console itself at their levels."""

from __future__ import annotations

import pytest

from console.detect import Inputs, Wish
from console.domain.actions import Action, Intent, Rung
from console.domain.readings import Detachment
from console.domain.states import Attachment, Priority, Reach, Step, Verb
from console.domain.texts import CANNOT_CONNECT, MAXIMUM_CLIENTS
from console.domain.view import Health
from tests.support.builders import Server, make_fleet
from tests.support.judged import Judged

# --- errors, budget, time-outs --------------------------------------------------------------------------------------


def test_each_text_is_judged_by_itself_and_one_refusal_is_enough() -> None:
    watch = Judged(*make_fleet(6))
    watch.errors = {CANNOT_CONNECT: 0, MAXIMUM_CLIENTS: 0}

    def usual() -> None:
        watch.errors[CANNOT_CONNECT] += 1

    watch.poll(3)
    watch.errors[CANNOT_CONNECT] += 4
    watch.poll(15)
    assert watch.open == set()  # four in 10 s are too few to say anything
    watch.errors[MAXIMUM_CLIENTS] += 1
    watch.poll()
    assert watch.open == {f"errors:{MAXIMUM_CLIENTS}"}
    watch.errors[CANNOT_CONNECT] += 30
    watch.poll()
    assert watch.open == {f"errors:{MAXIMUM_CLIENTS}", f"errors:{CANNOT_CONNECT}"}
    assert watch.alarm(f"errors:{CANNOT_CONNECT}").because["count_10s"] == 30
    assert (
        watch.until(lambda: not watch.open) == 70
    )  # ten seconds until they have left the window, then a minute of calm


def test_what_is_usual_is_no_burst_and_a_long_burst_does_not_become_usual() -> None:
    watch = Judged(*make_fleet(6))
    watch.errors = {CANNOT_CONNECT: 0}

    def come(count: int) -> None:
        watch.errors[CANNOT_CONNECT] += count

    def some(count: int):
        return lambda: come(count)

    watch.poll(2)
    for _ in range(150):  # one every other second
        come(1)
        watch.poll(2)
    assert watch.open == set()
    watch.poll(20, each=some(3))
    assert watch.open == {f"errors:{CANNOT_CONNECT}"}
    watch.poll(1200, each=some(3))
    assert watch.open == {f"errors:{CANNOT_CONNECT}"}


def test_errors_that_are_not_told_cannot_be_judged() -> None:
    watch = Judged(*make_fleet(6))
    watch.errors = {}
    frame = watch.frames.make(watch.fleet, errors={}, sessions={})
    assert frame.fleet.errors_total  # the builder names the known texts where none is given
    watch.errors, watch.sessions = {"no": 0}, {"completed": 3}
    watch.poll(3)
    assert {unjudged.rule for unjudged in watch.now.unjudged} >= {"budget"}


def test_the_budget_burns_over_both_windows() -> None:
    watch = Judged(*make_fleet(6), interval=5.0)

    def calls(failed: int):
        def each() -> None:
            watch.sessions["started"] += 50
            watch.sessions["refused"] += failed

        return each

    watch.poll(240, each=calls(0))
    assert watch.open == set()
    # After 20 good minutes, at 40 %: the slow burn's 6 % over all that is known comes first, the short window is far beyond.
    polls = watch.until(lambda: bool(watch.open), each=calls(20), most=200)
    assert 0.4 * polls / (240 + polls) == pytest.approx(0.06, abs=0.01) and watch.open == {"budget:fleet"}
    assert watch.alarm("budget:fleet").priority is Priority.MEDIUM
    watch.until(lambda: not watch.open, each=calls(0), most=500)


def test_sessions_that_time_out_in_numbers_are_latency() -> None:
    watch = Judged(*make_fleet(6))
    watch.poll(3)
    watch.sessions = {**watch.sessions, "partial_client_timeout": 0}
    watch.poll(3)
    watch.sessions["partial_client_timeout"] += 8
    watch.poll()
    assert watch.open == {"latency:partial_client_timeout"}
    assert watch.until(lambda: not watch.open) == 20


# --- the console itself ---------------------------------------------------------------------------------------------


def test_a_sick_console_by_lag_by_frames_and_by_its_journal() -> None:
    watch = Judged(*make_fleet(6))
    watch.poll(3)
    watch.inputs = Inputs(Health(loop_lag_s=0.4))
    assert watch.until(lambda: bool(watch.open)) == 3 and watch.alarm("sick:fleet").priority is Priority.MEDIUM
    watch.inputs = Inputs(Health(loop_lag_s=1.4))
    watch.poll(3)
    assert watch.alarm("sick:fleet").priority is Priority.HIGH
    watch.inputs = Inputs(Health(loop_lag_s=0.01))
    assert watch.until(lambda: not watch.open) == 11
    watch.inputs = Inputs(Health(loop_lag_s=0.01, journal_error="No space left on device."))
    watch.poll(3)
    assert watch.alarm("sick:fleet").because["journal_error"] == "No space left on device."


def test_a_machine_that_slept_is_not_sick_but_one_that_crawls_is() -> None:
    watch = Judged(*make_fleet(6))
    watch.poll(5)
    watch.poll(after=600.0)
    watch.poll(5)
    assert watch.open == set()
    watch.poll(3, after=3.5)
    assert watch.open == {"sick:fleet"}
    watch.inputs = Inputs()
    watch.poll()
    assert "sick" in {unjudged.rule for unjudged in watch.now.unjudged}


# --- drift ----------------------------------------------------------------------------------------------------------


def action(verb: Verb, *steps: Step, server: str = "dsrs-001", incarnation: str = "inc-1", over: bool = True) -> Action:
    intent = Intent("key-12345", verb, server, incarnation, None, "noc-2", "why", 0.0, 0.0)
    return Action(intent, tuple(Rung(step, 0.0, 0.0) for step in steps), over)


def test_a_detach_that_the_balancer_forgot_is_drift_within_two_polls() -> None:
    watch = Judged(*make_fleet(6))
    server = watch.fleet[0]
    watch.poll(2)
    watch.inputs = Inputs(Health(0.0), (action(Verb.DETACH, Step.REQUESTED, Step.ACCEPTED, over=False),))
    watch.poll(5)
    assert watch.open == set()  # it is on its way
    server.attached = False
    watch.inputs = Inputs(Health(0.0), (action(Verb.DETACH, Step.ACCEPTED, Step.CONFIRMED),))
    watch.poll(5)
    watch.inputs = Inputs(Health(0.0))  # the engine has forgotten it: ten minutes are over
    watch.poll(5)
    assert watch.open == set()
    watch.frames.balancer_incarnation, server.attached = "bal-2", True
    assert watch.until(lambda: "drift:dsrs-001" in watch.open) == 2
    assert watch.alarm("drift:dsrs-001").because == {"wanted": "detached", "actual": "attached", "by": "noc-2"}
    watch.inputs = Inputs(Health(0.0), (action(Verb.ATTACH, Step.ACCEPTED, Step.CONFIRMED),))
    watch.until(lambda: "drift:dsrs-001" not in watch.open)


def test_no_drift_for_a_new_life_for_what_failed_or_where_somebody_else_detached_it() -> None:
    watch = Judged(*make_fleet(6))
    watch.poll(2)
    watch.inputs = Inputs(
        Health(0.0),
        (
            action(Verb.DETACH, Step.REJECTED),
            action(Verb.DETACH, Step.CONFIRMED, server="dsrs-002", incarnation="the one before"),
            action(Verb.ATTACH, Step.CONFIRMED, server="dsrs-003"),
        ),
        {"dsrs-004": Wish(Attachment.DETACHED, "inc-1", "noc-1")},
    )
    watch.fleet[2].attached = False
    watch.detachments = {"dsrs-003": Detachment("noc-9", 1.0, "another desk")}
    watch.poll(5)
    assert watch.open == {"drift:dsrs-004"}


# --- no spare server ------------------------------------------------------------------------------------------------


def test_a_pool_that_cannot_lose_its_largest_server() -> None:
    watch = Judged(*[Server(f"s{n}", truth=7, limit=10, pool="p") for n in range(4)])
    watch.poll(15)
    assert watch.open == set()  # 28 on 30
    watch.fleet[3].truth, watch.fleet[3].reach = 9, Reach.OK
    assert watch.until(lambda: "n-plus-one:p" in watch.open) == 10  # 30 on 30 for 10 s
    assert watch.alarm("n-plus-one:p").because["share_after"] == 1.0
    watch.fleet[3].reach = Reach.TIMEOUT  # what it had counts on
    watch.poll(30)
    assert "n-plus-one:p" in watch.open
    watch.fleet[3].reach, watch.fleet[3].truth = Reach.OK, 5
    assert watch.until(lambda: "n-plus-one:p" not in watch.open) == 11
