"""The shadow balancer: what other algorithms would have done with the very sessions that came. Evidence, with its assumptions.

Each algorithm has a fleet of its own, poll by poll: the servers, limits, detaches and silences are the real ones, and as many
sessions come as really came. Only who gets them differs, and with it how full each is. A control runs the balancer's own
algorithm the same way: what it shows against reality is the error of this method, what others show against it is their merit.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np

from console.decide.shadowfleet import RealPool, ShadowFleet, Staged
from console.domain.errors import SettingsError
from console.domain.foresight import Shadow, ShadowView
from console.domain.frame import Bools, Column, Frame
from console.domain.states import Reach
from console.policy import LeastReported, by_name
from console.policy.balancing import Indexes
from console.store import Holders

ALTERNATIVES: Final = ("exclude-stale", "count-in-flight", "expire-to-average")
_MOST_PARTS: Final = 4
"""A poll is cut into so many parts at most, each with its reports first: short report intervals count as longer."""
_STALE_POLLS: Final = 5.0
"""After a longer gap between two Frames every shadow starts anew from the truth."""


class ShadowBalancer:
    """Steps once per Frame, in order. Its cost depends on the number of servers and pools, hardly on the load."""

    def __init__(self, alternatives: tuple[str, ...] = ALTERNATIVES, *, seed: int = 1) -> None:
        """`alternatives`: names of algorithms, with their usual parameters. Raises SettingsError for an unknown one."""
        self._seed = seed
        self._fleets = [ShadowFleet(by_name(name), seed + 1 + number) for number, name in enumerate(alternatives)]
        self._control = ShadowFleet(LeastReported(), seed)
        self._holders = Holders()
        self._routed = np.zeros(0)
        self._since = np.zeros(0)
        self._asked = self._refused = 0.0
        self._balancer: str | None = None
        self._before_s = -math.inf
        self._since_wall_s = math.nan
        self._pools: list[RealPool] = []
        self._report_s = math.nan

    def step(self, frame: Frame, *, session_s: float, interval_s: float | None = None) -> ShadowView | None:
        """Takes one Frame; None while the balancer does not answer. `interval_s`: of the reports, where it does not tell."""
        self._pools = []
        if frame.balancer.reach != Reach.OK:
            for fleet in (*self._fleets, self._control):
                fleet.rest()
            return None
        turnover = self._holders.update(frame.rows)
        capacity = frame.rows.capacity
        everybody = [*self._fleets, self._control]
        more = capacity - len(self._routed)
        if more > 0:
            self._routed, self._since = (
                np.concatenate([column, np.zeros(more)]) for column in (self._routed, self._since)
            )
        truth = np.nan_to_num(np.where(np.isnan(frame[Column.TRUTH]), frame[Column.LAST_TRUTH], frame[Column.TRUTH]))
        reported = frame[Column.REPORTED]
        for fleet in everybody:
            fleet.fit(capacity)
        turned = np.zeros(capacity, dtype=np.bool_)
        turned[turnover.born] = turned[turnover.other] = True
        slots: Indexes | Bools = np.flatnonzero(turned)
        if self._broken(frame):
            slots = np.ones(capacity, dtype=np.bool_)
            self._asked = self._refused = 0.0
            self._since_wall_s = frame.wall_s
        for fleet in everybody:
            fleet.restart(slots, truth, reported)
            if slots.dtype == np.bool_:
                fleet.refused = 0.0
        self._routed[slots] = 0.0
        self._since[slots] = frame.mono_s - np.nan_to_num(frame[Column.REPORT_AGE][slots])
        assumed = self._algorithm(frame)
        if slots.dtype != np.bool_:
            self._live(frame, interval_s, session_s)
        self._before_s = frame.mono_s
        return ShadowView(
            since_wall_s=self._since_wall_s,
            pools=self._holders.pools,
            pool_of=self._holders.pool_of,
            shadows=tuple(self._shadow(fleet) for fleet in self._fleets),
            control=self._shadow(self._control),
            session_s=session_s,
            assumed_algorithm=assumed,
        )

    def staged(self) -> tuple[Staged, ...]:
        """Each algorithm's own fleet as of the newest Frame, the control last. While the balancer is away it stands still."""
        return tuple(fleet.staged(self._pools, self._report_s) for fleet in (*self._fleets, self._control))

    def _broken(self, frame: Frame) -> bool:
        """Whether there is no line from the Frame before to this one."""
        gap_s, life = frame.mono_s - self._before_s, frame.balancer.incarnation
        broken = life != self._balancer or gap_s > _STALE_POLLS * frame.interval_s
        self._balancer = life
        return broken

    def _algorithm(self, frame: Frame) -> bool:
        """Follows the balancer's own algorithm; whether it had to be assumed."""
        try:
            own = by_name(frame.balancer.algorithm or "", frame.balancer.algorithm_parameters)
        except SettingsError:  # what the balancer tells is not ours to complain about: it is said that we assume
            self._control.balancing = LeastReported()
            return True
        self._control.balancing = own
        return False

    def _live(self, frame: Frame, interval_s: float | None, session_s: float) -> None:
        """One poll in the life of all shadows."""
        poll_s = frame.mono_s - self._before_s
        report_s = frame.balancer.report_interval_s or interval_s or poll_s
        parts = int(np.clip(round(poll_s / report_s), 1, _MOST_PARTS))
        age = frame[Column.REPORT_AGE]
        with np.errstate(invalid="ignore"):
            came = age <= min(poll_s, report_s * 1.5) if report_s < poll_s else age <= poll_s
            # Away for three intervals: it counts as coming back when it reports again.
            away = ~(age <= 3 * report_s)
        self._since = np.where(away, frame.mono_s, self._since)
        routed = np.nan_to_num(frame[Column.ROUTED])
        self._routed += routed
        attached = frame.attached
        since, reported, limit = frame.mono_s - self._since, frame[Column.REPORTED], frame[Column.LIMIT]
        everybody = (*self._fleets, self._control)
        self._report_s = report_s
        for fleet in everybody:
            # What a silent server said last is as real as its silence: the herd hangs on that one number.
            fleet.reported[away] = reported[away]
            fleet.end(min(poll_s / session_s, 1.0))
        for number, pool in enumerate(self._holders.pools):
            mine = self._holders.members[number]
            asked, refused = self._asked_of(frame, pool, float(routed[mine].sum()))
            self._asked += asked
            self._refused += refused
            picks = mine[attached[mine]]
            own = limit[picks]
            most = np.where(np.isnan(own), np.inf, own)
            world = RealPool(pool, picks, mine[came[mine]], age[picks], own, most, since[picks], round(asked))
            self._pools.append(world)
            shares = [round(part * (asked / parts)) for part in range(parts)] + [round(asked)]
            counts = [after - before for before, after in pairwise(shares)]
            for fleet in everybody:
                fleet.poll(world, counts, report_s)

    def _asked_of(self, frame: Frame, pool: str | None, routed: float) -> tuple[float, float]:
        """Sessions asked for and refused; what the balancer does not count is what it routed, and nothing refused."""
        delta = frame.pools_delta.get(pool or "")
        if delta is None:
            return routed, 0.0
        refused = float(delta.sessions_total.get("refused", 0))
        return max(float(delta.sessions_total.get("started", 0)), refused, routed), refused

    def _shadow(self, fleet: ShadowFleet) -> Shadow:
        return Shadow(
            algorithm=fleet.balancing.name,
            elsewhere=self._routed - fleet.routed,
            held=fleet.truth.copy(),
            asked=self._asked,
            refused=fleet.refused,
            refused_really=self._refused,
        )
