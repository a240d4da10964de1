"""Rule `blind`, the balancer's half: the console cannot read the balancer's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from console.detect.carried import Plain, Seat
from console.detect.facts import Facts, Finding, Rule, number
from console.domain.options import option
from console.domain.states import Priority, Reach

RULE = "blind"


@dataclass(frozen=True, slots=True)
class BlindSettings:
    """When a balancer that does not answer is an alarm: after polls or seconds, whichever is less, but never within one deadline."""

    polls: int = option(3, low=1, high=20, sentence="Failed polls of the balancer in a row ..")
    seconds: float = option(
        3.0, unit="s", low=0.5, high=600.0, sentence=".. or so long without an answer, whichever comes first .."
    )
    deadline_s: float = option(
        1.0, unit="s", low=0.1, high=60.0, sentence=".. but at least so long: one deadline of a poll."
    )
    clear_polls: int = option(3, low=1, high=20, sentence="Good polls in a row that clear it.")


class BlindRule(Rule):
    """High, of the whole fleet."""

    name = RULE

    def __init__(self, settings: BlindSettings) -> None:
        super().__init__()
        self._settings = settings
        self._on = False
        self._good = 0
        self._first_s: float | None = None

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {"good": self._good} if self._on else {}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        if "good" in kept:
            self._on, self._good = True, min(int(kept["good"]), self._settings.clear_polls)

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Counts answers, not seconds, towards clearing."""
        balancer, settings = facts.frame.balancer, self._settings
        self._good = self._good + 1 if balancer.reach == Reach.OK else 0
        frame = facts.frame
        if self._first_s is None or facts.waited_s > facts.elapsed_s:
            self._first_s = frame.mono_s - frame.interval_s
        # One that never answered is as dark as we are old; and nobody looked while this machine slept.
        dark_s = min(balancer.age_s, frame.mono_s - self._first_s)
        long_enough = balancer.misses >= settings.polls or dark_s >= settings.seconds
        if balancer.misses > 0 and long_enough and dark_s >= settings.deadline_s:
            self._on = True
        elif self._good >= settings.clear_polls:
            self._on = False
        if not self._on:
            return []
        because = {
            "cause": "balancer",
            "misses": balancer.misses,
            "age_s": None if balancer.age_s == float("inf") else number(balancer.age_s),
            "error": balancer.error,
        }
        return [Finding(RULE, None, Priority.HIGH, because)]
