"""Rule `stuck`: the balancer sends sessions to a server, and what it believes of that server does not move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat, amount, items
from console.detect.facts import Facts, Finding, Rule, numbers
from console.detect.latch import ChatterSettings, Delay, Latches, polls_in_a_row
from console.domain.frame import Bools, Column, Floats, count, or_else, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "stuck"
_REPORTS = 3.0
"""Newer reports that must have brought the same number before the number itself counts as stuck."""
_HAIR_S = 1e-3
"""So that rounding never hides a server from the closer look."""


@dataclass(frozen=True, slots=True)
class StuckSettings:
    """How long, and for how many sessions, belief must stand still."""

    intervals: float = option(
        2.0, unit="report intervals", low=1.0, high=100.0, sentence="Belief that stands still for so long .."
    )
    least: float = option(
        10.0, unit="sessions", low=1.0, high=1000.0, sentence=".. while so many new sessions were sent there .."
    )
    spread: float = option(
        4.0, low=0.0, high=20.0, sentence=".. and so many times the square root of the sessions that it has."
    )
    polls: int = polls_in_a_row(2)
    clear_after_s: float = option(
        10.0, unit="s", low=0.0, high=3600.0, sentence="Belief must move for so long before it clears."
    )


class StuckRule(Rule):
    """High. Stuck is no newer report, or newer ones with the same number while the truth is another. Attached servers only."""

    name = RULE

    def __init__(self, settings: StuckSettings, chatter: ChatterSettings | None = None) -> None:
        self._settings = settings
        self._latches = Latches(Delay(settings.polls, settings.polls, settings.clear_after_s, chatter))
        super().__init__(self._latches)
        self._belief = self._seq = self._at_value = self._at_seq = self._sent_value = self._sent_seq = np.zeros(0)
        self._reports = self._sent_late = np.zeros(0)

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        """Of whom so much was sent since belief moved that it may be stuck soon."""
        with np.errstate(invalid="ignore"):
            slots = slots_of(np.fmax(self._sent_seq, self._sent_value) >= self._settings.least).tolist()
        times = (self._at_value, self._at_seq)
        numbers_of = (self._belief, self._seq, self._sent_value, self._sent_seq, self._sent_late, self._reports)
        still = {
            slot: [
                [seat.ago(at[slot]) for at in times],
                [None if np.isnan(of[slot]) else float(of[slot]) for of in numbers_of],
            ]
            for slot in slots
        }
        return {**super().keep(seat), "still": seat.named(still)}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        super().take(kept, seat)
        self._grow(len(seat.rows))
        for slot, still in seat.seated(kept["still"]):
            times, told = items(still)
            if not np.isnan(self._belief[slot]):
                continue
            self._at_value[slot], self._at_seq[slot] = (np.nan if at is None else seat.since(at) for at in items(times))
            (
                self._belief[slot],
                self._seq[slot],
                self._sent_value[slot],
                self._sent_seq[slot],
                self._sent_late[slot],
                self._reports[slot],
            ) = (np.nan if value is None else amount(value) for value in items(told))

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows while the balancer does not answer."""
        frame, estimate, settings = facts.frame, facts.estimate, self._settings
        belief, seq, truth = frame[Column.BELIEVED], frame[Column.REPORTED_SEQ], frame[Column.TRUTH]
        self._grow(len(belief))
        if estimate.told:
            self._follow(facts, belief, seq)
        # A number that was told before, and is not now, says nothing: neither that it moved nor that it stood still.
        known = facts.attached & ~np.isnan(belief) & ~(np.isnan(seq) & ~np.isnan(self._seq)) & estimate.told
        long_s = settings.intervals * estimate.interval_s
        then_s = frame.mono_s - long_s + _HAIR_S
        old_seq, old_value = self._at_seq <= then_s, self._at_value <= then_s
        if self._latches.idle and not (
            count(old_seq & (self._sent_seq >= settings.least))
            or count(old_value & (self._sent_value >= settings.least))
        ):
            self._latches.rest(facts.elapsed_s, len(belief), facts.anew)
            self.cannot_tell(("believed_connections",), facts.attached, known & ~np.isnan(truth))
            return []
        held = np.fmax(or_else(belief), or_else(truth))
        level = np.maximum(settings.least, settings.spread * np.sqrt(held))
        no_newer = ~np.isnan(self._seq) & self._beyond(frame.mono_s - self._at_seq, long_s, self._sent_seq, level)
        # What was sent after the newest report cannot be in it yet.
        same = self._beyond(frame.mono_s - self._at_value, long_s, self._sent_value - self._sent_late, level)
        # Starts and ends may cancel out; then the truth is near. Only a number that is wrong for long is stuck.
        same &= (self._reports >= _REPORTS) & (np.abs(truth - belief) > 2.0 + np.sqrt(held))
        wanted = no_newer | same
        known &= ~np.isnan(truth) | wanted
        on = self._latches.step(facts.elapsed_s, wanted & known, ~wanted, known, facts.anew)
        self.cannot_tell(("believed_connections",), facts.attached, known)
        slots = slots_of(on)
        if not slots.size:
            return []
        told = numbers(
            slots,
            belief=belief,
            truth=truth,
            unchanged_s=frame.mono_s - np.where(no_newer, self._at_seq, self._at_value),
            limit_s=long_s,
            routed=np.where(no_newer, self._sent_seq, self._sent_value),
            least_routed=level,
            used_seq=seq,
        )
        return [
            Finding(RULE, slot, Priority.HIGH, {**because, "unchanged": "seq" if no_newer[slot] else "value"})
            for slot, because in zip(slots.tolist(), told, strict=True)
        ]

    def _beyond(self, since_s: Floats, long_s: float, sent: Floats, level: Floats) -> Bools:
        return (since_s >= long_s) & (sent >= level)

    def _follow(self, facts: Facts, belief: Floats, seq: Floats) -> None:
        """Counts what was sent since belief, and since the number of its report, last changed."""
        now_s, routed = facts.frame.mono_s, or_else(facts.frame[Column.ROUTED])
        unknown, unnumbered = np.isnan(belief), np.isnan(seq)
        moved, newer = (belief != self._belief) & ~unknown, (seq != self._seq) & ~unnumbered
        moved |= facts.anew
        newer |= facts.anew
        self._sent_value += routed
        self._sent_value[moved] = 0.0
        self._sent_seq += routed
        self._sent_seq[newer] = 0.0
        # Without numbers each poll may have brought a report; of what was sent in this one, a part came after it.
        age_s = or_else(facts.frame[Column.REPORT_AGE])
        late = routed * np.minimum(age_s / max(facts.waited_s, 1e-3), 1.0)
        self._sent_late = np.where(newer | unnumbered | moved, late, self._sent_late + routed)
        more = np.fmax(seq - self._seq, 0.0)
        more[unnumbered] = 1.0
        self._reports += more
        self._reports[moved] = 0.0
        self._at_value[moved] = now_s
        self._at_seq[newer] = now_s
        np.copyto(self._belief, belief, where=~unknown | facts.anew)
        np.copyto(self._seq, seq, where=~unnumbered | facts.anew)

    def _grow(self, capacity: int) -> None:
        more = capacity - len(self._belief)
        if more > 0:
            for name in (
                "_belief",
                "_seq",
                "_at_value",
                "_at_seq",
                "_sent_value",
                "_sent_seq",
                "_sent_late",
                "_reports",
            ):
                setattr(self, name, np.concatenate([getattr(self, name), np.full(more, np.nan)]))
