"""Rule `errors`: one of the service's error texts comes far more often than usual. Each text is counted and judged by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from console.detect.bursts import Bursts, Levels
from console.detect.carried import Plain, Seat
from console.detect.facts import Facts, Finding, Rule, number
from console.detect.latch import ChatterSettings, Delay, calm_for, polls_in_a_row
from console.domain.options import option
from console.domain.states import Priority, Reach
from console.domain.texts import MAXIMUM_CLIENTS

RULE = "errors"


@dataclass(frozen=True, slots=True)
class ErrorSettings:
    """When errors are a burst."""

    z_set: float = option(
        5.0,
        low=2.0,
        high=30.0,
        sentence="Standard deviations above the last 15 minutes from which errors are a burst ..",
    )
    least: int = option(5, unit="errors", low=1, high=1000, sentence=".. where at least so many came in 10 s.")
    single: bool = option(True, sentence="A single refusal because every server seems full is an alarm at once.")
    z_clear: float = option(2.0, low=0.0, high=30.0, sentence="It clears below so many standard deviations.")
    polls: int = polls_in_a_row(1)
    clear_after_s: float = calm_for(60.0)


class ErrorRule(Rule):
    """High. One alarm for each text, which is its subject."""

    name = RULE

    def __init__(self, settings: ErrorSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        always = frozenset((MAXIMUM_CLIENTS,)) if settings.single else frozenset[str]()
        self._settings = settings
        self._bursts = Bursts(
            Levels(settings.z_set, settings.z_clear, settings.least, always),
            Delay(settings.polls, settings.polls, settings.clear_after_s, chatter),
        )

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return self._bursts.keep()

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        self._bursts.take(kept)

    @override
    def keep_long(self, seat: Seat) -> dict[str, Plain]:
        return self._bursts.keep_long()

    @override
    def take_long(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        self._bursts.take_long(kept)

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """A balancer that tells no errors cannot be judged; one that does not answer is held."""
        frame = facts.frame
        delta = frame.fleet_delta
        if frame.balancer.reach == Reach.OK:
            self.can_tell()
            if not frame.fleet.errors_total:
                self.cannot_tell(("errors_total",))
        found: list[Finding] = []
        for text, rate in self._bursts.step(facts, None if delta is None else delta.errors_total).items():
            because = {
                "text": text,
                "count_10s": rate.count,
                "expected_10s": number(rate.expected),
                "z": number(rate.z),
                "pool": self._pool(facts, text),
            }
            found.append(Finding(RULE, None, Priority.HIGH, because, subject=text))
        return found

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """Texts."""
        return [(None, text) for text in self._bursts.chattering()]

    def _pool(self, facts: Facts, text: str) -> str | None:
        """The pool with most of them in this poll, where pools are told apart."""
        counts = {pool: delta.errors_total.get(text, 0) for pool, delta in facts.frame.pools_delta.items()}
        worst = max(counts, key=lambda pool: counts[pool], default=None)
        return worst if worst is not None and counts[worst] > 0 else None
