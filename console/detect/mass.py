"""Mass loss of sight or of reports: one alarm for the fleet instead of one per server.

Lost truth is an alarm `blind` (and locks detaching, in the gates). Lost reports while truth is visible are an alarm `silent`
of the fleet, which groups those of the servers and locks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect import blind, silent
from console.detect.carried import Plain, Seat, pairs
from console.detect.facts import Facts, Finding, Rule, number
from console.detect.latch import ChatterSettings, Delay, Latch, calm_for, polls_in_a_row
from console.domain.frame import Column, count
from console.domain.options import option
from console.domain.states import Priority


@dataclass(frozen=True, slots=True)
class MassSettings:
    """When many single losses are one."""

    share: float = option(0.15, low=0.01, high=1.0, sentence="More than this share of the servers ..")
    least: int = option(3, low=1, high=1000, sentence=".. and at least so many.")
    misses: int = option(
        2, unit="polls", low=1, high=20, sentence="A server's truth is lost after so many failed polls in a row."
    )
    clear_share: float = option(0.10, low=0.0, high=1.0, sentence="It clears below this share.")
    polls: int = polls_in_a_row(1)
    clear_after_s: float = calm_for()


class TruthLost(Rule):
    """`blind`, cause `truth`: too many listed servers whose status this workstation cannot read. One answer that is late is no loss."""

    name = blind.RULE

    def __init__(self, settings: MassSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._latch = Latch(Delay(settings.polls, settings.polls, settings.clear_after_s, chatter))

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """The fleet, or nobody."""
        return [(None, None)] if self._latch.chattering else []

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {"fleet": self._latch.keep()}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        self._latch.take(kept["fleet"])

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Servers that were not polled yet count for neither side."""
        frame, settings = facts.frame, self._settings
        unread = frame.unread
        missing = count(unread) and count(unread & ~(frame[Column.MISSES] < settings.misses))
        listed = count(frame.tried)
        share = missing / listed if listed else 0.0
        on = self._latch.step(
            facts.elapsed_s, share > settings.share and missing >= settings.least, share < settings.clear_share
        )
        if not on:
            return []
        return [
            Finding(
                blind.RULE,
                None,
                Priority.HIGH,
                {"cause": "truth", "missing": missing, "listed": listed, "share": number(share)},
            )
        ]


class ReportsLost(Rule):
    """`silent` of the fleet, cause `reports`."""

    name = silent.RULE

    def __init__(self, settings: MassSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._because: dict[str, float | int | str | bool | None] = {}
        self._latch = Latch(Delay(settings.polls, settings.polls, settings.clear_after_s, chatter))

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """The fleet, or nobody."""
        return [(None, None)] if self._latch.chattering else []

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {"fleet": self._latch.keep(), "because": self._because}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        self._latch.take(kept["fleet"])
        self._because = self._because or dict(pairs(kept["because"]))

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows while the balancer does not answer."""
        estimate, settings = facts.estimate, self._settings
        known = facts.attached & ~np.isnan(estimate.report_age)
        attached, overdue = count(known), count(known & estimate.silent)
        share = overdue / attached if attached else 0.0
        wanted = share > settings.share and overdue >= settings.least
        on = self._latch.step(facts.elapsed_s, wanted, share < settings.clear_share, estimate.told)
        if wanted:  # while it only has not cleared yet, the alarm goes on saying what raised it
            self._because = {"cause": "reports", "silent": overdue, "attached": attached, "share": number(share)}
            self._because["silent_limit_s"] = number(estimate.silent_limit_s)
        return [Finding(silent.RULE, None, Priority.HIGH, self._because)] if on else []
