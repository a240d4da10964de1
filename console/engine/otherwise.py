"""Another algorithm of the balancer on a recording: what it would have refused, and what the rules would have raised then.

The shadow balancer works out who would have held and got how many sessions; the same rules judge that. The balancer's own
algorithm is worked out in the same way beside it: where that does not raise what was really raised, the method cannot tell.
"""

from __future__ import annotations

import statistics
from typing import Any, Final

from msgspec import Struct

from console.decide.flows import FlowKeeper
from console.decide.restage import JUDGED, restaged
from console.decide.shadow import ShadowBalancer, ShadowView
from console.detect import TITLES
from console.engine.counterfactual import (
    Found,
    Key,
    comparison,
    first_raised,
    in_order,
    recorded_first,
    recorded_settings,
    worst_of,
)
from console.engine.judging import Court
from console.engine.lines import number as plain_number
from console.policy.registry import NAMES
from console.record.recorder import Stretch, ticks_of

ALGORITHMS: Final = NAMES
SETTING: Final = "balancer.algorithm"
NEAR_S: Final = 60.0
"""The method finds an alarm again if it does so within this time of the real one."""


class OtherwiseFound(Struct, frozen=True):
    """Over the window. `control`: the balancer's own algorithm by the same method; against `refused_really` it shows the method's error."""

    refused: float
    refused_really: float
    control: float
    moved: float
    first_wall_s: float | None
    """When the algorithm would first have refused; None: never."""
    first_really_wall_s: float | None


class Otherwise:
    """Blocks in `run`, on any thread. Its counts begin anew where the balancer restarted: then only what came after counts."""

    def __init__(self, stretch: Stretch, algorithm: str) -> None:
        """Raises SettingsError for an unknown algorithm."""
        self.algorithm = algorithm
        self.total = max(1, ticks_of(stretch))
        self.begun = 0
        self.done = False
        self.found: OtherwiseFound | None = None
        self.alarms, self.control = Found(), Found()
        """What the rules raise under the algorithm, and under the balancer's own by the same method."""
        self.assumed = False
        """The balancer does not tell its own algorithm."""
        self._stretch = stretch
        self._shadow = ShadowBalancer((algorithm,))
        detect = recorded_settings(stretch).detect
        self._courts = tuple((Court(stretch, detect, anew=True), found) for found in (self.alarms, self.control))
        self._real = Found()
        self._cancelled = False

    def cancel(self) -> None:
        """Lets `run` return soon."""
        self._cancelled = True

    def run(self) -> None:
        """Runs the shadow over all Frames. Raises ConsoleError where the recording is damaged."""
        keeper = FlowKeeper()
        newest: ShadowView | None = None
        before: tuple[float, float, float, float] | None = None
        first = first_really = None
        for number, tick in self._stretch.ticks():
            if self._cancelled:
                return
            self.begun += 1
            keeper.step(tick.frame)
            known = [flow.session_s for flow in keeper.flows().values() if flow.session_s > 0]
            view = self._shadow.step(tick.frame, session_s=statistics.median(known) if known else 60.0)
            warm = self._stretch.warms_up(number)
            for (court, found), staged in zip(self._courts, self._shadow.staged(), strict=True):
                frame = restaged(tick.frame, staged)
                changes = court.take(number, tick, frame)
                if not warm:
                    found.add(frame, [alarm for alarm in changes if alarm.rule in JUDGED])
            if not warm:
                self._real.add(tick.frame, ())
            if view is None:
                continue
            newest, own = view, view.shadows[0]
            self.assumed = self.assumed or view.assumed_algorithm
            now = (own.refused, own.refused_really, view.control.refused, own.moved)
            if warm:
                before = now
                continue
            start = before = (0.0, 0.0, 0.0, 0.0) if before is None or now[1] < before[1] else before
            if first is None and now[0] > start[0]:
                first = tick.frame.wall_s
            if first_really is None and now[1] > start[1]:
                first_really = tick.frame.wall_s
        if newest is not None and before is not None:
            own = newest.shadows[0]
            now = (own.refused, own.refused_really, newest.control.refused, own.moved)
            refused, really, control, moved = (max(0.0, a - b) for a, b in zip(now, before, strict=True))
            self.found = OtherwiseFound(refused, really, control, moved, first, first_really)
        self.done = True

    def told(self) -> dict[str, Any]:
        """As `replay --json` tells it: each alarm's first time, as recorded, under the algorithm, and (`control`) by the same method
        under the balancer's own; `sure` where the method finds again what was really found.
        """
        then = {key: wall for key, wall in recorded_first(self._stretch).items() if key[0] in JUDGED}
        now, control = first_raised(self.alarms), first_raised(self.control)
        worst, found = worst_of(self._real), self.found
        worst_s = None if worst is None else worst["from"]
        return {
            "type": "replay",
            "schema": 1,
            "from": plain_number(self._stretch.first_wall_s),
            "to": plain_number(self._stretch.last_wall_s),
            "polls": self.alarms.polls,
            "exact": False,
            "set": {SETTING: self.algorithm},
            "identical": False,
            "worst": worst,
            "refused": None
            if found is None
            else {"now": found.refused, "really": found.refused_really, "control": found.control, "moved": found.moved},
            "assumed_algorithm": self.assumed,
            "not_judged": sorted(set(TITLES) - JUDGED),
            "alarms": [
                _entry(key, then.get(key), now.get(key), control.get(key), worst_s) for key in in_order(then, now)
            ],
        }


def _entry(
    key: Key, then_s: float | None, now_s: float | None, control_s: float | None, worst_s: float | None
) -> dict[str, Any]:
    """`sure`: the method, with the balancer's own algorithm, finds what was really found."""
    entry = comparison(key, then_s, now_s, worst_s)
    sure = (then_s is None) == (control_s is None) and (
        then_s is None or control_s is None or abs(then_s - control_s) <= NEAR_S
    )
    if not sure:
        entry["sentence"] += (
            " Not certain: with the balancer's own algorithm the method does not find it"
            if control_s is None
            else " Not certain: with the balancer's own algorithm the method finds it as well"
            if then_s is None
            else " Not certain: with the balancer's own algorithm the method finds it at another time"
        ) + "."
    return {**entry, "control": plain_number(control_s), "sure": sure}
