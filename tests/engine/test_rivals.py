"""Three consoles at one balancer that is lost to them, late, and starts anew: each server linearizable, the budget kept, losers told."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import pytest
from msgspec import structs

from console.lab.dsrm import actions
from tests.support.linear import Op, order_exists
from tests.support.register import Happening, Look, Server, Try, few
from tests.support.rivalry import Played, judged, ops_of, play

pytestmark = pytest.mark.xdist_group("rivals")
SEEDS = 12
MORE = range(100_000, 100_000 + SEEDS)
"""Others than those of the long run."""


@pytest.fixture(scope="module")
def played() -> list[Played]:
    return [judged(play(seed, 60)) for seed in MORE]


def test_no_seed_violates_anything_and_everything_was_met(played: list[Played]) -> None:
    met: Counter[str] = Counter()
    for one in played:
        assert one.violations == [], one.seed
        met += one.met
    for name in ("restart", "forget", "stall", "replace", "mute", "loser", "retry", "break-glass", "answer changed",
                 "answer never", "answer happened", "detach accepted", "attach accepted", "detach unknown", "detach refused"):  # fmt: skip
        assert met[name] > 0, (name, met)


# --- the checker can fail: what is broken in a good history is seen --------------------------------------------------

Broken = Callable[[list[Happening], list[Look], list[Try]], tuple[list[Look], list[Try]] | None]


def double_effect(
    happened: list[Happening], looks: list[Look], tries: list[Try]
) -> tuple[list[Look], list[Try]] | None:
    """The same detach carried out twice: once more under another key, in the generation that was made by the first."""
    done = [one for one in tries if one.outcome == "done" and one.detach and one.holder == one.key
            and one.answered == one.generation + 1]  # fmt: skip
    if not done:
        return None
    first = done[0]
    again = structs.replace(first, key="again", holder="again", generation=first.generation + 1,
                                answered=first.generation + 2, begin=first.end)  # fmt: skip
    return looks, [*tries, structs.replace(again, end=again.begin + 0.5)]


def stale_read(happened: list[Happening], looks: list[Look], tries: list[Try]) -> tuple[list[Look], list[Try]] | None:
    """A reading that began after a change was seen, and shows what was before it."""
    for old in looks:
        newer = [one for one in looks if one.life == old.life and one.generation > old.generation]
        if newer and old.listed:
            at = max(one.end for one in newer)
            return [*looks, structs.replace(old, begin=at + 0.1, end=at + 0.2)], tries  # type: ignore[arg-type]
    return None


def lost_update(happened: list[Happening], looks: list[Look], tries: list[Try]) -> tuple[list[Look], list[Try]] | None:
    """A detach that was answered with success and whose server stays attached in what is read from then on."""
    for tried in tries:
        if tried.outcome == "done" and tried.detach and tried.holder == tried.key:
            held = [one for one in looks if one.key == tried.key]
            if held:
                said = [structs.replace(one, attached=True, key=None) if one in held else one for one in looks]
                return said, tries
    return None


def denied(happened: list[Happening], looks: list[Look], tries: list[Try]) -> tuple[list[Look], list[Try]] | None:
    """A request that happened, as everybody could see, and whose console says that it did not."""
    for place, tried in enumerate(tries):
        if tried.detach and tried.holder == tried.key and any(one.key == tried.key for one in looks):
            never = structs.replace(tried, outcome="never", answered=None, holder=None)
            return looks, [*tries[:place], never, *tries[place + 1 :]]
    return None


@pytest.mark.parametrize("broken", [double_effect, stale_read, lost_update, denied])
def test_a_history_that_is_made_wrong_is_no_order_of_anything(played: list[Played], broken: Broken) -> None:
    tested = 0
    for one in played:
        for server, happened in one.balancer.happenings.items():
            looks = few(look for rival in one.rivals for look in rival.looks[server])
            tries = [tried for rival in one.rivals for tried in rival.tries[server]]
            changed = broken(happened, looks, tries)
            if changed is None:
                continue
            tested += 1
            assert order_exists(ops_of(happened, *changed), Server(one.first_life, 0)) is not None, (one.seed, server)
    assert tested > 10


def found_in_some_seed(words: str) -> bool:
    return any(words in said for seed in MORE for said in judged(play(seed, 60)).violations)


def test_a_balancer_without_compare_and_set_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever If-Match says is taken: updates are lost, and the budget is overdrawn."""
    real = actions.Actions.admit

    def blind(self: actions.Actions, asked: actions.Asked, now: actions.Instant) -> object:
        return real(self, structs.replace(asked, if_match=self._table.etag), now)

    monkeypatch.setattr(actions.Actions, "admit", blind)
    assert found_in_some_seed("is not linearizable")


def test_a_console_that_forgets_what_others_did_overdraws_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.engine.recall.Deeds.seen", lambda self, frame: None)
    assert found_in_some_seed("th within")


# --- the search itself ------------------------------------------------------------------------------------------------


def test_overlapping_calls_may_have_happened_in_either_order_and_others_may_not() -> None:
    def put(name: str, value: int, begin: int, end: float, *, open_: bool = False) -> Op:
        return Op(name, begin, end, lambda _: (value,), may_be_missing=open_)

    def got(value: int, begin: int, end: float) -> Op:
        return Op(f"got {value}", begin, end, lambda now: (now,) if now == value else ())

    assert order_exists([put("a", 1, 0, 10), put("b", 2, 0, 10), got(1, 11, 12)], 0) is None
    assert order_exists([put("a", 1, 0, 10), put("b", 2, 0, 10), got(2, 11, 12)], 0) is None
    stuck = order_exists([put("a", 1, 0, 1), put("b", 2, 2, 3), got(1, 4, 5)], 0)
    assert stuck is not None and stuck.placed == 2 and "got 1" in str(stuck)
    lost = put("lost", 7, 0, math.inf, open_=True)
    assert order_exists([lost, got(0, 1, 2), got(7, 3, 4)], 0) is None
    assert order_exists([lost, got(7, 1, 2), got(0, 3, 4)], 0) is not None
    assert order_exists([lost, got(0, 1, 2)], 0) is None
