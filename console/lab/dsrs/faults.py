"""What can be wrong with a DSRS by the lab's will. Each fault is switched on and off alone; several may hold at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from console.lab.dsrs.server import Dsrs

Json = dict[str, Any]


@dataclass(slots=True)
class Faults:
    """The state of them. Freezing and refusing are the HTTP server's own."""

    muted: bool = False
    """Sends no reports."""
    lost: bool = False
    """Believes that it sends reports; none arrives."""
    stuck: int | None = None
    """Reports this count whatever is true; the numbers of the reports go on."""
    repeated: bool = False
    """Sends the same report, number and all, again and again."""
    late_s: float = 0.0
    """Each report leaves so long after it was written."""
    other_id: str | None = None
    skew_s: float = 0.0
    leak_bytes_per_s: float = 0.0
    leaked_bytes: float = 0.0
    slow: float = 1.0
    """Its capacity is divided by this."""


def active(dsrs: Dsrs) -> list[str]:
    """Kinds of the faults that hold."""
    faults = dsrs.faults
    holds = {
        "mute": faults.muted,
        "lost_report": faults.lost,
        "stuck": faults.stuck is not None,
        "repeat": faults.repeated,
        "late_report": faults.late_s > 0,
        "freeze": dsrs.http.frozen,
        "refuse": dsrs.http.refusing,
        "wrong_id": faults.other_id is not None,
        "skew": faults.skew_s != 0,
        "leak": faults.leak_bytes_per_s > 0 or faults.leaked_bytes > 0,
        "slow": faults.slow != 1,
    }
    return [kind for kind, on in holds.items() if on]


def _mute(dsrs: Dsrs, fault: Json) -> None:
    dsrs.faults.muted = fault["on"]


def _lost(dsrs: Dsrs, fault: Json) -> None:
    dsrs.faults.lost = fault["on"]


def _stuck(dsrs: Dsrs, fault: Json) -> None:
    count = dsrs.sent.connections
    dsrs.faults.stuck = (dsrs.connections if count is None else count) if fault["on"] else None


def _repeat(dsrs: Dsrs, fault: Json) -> None:
    dsrs.faults.repeated = fault["on"]


def _late(dsrs: Dsrs, fault: Json) -> None:
    late_s = fault["seconds"]
    dsrs.faults.late_s = (4 * dsrs.identity.report_interval_s if late_s is None else late_s) if fault["on"] else 0.0


def _freeze(dsrs: Dsrs, fault: Json) -> None:
    dsrs.http.freeze(fault["on"])


def _refuse(dsrs: Dsrs, fault: Json) -> Awaitable[None]:
    return dsrs.http.refuse(fault["on"])


def _wrong_id(dsrs: Dsrs, fault: Json) -> None:
    dsrs.faults.other_id = f"other-than-{dsrs.identity.id}" if fault["on"] else None


def _skew(dsrs: Dsrs, fault: Json) -> None:
    seconds = 3600.0 if fault["seconds"] is None else fault["seconds"]
    dsrs.faults.skew_s = seconds if fault["on"] else 0.0


def _leak(dsrs: Dsrs, fault: Json) -> None:
    per_s = dsrs.build.memory.limit_bytes / 60 if fault["bytes_per_s"] is None else fault["bytes_per_s"]
    dsrs.leak(per_s if fault["on"] else 0.0)


def _slow(dsrs: Dsrs, fault: Json) -> None:
    dsrs.slow(fault["factor"] if fault["on"] else 1.0)


def _counter_reset(dsrs: Dsrs, fault: Json) -> None:
    if fault["on"]:
        dsrs.totals.reset()


CHANGES: Final[dict[str, Callable[[Dsrs, Json], Awaitable[None] | None]]] = {
    "mute": _mute,
    "lost_report": _lost,
    "stuck": _stuck,
    "repeat": _repeat,
    "late_report": _late,
    "freeze": _freeze,
    "refuse": _refuse,
    "wrong_id": _wrong_id,
    "skew": _skew,
    "leak": _leak,
    "slow": _slow,
    "counter_reset": _counter_reset,
}
"""What a host can do to one of its servers, by kind. `kill` is not among them: who kills also has to know."""
