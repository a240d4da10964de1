"""Names: resolved aside, the last good address stays."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from console.domain.errors import DeadlinePassed, Unreachable
from console.net import Names

pytestmark = pytest.mark.asyncio


async def test_the_last_good_address_stays_when_the_resolver_dies() -> None:
    asked: list[str] = []

    def lookup(host: str) -> tuple[str, ...]:
        asked.append(host)
        if len(asked) > 1:
            raise socket.gaierror(socket.EAI_NONAME, "gone")
        return ("10.0.0.7",)

    names = Names(lookup, refresh_s=0.0)
    assert await names.resolve("a.example", 20.0) == ("10.0.0.7",)
    async with asyncio.timeout(20):
        while len(asked) < 3:
            assert names.known("a.example") == ("10.0.0.7",)
            await asyncio.sleep(0.001)
    names.close()


async def test_a_hanging_resolver_holds_up_nobody() -> None:
    hold = threading.Event()
    names = Names(lambda host: (hold.wait(20), ("10.0.0.1",))[1])
    with pytest.raises(DeadlinePassed):
        await names.resolve("slow.example", 0.02)
    assert names.known("slow.example") == ()
    hold.set()
    assert await names.resolve("slow.example", 20.0) == ("10.0.0.1",)
    names.close()


async def test_an_unknown_name_is_unreachable() -> None:
    def lookup(host: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    names = Names(lookup)
    with pytest.raises(Unreachable, match="could not be resolved"):
        await names.resolve("nowhere.example", 20.0)
    names.close()
