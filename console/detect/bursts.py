"""Bursts by name, each with its own latch: for error texts and for sessions that ended too early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import Struct, field

from console.detect.burst import Burst, Rate
from console.detect.carried import Plain, amount, items, pairs, seconds
from console.detect.facts import Facts
from console.detect.latch import Delay, Latch

_MOST_NAMES: Final = 32
"""Names come from the network: more of them than this are not followed, the oldest quiet one makes room."""
_RELEARN_S: Final = 3600.0
"""After so long even a burst is what is usual here."""


class Levels(Struct, frozen=True):
    """When a count is a burst."""

    z_set: float
    z_clear: float
    least: int
    always: frozenset[str] = field(default_factory=frozenset[str])
    """Names of which a single event is one."""


@dataclass(slots=True)
class _Name:
    burst: Burst
    latch: Latch
    on_s: float = 0.0


class Bursts:
    """Steps once per Frame; only readings that tell counts change anything."""

    def __init__(self, levels: Levels, delay: Delay) -> None:
        self._levels, self._delay = levels, delay
        self._names: dict[str, _Name] = {}
        self._before_s: float | None = None
        self._open: dict[str, Rate] = {}

    def step(self, facts: Facts, counts: Mapping[str, int] | None) -> dict[str, Rate]:
        """What is open, by name. `counts` None: nothing was told; what is on is held."""
        now_s = facts.frame.mono_s
        if counts is None:
            return self._open
        since_s = self._before_s if self._before_s is not None else now_s - facts.frame.interval_s
        self._before_s = now_s
        for name in counts:
            self._room_for(name)
        self._open = {}
        for name, kept in self._names.items():
            learns = not kept.latch.on or kept.on_s >= _RELEARN_S
            rate = kept.burst.push(now_s, since_s, counts.get(name, 0), learns)
            levels = self._levels
            single = name in levels.always and rate.count >= 1
            wanted = single or (rate.count >= levels.least and rate.z > levels.z_set)
            on = kept.latch.step(facts.elapsed_s, wanted, rate.z < levels.z_clear and not single)
            kept.on_s = kept.on_s + facts.elapsed_s if on else 0.0
            if on:
                self._open[name] = rate
        return self._open

    def keep(self) -> dict[str, Plain]:
        """Running delays by name, with the rate of those that are on."""
        kept: dict[str, Plain] = {}
        for name, one in self._names.items():
            if (latch := one.latch.keep()) is not None:
                rate = self._open.get(name)
                told = None if rate is None else [rate.count, rate.expected, rate.z]
                kept[name] = [latch, round(one.on_s, 3), told]
        return kept

    def take(self, kept: Plain) -> None:
        """Goes on from what was kept."""
        for name, one in pairs(kept):
            latch, on_s, told = items(one)
            if (mine := self._name(name)) is None:
                continue
            mine.latch.take(latch)
            mine.on_s = seconds(on_s)
            if mine.latch.on and told is not None:
                count, expected, z = items(told)
                self._open.setdefault(name, Rate(int(count), amount(expected), amount(z)))

    def keep_long(self) -> dict[str, Plain]:
        """What is usual, by name."""
        return {name: one.burst.keep() for name, one in self._names.items()}

    def take_long(self, kept: Plain) -> None:
        """Goes on from what was kept."""
        for name, base in pairs(kept):
            if (mine := self._name(name)) is not None:
                mine.burst.take(base)

    def chattering(self) -> list[str]:
        """Names that come and go too often."""
        return [name for name, kept in self._names.items() if kept.latch.chattering]

    def _name(self, name: str) -> _Name | None:
        self._room_for(name)
        return self._names.get(name)

    def _room_for(self, name: str) -> None:
        if name in self._names:
            return
        if len(self._names) >= _MOST_NAMES:
            quiet = next((old for old, kept in self._names.items() if not kept.latch.on), None)
            if quiet is None:
                return
            del self._names[quiet]
        self._names[name] = _Name(Burst(), Latch(self._delay))
