"""One DSRS on a real socket: results are late by its lag, memory by its queue, and nobody can hold it up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import pytest

from console.lab.dsrs import framing
from console.lab.dsrs.life import Build, Identity
from console.lab.dsrs.memory import MIB, Model
from console.lab.dsrs.server import Dsrs
from tests.support.sound import named, silence, tone, wav

pytestmark = pytest.mark.asyncio
POOL = "-a-general/8k"
LSB8K = named("LSB8K")
SECOND = LSB8K.bytes_per_s
SPEECH = tone(LSB8K, 1.0)


class Clock:
    """The machine's, which a test may put forward."""

    ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


@contextlib.asynccontextmanager
async def serving(
    capacity: float = 100.0, limit: int = 4, memory_mib: int = 8192, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[Dsrs]:
    identity = Identity("dsrs-001", "life-1", POOL, limit, 0.25)
    dsrs = Dsrs(identity, Build(capacity, Model.of(limit, memory_mib * MIB)), clock, time.time)
    dsrs.out_of_memory = lambda: dsrs.stop(reset=True)
    await dsrs.start("127.0.0.1")
    try:
        async with asyncio.timeout(60):
            yield dsrs
    finally:
        dsrs.stop(reset=True)
        while _open:
            _open.pop().close()


_open: set[asyncio.StreamWriter] = set()


class Client:
    """A client of it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        _open.add(writer)

    @classmethod
    async def ask(cls, dsrs: Dsrs, name: str = "LSB8K", **more: Any) -> Self:
        """Asks for a session."""
        client = cls(*await asyncio.open_connection("127.0.0.1", dsrs.port, limit=2**24))
        body = json.dumps({"session": "01JHZX5A", "pool": POOL, "format": name, **more}).encode()
        head = f"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: {framing.PROTOCOL}\r\n"
        client.writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return client

    async def opened(self) -> Self:
        assert (await self.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        return self

    def feed(self, audio: bytes) -> Self:
        for at in range(0, len(audio), 4096):
            self.writer.write(framing.encode(framing.AUDIO, audio[at : at + 4096]))
        return self

    def end(self) -> Self:
        self.writer.write(framing.encode(framing.END))
        return self

    async def rest(self) -> list[tuple[bytes, str]]:
        """All frames to the end of the connection."""
        return [(kind, text.decode()) for kind, text in framing.FrameReader().feed(await self.reader.read())]


async def opened(dsrs: Dsrs, name: str = "LSB8K", **more: Any) -> Client:
    return await (await Client.ask(dsrs, name, **more)).opened()


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110  what is waited for happens in the server, which has no event for it
        await asyncio.sleep(0.01)


async def test_a_session_gets_its_events_then_e_and_the_end():
    async with serving() as dsrs:
        client = (await opened(dsrs)).feed(silence(LSB8K, 0.5) + SPEECH + silence(LSB8K, 1) + SPEECH).end()
        *frames, last = await client.rest()
        assert last == (framing.END, "")
        assert {kind for kind, _ in frames} == {framing.TEXT}
        assert [text.split(" ")[0] for _, text in frames] == [*"SCUEA", *"SCUEA"]
        assert [text for _, text in frames if text[0] in "SE"] == ["S 500", "E 1500", "S 2500", "E 3500"]
        names = [json.loads(text[2:])["utteranceid"] for _, text in frames if text[0] == "A"]
        assert "/01JHZX5A-1_" in names[0]
        assert "/01JHZX5A-2_" in names[1]
        assert (dsrs.totals.started, dsrs.totals.completed, dsrs.connections) == (1, 1, 0)
        status = json.loads((await _get(dsrs)).partition(b"\r\n\r\n")[2])
        assert status["recognition"]["first_result_p95_s"] >= 0
        assert status["cpu"]["utilisation"] > 0


async def _get(dsrs: Dsrs) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", dsrs.port)
    writer.write(b"GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_wav_file_may_be_sent_as_it_is():
    async with serving() as dsrs:
        client = (await opened(dsrs, "8k", updates_ms=0)).feed(wav(tone(named("LSB11K"), 2), 11_025)).end()
        events = [text for _, text in await client.rest()]
    assert [event.split(" ")[0] for event in events] == ["S", "C", "E", "A", ""]
    assert events[2] in {"E 1999", "E 2000"}


async def test_results_are_late_by_the_lag_and_the_status_says_so():
    async with serving(capacity=2.0) as dsrs:
        started_s = time.monotonic()
        clients = [(await opened(dsrs)).feed(SPEECH).end() for _ in range(2)]
        await until(lambda: dsrs.queue.lag_s > 0)
        assert dsrs.queue.lag_s <= 1.0
        for client in clients:
            assert (await client.rest())[-1] == (framing.END, "")
        assert time.monotonic() - started_s > 0.95, "two seconds of audio at two a second"
        first_s = dsrs.first_result_p95_s()
        assert first_s is not None
        assert first_s > 0.2, "half a second of audio before the first result"
        assert dsrs.queue.lag_s == 0


async def test_an_opening_waits_behind_the_queue_and_holds_a_place():
    async with serving(limit=2) as dsrs:
        dsrs.slow(1e9)
        client = (await opened(dsrs)).feed(SPEECH)
        await until(lambda: dsrs.queue.waiting_s > 0.9)
        waiting = await Client.ask(dsrs)
        await until(lambda: dsrs.connections == 2)
        third = await Client.ask(dsrs)
        assert (await third.reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 503 ")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting.reader.readexactly(1), 0.2)
        dsrs.slow(1.0)
        await until(lambda: len(dsrs.sessions) == 2)
        await waiting.opened()
        client.end()
        assert (await client.rest())[-1][0] == framing.END


async def test_queued_audio_is_memory_and_the_cap_resets_all():
    async with serving(limit=12, memory_mib=1536 + 2 * 360 + 40) as dsrs:
        dsrs.slow(1e9)
        idle = await opened(dsrs)
        before = dsrs.used_bytes
        assert before == (1536 + 360) * MIB
        client = (await opened(dsrs)).feed(silence(LSB8K, 5))
        await until(lambda: dsrs.queue.waiting_s > 4.9)
        assert dsrs.used_bytes - before - 360 * MIB == pytest.approx(5 * SECOND * 256, rel=0.01)
        client.feed(silence(LSB8K, 6))
        for doomed in (client, idle):
            with pytest.raises(ConnectionResetError):
                await doomed.reader.read()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", dsrs.port)


async def test_a_client_that_goes_takes_its_work_and_memory_along():
    async with serving() as dsrs:
        dsrs.slow(1e9)
        empty = dsrs.used_bytes
        client = (await opened(dsrs)).feed(silence(LSB8K, 20))
        await until(lambda: dsrs.queue.waiting_s > 19.9)
        client.writer.close()
        await until(lambda: not dsrs.connections)
        assert (dsrs.queue.waiting_s, dsrs.used_bytes, dsrs.totals.completed) == (0.0, empty, 0)


async def test_a_session_far_behind_is_not_read_until_it_has_caught_up():
    async with serving() as dsrs:
        dsrs.slow(1e9)
        client = (await opened(dsrs)).feed(silence(LSB8K, 600))
        most = 31 * SECOND + 262_144  # and one read of the socket
        await until(lambda: dsrs.queue.waiting_s > 30)
        for _ in range(50):
            await asyncio.sleep(0)
            assert dsrs.queue.waiting_s * SECOND <= most
        dsrs.slow(0.001)
        client.end()
        assert await client.rest() == [(framing.END, "")]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("LSB8K", struct.pack(">Ic", 2**31, b"a")),
        ("LSB8K", struct.pack(">Ic", 0, b"z")),
        ("8K", framing.encode(framing.AUDIO, b"no header")),
        ("8K", framing.encode(framing.AUDIO, wav(b"", 44_100))),
    ],
)
async def test_what_is_no_audio_is_told_so_and_the_session_ends(name: str, sent: bytes):
    async with serving() as dsrs:
        client = await opened(dsrs, name)
        client.writer.write(sent)
        assert await client.rest() == [(framing.ERROR, "p received unsupported audio format")]
        assert dsrs.connections == 0


async def test_an_unknown_format_opens_nothing():
    async with serving() as dsrs:
        client = await Client.ask(dsrs, "MP3")
        assert (await client.reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 422 ")
        assert dsrs.connections == 0


async def test_half_a_frame_and_then_nothing_ends_with_the_time_out():
    clock = Clock()
    async with serving(clock=clock) as dsrs:
        quiet = await opened(dsrs)
        quiet.writer.write(framing.encode(framing.AUDIO, bytes(320))[:7])
        await until(lambda: any(session.heard_s > session.since_s for session in dsrs.sessions))
        clock.ahead_s = 59.0
        alive = (await opened(dsrs)).feed(bytes(320))
        clock.ahead_s = 61.5
        assert await quiet.rest() == [(framing.ERROR, "e timeout occurred while recognizing audio data from client")]
        assert await alive.end().rest() == [(framing.END, "")]


async def test_nothing_counts_after_the_end():
    async with serving() as dsrs:
        client = (await opened(dsrs)).feed(SPEECH).end().feed(SPEECH * 3).end()
        assert [text for _, text in await client.rest() if text[:1] == "E"] == ["E 1000"]
