"""Drives the load, open-loop. A session is spoken through the front door, or direct: DSRM names a server, a real session is held there."""

from __future__ import annotations

import asyncio
import math
from typing import Any, Final, get_args

import msgspec

from console.domain.tasks import spawn
from console.domain.texts import CANNOT_CONNECT, MAXIMUM_CLIENTS
from console.lab.http.client import HttpClient, NoAnswer
from console.lab.load.mix import INTERFACES, Interface, Mix
from console.lab.load.session import Ended, Outcome, Place, run_session
from console.lab.load.spoken import Door, speak_session
from console.sim.arrivals import Arrivals

Json = dict[str, Any]
_SETTLE_S: Final = 2.0
"""The sessions that are under way at the start come within this time, not in one herd."""


_OUTCOMES: Final = get_args(Outcome)


class Totals:
    """What became of the sessions of one pool over one interface."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = dict.fromkeys(("asked", *_OUTCOMES), 0)
        self.errors: dict[str, int] = {}
        """By verbatim text."""
        self.open = 0

    def ended(self, ended: Ended) -> None:
        """One of them is over."""
        self.counts[ended.outcome] += 1
        if ended.error is not None:
            self.errors[ended.error] = self.errors.get(ended.error, 0) + 1

    def truth(self) -> Json:
        """As JSON."""
        return {**self.counts, "open": self.open, "errors": dict(self.errors)}


class PoolLoad:
    """The sessions of one pool, open-loop: each comes in its time, whatever became of those before."""

    def __init__(
        self,
        pool: str,
        arrivals: Arrivals,
        balancer: HttpClient,
        token: str | None,
        mix: Mix | None = None,
        door: Door | None = None,
    ) -> None:
        """Without `mix` and `door` all sessions are direct."""
        self.pool = pool
        self.arrivals = arrivals
        self.totals: dict[Interface, Totals] = {interface: Totals() for interface in INTERFACES}
        self.unreported = 0
        """Ends of direct sessions that the balancer could not be told."""
        self._balancer = balancer
        self._token = token
        self._mix = mix or Mix(0, pool)
        self._door = door
        self._changed = asyncio.Event()
        self._sessions: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Sends sessions for ever."""
        loop = asyncio.get_running_loop()
        left = self.arrivals.initial()
        for number, length_s in enumerate(left):
            # Nothing to keep here: `_begin` keeps the task that this starts.
            loop.call_later(_SETTLE_S * number / len(left), self._begin, length_s)
        while True:
            while self.arrivals.next_s <= loop.time():
                self._begin(self.arrivals.take().length_s)
            self._changed.clear()
            wait_s = self.arrivals.next_s - loop.time()
            try:
                async with asyncio.timeout(wait_s if math.isfinite(wait_s) else None):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def change(self, rate: float, over_s: float) -> None:
        """Goes to another rate."""
        self.arrivals.change(asyncio.get_running_loop().time(), rate, over_s)
        self._changed.set()

    async def stop(self) -> None:
        """Drops the sessions that are open."""
        for task in self._sessions:
            task.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def line(self) -> Json:
        """Its rate now and as planned, sessions per second."""
        now_s = asyncio.get_running_loop().time()
        ramp = self.arrivals.ramp
        left_s = max(0.0, ramp.start_s + ramp.over_s - now_s)
        return {"pool": self.pool, "rate": ramp.rate(now_s), "target": ramp.after, "ramp_left_s": left_s}

    def truth(self) -> Json:
        """What became of its sessions so far, all together and by interface."""
        parts = {interface: totals.truth() for interface, totals in self.totals.items()}
        counts = {name: sum(part[name] for part in parts.values()) for name in ("asked", *_OUTCOMES, "open")}
        errors: dict[str, int] = {}
        for totals in self.totals.values():
            for text, count in totals.errors.items():
                errors[text] = errors.get(text, 0) + count
        return {**counts, "errors": errors, "unreported": self.unreported, "interfaces": parts}

    def _begin(self, length_s: float) -> None:
        interface: Interface = "direct" if self._door is None else self._mix.take()
        task = spawn(self._session(interface, length_s), f"session of {self.pool}")
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)

    async def _session(self, interface: Interface, length_s: float) -> None:
        totals = self.totals[interface]
        totals.counts["asked"] += 1
        totals.open += 1
        session: str | None = None
        try:
            if interface == "direct" or self._door is None:
                session, ended = await self._direct(length_s)
            else:
                ended = await speak_session(self._door, interface, self.pool, length_s)
        finally:
            totals.open -= 1
        totals.ended(ended)
        if session is not None:
            await self._report(session, ended)

    async def _direct(self, length_s: float) -> tuple[str | None, Ended]:
        """The balancer's name of the session, where it gave one, and how it ended."""
        picked = await self._pick()
        if isinstance(picked, Ended):
            return None, picked
        place = Place(picked["address"], picked["session"], self.pool, self._token)
        return picked["session"], await run_session(place, length_s)

    async def _pick(self) -> Json | Ended:
        body = msgspec.json.encode({"pool": self.pool, "interface": "direct"})
        try:
            answer = await self._balancer.request("POST", "/v1/pick", body)
        except NoAnswer:
            return Ended("refused", CANNOT_CONNECT)
        if answer.status == 200:
            return msgspec.json.decode(answer.body)
        return Ended("refused", MAXIMUM_CLIENTS if answer.status == 503 else CANNOT_CONNECT)

    async def _report(self, session: str, ended: Ended) -> None:
        body = msgspec.json.encode({"outcome": ended.outcome, "error": ended.error})
        try:
            await self._balancer.request("POST", f"/v1/sessions/{session}/end", body)
        except NoAnswer:
            # A balancer that is away counts nothing, and it has forgotten the session when it is back.
            self.unreported += 1


class Load:
    """The load of all pools."""

    def __init__(self, pools: list[PoolLoad]) -> None:
        self.pools = {load.pool: load for load in pools}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Sends from now on."""
        self._tasks = [spawn(load.run(), f"load of {load.pool}") for load in self.pools.values()]

    async def stop(self) -> None:
        """No more sessions."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for load in self.pools.values():
            await load.stop()
