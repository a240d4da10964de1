"""Clients that send rubbish to a front door, and drop the connection in one of the ways there are."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct

from console.lab.frontdoor.websocket import encode

UPGRADE = b"GET /v1/ HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\n\r\n"
START = encode(b"s LSB8K -a-general authorization=lab", mask=b"abcd")
WRONG = encode(b"s LSB8K -a-general authorization=nobody", mask=b"abcd")


def rubbish(rng: random.Random) -> bytes:
    """Random bytes, or a good conversation with some bytes changed, left out or cut off."""
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(200))
    # Few get in: a flood of good sessions would fill the fleet, which is another test.
    start = START if rng.random() < 0.1 else WRONG
    good = UPGRADE + start + encode(b"p" + rng.randbytes(400), mask=rng.randbytes(4)) + encode(b"e")
    if rng.random() < 0.3:
        key = b"lab" if rng.random() < 0.1 else b"nobody"
        good = (
            b"POST /v1/recognize?u="
            + key
            + b"&c=LSB8K HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
        )
    data = bytearray(good[: rng.randrange(len(good) + 1)] if rng.random() < 0.7 else good)
    for _ in range(rng.randrange(4)):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


async def fuzz(port: int, count: int, seed: int, at_once: int = 50) -> None:
    """So many connections, each with rubbish, each dropped in one of the ways there are."""
    loop = asyncio.get_running_loop()
    rng = random.Random(seed)
    gate = asyncio.Semaphore(at_once)

    async def one(data: bytes, reset: bool, stays_s: float) -> None:
        async with gate:
            line = socket.socket()
            line.setblocking(False)
            with contextlib.suppress(ConnectionError), line:
                if reset:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                await loop.sock_connect(line, ("127.0.0.1", port))
                await loop.sock_sendall(line, data)
                await asyncio.sleep(stays_s)

    await asyncio.gather(
        *(one(rubbish(rng), rng.random() < 0.5, max(0.0, rng.uniform(-0.05, 0.05))) for _ in range(count))
    )
