"""The faults of the lab in virtual time, under the same names. Each is switched on and off alone; several may hold at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from console.domain.errors import SettingsError
from console.domain.lies import LIES, TAKES_BACK_S, Lie
from console.sim.fleet import Fleet


class Fault(Struct, frozen=True):
    """What breaks, or is mended. `seconds`, `factor`, `bytes_per_s`, `mode`: None takes what the lab takes."""

    kind: str
    servers: tuple[str, ...] = ()
    """Ids; none for a fault of the balancer."""
    on: bool = True
    seconds: float | None = None
    factor: float = 4.0
    bytes_per_s: float | None = None
    mode: Lie = "does_nothing"


Where = tuple[Fleet, int, int, float]
"""Fleet, pool, index in it, now."""


def strike(fleet: Fleet, fault: Fault, now: float) -> None:
    """Breaks or mends. Raises SettingsError for an unknown kind, id or mode."""
    if (change := BALANCER.get(fault.kind)) is not None:
        change(fleet, fault, now)
        return
    if fault.kind not in SERVERS:
        raise SettingsError(f"There is no fault {fault.kind!r}; there are {', '.join([*SERVERS, *BALANCER])}.")
    for server in fault.servers:
        if server not in fleet.home:
            raise SettingsError(f"There is no server {server!r} in this fleet.")
        SERVERS[fault.kind]((fleet, *fleet.home[server], now), fault)


def _mute(where: Where, fault: Fault) -> None:
    fleet, number, index, now = where
    fleet.pools[number].servers.mute(index, fault.on, now)


def _report(**changes: Callable[[Fault, float], object]) -> Callable[[Where, Fault], None]:
    """A fault of the reports: which attribute of `Odd` it sets, from the fault and the report interval."""

    def change(where: Where, fault: Fault) -> None:
        fleet, number, index, now = where
        servers = fleet.pools[number].servers
        if not servers.alive[index]:
            return
        odd = servers.oddity(index, now)
        for attribute, value in changes.items():
            setattr(odd, attribute, value(fault, fleet.plan.report_interval_s))
        servers.mend(index, now)

    return change


def _late(fault: Fault, interval_s: float) -> float:
    return (4 * interval_s if fault.seconds is None else fault.seconds) if fault.on else 0.0


def _kill(where: Where, fault: Fault) -> None:
    fleet, number, index, now = where
    (fleet.kill if fault.on else fleet.revive)(number, index, now)


def _freeze(where: Where, fault: Fault) -> None:
    fleet, number, index, now = where
    fleet.pools[number].servers.freeze(index, fault.on, now)


def _refuse(where: Where, fault: Fault) -> None:
    fleet, number, index, _ = where
    fleet.pools[number].servers.refusing[index] = fault.on


def _wrong_id(where: Where, fault: Fault) -> None:
    fleet, number, index, _ = where
    fleet.pools[number].servers.wrong_id[index] = fault.on


def _skew(where: Where, fault: Fault) -> None:
    """An hour, where nothing is said: seconds that its wall clock is ahead."""
    fleet, number, index, _ = where
    seconds = 3600.0 if fault.seconds is None else fault.seconds
    fleet.pools[number].servers.skew[index] = seconds if fault.on else 0.0


def _leak(where: Where, fault: Fault) -> None:
    fleet, number, index, _ = where
    resources = fleet.plan.resources
    if resources is None:
        raise SettingsError("Machines without bounds cannot leak; give the plan Resources.")
    per_s = resources.memory_limit / 60 if fault.bytes_per_s is None else fault.bytes_per_s
    fleet.pools[number].servers.leak[index] = per_s if fault.on else 0.0


def _slow(where: Where, fault: Fault) -> None:
    fleet, number, index, _ = where
    if fleet.plan.resources is None:
        raise SettingsError("Machines without bounds cannot be slow; give the plan Resources.")
    fleet.pools[number].servers.speed[index] = 1 / fault.factor if fault.on else 1.0


def _counter_reset(where: Where, fault: Fault) -> None:
    fleet, number, index, now = where
    servers = fleet.pools[number].servers
    if fault.on:
        servers.settle(index, now)
        servers.started[index] = servers.completed[index] = servers.refused[index] = 0.0


def _down(fleet: Fleet, fault: Fault, _now: float) -> None:
    fleet.balancer.down = fault.on


def _slow_balancer(fleet: Fleet, fault: Fault, _now: float) -> None:
    fleet.balancer.slow_s = (1.0 if fault.seconds is None else fault.seconds) if fault.on else 0.0


def _lies(fleet: Fleet, fault: Fault, _now: float) -> None:
    if fault.mode not in LIES:
        raise SettingsError(f"The balancer knows no lie {fault.mode!r}; it knows {', '.join(LIES)}.")
    fleet.balancer.lie = fault.mode if fault.on else None
    fleet.balancer.takes_back_s = TAKES_BACK_S if fault.seconds is None else fault.seconds
    if not fault.on:
        fleet.balancer.shown.clear()


def _forgets(fleet: Fleet, fault: Fault, now: float) -> None:
    if fault.on:
        fleet.restart(now, forgets=True)


def _restarts(fleet: Fleet, fault: Fault, now: float) -> None:
    if fault.on:
        fleet.restart(now, forgets=False)


SERVERS: Final[dict[str, Callable[[Where, Fault], None]]] = {
    "mute": _mute,
    "lost_report": _report(lost=lambda fault, _: fault.on),
    "stuck": _report(stuck=lambda fault, _: fault.on),
    "repeat": _report(repeated=lambda fault, _: fault.on),
    "late_report": _report(late_s=_late),
    "ignore": _report(ignored=lambda fault, _: fault.on),
    "kill": _kill,
    "freeze": _freeze,
    "refuse": _refuse,
    "wrong_id": _wrong_id,
    "skew": _skew,
    "leak": _leak,
    "slow": _slow,
    "counter_reset": _counter_reset,
}
"""Faults of servers by kind. `ignore` is the balancer's, towards one server."""

BALANCER: Final[dict[str, Callable[[Fleet, Fault, float], None]]] = {
    "balancer_down": _down,
    "balancer_slow": _slow_balancer,
    "balancer_lies": _lies,
    "balancer_forgets": _forgets,
    "balancer_restarts": _restarts,
}
"""Faults of the balancer itself by kind."""
