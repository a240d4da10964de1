"""How often, how long, how patiently."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.options import option


@dataclass(frozen=True, slots=True)
class PollSettings:
    """Polling of the balancer and of every server that it lists."""

    interval_s: float = option(1.0, unit="s", low=0.1, high=60.0, sentence="How often everything is polled.")
    deadline_s: float = option(
        1.0,
        unit="s",
        low=0.05,
        high=30.0,
        sentence="Longest time for one whole answer; never longer than the interval.",
    )
    backoff_polls: int = option(
        8, unit="polls", low=1, high=60, sentence="Longest pause between two tries of a server that does not answer."
    )

    @property
    def limit_s(self) -> float:
        """The deadline in force, in seconds."""
        return min(self.deadline_s, self.interval_s)
