"""Rule `budget`: the allowed share of failed sessions is being used up many times too fast, over a long and a short window at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from typing_extensions import override

from console.detect.carried import Plain, Seat, amount, items, pairs, seconds
from console.detect.facts import Facts, Finding, Rule, number
from console.detect.latch import ChatterSettings, Delay, Latch
from console.domain.frame import Floats
from console.domain.options import option
from console.domain.readings import Counters
from console.domain.states import Priority, Reach

RULE = "budget"
_CHUNK_S: Final = 30.0
_CHUNKS: Final = 720
"""Six hours."""
_WINDOWS: Final = ((3600.0, 300.0), (21600.0, 1800.0))
"""Seconds of the long and the short window: the fast burn, the slow burn."""


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """How many sessions may fail, and how fast that may be used up."""

    objective: float = option(0.99, low=0.5, high=0.9999, sentence="Share of sessions that should end well.")
    fast_burn: float = option(
        14.4, low=1.0, high=1000.0, sentence="So many times too fast over an hour and over 5 minutes is an alarm .."
    )
    slow_burn: float = option(
        6.0, low=1.0, high=1000.0, sentence=".. and so many times over 6 hours and over 30 minutes."
    )
    least: int = option(
        10,
        unit="sessions",
        low=1,
        high=10000,
        sentence="Fewer failed sessions than this in the short window are no alarm.",
    )
    clear_after_s: float = option(
        60.0, unit="s", low=0.0, high=3600.0, sentence="The short window must be calm for so long before it clears."
    )


class BudgetRule(Rule):
    """Medium, of the fleet. What was not seen counts for nothing: a share is one of what is known, so that less data is never calmer."""

    name = RULE

    def __init__(self, settings: BudgetSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings = settings
        delay = Delay(1, 1, settings.clear_after_s, chatter)
        self._latches = tuple(Latch(delay) for _ in _WINDOWS)
        self._sums: Floats = np.zeros((2, _CHUNKS))
        """Asked and failed per chunk, a ring."""
        self._ends_s: Floats = np.full(_CHUNKS, -np.inf)
        self._at = 0
        self._begun_s = -np.inf
        self._because: list[dict[str, float | int | str | bool | None]] = [{} for _ in _WINDOWS]

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {"latches": [latch.keep() for latch in self._latches], "because": self._because}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        for latch, state in zip(self._latches, items(kept["latches"]), strict=True):
            latch.take(state)
        because = [dict(pairs(one)) for one in items(kept["because"])]
        self._because = [now or before for now, before in zip(self._because, because, strict=True)]

    @override
    def keep_long(self, seat: Seat) -> dict[str, Plain]:
        """Per half minute: how long ago it ended, asked, failed; oldest first."""
        order = np.argsort(self._ends_s, kind="stable")
        order = order[np.isfinite(self._ends_s[order])].tolist()
        asked, failed = self._sums
        return {"chunks": [[seat.ago(float(self._ends_s[at])), int(asked[at]), int(failed[at])] for at in order]}

    @override
    def take_long(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        """They are as old as they are: time that nobody saw is no part of a window, and no calm either."""
        if np.isfinite(self._ends_s).any():
            return
        for at, chunk in enumerate(items(kept["chunks"])[-(_CHUNKS - 1) :]):
            ago_s, asked, failed = items(chunk)
            self._ends_s[at] = seat.mono_s - seconds(ago_s) - seat.away_s
            self._sums[:, at] = amount(asked, 0.0), amount(failed, 0.0)
            self._at = at

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Holds what it knows while nothing is told."""
        frame, delta = facts.frame, facts.frame.fleet_delta
        if frame.balancer.reach == Reach.OK:
            self.can_tell()
            if "started" not in frame.fleet.sessions_total:
                self.cannot_tell(("sessions_total.started", "sessions_total.refused"))
        told = delta is not None and "started" in delta.sessions_total
        if delta is not None and told:
            self._count(frame.mono_s, delta)
        found: list[Finding] = []
        burns = (self._settings.fast_burn, self._settings.slow_burn)
        for index, (windows, level) in enumerate(zip(_WINDOWS, burns, strict=True)):
            short_share, failed = self._share(frame.mono_s, windows[1])
            allowed = 1.0 - self._settings.objective
            calm = not short_share > level * allowed
            long_share, wanted = np.nan, False
            if not calm and failed >= self._settings.least:  # only then the long window matters
                long_share, _ = self._share(frame.mono_s, windows[0])
                wanted = long_share > level * allowed
            if wanted:
                self._because[index] = {
                    "failed_share": number(long_share),
                    "failed_share_short": number(short_share),
                    "failed_short": int(failed),
                    "allowed_share": number(allowed),
                    "burn": number(short_share / allowed),
                    "set_burn": level,
                    "window_s": windows[0],
                }
            if self._latches[index].step(facts.elapsed_s, wanted, calm, told) and not found:
                found.append(Finding(RULE, None, Priority.MEDIUM, self._because[index]))
        return found

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """The fleet, or nobody."""
        return [(None, None)] if any(latch.chattering for latch in self._latches) else []

    def _count(self, now_s: float, delta: Counters) -> None:
        sessions = delta.sessions_total
        failed = sum(
            count for outcome, count in sessions.items() if outcome == "refused" or outcome.startswith("partial")
        )
        if now_s - self._begun_s >= _CHUNK_S:
            self._at = (self._at + 1) % _CHUNKS
            self._sums[:, self._at] = 0.0
            self._begun_s = now_s
        self._sums[:, self._at] += max(sessions.get("started", 0), failed), failed
        self._ends_s[self._at] = now_s

    def _share(self, now_s: float, seconds: float) -> tuple[float, float]:
        """Failed of all that were asked for in the window, and how many failed; NaN where none came."""
        asked, failed = self._sums.dot(self._ends_s > now_s - seconds).tolist()
        return failed / asked if asked else float("nan"), failed
