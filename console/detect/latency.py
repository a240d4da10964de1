"""Rule `latency`: first results come much later than this server's own half hour leads one to expect, or sessions time out in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from typing_extensions import override

from console.detect.bursts import Bursts, Levels
from console.detect.carried import Plain, Seat, amount, items
from console.detect.facts import Facts, Finding, Rule, number
from console.detect.latch import ChatterSettings, Delay, Latches, calm_for, polls_for
from console.detect.robust import column_medians
from console.domain.frame import Column, Floats, count, slots_of
from console.domain.options import option
from console.domain.states import Priority

RULE = "latency"
_KEPT: Final = 30
_EVERY_S: Final = 60.0
_LEAST: Final = 5
"""Samples of a minute each before a server has a usual latency."""
_TIMEOUTS: Final = ("partial_client_timeout", "partial_server_timeout")


@dataclass(frozen=True, slots=True)
class LatencySettings:
    """When late is too late."""

    times_usual: float = option(
        3.0, low=1.1, high=100.0, sentence="First results so many times later than the server's own 30-minute median .."
    )
    least_s: float = option(1.0, unit="s", low=0.01, high=60.0, sentence=".. and later than this are an alarm.")
    clear_times: float = option(2.0, low=1.0, high=100.0, sentence="It clears below so many times the median.")
    delay_s: float = option(10.0, unit="s", low=0.0, high=300.0, sentence="It must last so long.")
    timeouts_z: float = option(
        5.0, low=2.0, high=30.0, sentence="Sessions that time out: standard deviations above the last 15 minutes .."
    )
    timeouts_least: int = option(5, unit="sessions", low=1, high=1000, sentence=".. and at least so many in 10 s.")
    clear_after_s: float = calm_for()


class LatencyRule(Rule):
    """Medium. Of a server by its own 95th percentile; of the fleet by sessions that timed out, with the outcome as subject."""

    name = RULE

    def __init__(self, settings: LatencySettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings, self._chatter = settings, chatter
        self._latches: Latches | None = None
        self._bursts = Bursts(
            Levels(settings.timeouts_z, 2.0, settings.timeouts_least), Delay(1, 1, settings.clear_after_s, chatter)
        )
        self._samples: Floats = np.full((_KEPT, 0), np.nan)
        self._usual: Floats = np.zeros(0)
        self._at, self._sampled_s = 0, -np.inf
        self._speaks = False
        """The newest sample has some number."""
        self._looked = 0
        """Frames that looked for medians since: after `_KEPT` of them every server's is what its samples say."""

    @override
    def begin(self, interval_s: float) -> None:
        if self._latches is None:
            need = polls_for(self._settings.delay_s, interval_s)
            self._latches = Latches(Delay(need, need, self._settings.clear_after_s, self._chatter))
            self.latches = (self._latches,)

    @override
    def keep(self, seat: Seat) -> dict[str, Plain]:
        return {**super().keep(seat), "outcomes": self._bursts.keep()}

    @override
    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        super().take(kept, seat)
        self._bursts.take(kept["outcomes"])

    @override
    def keep_long(self, seat: Seat) -> dict[str, Plain]:
        """What is usual of each server: a sample a minute, oldest first; and how often sessions time out."""
        rows = np.roll(self._samples, -(self._at + 1), axis=0).round(4)
        known = ~np.isnan(rows)
        told = {slot: rows[known[:, slot], slot].tolist() for slot in slots_of(np.asarray(known.any(axis=0))).tolist()}
        return {"samples": seat.named(told), "outcomes": self._bursts.keep_long()}

    @override
    def take_long(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        self._bursts.take_long(kept["outcomes"])
        self._fit(len(seat.rows))
        for slot, told in seat.seated(kept["samples"]):
            samples = [amount(value, 0.0) for value in items(told)][-_KEPT:]
            if samples and np.isnan(self._samples[:, slot]).all():
                self._samples[_KEPT - len(samples) :, slot] = samples
                if len(samples) >= _LEAST:
                    self._usual[slot] = np.median(samples)
        if self._sampled_s == -np.inf:
            self._at, self._sampled_s = _KEPT - 1, seat.mono_s
        self._look()

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """A server that is late does not teach what is usual."""
        frame, settings = facts.frame, self._settings
        self.begin(frame.interval_s)
        assert self._latches is not None  # since `begin`
        latency = frame[Column.FIRST_RESULT]
        self._learn(facts, latency, self._latches)
        known = frame.listed & ~(np.isnan(latency) | np.isnan(self._usual))
        wanted = (latency > settings.times_usual * self._usual) & (latency > settings.least_s)
        calm = (latency < settings.clear_times * self._usual) | (latency <= settings.least_s)
        on = self._latches.step(facts.elapsed_s, wanted, calm, known, facts.unlisted)
        self.cannot_tell(("recognition.first_result_p95_s",), frame.listed, known)
        found = [
            Finding(
                RULE,
                slot,
                Priority.MEDIUM,
                {
                    "first_result_s": number(latency[slot]),
                    "usual_s": number(self._usual[slot]),
                    "set_times": settings.times_usual,
                },
            )
            for slot in slots_of(on).tolist()
        ]
        delta = frame.fleet_delta
        counts = None if delta is None else {name: delta.sessions_total.get(name, 0) for name in _TIMEOUTS}
        for outcome, rate in self._bursts.step(facts, counts).items():
            because = {"outcome": outcome, "count_10s": rate.count, "expected_10s": number(rate.expected)}
            found.append(Finding(RULE, None, Priority.MEDIUM, {**because, "z": number(rate.z)}, subject=outcome))
        return found

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """Servers and outcomes."""
        return super().chattering() + [(None, outcome) for outcome in self._bursts.chattering()]

    def _learn(self, facts: Facts, latency: Floats, latches: Latches) -> None:
        capacity, frame = len(latency), facts.frame
        self._fit(capacity)
        if facts.broken.size:
            self._samples[:, facts.broken] = np.nan
            self._usual[facts.broken] = np.nan
            self._look()
        if frame.mono_s - self._sampled_s >= _EVERY_S:
            self._sampled_s, self._at = frame.mono_s, (self._at + 1) % _KEPT
            late = latches.on if len(latches.on) == capacity else np.zeros(capacity, dtype=np.bool_)
            self._samples[self._at] = np.where(late, self._usual, latency)
            self._look()
        if not self._speaks or self._looked >= _KEPT:
            return
        # Sorting all would take longer than the rest of a step: each Frame looks at a thirtieth of the servers.
        self._looked += 1
        mine = slice(frame.seq % _KEPT, capacity, _KEPT)
        medians, known = column_medians(self._samples[:, mine])
        self._usual[mine] = np.where(known >= _LEAST, medians, np.nan)

    def _look(self) -> None:
        """Samples are others now: the next Frames look for their medians."""
        self._speaks, self._looked = count(~np.isnan(self._samples[self._at])) > 0, 0

    def _fit(self, capacity: int) -> None:
        more = capacity - self._samples.shape[1]
        if more > 0:
            self._samples = np.concatenate([self._samples, np.full((_KEPT, more), np.nan)], axis=1)
            self._usual = np.concatenate([self._usual, np.full(more, np.nan)])
