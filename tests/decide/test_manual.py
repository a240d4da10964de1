"""The site's own command: what may be set, what is filled in, and when the balancer's own way counts as dead."""

from __future__ import annotations

import pytest

from console.decide import Ground, Ladder, LadderSettings, SafetySettings
from console.decide.manual import dead, filled
from console.domain.actions import Action, Answer, Intent
from console.domain.errors import SettingsError
from console.domain.states import Verb
from tests.support.builders import POOL_8K, FrameMaker, make_fleet

GROUND = Ground(0.25, 1.0)
COMMAND = "ssh lb1 drain --now {server}"


@pytest.mark.parametrize(
    "wrong", ["drain", "drain {name}", "drain {server} {", "drain {server:>9}", "a {server}\nrm", "{server}" * 63]
)
def test_a_command_that_cannot_be_filled_in_is_refused_with_the_way_to_mend_it(wrong: str) -> None:
    with pytest.raises(SettingsError, match="manual_command"):
        SafetySettings(manual_command=wrong)


def test_only_a_plain_name_is_filled_in() -> None:
    assert SafetySettings().manual_command == "" and SafetySettings(manual_command=COMMAND).manual_command == COMMAND
    assert filled(COMMAND, "dsrs-017.a:80") == "ssh lb1 drain --now dsrs-017.a:80"
    for name in ("a; rm -rf /", "$(x)", "a b", "-rf", "ä", "", "a\n", "a'", "`x`", "x" * 200):
        assert filled(COMMAND, name) is None
    assert filled("", "dsrs-017") is None


class Case:
    """A detach of dsrs-001 in a pool of four."""

    def __init__(self, answer: Answer) -> None:
        self.frames, self.fleet = FrameMaker(), make_fleet(4, pools=[POOL_8K])
        self.frames.make(self.fleet)
        intent = Intent("key-1", Verb.DETACH, "dsrs-001", "inc-1", POOL_8K, "me", "why", 0.0, self.frames.mono)
        self.ladder = Ladder(intent, LadderSettings(), 1 / 3)
        self.ladder.requested(self.frames.mono, 0.0, {})
        self.ladder.answered(answer, self.frames.mono + 0.1, 0.0)

    def polls(self, count: int, came: int = 0, **options: bool) -> str | None:
        for _ in range(count):
            self.fleet[0].routed_total += came
            self.frame = self.frames.make(self.fleet, **options)
            self.ladder.saw(self.frame, GROUND)
        return self.why

    @property
    def why(self) -> str | None:
        actions: tuple[Action, ...] = (self.ladder.action,)
        found = dead(self.frame, "dsrs-001", actions)
        assert dead(self.frame, "dsrs-002", actions) is None or "does not answer" in str(found)
        return None if found is None else str(found)


def test_a_detach_that_was_not_done_leaves_only_the_site_s_command() -> None:
    for answer in (Answer(200, generation=2), Answer(503), Answer(None)):
        case = Case(answer)
        assert case.polls(3) is None, "it is being read back"
        assert case.polls(20) == "The balancer was asked to detach dsrs-001, and did not do it."


def test_one_that_is_shown_and_fed_all_the_same_too_until_it_is_quiet() -> None:
    case = Case(Answer(200, generation=2))
    case.fleet[0].attached = False
    assert case.polls(1) is None
    assert case.polls(3, came=2) == "The balancer says that dsrs-001 is detached, and goes on feeding it."
    assert case.polls(40) is None, "it is quiet at last"


def test_nothing_is_dead_about_one_that_works_or_was_taken_back_by_somebody() -> None:
    case = Case(Answer(200, generation=2))
    case.fleet[0].attached = False
    assert case.polls(40) is None
    case.fleet[0].attached = True
    assert case.polls(5) is None


def test_a_balancer_that_cannot_be_reached_detaches_nobody() -> None:
    frames, fleet = FrameMaker(), make_fleet(4, pools=[POOL_8K])
    fleet[1].attached = False
    frame = frames.make(fleet)
    for polls in (1, 2, 3):
        frame = frames.make(fleet, balancer=False)
        assert (dead(frame, "dsrs-001", ()) is not None) is (polls == 3)
    assert str(dead(frame, "dsrs-001", ())) == "The balancer does not answer: nothing can be detached through it."


def test_one_that_takes_no_detach_at_all_says_so() -> None:
    case = Case(Answer(405, "method_not_allowed"))
    assert case.polls(1) == "This balancer takes no detach at all."
