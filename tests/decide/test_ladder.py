"""The proof ladder on Frames made by hand: nothing is believed that the fleet, read again, does not show."""

from __future__ import annotations

import pytest
from msgspec import structs

from console.decide import Ground, Ladder, LadderSettings, may_retry
from console.decide.ladder import idle
from console.domain.actions import Answer, Intent, Rung
from console.domain.frame import Column, Frame
from console.domain.states import Reach, Step, Verb
from tests.support.builders import POOL_8K, FrameMaker, Server, make_fleet

GROUND = Ground(interval_s=0.25, silent_limit_s=1.0)
OK = Answer(200, generation=2)
LOST = Answer(None)


class Case:
    """One action on dsrs-001 of a pool of four that gets `rate` sessions a poll, a third of them the target."""

    def __init__(self, verb: Verb = Verb.DETACH, share: float = 1 / 3) -> None:
        self.frames = FrameMaker()
        self.fleet = make_fleet(4, pools=[POOL_8K], attached=True)
        self.target = self.fleet[0]
        self.target.attached = verb is Verb.DETACH
        self.poll_fleet()
        intent = Intent("key-0001", verb, "dsrs-001", "inc-1", POOL_8K, "me", "why", self.frames.wall, self.frames.mono)
        self.ladder = Ladder(intent, LadderSettings(), share)
        self.ladder.requested(self.frames.mono, self.frames.wall, {})

    def poll_fleet(self, pool: int = 0, target: int = 0, **options: object) -> Frame:
        self.target.routed_total += target
        self.fleet[1].routed_total += pool - target
        return self.frames.make(self.fleet, **options)  # type: ignore[arg-type]

    def answer(self, answer: Answer) -> list[str]:
        return steps(self.ladder.answered(answer, self.frames.mono + 0.1, self.frames.wall + 0.1))

    def saw(self, pool: int = 0, target: int = 0, polls: int = 1, **options: object) -> list[str]:
        seen: list[str] = []
        for _ in range(polls):
            seen += steps(self.ladder.saw(self.poll_fleet(pool, target, **options), GROUND))
        return seen

    @property
    def last(self) -> Rung:
        return self.ladder.action.rungs[-1]


def steps(rungs: tuple[Rung, ...]) -> list[str]:
    return [rung.step.value for rung in rungs]


def test_a_detach_is_proved_by_sessions_that_did_not_come() -> None:
    case = Case()
    assert case.answer(OK) == ["accepted"]
    case.target.attached = False
    assert case.saw(pool=6, target=2) == ["confirmed"]  # these came before it
    assert case.saw(pool=6) == ["effective_weak"]
    assert case.last.evidence == {"expected": 2.0, "chance": 0.14, "since_s": 1.0, "routed": 0}
    assert case.saw(pool=6, polls=2) == []  # enough to be expected, and still one case in 400 by luck
    assert case.saw(pool=6) == ["effective"]
    assert case.last.evidence == {"expected": 8.0, "chance": 0.00034, "since_s": 4.0, "routed": 0}
    assert case.saw(pool=6, polls=3) == [] and not case.ladder.over
    case.target.truth = 0
    assert case.saw(pool=6) == ["drained"] and case.ladder.over
    assert case.saw(pool=6, polls=5) == []


def test_where_little_comes_time_proves_it() -> None:
    case = Case()
    case.ladder._surety = 0.01  # its sessions used to come in bunches: none proves little
    case.answer(OK)
    case.target.attached, case.target.truth = False, 0
    assert case.saw() == ["confirmed"]
    assert case.saw(pool=1, polls=29) == ["effective_weak"]
    assert case.saw(pool=1) == ["effective", "drained"]
    assert case.ladder.action.rungs[-2].evidence == {"expected": 10.0, "chance": 0.74, "since_s": 30.0, "routed": 0}


def test_where_nothing_would_have_come_time_proves_nothing() -> None:
    case = Case()
    case.answer(OK)
    case.target.attached, case.target.truth = False, 0
    assert case.saw() == ["confirmed"]
    assert case.saw(polls=29) == ["effective_weak"] and not idle(case.last)
    assert case.saw() == ["effective_weak"] and idle(case.last)
    assert case.last.evidence == {"expected": 0.0, "chance": 1.0, "since_s": 30.0, "routed": 0, "idle": True}
    assert case.saw(polls=600) == [] and not case.ladder.over
    assert case.saw(pool=9) == ["effective", "drained"], "in the morning it shows"


def test_what_the_balancer_does_not_count_proves_nothing_either() -> None:
    case = Case()
    case.answer(OK)
    case.target.attached = False
    case.saw()
    seen: list[str] = []
    for _ in range(40):
        frame = case.poll_fleet(pool=6)
        values = frame.values.copy()
        values[Column.ROUTED, 1:] = float("nan")
        seen += steps(case.ladder.saw(structs.replace(frame, values=values), GROUND))
    assert seen == ["effective_weak", "effective_weak"] and idle(case.last)


def test_without_a_known_share_the_fair_part_is_expected() -> None:
    case = Case(share=float("nan"))
    case.answer(OK)
    case.target.attached = False
    case.saw()
    assert case.saw(pool=4) == ["effective_weak"] and case.last.evidence["expected"] == 1.0  # of four servers


def test_sessions_that_still_arrive_refute_the_balancer_and_calm_may_prove_it_later() -> None:
    case = Case()
    case.answer(OK)
    case.target.attached = False
    case.saw()
    assert case.saw(pool=6, target=1) == []  # within two report intervals of the confirmation
    assert case.saw(pool=6, target=1) == ["failed"]
    assert "says detached but sessions still arrive" in case.last.sentence and not case.ladder.over
    assert case.saw(pool=6, target=1) == []
    assert case.saw(pool=24) == ["effective"]


