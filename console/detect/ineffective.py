"""Rule `ineffective`: the balancer says that a server is detached, and goes on sending sessions to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat, amount
from console.detect.facts import Facts, Finding, Rule, number
from console.domain.frame import Bools, Column, Floats, Frame, count, or_else, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "ineffective"


@dataclass(frozen=True, slots=True)
class IneffectiveSettings:
    """How long sessions that were already on their way excuse it."""

    intervals: float = option(
        2.0, unit="report intervals", low=0.0, high=100.0, sentence="A detach may take so long to have its effect .."
    )
    least_s: float = option(1.0, unit="s", low=0.0, high=60.0, sentence=".. and at least so long.")
    clear_intervals: float = option(
        2.0, unit="report intervals", low=0.5, high=100.0, sentence="No session for so long, and for 10 s, clears it."
    )


class IneffectiveRule(Rule):
    """High. Whoever detached it: what counts is what the balancer says and what it does."""

    name = RULE

    def __init__(self, settings: IneffectiveSettings) -> None:
        super().__init__()
        self._settings = settings
        self._since_s: Floats = np.zeros(0)
        """When it was first read as detached; NaN: it is not."""
        self._sent_s: Floats = np.zeros(0)
        """When a session came all the same; -inf: never."""
        self._seen_s: Floats = np.zeros(0)
        """When it was last told what was sent there: only then is no session a calm."""
        self._sent: Floats = np.zeros(0)
        self._read_s = -np.inf
        """Time of the good reading before."""
        self._follows = False
        """Somebody was detached in the Frame before."""

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        times = (self._since_s, self._sent_s, self._seen_s)
        detached = slots_of(~np.isnan(self._since_s)).tolist()
        return seat.named({slot: [*(seat.ago(at[slot]) for at in times), float(self._sent[slot])] for slot in detached})

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        self._fit(len(seat.rows))
        for slot, (since_s, sent_s, seen_s, sent) in seat.seated(kept):
            if np.isnan(self._since_s[slot]):
                self._since_s[slot] = max(seat.since(since_s), -1e15)
                self._sent_s[slot], self._seen_s[slot] = seat.since(sent_s), seat.since(seen_s)
                self._sent[slot] = amount(sent, 0.0)
                self._follows = True

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """What was sent between two readings counts if the older of them was already late enough."""
        frame, estimate, settings = facts.frame, facts.estimate, self._settings
        self._fit(len(frame.listed))
        detached = frame.detached
        any_detached = bool(count(detached))
        if not any_detached and not self._follows:
            if estimate.told:
                self._see(frame)
                self.can_tell()
            return []
        over = ~detached
        over[facts.broken] = True
        self._since_s = np.where(over, np.nan, self._since_s)
        self._sent_s = np.where(over, -np.inf, self._sent_s)
        self._sent = np.where(over, 0.0, self._sent)
        self._follows = any_detached
        if estimate.told:
            self._since_s = np.where(detached & np.isnan(self._since_s), frame.mono_s, self._since_s)
            self._take(facts, max(settings.intervals * estimate.interval_s, settings.least_s))
            self.can_tell()
            if any_detached:
                known = detached & ~np.isnan(frame[Column.ROUTED_TOTAL])
                self.cannot_tell(("routed_total",), detached, known)
        quiet_s = max(settings.clear_intervals * estimate.interval_s, 10.0)
        found: list[Finding] = []
        for slot in slots_of(self._seen_s - self._sent_s < quiet_s).tolist():
            row = frame.rows.rows[slot]
            order = None if row is None else frame.detachments.get(row.id)
            because = {
                "routed": number(self._sent[slot]),
                "detached_s": number(frame.mono_s - self._since_s[slot]),
                "truth": number(frame[Column.TRUTH][slot]),
                "by": None if order is None else order.by,
            }
            found.append(Finding(RULE, slot, Priority.HIGH, because))
        return found

    def _fit(self, capacity: int) -> None:
        more = capacity - len(self._since_s)
        if more > 0:
            self._since_s = np.concatenate([self._since_s, np.full(more, np.nan)])
            self._sent_s = np.concatenate([self._sent_s, np.full(more, -np.inf)])
            self._seen_s = np.concatenate([self._seen_s, np.zeros(more)])
            self._sent = np.concatenate([self._sent, np.zeros(more)])

    def _take(self, facts: Facts, excused_s: float) -> None:
        frame = facts.frame
        sent: Bools = (frame[Column.ROUTED] > 0) & (self._read_s - self._since_s >= excused_s)
        self._sent_s = np.where(sent, frame.mono_s, self._sent_s)
        self._sent = np.where(sent, self._sent + or_else(frame[Column.ROUTED]), self._sent)
        self._see(frame)

    def _see(self, frame: Frame) -> None:
        self._seen_s[~np.isnan(frame[Column.ROUTED])] = frame.mono_s
        self._read_s = frame.mono_s
