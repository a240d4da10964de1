"""Fault servers in a process of their own, so that what they allocate is not counted as the console's.

`with FaultChild("dripping", 10) as child: child.ports` - it ends with its starter.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tests.support.faultserver import (
    ENDLESS_CHUNKS,
    ENDLESS_HEADERS,
    HUGE_HEADER,
    TEN_GIGABYTES,
    Behaviour,
    Connection,
    FaultServer,
    answering,
    closing_idle,
    dripping,
    ending_after,
    in_turn,
    reset_after,
)
from tests.support.payloads import Json, http, status

IDLE_S = 0.05
"""After so long without a request the `closing_idle` servers close."""
STALE_POOL = "nobody asked for this"
"""Marks answers of the `confusing` servers that follow another answer unasked."""


def name_of(index: int) -> str:
    """Id of the server with that number."""
    return f"dsrs-{index:03d}"


def _bomb(_: int) -> Behaviour:
    """315 MB of zeros in 306 kB of gzip."""
    packed = b"".join(_gzip(300))
    return answering(http(packed, "200 OK", "Content-Encoding: gzip"))


def _gzip(megabytes: int):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(megabytes):
        yield packer.compress(bytes(2**20))
    yield packer.flush()


def _still(name: str, **fields: Any) -> Json:
    """A status that never changes: without an uptime, or each but the first would be one that comes once more."""
    return status(name, uptime_s=None, **fields)


def _recovering(index: int) -> Behaviour:
    """RST in the middle, then one good answer, and so on."""
    whole = http(_still(name_of(index)), "200 OK", "Connection: close")
    return in_turn(reset_after(whole[: len(whole) // 2]), ending_after(whole))


def _confusing(index: int) -> Behaviour:
    """Now and then: extra bytes, two answers (of another, or of itself), the answer of another."""
    chance = random.Random(index)

    async def behave(it: Connection) -> None:
        while await it.request() is not None:
            mine = http(_still(name_of(index), connections=index))
            other = http(_still(name_of(index + 1), connections=index + 1))
            stale = http(_still(name_of(index), connections=10_000, pool=STALE_POOL))
            await it.send(
                chance.choice(
                    (
                        mine,
                        mine,
                        mine,
                        mine + other,
                        mine + stale,
                        mine + b"\0\0rubbish",
                        mine + mine[:40],
                        other,
                        mine + stale * 3,
                    )
                )
            )

    return behave


BEHAVIOURS: dict[str, Callable[[int], Behaviour]] = {
    "good": lambda index: answering(http(_still(name_of(index)))),
    "dripping": lambda index: dripping(http(_still(name_of(index))), 0.2),
    "endless_headers": lambda _: ENDLESS_HEADERS,
    "huge_header": lambda _: HUGE_HEADER,
    "endless_bodies": lambda index: ENDLESS_CHUNKS if index % 2 else TEN_GIGABYTES,
    "bomb": _bomb,
    "recovering": _recovering,
    "closing_idle": lambda index: closing_idle(http(_still(name_of(index))), IDLE_S),
    "confusing": _confusing,
}


class FaultChild:
    """The child process: so many servers of one behaviour, on `ports`."""

    def __init__(self, behaviour: str, count: int = 1) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.faultchild", behaviour, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._child.stdout is not None
        self.ports: list[int] = json.loads(self._child.stdout.readline())

    def __enter__(self) -> FaultChild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(20)
        self._child.stdout.close()


async def _serve(behaviour: str, count: int) -> None:
    servers = [FaultServer(BEHAVIOURS[behaviour](index)) for index in range(count)]
    for server in servers:
        await server.__aenter__()
    print(json.dumps([server.port for server in servers]), flush=True)
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), lambda: os.read(sys.stdin.fileno(), 1) or gone.set())
    await gone.wait()
    for server in servers:
        await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
