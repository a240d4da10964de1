"""A fleet in virtual time: what happens is put in, Frames and the ground truth come out. The same seed, the same run."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from console.domain.actions import Answer
from console.domain.errors import SettingsError
from console.domain.frame import Bools, Floats, Frame
from console.domain.readings import Detachment
from console.domain.states import Verb
from console.policy import Balancing
from console.sim.events import EventEngine
from console.sim.faults import Fault, strike
from console.sim.fleet import Fleet
from console.sim.frames import FrameMaker
from console.sim.plan import Plan
from console.sim.tally import Tally
from console.sim.ticks import TickEngine

MONO_S: Final = 1_000.0
WALL_S: Final = 1_737_399_600.0
"""21 January 2025, 04:00:00 in Tokyo."""


class Load(Struct, frozen=True):
    """The rate of a pool (None: of each) goes to `rate` sessions per second within `over_s`, in a straight line."""

    rate: float
    pool: str | None = None
    over_s: float = 0.0


class Join(Struct, frozen=True):
    """New servers with new ids."""

    pool: str
    count: int = 1


class Restart(Struct, frozen=True):
    """A planned restart: the same id as a new incarnation, and no session is lost."""

    server: str


class Leave(Struct, frozen=True):
    """A planned end: it is drained, and its row in the balancer's table goes."""

    server: str


class Command(Struct, frozen=True):
    """Detach or attach, as an operator asks the balancer to."""

    verb: Verb
    server: str


Order = Load | Fault | Join | Restart | Leave | Command | Balancing
"""What can be done to a fleet; a Balancing is the algorithm from now on."""


class Truth(Struct, frozen=True, eq=False):
    """What is true of every server at one moment, whoever knows it. Columns are as long as `ids`; the dead of old are among them."""

    ids: tuple[str, ...]
    pools: tuple[str, ...]
    sessions: Floats
    limit: Floats
    alive: Bools
    listed: Bools
    """In the balancer's table."""
    unable: Bools
    """Opening a session there is refused or not answered, other than by its limit."""
    routed: Floats
    """Sessions that the balancer sent there since it joined, or since the balancer's start."""
    started: Floats
    tallies: dict[str, Tally]
    """By pool, since the start."""

    @property
    def overloaded(self) -> Bools:
        """At the limit, or unable."""
        return self.unable | (self.sessions >= self.limit)

    @property
    def total(self) -> Tally:
        """Of all pools."""
        total = Tally()
        for tally in self.tallies.values():
            total = total.plus(tally)
        return total


