"""The incident in virtual time, as Frames: a fleet that picks by last report, three muted servers, a ramp.

Same numbers as the lab's defaults (two pools of 32, limit 12, sessions of 12 s +-30 %, R 0.25 s, T 1 s), on the simulation.

    fleet = VirtualFleet(seed=1); fleet.run(20); fleet.mute("dsrs-003"); fleet.rate[POOL_8K] = 12.0; frame = fleet.next()
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.domain.frame import Frame
from console.domain.states import Verb
from console.sim import Fault, Load, Plan, PoolPlan, Resources, Simulation
from tests.support.builders import MONO, POOL_8K, POOL_16K, WALL

NIGHT = {POOL_8K: 1.0, POOL_16K: 1.0}
FULL = {POOL_8K: 12.0, POOL_16K: 4.0}


class Stage:
    """What a test may turn by hand: the clock that others read, and the balancer's generation."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._ahead = 0.0

    @property
    def mono(self) -> float:
        """The clock that the Frames carry, unless a test has set it ahead."""
        return self._sim.mono_s + self._ahead

    @mono.setter
    def mono(self, value: float) -> None:
        self._ahead = value - self._sim.mono_s

    @property
    def wall(self) -> float:
        """Unix seconds that the Frames carry."""
        return self._sim.wall_s

    @property
    def generation(self) -> int:
        """The balancer's."""
        return self._sim.fleet.balancer.generation

    @generation.setter
    def generation(self, value: int) -> None:
        self._sim.fleet.balancer.generation = value


class VirtualFleet:
    """A simulation with the lab's defaults; `next` runs it for one poll interval and returns the Frame."""

    def __init__(
        self,
        seed: int = 1,
        *,
        per_pool: int = 32,
        pools: Sequence[str] = (POOL_8K, POOL_16K),
        report_interval: float = 0.25,
        interval: float = 1.0,
        limit: int = 12,
        session_s: float = 12.0,
        rate: dict[str, float] | None = None,
        resources: Resources | None = None,
        wall: float = WALL,
    ) -> None:
        self.rate = dict(rate or NIGHT)
        """New sessions per second by pool; may be changed at any time."""
        self._rate_now = dict(self.rate)
        plan = Plan(
            tuple(PoolPlan(pool, per_pool, self.rate.get(pool, 0.0), limit) for pool in pools),
            report_interval_s=report_interval,
            report_jitter=0.05,
            session_s=session_s,
            poll_s=interval,
            warm=False,
            resources=resources,
        )
        self.sim = Simulation(plan, seed, mono_s=MONO, wall_s=wall)
        self.frames = Stage(self.sim)

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return self.sim.now

    def held(self, pool: str) -> dict[str, int]:
        """True sessions by server, of those of a pool that the balancer lists."""
        truth = self.sim.truth()
        every = zip(truth.ids, truth.pools, truth.sessions.tolist(), truth.listed.tolist(), strict=True)
        return {server: int(sessions) for server, home, sessions, listed in every if listed and home == pool}

    def mute(self, *servers: str, on: bool = True) -> None:
        """Their reports stop (or come again); their sessions go on."""
        self.sim.do(Fault("mute", servers, on))

    def detach(self, server: str, *, on: bool = True) -> None:
        """As an operator's detach (`on`) or attach would."""
        self.sim.ask(Verb.DETACH if on else Verb.ATTACH, server)

    def idle(self, count: int, pool: str = POOL_8K) -> list[str]:
        """The first `count` servers of a pool that have no session and are believed to have none."""
        return self.sim.idle(count, pool)

    def run(self, polls: int) -> Iterator[Frame]:
        """The next `polls` Frames."""
        for _ in range(polls):
            yield self.next()

    def next(self, *, balancer: bool = True) -> Frame:
        """One poll interval later. `balancer` False: its poll fails, and it goes on balancing."""
        self.advance(self.sim.plan.poll_s)
        self.sim.do(Fault("balancer_down", on=not balancer))
        frame = self.sim.frame()
        self.sim.do(Fault("balancer_down", on=False))
        return frame

    def advance(self, seconds: float) -> None:
        """Lets virtual time pass without a Frame."""
        for pool, rate in self.rate.items():
            if rate != self._rate_now.get(pool):
                self._rate_now[pool] = rate
                self.sim.do(Load(rate, pool))
        self.sim.advance(seconds)
