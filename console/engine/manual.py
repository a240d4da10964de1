"""Keeps the record of the site's own command: that it was shown, and what the operator says of it. It is never run from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from console.decide.manual import dead, filled
from console.domain.actions import Action
from console.domain.clock import Clock
from console.domain.frame import Frame
from console.domain.safety import Manual, Outcome
from console.domain.states import Verb
from console.engine.scribe import Scribe


class ManualDesk:
    """`template`: of the settings; empty: this site has named no command."""

    def __init__(self, template: str, scribe: Scribe, clock: Clock, changed: Callable[[], None]) -> None:
        self._template = template
        self._scribe = scribe
        self._clock = clock
        self._changed = changed
        self._known: dict[str, Manual] = {}
        """By server, as long as the balancer's own way stays dead for the same reason."""

    def step(self, frame: Frame, actions: tuple[Action, ...], looked_at: Iterable[str]) -> None:
        """Who needs it now: those looked at, and those whose detach was asked for."""
        asked = {action.intent.server for action in actions if action.intent.verb is Verb.DETACH}
        found: dict[str, Manual] = {}
        for server in sorted({*looked_at, *asked}):
            if (manual := self.of(frame, server, actions)) is not None:
                found[server] = manual
        self._known = found

    def of(self, frame: Frame, server: str, actions: tuple[Action, ...]) -> Manual | None:
        """For one server; None: its detach through the balancer is not known to be dead."""
        why = dead(frame, server, actions)
        if why is None:
            return None
        known = self._known.get(server)
        if known is not None and known.why == why:
            return known
        return Manual(server, filled(self._template, server), why, named=bool(self._template))

    @property
    def newest(self) -> dict[str, Manual]:
        """By server."""
        return dict(self._known)

    def shown(self, manual: Manual, operator: str) -> None:
        """It stood before the operator's eyes: once on record."""
        known = self._known.get(manual.server, manual)
        if known.shown_wall_s is not None:
            return
        self._known[manual.server] = replace(known, shown_wall_s=self._clock.wall())
        self._scribe.note("manual_shown", {**_told(known), "operator": operator})
        self._changed()

    def said(self, server: str, outcome: Outcome, operator: str) -> None:
        """What came of it, by the operator's word. Raises LookupError: nothing was shown for this server."""
        known = self._known.get(server)
        if known is None:
            raise LookupError(f"no command was shown for {server}")
        self._known[server] = replace(known, outcome=outcome, said_by=operator, said_wall_s=self._clock.wall())
        self._scribe.note("manual_said", {**_told(known), "operator": operator, "said": outcome.value})
        self._changed()


def _told(manual: Manual) -> dict[str, object]:
    return {"server": manual.server, "command": manual.command, "why": str(manual.why)}
