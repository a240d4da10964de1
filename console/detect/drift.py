"""Rule `drift`: a server is not in the state that was asked for and confirmed: the balancer forgot it, or somebody undid it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.facts import Facts, Finding, Rule, Wish
from console.detect.latch import ChatterSettings, Delay, Latches
from console.domain.frame import Row, count, slots_of
from console.domain.options import option
from console.domain.states import Attachment, Priority, Step, Verb

RULE = "drift"
_WANTS = {Verb.DETACH: Attachment.DETACHED, Verb.ATTACH: Attachment.ATTACHED}


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """When another state than the wanted one is an alarm."""

    polls: int = option(2, low=1, high=10, sentence="Another state than the one asked for, in so many polls in a row.")
    clear_after_s: float = option(
        10.0, unit="s", low=0.0, high=3600.0, sentence="The wanted state must last so long before it clears."
    )


class DriftRule(Rule):
    """High. A wish ends with the life of the server it was made for, with a later wish, and where somebody else detached it by name."""

    name = RULE

    def __init__(self, settings: DriftSettings, chatter: ChatterSettings | None = None) -> None:
        self._latches = Latches(Delay(settings.polls, settings.polls, settings.clear_after_s, chatter))
        super().__init__(self._latches)
        self._wishes: dict[str, Wish] = {}

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Only what the balancer told in this Frame is compared. An action that is still under way is no wish yet."""
        frame = facts.frame
        pending = self._follow(facts)
        capacity = frame.rows.capacity
        wanted, known = np.zeros(capacity, dtype=np.bool_), np.zeros(capacity, dtype=np.bool_)
        wishes: dict[int, Wish] = {}
        for server, wish in list(self._wishes.items()):
            row = frame.rows.get(server)
            if row is None or (wish.incarnation is not None and wish.incarnation != row.incarnation):
                if row is not None:
                    del self._wishes[server]
                continue
            if not facts.estimate.told or not frame.listed[row.slot] or server in pending:
                continue
            actual = Attachment(int(frame.attachment[row.slot]))
            if actual is Attachment.UNKNOWN:
                continue
            if actual is Attachment.DETACHED and self._by_another(facts, row, wish):
                del self._wishes[server]
                continue
            known[row.slot], wanted[row.slot] = True, actual is not wish.attachment
            wishes[row.slot] = wish
        if not wishes and not count(self._latches.on):
            return []
        # Who has no wish any more has nothing to differ from.
        idle = ~known & np.array([row is None or row.id not in self._wishes for row in frame.rows.rows], dtype=np.bool_)
        on = self._latches.step(facts.elapsed_s, wanted, ~wanted, known, idle)
        found: list[Finding] = []
        for slot in slots_of(on).tolist():
            row = frame.rows.rows[slot]
            wish = self._wishes.get(row.id) if row is not None else None
            if wish is not None:
                actual = Attachment(int(frame.attachment[slot])).name.lower()
                because = {"wanted": wish.attachment.name.lower(), "actual": actual, "by": wish.by}
                found.append(Finding(RULE, slot, Priority.HIGH, because))
        return found

    def _follow(self, facts: Facts) -> set[str]:
        """Takes over what was confirmed since; returns the servers with an action under way."""
        for server, wish in facts.inputs.wishes.items():
            self._wishes.setdefault(server, wish)
        pending: set[str] = set()
        seen: set[str] = set()
        for action in facts.inputs.actions:
            intent = action.intent
            if intent.verb not in _WANTS:
                continue
            if intent.server in seen or action.reached(Step.REFUSED) or action.reached(Step.REJECTED):
                continue
            if action.reached(Step.CONFIRMED):
                seen.add(intent.server)
                self._wishes[intent.server] = Wish(_WANTS[intent.verb], intent.incarnation, intent.operator)
            elif not action.over:
                seen.add(intent.server)
                pending.add(intent.server)
        return pending

    def _by_another(self, facts: Facts, row: Row, wish: Wish) -> bool:
        order = facts.frame.detachments.get(row.id)
        return wish.attachment is Attachment.ATTACHED and order is not None and order.by is not None
