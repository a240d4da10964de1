"""What somebody asks for, as one value: from the click or the command line to the engine's hand."""

from __future__ import annotations

from msgspec import Struct, field

from console.domain.safety import Consent
from console.domain.states import Verb


class Command(Struct, frozen=True):
    """Of one server, or (with `more`) of a plan: a set as one action."""

    verb: Verb
    server: str
    reason: str
    operator: str = ""
    """Empty: whoever the engine acts for."""
    consent: Consent = field(default_factory=Consent)
    incarnation: str | None = None
    """Of the server as they saw it; None: whichever is there."""
    more: tuple[str, ...] = ()
    """Further servers of a plan, in their order."""
    plan: str | None = None
    """The plan that it is a step of."""

    @property
    def servers(self) -> tuple[str, ...]:
        """All of them, in their order."""
        return (self.server, *self.more)
