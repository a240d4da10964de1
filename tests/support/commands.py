"""Commands as tests give them: `await engine.act(detach("dsrs-001", "why"))`."""

from __future__ import annotations

from console.domain.command import Command
from console.domain.safety import Consent
from console.domain.states import Verb


def detach(
    server: str,
    reason: str = "why",
    operator: str | None = None,
    consent: Consent | None = None,
    incarnation: str | None = None,
    *,
    verb: Verb = Verb.DETACH,
) -> Command:
    return Command(verb, server, reason, operator or "", consent or Consent(), incarnation)


def attach(server: str, reason: str = "why") -> Command:
    return detach(server, reason, verb=Verb.ATTACH)


def cut(server: str, reason: str = "why", operator: str | None = None, consent: Consent | None = None) -> Command:
    return detach(server, reason, operator, consent, verb=Verb.CUT)


def planned(
    servers: tuple[str, ...],
    reason: str = "why",
    operator: str | None = None,
    consent: Consent | None = None,
    verb: Verb = Verb.DETACH,
) -> Command:
    first, *more = servers
    return Command(verb, first, reason, operator or "", consent or Consent(), more=tuple(more))
