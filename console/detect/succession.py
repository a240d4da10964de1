"""From run to run: what rules leave for the next one, and how it takes over. What does not fit is dropped with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.detect.carried import DAMAGE, Plain, Seat, amount, pairs
from console.detect.facts import Rule
from console.domain.frame import Frame

VERSION: Final = 1
"""Of what rules leave; another one is not taken over."""
_LEVELS: Final = {"n-plus-one": ("n_plus_one",), "blind": ("blind", "mass"), "silent": ("silent", "silence", "mass")}
"""Sections of the settings that a rule goes by, where they are not named as it is."""
_COMMON: Final = ("chatter", "gap_estimate")
"""Those that all go by."""


def kept_of(rules: Sequence[Rule], levels: Mapping[str, str], frame: Frame, *, long: bool) -> Plain:
    """Plain values, all of them new, so that another thread may write them."""
    seat = Seat(frame.rows.rows, frame.mono_s, frame.interval_s)
    kept: dict[str, Plain] = {}
    for rule in rules:
        state = rule.keep_long(seat) if long else rule.keep(seat)
        if state:
            kept[type(rule).__name__] = {"of": levels[rule.name], "state": state}
    return {"version": VERSION, "wall_s": frame.wall_s, "long": long, "rules": kept}


def levels_of(rules: Sequence[Rule], settings: object, interval_s: float) -> dict[str, str]:
    """By rule, a name for the thresholds that it has and the poll interval, in which its samples count."""
    levels: dict[str, str] = {}
    for rule in rules:
        sections = (*_LEVELS.get(rule.name, (rule.name,)), *_COMMON)
        told = repr([interval_s, *(getattr(settings, section) for section in sections)])
        levels[rule.name] = hashlib.sha256(told.encode()).hexdigest()[:16]
    return levels


class Succession:
    """What an earlier run left, until it is taken over. `remarks`: what was not, one sentence each."""

    def __init__(self, kept: Sequence[Plain]) -> None:
        self._kept = tuple(kept)
        self._names: set[str] = set()
        self._seat: Seat | None = None
        self.remarks: tuple[str, ...] = ()

    @property
    def slots(self) -> NDArray[np.intp]:
        """Of the servers that something is known of."""
        here: Mapping[str, int] = {} if self._seat is None else self._seat.slots()
        return np.array(sorted(here[name] for name in self._names if name in here), dtype=np.intp)

    def take(
        self, rules: Sequence[Rule], fresh: Sequence[Rule], levels: Mapping[str, str], frame: Frame
    ) -> tuple[Rule, ...]:
        """The rules as they go on; one whose state is damaged is replaced by its like of `fresh`."""
        now = list(rules)
        others: set[str] = set()
        damaged: set[str] = set()
        for part in self._kept:
            try:
                version, left, long = part["version"], dict(pairs(part["rules"])), bool(part["long"])
                away_s = max(frame.wall_s - amount(part["wall_s"]), 0.0)
            except DAMAGE:
                damaged |= {rule.name for rule in rules}
                continue
            if version != VERSION:
                self._say("The rules' running delays were kept by another version of this console: they begin anew.")
                continue
            self._seat = seat = Seat(frame.rows.rows, frame.mono_s, frame.interval_s, away_s)
            for at, rule in enumerate(rules):
                if (mine := left.get(type(rule).__name__)) is None or rule.name in damaged:
                    continue
                try:
                    if mine["of"] != levels[rule.name]:
                        others.add(rule.name)
                        continue
                    now[at].begin(frame.interval_s)
                    (now[at].take_long if long else now[at].take)(dict(pairs(mine["state"])), seat)
                    _names_in(mine["state"], self._names)
                except DAMAGE:
                    now[at] = fresh[at]
                    damaged.add(rule.name)
        if others:
            self._say(f"Running delays of {_list(others)} were kept under other thresholds: they begin anew.")
        if damaged:
            self._say(f"Running delays of {_list(damaged)} cannot be read: they begin anew.")
        return tuple(now)

    def _say(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks = (*self.remarks, sentence)


def _names_in(state: Plain, into: set[str]) -> None:
    """Names of servers are the only ones of two lines."""
    for name, value in pairs(state):
        if "\n" in name:
            into.add(name)
        elif isinstance(value, dict):
            _names_in(value, into)


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))
