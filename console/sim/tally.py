"""Ground truth: what became of every session of one pool. Nothing is ever counted twice or forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.domain.readings import Counters
from console.domain.texts import ERROR_TEXTS


@dataclass(slots=True)
class Tally:
    """Since the start: `asked = started + refused` and `started = open + completed + client_timeout + server_death`."""

    asked: int = 0
    started: int = 0
    completed: int = 0
    client_timeout: int = 0
    """Sessions that ended with a part of their result, because their server lagged or froze."""
    server_death: int = 0
    """Sessions cut by the death of their server."""
    errors: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ERROR_TEXTS, 0))
    """Refused sessions by verbatim text."""

    @property
    def refused(self) -> int:
        """Sessions that were never opened."""
        return sum(self.errors.values())

    @property
    def open(self) -> int:
        """Sessions under way."""
        return self.started - self.completed - self.client_timeout - self.server_death

    @property
    def lost(self) -> int:
        """Sessions that their client did not get whole."""
        return self.refused + self.client_timeout + self.server_death

    def copy(self) -> Tally:
        """As it is now."""
        return Tally(
            self.asked, self.started, self.completed, self.client_timeout, self.server_death, dict(self.errors)
        )

    def since(self, earlier: Tally) -> Tally:
        """What came after."""
        return Tally(
            self.asked - earlier.asked,
            self.started - earlier.started,
            self.completed - earlier.completed,
            self.client_timeout - earlier.client_timeout,
            self.server_death - earlier.server_death,
            {text: count - earlier.errors[text] for text, count in self.errors.items()},
        )

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.asked + other.asked,
            self.started + other.started,
            self.completed + other.completed,
            self.client_timeout + other.client_timeout,
            self.server_death + other.server_death,
            {text: count + other.errors[text] for text, count in self.errors.items()},
        )

    def counters(self) -> Counters:
        """In the words of the balancer, whose `started` counts each session asked for."""
        return Counters(
            dict(self.errors),
            {
                "started": self.asked,
                "completed": self.completed,
                "partial_client_timeout": self.client_timeout,
                "partial_server_timeout": 0,
                "partial_server_death": self.server_death,
                "refused": self.refused,
            },
        )
