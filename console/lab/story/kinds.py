"""The faults that a scenario may name, on whom each works, and what else each needs. The lab's interface knows the same names."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from console.domain.lies import LIES

Bounds = tuple[float, float]


class Kind(Struct, frozen=True):
    """One fault. `more`: its other numbers with their bounds; `words`: its other words with their choices."""

    sentence: str
    balancer: bool = False
    """It works on the balancer; no group is named."""
    more: dict[str, Bounds] = field(default_factory=dict[str, Bounds])
    words: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


KINDS: Final[dict[str, Kind]] = {
    "mute": Kind("it sends no reports; its sessions go on"),
    "lost_report": Kind("it sends reports and none arrives"),
    "stuck": Kind("it goes on reporting the count of that moment"),
    "repeat": Kind("it sends one and the same report again and again"),
    "late_report": Kind("its reports leave late", more={"seconds": (0, 3600)}),
    "kill": Kind("its process dies; off: it starts again as a new incarnation"),
    "freeze": Kind("it accepts connections and never answers"),
    "refuse": Kind("it refuses connections"),
    "wrong_id": Kind("its status names another server"),
    "skew": Kind("its wall clock is off", more={"seconds": (-1e6, 1e6)}),
    "leak": Kind("it loses memory until it is killed at its cap", more={"bytes_per_s": (0, 1e12)}),
    "slow": Kind("its capacity is divided by a factor", more={"factor": (1, 1000)}),
    "counter_reset": Kind("its counters begin anew"),
    "ignore": Kind("its reports arrive, and the balancer does not use them"),
    "balancer_down": Kind("it does not answer", balancer=True),
    "balancer_slow": Kind("it answers late", balancer=True, more={"seconds": (0, 60)}),
    "balancer_restarts": Kind("it starts anew with what it knew, its counters at zero", balancer=True),
    "balancer_forgets": Kind("it starts anew and knows nothing of before", balancer=True),
    "balancer_lies": Kind(
        "it lies about detach and attach", balancer=True, words={"mode": LIES}, more={"seconds": (0, 3600)}
    ),
}
