"""Short calls of the transport."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from console.net import STATUS_CAP, FleetTransport, HttpAnswer, Prepared, Url, prepare
from tests.support.faultserver import FaultServer

WATCHDOG_S = 90.0
"""Deadline of calls that are meant to end by themselves."""


def request(server: FaultServer, path: str = "/v1/status", **more: object) -> Prepared:
    url = Url.parse(server.url(path))
    return prepare(url, (url.host,), **more)  # type: ignore[arg-type]


async def get(
    transport: FleetTransport, server: FaultServer, deadline_s: float = WATCHDOG_S, body_cap: int = STATUS_CAP
) -> HttpAnswer:
    return await transport.get(request(server), deadline_s, body_cap)


async def until(true: Callable[[], object]) -> None:
    """Lets the loop turn until it is true."""
    async with asyncio.timeout(WATCHDOG_S):
        while not true():  # noqa: ASYNC110  what is looked at is a count on the other end, which sets no event
            await asyncio.sleep(0.001)
