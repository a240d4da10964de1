"""A small fleet of fault servers: a DSRM that lists what it is told, and DSRS that answer or misbehave, all on loopback."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from console.collect import AddressSettings, Collector, PollSettings
from console.domain.clock import Clock, MachineClock
from console.domain.frame import Frame
from console.net import Endpoint
from console.net.names import Names
from console.sources.dsr import DsrSource
from tests.support.calls import WATCHDOG_S
from tests.support.canary import CANARY
from tests.support.faultserver import Behaviour, FaultServer, asked
from tests.support.payloads import Json, fleet, http, server, status


class LoopbackFleet:
    """`servers` and `statuses` may be changed at any time; `fields` go into the fleet."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.servers: dict[str, Json] = {}
        self.statuses: dict[str, Json] = {}
        self.ports: dict[str, FaultServer] = {}
        self.fields: dict[str, Any] = {}
        self.ahead_s = 0.0
        """Of the balancer's clock."""
        self.dsrm = FaultServer(asked(lambda _: http(self._told())))

    def _told(self) -> Json:
        return fleet(self.servers.values(), **{"time": time.time() + self.ahead_s, **self.fields})

    async def __aenter__(self) -> LoopbackFleet:
        self._stack = contextlib.AsyncExitStack()
        for name in self.names:
            await self.add(name)
        await self._stack.enter_async_context(self.dsrm)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def add(self, name: str, behaviour: Behaviour | None = None, **listed: Any) -> FaultServer:
        """A DSRS of that name on a port of its own, listed at once."""
        self.statuses[name] = status(name)
        self.ports[name] = await self._stack.enter_async_context(FaultServer(behaviour or self.answering(name)))
        url = self.ports[name].url("/v1/status")
        self.servers[name] = server(name, status_url=url, address=url[7:-10], **listed)
        return self.ports[name]

    def answering(self, name: str) -> Behaviour:
        """What a healthy server of that name does: a session more starts with each poll."""

        def reply(_: bytes) -> bytes:
            document = self.statuses[name]
            document["sessions_total"] = {"started": document["sessions_total"]["started"] + 1}
            return http(document)

        return asked(reply)

    @asynccontextmanager
    async def watched(
        self, interval_s: float = 0.1, *, clock: Clock | None = None, names: Names | None = None, **addresses: Any
    ) -> AsyncIterator[Watch]:
        """A Collector on this fleet."""
        allowed = AddressSettings(**addresses)
        source = DsrSource(Endpoint(self.dsrm.url(), CANARY), deadline_s=interval_s, addresses=allowed, names=names)
        collector = Collector(source, clock or MachineClock(), PollSettings(interval_s, interval_s))
        try:
            yield Watch(collector)
        finally:
            await collector.close()


class Watch:
    """The Frames of a collector, one after another."""

    def __init__(self, collector: Collector) -> None:
        self._frames = collector.frames()
        self.seen: list[Frame] = []

    async def next(self) -> Frame:
        self.seen.append(await anext(self._frames))
        return self.seen[-1]

    async def until(self, true: Callable[[Frame], bool], what: str) -> Frame:
        """The first Frame of which it is true."""
        end = time.monotonic() + WATCHDOG_S
        while not true(frame := await self.next()):
            assert time.monotonic() < end, f"never came: {what}; notes {dict(frame.notes)}, {frame.balancer}"
        return frame

    async def all_good(self) -> Frame:
        """A Frame in which every listed server's truth is there."""
        return await self.until(
            lambda frame: bool(frame.listed.any()) and bool((frame.reach[frame.listed] == 1).all()), "all servers read"
        )
