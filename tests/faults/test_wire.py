"""What one hostile or dying server can do to FleetTransport on a real socket: an error of its kind, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from console.domain.errors import BadAnswer, DeadlinePassed, Unreachable
from console.net import FleetTransport, prepare
from console.net.failures import failure_of
from console.net.wire import HEAD_CAP
from tests.support.calls import WATCHDOG_S, get, request, until
from tests.support.faultserver import (
    ENDLESS_CHUNKS,
    ENDLESS_HEADERS,
    HUGE_HEADER,
    TEN_GIGABYTES,
    Behaviour,
    Connection,
    FaultServer,
    answering,
    chunked,
    closing_idle,
    dripping,
    ending_after,
    endless,
    hanging,
    in_turn,
    reset_after,
)
from tests.support.payloads import http, status

pytestmark = pytest.mark.asyncio

WHOLE = http(status())
GOOD = answering(WHOLE)


@pytest_asyncio.fixture
async def transport() -> AsyncIterator[FleetTransport]:
    made = FleetTransport(max_connections=300)
    yield made
    await made.aclose()


async def test_f02_a_hanging_server_costs_its_deadline_and_one_connection(transport: FleetTransport) -> None:
    async with FaultServer(hanging()) as server:
        for _ in range(3):
            with pytest.raises(DeadlinePassed):
                await get(transport, server, 0.1)
        assert server.most_open == 1
        server.behaviour = GOOD
        assert (await get(transport, server)).status == 200


async def test_f03_a_reset_in_the_middle_is_forgotten_in_the_next_cycle(transport: FleetTransport) -> None:
    good_once = ending_after(http(status(), "200 OK", "Connection: close"))
    async with FaultServer(
        in_turn(reset_after(WHOLE[:80]), reset_after(WHOLE[:-5]), reset_after(b""), good_once)
    ) as server:
        for _ in range(25):
            for _ in range(3):
                with pytest.raises(Unreachable, match="reset"):
                    await get(transport, server)
            assert (await get(transport, server)).body == WHOLE.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("cut", [1, 12, 30, len(WHOLE) - 200, len(WHOLE) - 1])
async def test_f04_a_short_answer_is_no_answer(transport: FleetTransport, cut: int) -> None:
    async with FaultServer(ending_after(WHOLE[:cut])) as server:
        with pytest.raises(BadAnswer, match="before it is complete"):
            await get(transport, server)
        server.behaviour = ending_after(chunked([b"{}"])[:-3])
        with pytest.raises(BadAnswer, match="before it is complete"):
            await get(transport, server)


async def test_f04_nothing_at_all_is_no_connection(transport: FleetTransport) -> None:
    async with FaultServer(ending_after(b"")) as server:
        with pytest.raises(Unreachable, match="without an answer"):
            await get(transport, server)
        assert server.connections == 1, "a fresh connection is not tried again"


async def test_f05_a_slow_loris_is_cut_by_the_total_deadline(transport: FleetTransport) -> None:
    async with FaultServer(dripping(WHOLE, 0.02)) as server:
        with pytest.raises(DeadlinePassed):
            await get(transport, server, 0.3)
        await server.stop()
        assert server.open == 0


@pytest.mark.parametrize("behaviour", [ENDLESS_HEADERS, HUGE_HEADER], ids=["endless", "huge"])
async def test_f06_heads_have_a_cap(transport: FleetTransport, behaviour: Behaviour) -> None:
    async with FaultServer(behaviour) as server:
        with pytest.raises(BadAnswer, match=f"headers of more than {HEAD_CAP} bytes"):
            await get(transport, server)


async def test_f06_the_cap_is_exact(transport: FleetTransport) -> None:
    bare = len(http(b"{}", "200 OK", "X: "))
    fits = http(b"{}", "200 OK", "X: " + "a" * (HEAD_CAP - bare + 2))
    assert fits.index(b"\r\n\r\n") + 4 == HEAD_CAP
    async with FaultServer(answering(fits, fits.replace(b"X: a", b"X: aa"))) as server:
        assert (await get(transport, server)).body == b"{}"
        with pytest.raises(BadAnswer, match="headers"):
            await get(transport, server)


async def test_f07_bodies_have_a_cap_on_many_hosts_at_once(transport: FleetTransport) -> None:
    async with FaultServer(ENDLESS_CHUNKS) as chunks, FaultServer(TEN_GIGABYTES) as length:
        servers = [chunks, length] * 10
        results = await asyncio.gather(
            *(transport.get(request(server, "/"), WATCHDOG_S) for server in servers), return_exceptions=True
        )
        assert all(isinstance(result, BadAnswer) and "larger than" in str(result) for result in results)
        await until(lambda: not transport.connections)


async def test_f07_caps_are_per_request_and_chunk_framing_counts(transport: FleetTransport) -> None:
    async with FaultServer(answering(http(b"x" * 1000))) as server:
        assert len((await get(transport, server, body_cap=1000)).body) == 1000
        with pytest.raises(BadAnswer, match="999 bytes"):
            await get(transport, server, body_cap=999)
        server.behaviour = endless(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"a" * 500 + b"\r\nx\r\n"
        )
        with pytest.raises(BadAnswer):
            await get(transport, server)
        trailers = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        server.behaviour = endless(trailers, b"X-Trailer: " + b"a" * 1000 + b"\r\n")
        with pytest.raises(BadAnswer):
            await get(transport, server)


async def test_f08_a_compressed_answer_is_refused_unread(transport: FleetTransport) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    async with FaultServer(answering(http(bomb, "200 OK", "Content-Encoding: gzip"))) as server:
        with pytest.raises(BadAnswer, match="compressed"):
            await get(transport, server)
        server.behaviour = answering(http(b"{}", "200 OK", "Content-Encoding: identity"))
        assert (await get(transport, server)).body == b"{}"


@pytest.mark.parametrize(
    "line", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect", "300 Choose"]
)
async def test_f10_redirects_are_errors(transport: FleetTransport, line: str) -> None:
    async with FaultServer(GOOD) as canary:
        for target in (canary.url("/latest/meta-data"), "file:///etc/passwd", "//169.254.169.254/", "/elsewhere"):
            async with FaultServer(answering(http(b"{}", line, f"Location: {target}"))) as server:
                with pytest.raises(BadAnswer, match="never followed"):
                    await get(transport, server)
                assert len(server.requests) == 1
        assert canary.connections == 0


SMUGGLED = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n{}",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x16\x03\x01\x02\x00" + b"\x00" * 50,
    b"\0" * 100,
]


@pytest.mark.parametrize("raw", SMUGGLED, ids=range(len(SMUGGLED)))
async def test_answers_that_can_be_read_in_two_ways_are_not_read(transport: FleetTransport, raw: bytes) -> None:
    async with FaultServer(ending_after(raw)) as server:
        with pytest.raises(BadAnswer):
            await get(transport, server)
        assert server.connections == 1


@pytest.mark.parametrize(
    "raw",
    [
        http(b"x" * 1_000_000, "503 Busy"),
        http(gzip.compress(b"x", mtime=0), "503 Busy", "Content-Encoding: gzip"),
        http(b"overloaded", "503 Busy", length=False),
    ],
    ids=["too long", "compressed", "without a length"],
)
async def test_an_error_status_counts_even_where_its_body_cannot_be_read(transport: FleetTransport, raw: bytes) -> None:
    async with FaultServer(ending_after(raw)) as server:
        answer = await get(transport, server)
        assert (answer.status, answer.body) == (503, b"")
        server.behaviour = GOOD
        assert (await get(transport, server)).status == 200
        assert server.connections == 2


async def test_f15_status_codes_arrive_as_they_are(transport: FleetTransport) -> None:
    for line in ("401 Unauthorized", "403 Forbidden", "429 Too Many Requests", "500 Oops", "503 Busy"):
        async with FaultServer(answering(http(b"{}", line, "Retry-After: 3"))) as server:
            answer = await get(transport, server)
            assert failure_of(answer.status, "x", answer.header(b"retry-after")) is not None
            assert answer.status == int(line[:3])


async def test_f21_connection_close_means_a_new_connection_each_time(transport: FleetTransport) -> None:
    async with FaultServer(ending_after(http(b"{}", "200 OK", "Connection: close"))) as server:
        for _ in range(20):
            assert (await get(transport, server)).body == b"{}"
        assert server.connections == 20
        server.behaviour = ending_after(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        for _ in range(5):
            assert (await get(transport, server)).body == b"{}"


async def test_f22_an_idle_connection_that_closes_is_no_error(transport: FleetTransport) -> None:
    async with FaultServer(closing_idle(WHOLE, 0.002)) as server:
        for turn in range(400):
            assert (await get(transport, server)).status == 200
            await asyncio.sleep(0.0018 + 0.0004 * (turn % 3) / 2)  # around the moment when the server gives up
        assert server.connections > 5, "the race was never run"


async def test_f22_the_race_itself_costs_one_silent_try(transport: FleetTransport) -> None:
    async def drop_second(it: Connection) -> None:
        await it.request()
        await it.send(WHOLE)
        await it.request()  # taken, not answered: it closes, as if it had decided so a moment before

    async with FaultServer(drop_second) as server:
        for _ in range(50):
            assert (await get(transport, server)).status == 200
        assert (len(server.requests), server.connections) == (99, 50)


async def test_f22_only_get_is_repeated_and_only_when_nothing_came(transport: FleetTransport) -> None:
    def once_then(second: bytes) -> Behaviour:
        async def behave(it: Connection) -> None:
            await it.request()
            await it.send(WHOLE)
            await it.request()
            await it.send(second)

        return behave

    async with FaultServer(once_then(b"")) as server:
        await get(transport, server)
        post = request(server)
        post = prepare(post.url, post.addresses, method="POST", body=b"{}")
        with pytest.raises(Unreachable):
            await transport.get(post, WATCHDOG_S)
        assert len(server.requests) == 2
    async with FaultServer(once_then(b"HTTP")) as server:
        await get(transport, server)
        with pytest.raises(BadAnswer):
            await get(transport, server)
        assert len(server.requests) == 2


def numbered(extra: bytes, late: bool) -> Behaviour:
    """Each answer tells the path that was asked for, followed by what nobody asked for."""

    async def behave(it: Connection) -> None:
        while (head := await it.request()) is not None:
            answer = http(head.split(b" ")[1])
            if late:
                await it.send(answer)
                await asyncio.sleep(0)
                await it.send(extra)
            else:
                await it.send(answer + extra)

    return behave


@pytest.mark.parametrize("extra", [http(b"/stale"), b"rubbish", b"\0", b"HTTP/1.1 200 OK\r\n", http(b"/stale") * 3])
@pytest.mark.parametrize("late", [False, True])
async def test_f23_what_nobody_asked_for_is_nobodys_answer(transport: FleetTransport, extra: bytes, late: bool) -> None:
    async with FaultServer(numbered(extra, late)) as server:
        for turn in range(100):
            path = f"/{turn}"
            assert (await transport.get(request(server, path), WATCHDOG_S)).body == path.encode()
            if late:
                for _ in range(20):  # a poll comes long after the answer before it; the server runs in this same loop
                    await asyncio.sleep(0)
        assert server.connections > 1
