"""Drives the load: asks DSRM for a server, holds a real session there, reports how it ended."""

from __future__ import annotations

import asyncio
import math
from typing import Any, Final

import msgspec

from console.domain.tasks import spawn
from console.domain.texts import CANNOT_CONNECT, MAXIMUM_CLIENTS
from console.lab.http.client import HttpClient, NoAnswer
from console.lab.load.arrivals import Arrivals
from console.lab.load.session import Ended, Place, run_session

Json = dict[str, Any]
_SETTLE_S: Final = 2.0
"""The sessions that are under way at the start come within this time, not in one herd."""


class PoolLoad:
    """The sessions of one pool, open-loop: each comes in its time, whatever became of those before."""

    def __init__(self, pool: str, arrivals: Arrivals, balancer: HttpClient, token: str | None) -> None:
        self.pool = pool
        self.arrivals = arrivals
        self.totals: dict[str, int] = dict.fromkeys(
            ("asked", "completed", "refused", "partial_client_timeout", "partial_server_death"), 0
        )
        self.errors: dict[str, int] = {}
        self.open = 0
        self._balancer = balancer
        self._token = token
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
        """What became of its sessions so far."""
        return {**self.totals, "open": self.open, "errors": dict(self.errors)}

    def _begin(self, length_s: float) -> None:
        task = spawn(self._session(length_s), f"session of {self.pool}")
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)

    async def _session(self, length_s: float) -> None:
        self.totals["asked"] += 1
        self.open += 1
        session: str | None = None
        try:
            picked = await self._pick()
            if isinstance(picked, Ended):
                ended = picked
            else:
                session = picked["session"]
                place = Place(picked["address"], picked["session"], self.pool, self._token)
                ended = await run_session(place, length_s)
        finally:
            self.open -= 1
        self.totals[ended.outcome] += 1
        if ended.error is not None:
            self.errors[ended.error] = self.errors.get(ended.error, 0) + 1
        if session is not None:
            await self._report(session, ended)

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
            self.totals["unreported"] = self.totals.get("unreported", 0) + 1


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
