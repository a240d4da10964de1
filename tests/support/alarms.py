"""Alarms as the book gives them, by name: `opened("gap", "a", Priority.HIGH)`; and a desk that steps life-cycle and clock."""

from __future__ import annotations

from collections.abc import Iterable

from console.detect.lifecycle import Lifecycle
from console.detect.roll import LifecycleSettings
from console.domain.alarms import Alarm, AlarmState
from console.domain.lifecycle import Cycle, Happening, Key
from console.domain.states import Priority

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


def opened(
    rule: str,
    server: str | None = "a",
    priority: Priority = HIGH,
    *,
    under: str | None = None,
    cause: str | None = None,
    incarnation: str | None = "i1",
    since: float = 1000.0,
) -> Alarm:
    """An open alarm. `cause`: the word in `because` that names what is behind it."""
    because = {} if cause is None else {"cause": cause}
    incarnation = None if server is None else incarnation
    return Alarm(rule, server, priority, AlarmState.RAISED, since, since, because, incarnation, under=under)


class Desk:
    """A life-cycle with both of its clocks, which go together."""

    def __init__(self, settings: LifecycleSettings | None = None, now: float = 1000.0) -> None:
        self.machine = Lifecycle(settings)
        self.now = now

    def step(self, *alarms: Alarm, after: float = 1.0, sees: bool = True) -> tuple[Happening, ...]:
        self.now += after
        return self.machine.step(alarms, self.now, self.now, sees)

    def standings(self) -> dict[str, str]:
        """By alarm name."""
        return {cycle.alarm.name: cycle.standing.value for cycle in self.machine.cycles}

    def __getitem__(self, name: str) -> Cycle:
        return next(cycle for cycle in self.machine.cycles if cycle.alarm.name == name)

    def key(self, name: str) -> Key:
        return self[name].key

    def ack(self, *names: str, by: str = "noc-1", note: str = "") -> tuple[Happening, ...]:
        return self.machine.acknowledge([self.key(name) for name in names] if names else None, by, note)


def turns(happenings: Iterable[Happening]) -> list[tuple[str, str, bool]]:
    """(alarm, turn, audible) in order."""
    return [(one.name, one.turn.value, one.audible) for one in happenings]