@pytest.mark.parametrize("lost", [LOST, Answer(500), Answer(504), Answer(408)])
def test_an_unknown_outcome_is_read_back_and_never_sent_again(lost: Answer) -> None:
    happened = Case()
    assert happened.answer(lost) == ["unknown"]
    happened.target.attached = False
    assert happened.saw() == ["confirmed"]
    not_so = Case()
    not_so.answer(lost)
    assert not_so.saw(polls=5) == []  # it may still be on its way
    assert not_so.saw() == ["failed"] and not_so.ladder.over
    assert "did not happen; nothing was sent again" in not_so.last.sentence
    assert not_so.last.evidence["readings"] == 6


def test_failed_polls_prove_nothing() -> None:
    case = Case()
    case.answer(LOST)
    assert case.saw(polls=30, balancer=False) == []
    case.target.attached = False
    assert case.saw() == ["confirmed"]
    assert case.saw(pool=30, balancer=False, polls=40) == []
    assert case.saw(pool=30) == ["effective"]


def test_a_reading_older_than_the_answer_proves_nothing() -> None:
    case = Case()
    case.target.attached = False
    frame = case.poll_fleet()
    case.ladder.answered(OK, case.frames.mono + 0.1, case.frames.wall)
    assert case.ladder.saw(frame, GROUND) == ()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(409, "last_server", "it is the last one"), "it is the last one"),
        (Answer(429, "too_many_actions", retry_after_s=3.0), "too_many_actions"),
        (Answer(302), "302"),
    ],
)
def test_a_rejection_ends_it_in_the_balancers_own_words(answer: Answer, says: str) -> None:
    case = Case()
    assert case.answer(answer) == ["rejected"] and case.ladder.over
    assert says in case.last.sentence and case.last.evidence["status"] == answer.status
    case.target.attached = False
    assert case.saw(polls=3) == []


def test_a_balancer_that_says_yes_and_does_nothing_is_found_out() -> None:
    case = Case()
    case.answer(OK)
    assert case.saw(polls=15) == [] and case.saw() == ["failed"]
    assert "its table does not show it" in case.last.sentence


def test_taken_back_replaced_and_left() -> None:
    back = Case()
    back.answer(OK)
    back.target.attached = False
    back.saw()
    back.target.attached = True
    assert back.saw(polls=2) == ["failed"] and "attached again" in back.last.sentence
    replaced = Case()
    replaced.answer(OK)
    replaced.fleet[0] = structs.replace(replaced.target, incarnation="inc-2")
    assert replaced.saw() == ["failed"] and replaced.last.evidence == {"incarnation": "inc-2"}
    left = Case()
    left.answer(OK)
    left.target.listed = False
    assert left.saw() == [] and left.saw() == ["failed"] and "left the fleet" in left.last.sentence


def test_an_attach_has_succeeded_with_a_report_made_since() -> None:
    case = Case(Verb.ATTACH)
    case.target.age = 50.0
    assert case.answer(OK) == ["accepted"]
    case.target.attached = True
    assert case.saw() == ["confirmed"]
    assert case.saw(polls=10) == []
    case.target.age = 0.2
    assert case.saw() == ["effective"] and case.ladder.over
    at_once = Case(Verb.ATTACH)
    at_once.answer(OK)
    at_once.target.attached = True
    assert at_once.saw() == ["confirmed", "effective"]


def test_a_later_request_for_the_same_server_ends_the_wait() -> None:
    case = Case()
    case.answer(OK)
    case.ladder.superseded(structs.replace(case.ladder.intent, key="another1"))
    assert case.ladder.over and case.saw(polls=3) == []


# --- the one retry --------------------------------------------------------------------------------------------------


def two(change: dict[str, object] | None = None, *, joined: bool = False, **maker: object) -> tuple[bool, str]:
    frames = FrameMaker()
    fleet = [Server("target"), Server("other"), Server("third")]
    before = frames.make(fleet)
    frames.generation += 1
    for name, value in maker.items():
        setattr(frames, name, value)
    index, values = (0, {}) if change is None else (change.pop("index"), change)
    fleet[index] = structs.replace(fleet[index], **values)  # type: ignore[arg-type,index]
    after = frames.make([*fleet, *([Server("new")] if joined else [])])
    intent = Intent("key-0001", Verb.DETACH, "target", "inc-1", POOL_8K, "me", "why", 0.0, 0.0)
    assert may_retry(Answer(409), intent, before, after) == (False, "")
    return may_retry(Answer(412), intent, before, after)


def test_it_goes_out_again_only_where_others_joined_or_left() -> None:
    assert two(joined=True) == (True, "")
    assert two({"index": 1, "listed": False}) == (True, "")
    assert two({"index": 1, "incarnation": "inc-2"}) == (True, "")
    assert two({"index": 1, "reach": Reach.TIMEOUT}) == (True, "")
    assert two({"index": 1, "attached": False}) == (False, "other was attached or detached meanwhile")
    assert two({"index": 0, "attached": False}) == (False, "target was attached or detached meanwhile")
    assert two({"index": 0, "incarnation": "inc-2"})[0] is False
    assert two({"index": 0, "listed": False})[0] is False
    assert two(balancer_incarnation="bal-2") == (False, "the balancer was restarted meanwhile")
    assert two(algorithm="best-of-two") == (False, "the balancer's algorithm was changed meanwhile")


def test_a_refusal_is_over_at_once() -> None:
    case = Case()
    case.ladder.refused(0.0, 0.0, "stale", "too old", {"value": 3})
    assert case.last.step is Step.REFUSED and case.last.evidence == {"gate": "stale", "value": 3} and case.ladder.over
