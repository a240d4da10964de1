"""The engine's own limits, and those of everything that it steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.decide import GateSettings, LadderSettings, PlanSettings, SafetySettings
from console.detect import DetectSettings
from console.domain.options import option
from console.engine.foresight import ForesightSettings
from console.store import StoreSettings


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The engine's own, and those of the rooms that it drives."""

    restart_s: float = option(
        0.1, unit="s", low=0.0, high=60.0, sentence="First pause before a feed that died is started again; it doubles."
    )
    restart_most_s: float = option(1.5, unit="s", low=0.0, high=600.0, sentence="Longest such pause.")
    store: StoreSettings = field(default_factory=StoreSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    gates: GateSettings = field(default_factory=GateSettings)
    ladder: LadderSettings = field(default_factory=LadderSettings)
    safety: SafetySettings = field(default_factory=SafetySettings)
    plans: PlanSettings = field(default_factory=PlanSettings)
    foresight: ForesightSettings = field(default_factory=ForesightSettings)
    remark: str | None = None
    """What is to be told of the settings themselves for as long as it runs."""
