"""Cutting sessions: who may, of whom, how many; and what proves it."""

from __future__ import annotations

from typing import Any

import pytest

from console.decide import Ground, LadderSettings, ladder_for
from console.decide.gates import GateSettings, admits, appraise
from console.domain.actions import Answer, Intent, Rung
from console.domain.safety import Appraisal, Consent, Light, Role, Verdict
from console.domain.states import Step, Verb
from tests.support.builders import POOL_8K, FrameMaker, make_fleet
from tests.support.situations import mates, situation

GROUND = Ground(interval_s=0.25, silent_limit_s=1.0)


def ask(**changes: Any) -> Appraisal:
    pool = mates(detached=(0,))
    return appraise(situation(pool, Verb.CUT, **{"cuts": True, "held": (9, 12), **changes}), GateSettings())


def why_not(appraisal: Appraisal, role: Role = Role.LEAD, **consent: Any) -> str:
    return str(admits(appraisal, Consent(**consent), role) or "")


def test_all_green_it_still_wants_the_number_of_sessions() -> None:
    appraisal = ask()
    assert appraisal.light is Light.GREEN and appraisal.held == (9, 12)
    assert "name their number" in why_not(appraisal)
    for count in (8, 13, 0):
        assert "look again" in why_not(appraisal, count=count), "never more than was agreed, never a guess"
    for count in (9, 10, 12):
        assert why_not(appraisal, count=count) == "", "it drained while the number was typed"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"cuts": None}, "offered"),
        ({"cuts": False}, "offered"),
        ({"attached": True}, "detached"),
        ({"attached": None}, "detached"),
        ({"held": None}, "sessions"),
        ({"held": (0, 4)}, "sessions"),
        ({"role": Role.OPERATOR}, "role"),
        ({"role": None}, "role"),
        ({"arming": True, "armed": False}, "armed"),
        ({"view_age_s": 9.0}, "stale"),
        ({"in_flight": ("detach", "s-003")}, "in_flight"),
        ({"version": None}, "concurrency"),
    ],
)
def test_nobody_goes_past_a_refusal(changes: dict[str, Any], name: str) -> None:
    appraisal = ask(**changes)
    assert [gate.name for gate in appraisal.gates if gate.verdict is Verdict.REFUSE] == [name]
    assert not appraisal.breakable
    assert why_not(appraisal, count=9, hold_reason="x", break_glass="x") != ""


class Case:
    """One cut of dsrs-001, which is detached and holds 5."""

    def __init__(self) -> None:
        self.frames = FrameMaker()
        self.fleet = make_fleet(4, pools=[POOL_8K], attached=True)
        self.target = self.fleet[0]
        self.target.attached, self.target.truth = False, 5
        self.frames.make(self.fleet)
        intent = Intent(
            "key-0001", Verb.CUT, "dsrs-001", "inc-1", POOL_8K, "me", "why", self.frames.wall, self.frames.mono,
            count=5, held=5,
        )  # fmt: skip
        self.ladder = ladder_for(intent, LadderSettings(), 0.25)
        self.ladder.requested(self.frames.mono, self.frames.wall, {})

    def answer(self, answer: Answer) -> list[str]:
        return steps(self.ladder.answered(answer, self.frames.mono + 0.1, self.frames.wall + 0.1))

    def saw(self, polls: int = 1) -> list[str]:
        seen: list[str] = []
        for _ in range(polls):
            seen += steps(self.ladder.saw(self.frames.make(self.fleet), GROUND))
        return seen

    @property
    def last(self) -> Rung:
        return self.ladder.action.rungs[-1]


def steps(rungs: tuple[Rung, ...]) -> list[str]:
    return [rung.step.value for rung in rungs]


def test_each_step_has_a_source_of_its_own() -> None:
    case = Case()
    assert case.answer(Answer(200, generation=2, cut=5)) == ["accepted"] and case.last.evidence["cut"] == 5
    case.target.truth_age = 3.0  # its status is older than the answer: it proves nothing
    assert case.saw() == ["confirmed"]
    case.target.truth_age, case.target.truth = 0.0, 0
    assert case.saw() == ["effective", "drained"] and case.ladder.over
    effective = case.ladder.action.rungs[-2]
    assert effective.evidence == {"truth": 0, "held": 5}


def test_a_balancer_that_only_says_so_is_found_out() -> None:
    case = Case()
    case.answer(Answer(200, cut=5))
    assert case.saw(15) == ["confirmed"]
    assert case.saw() == ["failed"] and case.ladder.over
    assert "the server still tells 5" in case.last.sentence


def test_fewer_than_there_were_is_what_it_says_and_the_rest_drains() -> None:
    case = Case()
    case.answer(Answer(200, cut=3))
    case.target.truth = 2
    assert case.saw() == ["confirmed", "effective"] and not case.ladder.over
    case.target.truth = 0
    assert case.saw() == ["drained"]


def test_a_lost_reply_is_read_back_from_the_server_itself() -> None:
    happened = Case()
    assert happened.answer(Answer(None)) == ["unknown"]
    happened.target.truth = 0
    assert happened.saw() == ["drained"] and happened.ladder.over
    not_so = Case()
    not_so.answer(Answer(None))
    assert not_so.saw(5) == [], "it may still be on its way"
    assert not_so.saw() == ["failed"] and "did not happen; nothing was sent again" in not_so.last.sentence


def test_attached_meanwhile_ends_it() -> None:
    case = Case()
    case.answer(Answer(200, cut=5))
    case.target.attached = True
    assert case.saw() == [] and case.saw() == ["failed"]
    assert case.ladder.action.step is Step.FAILED