class Simulation:
    """A plan that runs. `engine`: `events` is exact, `ticks` is for thousands of servers; what they show is the same."""

    def __init__(
        self,
        plan: Plan,
        seed: int = 1,
        *,
        engine: Literal["events", "ticks"] = "events",
        mono_s: float = MONO_S,
        wall_s: float = WALL_S,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`names`: ids by pool, as many as the plan says. `mono_s`, `wall_s`: what the clocks of its Frames say at the start."""
        self.plan = plan
        self.now = 0.0
        """Seconds since the start."""
        self._fleet = Fleet(plan, seed, names)
        self.engine = EventEngine(self._fleet) if engine == "events" else TickEngine(self._fleet)
        self._frames = FrameMaker(self._fleet, mono_s, wall_s)
        self._mono_s, self._wall_s = mono_s, wall_s
        self._orders: list[tuple[float, int, Order]] = []
        self._entries = itertools.count()
        self._detachments: dict[str, Detachment] = {}

    # Time

    def advance(self, seconds: float) -> None:
        """Lets time pass without a Frame."""
        self._advance(self.now + seconds)

    def next(self) -> Frame:
        """One poll interval later: the Frame."""
        self.advance(self.plan.poll_s)
        return self.frame()

    def frame(self) -> Frame:
        """The Frame of now, for who advances by himself; there is one at each multiple of the poll interval."""
        return self._frames.make(self.now, self._current_detachments())

    def run(self, polls: int) -> Iterator[Frame]:
        """The next `polls` Frames."""
        for _ in range(polls):
            yield self.next()

    @property
    def mono_s(self) -> float:
        """The clock that the Frames carry."""
        return self._mono_s + self.now

    @property
    def wall_s(self) -> float:
        """Unix seconds that the Frames carry."""
        return self._wall_s + self.now

    # What happens

    def at(self, at_s: float, order: Order) -> None:
        """Does it then (seconds since the start). Of one moment, what was said first comes first."""
        heapq.heappush(self._orders, (at_s, next(self._entries), order))

    def do(self, order: Order) -> Answer | None:
        """Does it now; a Command has the balancer's answer. Raises SettingsError for names that nobody has."""
        match order:
            case Load():
                pools = [pool for pool in self._fleet.pools if order.pool in {None, pool.name}]
                if not pools:
                    raise SettingsError(f"There is no pool {order.pool!r} in this fleet.")
                for pool in pools:
                    pool.arrivals.change(self.now, order.rate, order.over_s)
            case Fault():
                strike(self._fleet, order, self.now)
            case Join():
                self.join(order.pool, order.count)
            case Restart():
                self._fleet.restart_server(*self._home(order.server), self.now)
            case Leave():
                self._fleet.retire(*self._home(order.server), self.now)
            case Command():
                return self.ask(order.verb, order.server)
            case _:
                self._fleet.balancer.balancing = order
                self._fleet.balancer.generation += 1
        return None

    def join(self, pool: str, count: int = 1) -> list[str]:
        """New servers with new ids; the balancer knows each from its first report on."""
        for number, known in enumerate(self._fleet.pools):
            if known.name == pool:
                return self._fleet.join(number, count, self.now)
        raise SettingsError(f"There is no pool {pool!r} in this fleet.")

    def ask(self, verb: Verb, server: str, *, by: str = "simulation", reason: str = "") -> Answer:
        """Detach or attach, with what the balancer answers; `status` None: it did not."""
        fleet, balancer = self._fleet, self._fleet.balancer
        if not balancer.answers:
            return Answer(None, message="The balancer does not answer.")
        if server not in fleet.home:
            return Answer(404, "unknown_server", "There is no such server.")
        number, index = fleet.home[server]
        servers = fleet.pools[number].servers
        servers.refresh(self.now)
        if verb is Verb.CUT:
            return Answer(501, "not_offered", "This balancer cannot cut sessions.")
        wanted = verb is Verb.ATTACH
        if not servers.listed[index]:
            return Answer(404, "unknown_server", "There is no such server.")
        if balancer.shown.get(server, bool(servers.attached[index])) == wanted:
            return Answer(200, generation=balancer.generation)
        if not wanted and len(servers.members) == 1 and servers.attached[index]:
            return Answer(409, "last_server", "It is the last attached server of its pool.")
        status = 200
        match balancer.lie:
            case "does_nothing":
                pass
            case "never_does":
                status = 202
            case "still_routes":
                balancer.shown[server] = wanted
                balancer.generation += 1
            case "takes_back":
                fleet.set_attached(server, attached=wanted)
                fleet.promise(server, self.now + balancer.takes_back_s, attached=not wanted)
            case None | "times_out":
                fleet.set_attached(server, attached=wanted)
        self._detachments[server] = Detachment(by, self.wall_s, reason, None, servers.incarnations[index])
        return Answer(status if balancer.lie != "times_out" else None, generation=balancer.generation)

    # What is true

    @property
    def fleet(self) -> Fleet:
        """The fleet itself, for what the simulation has no word for."""
        return self._fleet

    def truth(self) -> Truth:
        """Everything that is true now, of every server that ever was."""
        pools = self._fleet.pools

        def column(name: str) -> Floats:
            return np.concatenate([getattr(pool.servers, name) for pool in pools])

        return Truth(
            ids=tuple(server for pool in pools for server in pool.servers.ids),
            pools=tuple(pool.name for pool in pools for _ in pool.servers.ids),
            sessions=column("truth"),
            limit=column("limit"),
            alive=column("alive").astype(np.bool_),
            listed=column("listed").astype(np.bool_),
            unable=np.concatenate([self._fleet.unable(number) for number in range(len(pools))]),
            routed=column("routed"),
            started=column("started"),
            tallies={pool.name: pool.tally.copy() for pool in pools},
        )

    def idle(self, count: int, pool: str) -> list[str]:
        """The first `count` servers of a pool that have no session and are believed to have none."""
        for known in self._fleet.pools:
            if known.name == pool:
                servers = known.servers
                servers.refresh(self.now)
                free = servers.listed & servers.attached & (servers.truth == 0) & (servers.reported == 0)
                return [servers.ids[index] for index in np.flatnonzero(free)[:count].tolist()]
        raise SettingsError(f"There is no pool {pool!r} in this fleet.")

    # Own

    def _home(self, server: str) -> tuple[int, int]:
        if server not in self._fleet.home:
            raise SettingsError(f"There is no server {server!r} in this fleet.")
        return self._fleet.home[server]

    def _advance(self, until: float) -> None:
        while self._orders and self._orders[0][0] <= until:
            at, _, order = heapq.heappop(self._orders)
            if at > self.now:
                self.engine.advance(self.now, at)
                self.now = at
            self.do(order)
        self.engine.advance(self.now, until)
        self.now = until

    def _current_detachments(self) -> dict[str, Detachment]:
        found: dict[str, Detachment] = {}
        for pool in self._fleet.pools:
            servers = pool.servers
            for index in np.flatnonzero(servers.listed & ~servers.attached).tolist():
                server = servers.ids[index]
                found[server] = self._detachments.get(server, Detachment(None, None, None))
        for server, shown in self._fleet.balancer.shown.items():
            if not shown:
                found[server] = replace(self._detachments.get(server, Detachment(None, None, None)))
        return found
