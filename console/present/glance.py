"""What several parts of one picture need, worked out once per View."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field

from console.domain.actions import Action
from console.domain.alarms import Alarm
from console.domain.frame import Bools, Column, Floats, Row
from console.domain.history import Track
from console.domain.states import Sight
from console.domain.view import View
from widgets.viewdata import NOTHING, Phrase

ROUTED_OVER_S = 10.0
"""Routed per second is the mean over this long, as in the figures of the fleet."""
DEAD_AFTER_POLLS = 3.0
"""A picture older than this many polls, and than 1 s, means that the engine stands still (as `domain.view.sight_now`)."""


class Glance(Struct, frozen=True, eq=False):
    """One View as of now. Arrays are by slot; `lock` is the sentence why nothing may be done, or NOTHING."""

    view: View
    now_mono_s: float
    now_wall_s: float
    lab: bool = False
    environment: str = ""
    lock: Phrase = NOTHING
    busy: Mapping[str, Phrase] = field(default_factory=dict[str, Phrase])
    """By server: why its buttons wait (its own action is in flight)."""
    in_flight: Phrase = NOTHING
    """Why all other buttons wait: one action at a time."""
    routed_per_s: Floats = field(default_factory=lambda: np.empty(0))
    silent: Bools = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    alarms: Mapping[str, tuple[Alarm, ...]] = field(default_factory=dict[str, tuple[Alarm, ...]])
    """Open ones by server, worst first."""

    @property
    def age_s(self) -> float:
        """Seconds since the engine took the newest Frame."""
        return max(0.0, self.now_mono_s - self.view.received_mono_s)

    @property
    def data_age_s(self) -> float:
        """Seconds since the balancer last answered; inf: never."""
        return self.view.frame.balancer.age_s + self.age_s

    @property
    def engine_dead(self) -> bool:
        """No Frame for so long that the engine must stand still: then nothing on the screen is live."""
        return self.age_s > max(DEAD_AFTER_POLLS * self.view.frame.interval_s, 1.0)

    @property
    def blind(self) -> bool:
        """What is shown is old: draw it aged, and let nobody act on it."""
        return self.engine_dead or self.view.sight is Sight.BLIND

    def at(self, row: Row, column: Column) -> float | None:
        """One number of one server, None where it is missing."""
        value = float(self.view.frame.values[column, row.slot])
        return value if math.isfinite(value) else None


def routed_per_s(view: View) -> Floats:
    """New sessions per second and slot, over the last 10 s; NaN where nothing is known."""
    history, interval = view.history, view.frame.interval_s
    ticks = max(1, round(ROUTED_OVER_S / interval))
    first = max(history.first, history.last - ticks)
    if first >= history.last:
        return np.full(view.frame.rows.capacity, np.nan)
    values = history.track(Track.ROUTED, first, history.last).astype(np.float64)
    got = np.isfinite(values)
    known = got.sum(axis=1)
    total = np.where(got, values, 0.0).sum(axis=1)
    return fit(np.where(known > 0, total / np.maximum(known, 1) / interval, np.nan), view.frame.rows.capacity, np.nan)


def silent_slots(view: View) -> Bools:
    """Attached servers whose report is older than the limit, in the newest Frame."""
    frame = view.frame
    with np.errstate(invalid="ignore"):
        return frame.attached & (frame[Column.REPORT_AGE] > view.silent_limit_s)


def fit(values: Floats, length: int, filler: float) -> Floats:
    """Cut or lengthened to `length`: history and Frame may differ by slots that have just been added."""
    if len(values) == length:
        return values
    fitted = np.full(length, filler)
    fitted[: min(length, len(values))] = values[:length]
    return fitted


def by_server(alarms: tuple[Alarm, ...]) -> dict[str, tuple[Alarm, ...]]:
    """Open alarms by server, in the order given (worst first)."""
    found: dict[str, tuple[Alarm, ...]] = {}
    for alarm in alarms:
        if alarm.server is not None:
            found[alarm.server] = (*found.get(alarm.server, ()), alarm)
    return found


def newest_action(view: View, server: str) -> Action | None:
    """The newest action on this server, if any."""
    return next((action for action in view.actions if action.intent.server == server), None)
