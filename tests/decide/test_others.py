"""What others did, told by the balancer: who loses is told whose change it was, and nothing is denied that may have happened."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from console.decide import Ladder, LadderSettings, may_retry
from console.decide.gates import GateSettings, appraise, judge, taken
from console.decide.others import who_and_when
from console.domain.actions import Answer, Intent
from console.domain.frame import Frame
from console.domain.readings import Change, Detachment
from console.domain.safety import Move, Verdict
from console.domain.states import Verb
from tests.decide.test_ladder import GROUND, LOST, OK, Case, steps
from tests.support.builders import POOL_8K, FrameMaker, Server
from tests.support.situations import situation

NOON = 1_737_374_400.0 + 187.0
"""12:03:07 UTC."""


def change(kind: str, by: str, generation: int, key: str = "other-01", server: str = "dsrs-001") -> Change:
    return Change(generation, NOON, kind, server, by, "why", generation, key)


def asked(verb: Verb = Verb.DETACH) -> Case:
    case = Case(verb)
    case.ladder = Ladder(case.ladder.intent, LadderSettings(), 1 / 3)
    case.ladder.requested(case.frames.mono, case.frames.wall, {"generation": 1, "balancer": "bal-1"})
    return case


def saw(case: Case, polls: int, *changes: Change, known: bool | None = True, **frame: Any) -> list[str]:
    seen: list[str] = []
    for _ in range(polls):
        read = case.poll_fleet()
        balancer = structs.replace(read.balancer, changes_known=known)
        seen += steps(case.ladder.saw(structs.replace(read, balancer=balancer, changes=changes, **frame), GROUND))
    return seen


def test_a_time_that_is_not_told_is_said_to_be_untold() -> None:
    assert who_and_when("noc-1", NOON) == ("noc-1", "12:03:07 UTC")
    for at in (None, float("nan"), -1.0, 1e300):
        assert who_and_when(None, at) == ("somebody without a name", "an untold time")


def test_what_happened_unseen_and_was_undone_by_another_is_not_denied() -> None:
    """The reply was lost, the server is in the other state again: the balancer's log has our key."""
    case = asked()
    case.answer(LOST)
    case.frames.generation = 3
    mine, undone = change("detach", "me", 2, "key-0001"), change("attach", "noc-2", 3)
    assert saw(case, 6, mine, undone) == ["confirmed", "failed"]
    assert case.last.sentence == "dsrs-001 was attached again by noc-2 at 12:03:07 UTC."


@pytest.mark.parametrize(
    ("known", "generation", "life", "certain"),
    [
        (True, 3, "bal-1", True),
        (None, 1, "bal-1", True),
        (None, 3, "bal-1", False),
        (True, 1, "bal-2", False),
    ],
)
def test_only_what_certainly_did_not_happen_is_said_not_to_have(
    known: bool | None, generation: int, life: str, certain: bool
) -> None:
    case = asked()
    case.answer(LOST)
    case.frames.generation, case.frames.balancer_incarnation = generation, life
    assert saw(case, 8, change("join", "", generation), known=known) == ["failed"]
    assert ("did not happen" in case.last.sentence) is certain
    assert ("cannot tell whether" in case.last.sentence) is not certain
    assert case.last.evidence.get("happened") is (False if certain else None)


def test_a_log_that_could_not_be_read_is_waited_for() -> None:
    case = asked()
    case.answer(LOST)
    assert saw(case, 20, known=False) == []
    assert saw(case, 1) == ["failed"] and "did not happen" in case.last.sentence


def test_whoever_comes_second_is_told_who_was_first() -> None:
    first = Detachment("noc-1", NOON, "why", "other-01")
    case = asked()
    assert case.answer(structs.replace(OK, holder=first)) == ["accepted"]
    assert case.last.sentence == "dsrs-001 was detached already by noc-1 at 12:03:07 UTC."
    case.target.attached = False
    assert saw(case, 1, detachments={"dsrs-001": first})[0] == "confirmed"
    assert case.ladder.action.rungs[2].evidence["by"] == "noc-1"
    back = asked(Verb.ATTACH)
    back.answer(OK)
    back.target.attached = True
    assert saw(back, 1, change("attach", "noc-3", 2))[0] == "confirmed"
    assert "was attached already by noc-3 at" in back.ladder.action.rungs[2].sentence
    own = asked()
    assert own.answer(structs.replace(OK, holder=Detachment("me", NOON, "why", "key-0001"))) == ["accepted"]
    assert own.last.sentence == ""


def test_a_412_is_told_whose_change_it_met() -> None:
    frames = FrameMaker()
    fleet = [Server("dsrs-001"), Server("dsrs-002")]
    before = frames.make(fleet)
    intent = Intent("key-0001", Verb.DETACH, "dsrs-001", "inc-1", POOL_8K, "me", "why", 0.0, 0.0)
    told = change("detach", "noc-2", 2, server="dsrs-002")
    words = "dsrs-002 was detached by noc-2 at 12:03:07 UTC meanwhile"

    def later(*changes: Change, **more: Any) -> Frame:
        frames.generation += 1
        return structs.replace(frames.make(fleet), changes=changes, **more)

    assert may_retry(Answer(412), intent, before, later(told)) == (False, words), "out and in again between two polls"
    assert may_retry(Answer(412, changes=(told,)), intent, before, before) == (False, words), "nothing newer was read"
    assert may_retry(Answer(412), intent, before, before) == (False, "")
    assert may_retry(Answer(412), intent, before, later(change("detach", "x", 1))) == (True, ""), "before our reading"
    another = Answer(412, changes=(told,), details={"etag": '"bal-2.2"'})
    assert may_retry(another, intent, before, before) == (False, ""), "of another life of the balancer"
    fleet[1] = Server("dsrs-002", attached=False)
    by_table = later(detachments={"dsrs-002": Detachment("noc-2", NOON, "why", "k")})
    assert may_retry(Answer(412), intent, before, by_table) == (False, words)


def test_an_unread_log_holds_the_budget_until_it_is_read() -> None:
    blind = situation(changes_known=False)
    (gate,) = (gate for gate in appraise(blind, GateSettings()).gates if not gate.passed)
    assert (gate.name, gate.verdict, gate.breakable) == ("cool_down", Verdict.REFUSE, True)
    (way,) = gate.ways
    assert way.move is Move.LOOK
    assert all(gate.passed for gate in judge(taken(blind, way), GateSettings()))
