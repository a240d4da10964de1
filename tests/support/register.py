"""One server at the balancer as a register: detached or attached, by which key, since which generation; and what may be said of it.

`detach` and `attach` are compare-and-set on the balancer's generation: they happen only in the very generation that was read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tests.support.linear import Op


class Server(NamedTuple):
    """The sequential model. `generation`: of the balancer, at least; it only grows within one life of it."""

    life: str
    generation: int
    listed: bool = False
    attached: bool = True
    key: str | None = None
    """Of the detach that holds it."""


class Look(Struct, frozen=True):
    """What one reading of the table said of the server."""

    begin: int
    end: int
    life: str
    generation: int
    listed: bool
    attached: bool = True
    key: str | None = None

    def op(self) -> Op:
        """As a call."""

        def step(now: Server) -> Iterable[Server]:
            said = (self.listed, self.attached, self.key)
            if now.life == self.life and now.generation <= self.generation and said == now[2:]:
                yield now._replace(generation=self.generation)

        state = "absent" if not self.listed else "attached" if self.attached else f"detached by {self.key}"
        return Op(f"look {state} in {self.life}.{self.generation}", self.begin, self.end, step)


class Try(Struct, frozen=True):
    """One request for a change, as its console saw it. `end` inf: it was never told what became of it."""

    begin: int
    end: float
    detach: bool
    key: str
    life: str
    generation: int
    """What the request was made conditional on."""
    outcome: str = "open"
    """done, refused, changed (412), open, never (read back: it did not happen), happened (read back: it did)."""
    answered: int | None = None
    """The generation that the answer told."""
    answered_life: str | None = None
    """Of the balancer, where the answer told it."""
    holder: str | None = None
    """The key that holds the server by the answer."""

    def op(self) -> Op:
        """As a call."""
        word = "detach" if self.detach else "attach"
        name = f"{word} {self.outcome} by {self.key} on {self.life}.{self.generation} -> {self.answered}"
        end = math.inf if self.outcome == "open" else self.end
        return Op(name, self.begin, end, self._step, may_be_missing=self.outcome == "open")

    def _step(self, now: Server) -> Iterable[Server]:
        if self.outcome in ("refused", "never"):
            yield now
        elif self.outcome == "changed":
            assert self.answered is not None
            left = now.listed and now.attached is self.detach  # whoever is in that state already is told so instead
            if left and now.life == self.answered_life and now.generation <= self.answered:
                yield now._replace(generation=self.answered)
        else:
            yield from self._effect(now)
            if self.outcome != "open":
                yield from self._already(now)

    def _effect(self, now: Server) -> Iterable[Server]:
        fits = now.life == self.life and now.generation <= self.generation and now.listed
        told = self.answered is None or self.answered == self.generation + 1
        mine = self.holder in (None, self.key)
        if fits and told and mine and now.attached is self.detach:
            key = self.key if self.detach else None
            yield now._replace(generation=self.generation + 1, attached=not self.detach, key=key)

    def _already(self, now: Server) -> Iterable[Server]:
        if now.listed and now.attached is not self.detach and self.holder in (None, now.key):
            if self.answered is None:
                yield now
            elif now.generation <= self.answered:
                yield now._replace(generation=self.answered)


class Happening(Struct, frozen=True):
    """What the balancer itself did at one known moment: `start` (it forgot the table or not), `join`."""

    at: int
    kind: str
    life: str
    generation: int
    forgets: bool = False

    def op(self) -> Op:
        """As a call without duration."""

        def step(now: Server) -> Iterable[Server]:
            if self.kind == "start":
                yield Server(self.life, 1) if self.forgets else now._replace(life=self.life, generation=1)
            elif now.life == self.life and now.generation < self.generation:
                yield Server(self.life, self.generation, listed=True)

        return Op(f"{self.kind} {self.life}.{self.generation}", self.at, self.at, step)


def few(looks: Iterable[Look]) -> list[Look]:
    """As strong as all of them: of those that say the same of the same generation only the first to end and the last to begin.

    Between those two moments the generation is that one, so that any other one of them fits in between as well.
    """
    first: dict[tuple[object, ...], Look] = {}
    last: dict[tuple[object, ...], Look] = {}
    for look in looks:
        same = (look.life, look.generation, look.listed, look.attached, look.key)
        first[same] = min(first.get(same, look), look, key=lambda one: one.end)
        last[same] = max(last.get(same, look), look, key=lambda one: one.begin)
    return [*first.values(), *(look for same, look in last.items() if look is not first[same])]


def closed(tried: Try, end: int, outcome: str) -> Try:
    """The same once its console has said what became of it."""
    return replace(tried, end=end, outcome=outcome)
