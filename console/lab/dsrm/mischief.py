"""What is wrong with DSRM by the lab's will: it is slow, it is down, it lies, it ignores reports, it starts anew. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from console.domain.lies import LIES, TAKES_BACK_S, Lie
from console.lab.dsrm.actions import Actions, Admitted, Answer
from console.lab.dsrm.rows import Instant
from console.lab.dsrm.table import Table
from console.lab.dsrm.wire import FAULTS
from console.lab.problem import invalid

Json = dict[str, Any]
Later = Callable[[float, Callable[[], None]], object]
"""Calls back after so many seconds."""
_SLOW_S: Final = 1.0
_BY_WORD: Final[dict[str, Lie]] = {lie: lie for lie in LIES}


class NoAnswer(Exception):
    """The work is done, or not, and its caller is never told."""


class Mischief:
    """The faults of one DSRM. `down` is carried out by whoever owns the port; `later` and `now` are the caller's clock."""

    def __init__(self, table: Table, actions: Actions, now: Callable[[], Instant], later: Later) -> None:
        self._table, self._actions, self._now, self._later = table, actions, now, later
        self.down = False
        self.slow_s = 0.0
        """Answers come so late. Reports are taken, and answered, in time: a slow balancer is no silent fleet."""
        self._lie: Lie | None = None
        self._takes_back_s = TAKES_BACK_S
        self._starts = 0
        """Promises of a former life are not kept."""

    def strike(self, fault: Json) -> Json:
        """One fault, as POST /lab/faults names it: `kind`, `on`, `seconds`, `mode`, `servers`. What was changed."""
        kind, on, seconds = fault["kind"], fault["on"], fault["seconds"]
        match kind:
            case "ignore":
                return {"servers": self._table.ignore(fault["servers"], on)}
            case "balancer_down":
                self.down = on
            case "balancer_slow":
                self.slow_s = (_SLOW_S if seconds is None else max(0.0, seconds)) if on else 0.0
            case "balancer_lies":
                self._change_lie(fault["mode"] if on else None, seconds)
            case "balancer_forgets" | "balancer_restarts":
                if on:
                    self._starts += 1
                    self._actions.forget_keys()
                    self._table.restart(self._now(), forgets=kind == "balancer_forgets")
            case _:
                raise invalid("kind", f"DSRM has no fault {kind!r}; it has {', '.join(FAULTS)}.")
        return {"servers": []}

    def state(self) -> Json:
        """What holds now."""
        return {"down": self.down, "slow_s": self.slow_s, "lie": self._lie, "algorithm": self._table.balancing.name}

    def carry_out(self, admitted: Admitted) -> tuple[int, Answer]:
        """What becomes of a detach or an attach: status and body. Raises NoAnswer."""
        if self._lie is None or admitted.already:
            return 200, self._actions.carry_out(admitted, self._now())
        row, was = admitted.row, admitted.row.picked
        match self._lie:
            case "never_does":
                return 202, {"accepted": True, "generation": self._table.generation}
            case "does_nothing":
                shown = self._table.line(row, self._now())
                return 200, {"server": shown, "generation": self._table.generation, "replayed": False}
            case "still_routes":
                row.routed_anyway = was
            case "takes_back":
                starts = self._starts
                self._later(self._takes_back_s, lambda: self._take_back(admitted) if starts == self._starts else None)
            case "times_out":
                self._actions.carry_out(admitted, self._now())
                raise NoAnswer
        return 200, self._actions.carry_out(admitted, self._now())

    def _change_lie(self, mode: str | None, seconds: float | None) -> None:
        if mode is None:
            self._lie = None
            self._table.trust_all()
            return
        found = _BY_WORD.get(mode)
        if found is None:
            raise invalid("mode", f"DSRM knows no lie {mode!r}; it knows {', '.join(LIES)}.")
        self._lie = found
        self._takes_back_s = TAKES_BACK_S if seconds is None else max(0.0, seconds)

    def _take_back(self, admitted: Admitted) -> None:
        """Undone, as if nobody had asked: nothing is told of who did it."""
        row = self._table.get(admitted.row.id)
        if row is not None and row is admitted.row:
            self._table.undo(row, admitted.verb == "detach", self._now())
