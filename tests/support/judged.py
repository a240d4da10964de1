"""Detectors on Frames made by hand: change `fleet`, `inputs` and the totals between polls, and see what is open."""

from __future__ import annotations

import json
from collections.abc import Callable

from msgspec import structs

from console.detect import Detectors, DetectSettings, GapEstimator, Inputs, Judgement
from console.detect.carried import Plain
from console.domain.alarms import Alarm
from console.domain.frame import Frame
from console.domain.readings import Counters, Detachment
from console.domain.view import Health
from tests.support.builders import FrameMaker, Server


class Judged:
    """`poll` makes one Frame (or several) of what `fleet` is now; `now` is the newest judgement."""

    def __init__(self, *fleet: Server, settings: DetectSettings | None = None, **maker: object) -> None:
        self.frames = FrameMaker(**maker)  # type: ignore[arg-type]
        self.estimator, self.detectors = GapEstimator(), Detectors(settings)
        self.fleet = list(fleet)
        self.inputs = Inputs(Health(loop_lag_s=0.001))
        self.errors: dict[str, int] = {"no": 0}
        self.sessions: dict[str, int] = {"started": 0, "refused": 0}
        self.pools: dict[str, Counters] | None = None
        self.detachments: dict[str, Detachment] = {}
        self.skew_s = 0.0
        self.frame: Frame
        self.now: Judgement

    def poll(self, times: int = 1, each: Callable[[], None] | None = None, **options: object) -> list[Alarm]:
        """Polls, and returns what changed. `each` runs before every one of them."""
        changes: list[Alarm] = []
        for _ in range(times):
            if each is not None:
                each()
            frame = self.frames.make(
                self.fleet, errors=self.errors, sessions=self.sessions, pools=self.pools, detachments=self.detachments,
                **options,  # type: ignore[arg-type]
            )  # fmt: skip
            self.frame = structs.replace(frame, balancer=structs.replace(frame.balancer, skew_s=self.skew_s))
            self.now = self.detectors.step(self.frame, self.estimator.step(self.frame), self.inputs)
            changes += self.now.changes
        return changes

    def left(self) -> list[Plain]:
        """What the rules leave for a later run, as it comes from a file."""
        parts = [self.detectors.keep(self.frame), self.detectors.keep(self.frame, long=True)]
        return json.loads(json.dumps(parts, allow_nan=False))

    def begin_anew(
        self, away_s: float, left: list[Plain] | None = None, settings: DetectSettings | None = None
    ) -> None:
        """A new run on another clock and with servers in other slots, so long after this one was killed."""
        left = self.left() if left is None else left
        old = self.frames
        self.frames = FrameMaker(interval=old.interval, mono=7.0, wall=old.wall + away_s - old.interval)
        self.estimator, self.detectors = GapEstimator(), Detectors(settings)
        self.detectors.go_on(*left)
        self.fleet.reverse()

    def until(self, true: Callable[[], bool], most: int = 90, each: Callable[[], None] | None = None) -> int:
        """Polls until that is so, and tells how many it took."""
        for polls in range(1, most + 1):
            self.poll(each=each)
            if true():
                return polls
        raise AssertionError(f"not within {most} polls")

    @property
    def open(self) -> set[str]:
        """Names of what is open."""
        return {alarm.name for alarm in self.now.alarms}

    def alarm(self, name: str) -> Alarm:
        """One that is open."""
        return next(alarm for alarm in self.now.alarms if alarm.name == name)
