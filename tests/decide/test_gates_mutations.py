"""The property test itself: a gate whose limit is moved, or that looks away, is noticed by the random histories."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from console.decide.gates import GateSettings, Situation, judge
from console.domain.safety import Gate, Verdict
from tests.decide import test_gates_properties as properties

HISTORIES = 400

LOOSER: dict[str, dict[str, Any]] = {
    "percent: 20 % by one click": {"detached_share": 0.2},
    "percent: 45 % with a reason": {"detached_share_held": 0.45},
    "floor: two are enough": {"floor": 2},
    "cool-down: four": {"detaches": 4},
    "cool-down: half as long": {"detaches_s": 300.0},
    "capacity: 95 % by one click": {"peak_share": 0.95},
    "capacity: full with a reason": {"peak_share_held": 1.0},
    "capacity: a look of 5 s": {"horizon_s": 5.0},
    "blind: twice as many": {"blind_share": 0.3},
    "blind: from six on": {"blind_least": 6},
}


def breached() -> bool:
    """Whether some history breaks what must never be broken."""
    try:
        for seed in range(HISTORIES):
            world = properties.World(random.Random(seed))
            for _ in range(properties.STEPS):
                world.step()
    except AssertionError:
        return True
    return False


def test_the_gates_as_they_are_breach_nothing() -> None:
    assert not breached()


@pytest.mark.parametrize("changes", LOOSER.values(), ids=LOOSER)
def test_a_limit_that_is_moved_is_noticed(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(properties, "SETTINGS", replace(GateSettings(), **changes))
    assert breached()


@pytest.mark.parametrize(
    "blind", ["last_server", "floor", "percent", "cool_down", "capacity", "blind", "armed", "role"]
)
def test_a_gate_that_always_passes_is_noticed(blind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever would be the last one falls under two gates that never break: one of them alone still holds.
    gone = {"last_server", "floor", "percent"} if blind == "last_server" else {blind}

    def judged(situation: Situation, settings: GateSettings) -> tuple[Gate, ...]:
        return tuple(
            structs.replace(gate, verdict=Verdict.PASS) if gate.name in gone else gate
            for gate in judge(situation, settings)
        )

    monkeypatch.setattr(properties, "judge", judged)
    assert breached()
