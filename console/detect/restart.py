"""Rule `restart`: a server, or the balancer, began a new life. An event: it stays for a while and is not taken back by calm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat, items, pairs
from console.detect.facts import Facts, Finding, Rule, number
from console.domain.frame import Column, Floats, Row, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "restart"


@dataclass(frozen=True, slots=True)
class RestartSettings:
    """How an event is told from a number that is merely read late."""

    back_s: float = option(
        1.0, unit="s", low=0.0, high=60.0, sentence="An uptime that went back by more than this is a restart."
    )
    shown_s: float = option(
        600.0, unit="s", low=10.0, high=86400.0, sentence="A restart stays among the alarms for so long."
    )


class RestartRule(Rule):
    """Medium; high where sessions went down with it. A first appearance, or a new id, is no restart."""

    name = RULE

    def __init__(self, settings: RestartSettings) -> None:
        super().__init__()
        self._settings = settings
        self._rows: tuple[Row | None, ...] = ()
        self._truth: Floats = np.zeros(0)
        self._uptime: Floats = np.zeros(0)
        self._balancer: str | None = None
        self._open: dict[int | None, tuple[float, Finding]] = {}
        """By slot (None: the balancer): since when, and what was found."""

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        events = {
            slot: [seat.ago(since_s), int(finding.priority), dict(finding.because)]
            for slot, (since_s, finding) in self._open.items()
        }
        fleet = events.pop(None, None)
        return {
            "servers": seat.named({slot: event for slot, event in events.items() if slot is not None}),
            "fleet": fleet,
            "balancer": self._balancer,
        }

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        fleet = [] if kept["fleet"] is None else [(None, kept["fleet"])]
        for slot, event in (*fleet, *seat.seated(kept["servers"])):
            ago_s, priority, because = items(event)
            finding = Finding(RULE, slot, Priority(priority), dict(pairs(because)))
            self._open.setdefault(slot, (seat.since(ago_s), finding))
        if self._balancer is None and isinstance(kept["balancer"], str):
            self._balancer = kept["balancer"]

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """The sessions that it had are those of its last status before."""
        frame = facts.frame
        self._grow(frame.rows.capacity)
        uptime = frame[Column.UPTIME]
        for slot in map(int, facts.broken):
            row = frame.rows.rows[slot]
            before = self._rows[slot] if slot < len(self._rows) else None
            if row is not None and before is not None and before.id == row.id:
                self._note(facts, slot, "incarnation", before.incarnation)
            else:
                self._open.pop(slot, None)
            self._uptime[slot] = np.nan
        back = uptime < self._uptime - self._settings.back_s
        for slot in slots_of(back).tolist():
            row = frame.rows.rows[slot]
            if slot not in self._open or self._open[slot][0] != frame.mono_s:
                self._note(facts, slot, "uptime", None if row is None else row.incarnation)
        self._of_balancer(facts)
        np.copyto(self._uptime, uptime, where=~np.isnan(uptime))
        np.copyto(self._truth, frame[Column.TRUTH], where=~np.isnan(frame[Column.TRUTH]))
        self._rows = frame.rows.rows
        self._drop(facts)
        return [finding for _, finding in self._open.values()]

    def _drop(self, facts: Facts) -> None:
        """Forgets what was shown for long enough, and who has left."""
        rows = facts.frame.rows.rows
        for slot, (since_s, _) in list(self._open.items()):
            left = slot is not None and (rows[slot] is None or not facts.frame.listed[slot])
            if left or facts.frame.mono_s - since_s >= self._settings.shown_s:
                del self._open[slot]

    def _note(self, facts: Facts, slot: int, by: str, before: str | None) -> None:
        frame = facts.frame
        lost, row = float(self._truth[slot]), frame.rows.rows[slot]
        because = {
            "by": by,
            "sessions_before": number(lost),
            "incarnation": None if row is None else row.incarnation,
            "incarnation_before": before,
            "uptime_s": number(frame[Column.UPTIME][slot]),
        }
        # Sessions that cannot be counted may have been there.
        priority = Priority.MEDIUM if lost == 0 else Priority.HIGH
        self._open[slot] = frame.mono_s, Finding(RULE, slot, priority, because)
        self._truth[slot] = np.nan

    def _of_balancer(self, facts: Facts) -> None:
        now = facts.frame.balancer.incarnation
        if now is None:
            return
        if self._balancer is not None and now != self._balancer:
            because = {"by": "balancer", "incarnation": now, "incarnation_before": self._balancer}
            self._open[None] = facts.frame.mono_s, Finding(RULE, None, Priority.MEDIUM, because)
        self._balancer = now

    def _grow(self, capacity: int) -> None:
        more = capacity - len(self._truth)
        if more > 0:
            self._truth = np.concatenate([self._truth, np.full(more, np.nan)])
            self._uptime = np.concatenate([self._uptime, np.full(more, np.nan)])
