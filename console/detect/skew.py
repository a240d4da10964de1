"""Rule `skew`: a clock that is off. Ages are measured on one clock each, so this spoils labels and logs rather than verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat
from console.detect.facts import Facts, Finding, Rule, number
from console.detect.latch import ChatterSettings, Delay, Latch, Latches, calm_for, polls_for
from console.detect.robust import median
from console.domain.frame import Column, count, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "skew"
_MOST = 3
"""Clocks from which on a common difference is ours."""


@dataclass(frozen=True, slots=True)
class SkewSettings:
    """How far apart clocks may be."""

    set_s: float = option(1.0, unit="s", low=0.05, high=86400.0, sentence="A clock that differs by more than this ..")
    clear_s: float = option(0.5, unit="s", low=0.01, high=86400.0, sentence="It clears below this difference.")
    delay_s: float = option(5.0, unit="s", low=0.0, high=300.0, sentence=".. for so long is an alarm.")
    clear_after_s: float = calm_for()


class SkewRule(Rule):
    """Low. Where all clocks differ from ours alike it is ours that is off: one alarm, not one each."""

    name = RULE

    def __init__(self, settings: SkewSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings, self._chatter = settings, chatter
        self._servers: Latches | None = None
        self._ours: Latch | None = None
        self._balancer: Latch | None = None

    @override
    def begin(self, interval_s: float) -> None:
        if self._servers is None:
            need = polls_for(self._settings.delay_s, interval_s)
            delay = Delay(need, need, self._settings.clear_after_s, self._chatter)
            self._servers, self._ours, self._balancer = Latches(delay), Latch(delay), Latch(delay)
            self.latches = (self._servers,)

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        if self._ours is None or self._balancer is None:
            return {}
        return {**super().keep(seat), "ours": self._ours.keep(), "balancer": self._balancer.keep()}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        super().take(kept, seat)
        if self._ours is not None and self._balancer is not None:
            self._ours.take(kept.get("ours"))
            self._balancer.take(kept.get("balancer"))

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows of a clock that was not read in this Frame."""
        frame, settings = facts.frame, self._settings
        self.begin(frame.interval_s)
        assert self._servers is not None and self._ours is not None and self._balancer is not None  # since `begin`
        skew = frame[Column.SKEW]
        known = frame.listed & ~np.isnan(skew)
        common = median(skew[known]) if (told := count(known)) >= _MOST else 0.0
        if abs(common) <= settings.clear_s:
            common = 0.0
        off = np.abs(skew - common)
        on = self._servers.step(facts.elapsed_s, off > settings.set_s, off < settings.clear_s, known, facts.unlisted)
        self.cannot_tell(("time",), frame.listed, known)
        unsafe_s = max(facts.estimate.interval_s, settings.set_s)
        found = [
            Finding(RULE, slot, Priority.LOW, _because(float(skew[slot]), settings.set_s, unsafe_s))
            for slot in slots_of(on).tolist()
        ]
        if self._ours.step(facts.elapsed_s, abs(common) > settings.set_s, abs(common) < settings.clear_s, bool(told)):
            because = _because(common, settings.set_s, unsafe_s)
            found.append(Finding(RULE, None, Priority.LOW, {**because, "servers": told}))
        theirs = frame.balancer.skew_s
        apart = abs(theirs - common)
        if self._balancer.step(
            facts.elapsed_s,
            apart > settings.set_s,
            apart < settings.clear_s,
            facts.estimate.told and apart == apart,  # noqa: PLR0124  NaN is unequal to itself
        ):
            because = _because(theirs, settings.set_s, unsafe_s)
            found.append(Finding(RULE, None, Priority.LOW, because, subject="balancer"))
        return found


def _because(skew_s: float, set_s: float, unsafe_s: float) -> dict[str, float | int | str | bool | None]:
    """`beyond_interval`: times told by that clock cannot be compared with report ages."""
    return {"skew_s": number(skew_s), "set_s": set_s, "beyond_interval": bool(abs(skew_s) > unsafe_s)}
