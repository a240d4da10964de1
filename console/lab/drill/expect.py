"""Whether the console found what a scenario expects it to find. A rule that no build has yet is never a pass."""

from __future__ import annotations

import importlib
import pkgutil
from enum import Enum
from functools import lru_cache

from msgspec import Struct

import console.detect
from console.lab.drill.samples import Event, Run
from console.lab.story.format import Expect, Scenario


class Verdict(Enum):
    """What came of an expectation."""

    MET = "met"
    MISSED = "missed"
    NOT_BUILT = "not built"
    """The rule does not exist yet."""


class Finding(Struct, frozen=True):
    """One expectation and its verdict, in words where it was not met."""

    expect: Expect
    verdict: Verdict
    words: str = ""


@lru_cache
def built() -> frozenset[str]:
    """The alarm rules that this build has: each module of the detectors names its own."""
    modules = (
        importlib.import_module(each.name) for each in pkgutil.iter_modules(console.detect.__path__, "console.detect.")
    )
    return frozenset(module.RULE for module in modules if hasattr(module, "RULE"))


def findings(scenario: Scenario, run: Run) -> list[Finding]:
    """Each expectation of the scenario that this actor's run can show, held against what was raised.

    Another algorithm may leave nothing to be found, so it is held against none.
    """
    return [_finding(expect, run) for expect in scenario.expects if expect.actor == run.actor]


def _finding(expect: Expect, run: Run) -> Finding:
    if expect.rule is not None and expect.rule not in built():
        return Finding(expect, Verdict.NOT_BUILT, f"the rule {expect.rule} is not built yet")
    begin_s = next(span.begin_s for span in run.spans if span.name == expect.phase)
    alarms = [event for event in run.events if event.what == "alarm" and event.at_s >= begin_s]
    wrong = _wrong(expect, run, alarms) or _late(
        expect, run, [a for a in alarms if a.at_s <= begin_s + expect.within_s]
    )
    return Finding(expect, Verdict.MISSED if wrong else Verdict.MET, wrong)


def _wrong(expect: Expect, run: Run, alarms: list[Event]) -> str:
    """Alarms that should not have been raised: of another rule, or on a server that nothing was done to."""
    struck: set[str | None] = {server for servers in run.groups.values() for server in servers}
    right = struck if expect.group else {None}
    stray = [
        alarm
        for alarm in alarms
        if alarm.rule not in expect.tolerated and not (alarm.rule == expect.rule and alarm.server in right)
    ]
    return "" if not stray else f"{stray[0].rule} on {stray[0].server or 'the fleet'} at {stray[0].at_s:.0f} s"


def _late(expect: Expect, run: Run, in_time: list[Event]) -> str:
    """Whom it should have been raised on, and was not in time."""
    if expect.rule is None:
        return ""
    wanted = set(run.groups.get(expect.group, ())) if expect.group else {None}
    missing = wanted - {alarm.server for alarm in in_time if alarm.rule == expect.rule}
    if expect.group and not wanted:
        return f"nobody was struck as {expect.group}"
    who = ", ".join(sorted(server or "the fleet" for server in missing))
    return f"no {expect.rule} on {who} within {expect.within_s:g} s" if missing else ""
