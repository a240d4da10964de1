"""A scenario's fleet as the options of a lab. What was asked for otherwise stays as it was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.lab.options import LabOptions
from console.lab.story.format import Scenario
from console.lab.story.loader import load
from console.lab.story.timelapse import TimeLapse


def scenario_of(options: LabOptions) -> Scenario | None:
    """The scenario that a lab plays. Raises SettingsError."""
    name = "demo" if options.demo and options.scenario is None else options.scenario
    return None if name is None else load(name)


def lapse_of(options: LabOptions, scenario: Scenario) -> TimeLapse:
    """Its time-lapse at the speed asked for."""
    return TimeLapse.of(scenario, options.speed)


def time_lapse(options: LabOptions) -> float:
    """How many times faster than life the lab's story runs; 1 where it tells none of its own clock. Raises SettingsError."""
    scenario = scenario_of(options)
    return 1.0 if scenario is None else lapse_of(options, scenario).speed


def applied(options: LabOptions) -> LabOptions:
    """The same options with the fleet of their scenario wherever they still say the default. Raises SettingsError."""
    scenario = scenario_of(options)
    if scenario is None:
        return options
    fleet, plain = scenario.fleet, LabOptions()
    wanted: dict[str, Any] = {
        "pools": fleet.pools,
        "limit": fleet.limit,
        "report_interval_s": fleet.report_interval_s,
        "session_s": fleet.session_s,
        "isolation": fleet.isolation,
        "autoscale": fleet.autoscaler,
        "boot_delay_s": fleet.boot_s,
        "leave_after_s": fleet.leave_after_s,
        "capacity": fleet.capacity or 0.0,
        "algorithm": fleet.algorithm,
        "spoken": (scenario.spoken.get("websocket", 0.0), scenario.spoken.get("http", 0.0)),
    }
    mine = {name: value for name, value in wanted.items() if getattr(options, name) == getattr(plain, name)}
    # A single rate counts for each pool, so the defaults fit a scenario with another number of pools.
    rates = {} if len(fleet.pools) == len(options.rate) else {"rate": options.rate[:1]}
    return replace(options, **{**mine, **rates})
