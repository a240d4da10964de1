"""Another algorithm of the balancer on a recording: how many sessions it would have refused, by the shadow balancer."""

from __future__ import annotations

import statistics
from typing import Final

from msgspec import Struct

from console.decide.flows import FlowKeeper
from console.decide.shadow import ShadowBalancer, ShadowView
from console.policy.registry import NAMES
from console.record.recorder import Stretch, ticks_of

ALGORITHMS: Final = NAMES


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
        self._stretch = stretch
        self._shadow = ShadowBalancer((algorithm,))
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
            if view is None:
                continue
            newest, own = view, view.shadows[0]
            now = (own.refused, own.refused_really, view.control.refused, own.moved)
            if self._stretch.warms_up(number):
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
