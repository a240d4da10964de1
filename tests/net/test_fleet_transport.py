"""FleetTransport with servers that keep the rules: one kept-alive connection, one request at a time, httpx's interface."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from console.domain.errors import DeadlinePassed, Unreachable
from console.net import FleetTransport, Trust, tls_context
from tests.support.calls import WATCHDOG_S, get, request, until
from tests.support.faultserver import Connection, FaultServer, answering, asked, chunked, hanging
from tests.support.payloads import http, status

pytestmark = pytest.mark.asyncio


async def test_one_connection_serves_all_polls_of_a_host(transport: FleetTransport) -> None:
    async with FaultServer(answering(http(status()), chunked([b'{"a"', b":1}"]))) as server:
        for _ in range(5):
            assert (await get(transport, server)).body.startswith(b'{"schema"')
            assert (await get(transport, server)).body == b'{"a":1}'
        assert server.connections == 1
        head = server.requests[0]
        assert b"Accept-Encoding: identity\r\n" in head
        assert head.startswith(b"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port)


async def test_never_two_requests_at_once_at_a_host(transport: FleetTransport) -> None:
    under_way = most = 0

    async def behave(it: Connection) -> None:
        nonlocal under_way, most
        while await it.request() is not None:
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1
            await it.send(http(b"%d" % len(it.server.requests)))

    async with FaultServer(behave) as server:
        answers = await asyncio.gather(*(get(transport, server) for _ in range(30)))
        assert [answer.body for answer in answers] == [b"%d" % number for number in range(1, 31)]
        assert (most, server.most_open, server.connections) == (1, 1, 1)


async def test_waiting_in_the_queue_of_a_host_counts_towards_the_deadline(transport: FleetTransport) -> None:
    async with FaultServer(hanging()) as server:
        first = asyncio.ensure_future(get(transport, server, WATCHDOG_S))
        await until(lambda: server.requests)
        with pytest.raises(DeadlinePassed):
            await get(transport, server, 0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        server.behaviour = answering(http(b"{}"))
        assert (await get(transport, server)).status == 200


async def test_a_cancelled_request_never_leaves_its_answer_to_the_next(transport: FleetTransport) -> None:
    release = asyncio.Event()

    async def behave(it: Connection) -> None:
        while (head := await it.request()) is not None:
            if b"/late" in head:
                await release.wait()
            await it.send(http(head.split(b" ")[1]))

    async with FaultServer(behave) as server:
        assert (await transport.get(request(server, "/first"), WATCHDOG_S)).body == b"/first"
        late = asyncio.ensure_future(transport.get(request(server, "/late"), WATCHDOG_S))
        await until(lambda: len(server.requests) == 2)
        late.cancel()
        release.set()
        for turn in range(5):
            assert (await transport.get(request(server, f"/{turn}"), WATCHDOG_S)).body == b"/%d" % turn
        assert late.cancelled()


async def test_least_recently_used_connections_make_room() -> None:
    transport = FleetTransport(max_connections=4)
    servers = [FaultServer(answering(http(b"%d" % number))) for number in range(12)]
    try:
        for server in servers:
            await server.__aenter__()
        for _ in range(3):
            answers = await asyncio.gather(*(get(transport, server) for server in servers))
            assert [answer.body for answer in answers] == [b"%d" % number for number in range(12)]
            assert transport.connections <= 4
    finally:
        await transport.aclose()
        for server in servers:
            await server.__aexit__()


async def test_idle_connections_are_given_back() -> None:
    transport = FleetTransport(idle_limit_s=0.02)
    async with FaultServer(answering(http(b"{}"))) as server:
        await get(transport, server)
        assert transport.connections == 1
        await until(lambda: not server.open and not transport.connections)
        await get(transport, server)
        assert server.connections == 2
    await transport.aclose()


async def test_closing_ends_what_is_under_way() -> None:
    transport = FleetTransport()
    async with FaultServer(hanging()) as server:
        call = asyncio.ensure_future(get(transport, server))
        await until(lambda: server.requests)
        await transport.aclose()
        with pytest.raises(Unreachable):
            await call
        with pytest.raises(Unreachable):
            await get(transport, server)
        assert transport.connections == 0


async def test_it_is_a_transport_of_httpx(monkeypatch: pytest.MonkeyPatch, transport: FleetTransport) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    async with (
        FaultServer(asked(lambda head: http(head, "200 OK", "X-One: 1"))) as server,
        httpx.AsyncClient(transport=transport) as client,
    ):
        answer = await client.post(
            server.url("/v1/x"), content=b"body", headers={"X-Two": "2"}, extensions={"deadline_s": WATCHDOG_S}
        )
        assert answer.headers["x-one"] == "1"
        assert answer.content.startswith(b"POST /v1/x HTTP/1.1\r\n")
        assert b"x-two: 2\r\n" in answer.content.lower()
        assert answer.content.endswith(b"\r\n\r\nbody")
        with pytest.raises(Unreachable, match="has not been resolved"):
            await client.get("http://no.such.name:8000/")
        named = await client.get(
            f"http://some.name:{server.port}/",
            extensions={"deadline_s": WATCHDOG_S, "addresses": ("127.0.0.1",)},
        )
        assert f"Host: some.name:{server.port}".encode() in named.content


async def test_the_second_address_is_tried(transport: FleetTransport) -> None:
    async with FaultServer(answering(http(b"{}"))) as server:
        prepared = request(server)
        prepared = type(prepared)(prepared.url, ("127.0.0.9", "127.0.0.1"), prepared.head, prepared.origin)
        assert (await transport.get(prepared, WATCHDOG_S)).status == 200


async def test_nobody_there(transport: FleetTransport) -> None:
    async with FaultServer(answering(http(b"{}"))) as server:
        pass
    with pytest.raises(Unreachable, match="refused the connection"):
        await get(transport, server)


def _certificate(folder: Path, name: str) -> Path:
    """A fresh self-signed certificate for an address."""
    pem = folder / f"{name}.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    extra = ["-addext", f"subjectAltName={name}", "-keyout", str(pem), "-out", str(folder / "c.pem")]
    subprocess.run([*command.split(), *extra], check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + (folder / "c.pem").read_bytes())
    return pem


async def test_tls_with_one_context_and_no_byte_to_the_wrong_server(tmp_path: Path) -> None:
    right, wrong = _certificate(tmp_path, "IP:127.0.0.1"), _certificate(tmp_path, "IP:10.9.8.7")
    transport = FleetTransport(tls=lambda _: tls_context(Trust(str(right))))
    assert tls_context(Trust(str(right))) is tls_context(Trust(str(right)))
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(right)
    async with FaultServer(answering(http(b"{}")), ssl=server_side) as server:
        for _ in range(3):
            assert (await get(transport, server)).status == 200
        assert server.connections == 1
    other_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    other_side.load_cert_chain(wrong)
    async with FaultServer(answering(http(b"{}")), ssl=other_side) as server:
        with pytest.raises(Unreachable, match=r"unknown here|made out to another name|signed by itself"):
            await get(transport, server)
        assert server.requests == []
    async with FaultServer(lambda it: it.send(http(b"no TLS here", "400 Bad Request"))) as server:
        plain = request(server)
        secure = type(plain)(
            plain.url.__class__("https", plain.url.host, plain.url.port, "/"),
            plain.addresses,
            plain.head,
            ("https", *plain.origin[1:]),
        )
        with pytest.raises(Unreachable, match="TLS"):
            await transport.get(secure, WATCHDOG_S)
        assert server.requests == []
    await transport.aclose()
