"""Where in a scenario we are: the document of GET /lab/guide, and the same as lines for a terminal. Pure.

Version guide/1: `step`, `steps`, `name`, `elapsed_s`, `next_in_s` and `muted`; a scenario adds who it is, what its clock says, what goes
on and what to do next. Fields may be added; those that are there keep their meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from console.lab.story.format import Scenario
from console.lab.story.timelapse import TimeLapse

Json = dict[str, Any]
SCHEMA: Final = "guide/1"
_MOST_WAYS: Final = 5
"""So many command lines; of a whole silent pool nobody detaches one by one."""


def guide(
    scenario: Scenario, lapse: TimeLapse, elapsed_s: float, groups: Mapping[str, list[str]], struck: Mapping[str, str]
) -> Json:
    """The document. `groups`: servers by group, chosen so far; `struck`: what is broken now, server -> kind."""
    index = lapse.phase(elapsed_s)
    phase = scenario.phases[index]
    last = index + 1 == len(scenario.phases)
    begin_s, end_s = lapse.span(index)
    return {
        "schema": SCHEMA,
        "step": index + 1,
        "steps": len(scenario.phases),
        "name": phase.name,
        "elapsed_s": elapsed_s,
        "next_in_s": None if last else max(0.0, end_s - elapsed_s),
        "muted": sorted(struck),
        "scenario": scenario.name,
        "speed": lapse.speed,
        "clock": scenario.clock(lapse.scenario(elapsed_s)),
        "title": phase.title,
        "say": phase.say,
        "do": phase.do,
        "groups": {name: list(servers) for name, servers in groups.items()},
        "struck": dict(struck),
        "phase_began_s": begin_s,
        "ends_in_s": max(0.0, lapse.total_s - elapsed_s),
        "over": elapsed_s >= lapse.total_s,
    }


def lines(
    scenario: Scenario,
    lapse: TimeLapse,
    index: int,
    dsrm_url: str,
    struck: Mapping[str, str],
    command: str = "dsr-console",
) -> list[str]:
    """What a newcomer reads when a phase begins: what goes on, what to do, and the mapping of the clocks."""
    phase = scenario.phases[index]
    begin_s, end_s = lapse.span(index)
    until = scenario.clock(lapse.begins_s[index + 1])
    head = (
        f"[{scenario.clock(phase.at_s)} to {until}] {index + 1}/{len(scenario.phases)} {phase.title}"
        f"   ({begin_s:.0f} s to {end_s:.0f} s of this run)"
    )
    told = [head, f"    {phase.say}"]
    if phase.do:
        told.append(f"    Next: {phase.do}")
        told += [
            f"        {command} detach {server} --url {dsrm_url} --reason '{kind}'"
            for server, kind in sorted(struck.items())[:_MOST_WAYS]
        ]
    return told
