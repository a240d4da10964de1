"""Whether calls that overlapped have an order in which each took effect at one moment between call and answer.

Wing & Gong's search with a memo of (what is placed, state), as in Lowe, "Testing for linearizability" (2017); nothing here knows
what the calls mean. Histories are small because they are split per server (linearizable is what is linearizable per object).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

State = Hashable


@dataclass(frozen=True)
class Op:
    """One call. `step`: the states that it may lead to, none where it cannot have happened in that state."""

    name: str
    begin: int
    """Place of the call and of the answer in the one order of everything that happened."""
    end: float
    """inf: no answer ever came."""
    step: Callable[[Any], Iterable[State]]
    may_be_missing: bool = False
    """It may never have happened at all."""


@dataclass(frozen=True)
class Stuck:
    """No order exists: how far the best try came, the state there, and what could not follow."""

    placed: int
    state: State
    waiting: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"after {self.placed} calls, in the state {self.state}, none of these can follow: {', '.join(self.waiting)}"
        )


def order_exists(ops: Sequence[Op], start: State) -> Stuck | None:
    """None: it does."""
    sorted_ops = sorted(ops, key=lambda op: op.begin)
    all_ = (1 << len(sorted_ops)) - 1
    needed = sum(1 << index for index, op in enumerate(sorted_ops) if not op.may_be_missing)
    seen: set[tuple[int, State]] = set()
    todo: list[tuple[int, State]] = [(0, start)]
    best = (0, start)
    while todo:
        done, state = todo.pop()
        if (done & needed) == needed:
            return None
        if (done, state) in seen:
            continue
        seen.add((done, state))
        if done.bit_count() > best[0].bit_count():
            best = (done, state)
        for index in reversed(_may_be_next(sorted_ops, done, all_)):
            for after in sorted_ops[index].step(state):
                todo.append((done | (1 << index), after))
    waiting = tuple(sorted_ops[index].name for index in _may_be_next(sorted_ops, best[0], all_))
    return Stuck(best[0].bit_count(), best[1], waiting)


def _may_be_next(ops: Sequence[Op], done: int, all_: int) -> list[int]:
    """Those that began before any other one that is left had ended."""
    found: list[int] = []
    first_end = math.inf
    left = all_ & ~done
    while left:
        low = left & -left
        index = low.bit_length() - 1
        if ops[index].begin > first_end:
            break
        found.append(index)
        if not ops[index].may_be_missing:
            first_end = min(first_end, ops[index].end)
        left ^= low
    return found
