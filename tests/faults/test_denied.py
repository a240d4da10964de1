"""F15: a balancer that refuses the token is not sent it again, and it is said once; one that asks for a pause gets it, from everybody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.act import DsrActuator
from console.collect import AddressSettings
from console.domain.actions import Intent
from console.domain.errors import Busy, Denied, SourceError
from console.domain.readings import ServerEntry
from console.domain.states import Attachment, Verb
from console.net import ControlClient, Endpoint
from console.present import reason
from console.settings import BalancerSettings
from console.settings.secrets import read_token
from console.sources.dsr import DsrSource
from tests.support.calls import WATCHDOG_S, until
from tests.support.faultserver import FaultServer, answering, asked
from tests.support.payloads import fleet, http, status

pytestmark = pytest.mark.asyncio
OLD, NEW = "refused-token-5150", "accepted-token-2112"


class Balancer:
    """Takes one token; what it was asked, and with which."""

    def __init__(self, takes: str | None) -> None:
        self.takes = takes
        self.sent: list[str | None] = []

    def reply(self, request: bytes) -> bytes:
        head = request.partition(b"\r\n\r\n")[0].decode()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        given = fields.get("Authorization")
        self.sent.append(given)
        if given != f"Bearer {self.takes}":
            said = {"error": {"code": "unauthenticated", "message": f"what is {given}?"}}
            return http(said, "401 Unauthorized")
        return http({"name": "noc", "role": "lead"} if " /v1/whoami " in head else fleet([]))


@asynccontextmanager
async def clients(endpoint: Endpoint) -> AsyncIterator[tuple[DsrSource, ControlClient]]:
    source, client = DsrSource(endpoint, deadline_s=WATCHDOG_S), ControlClient(endpoint, deadline_s=WATCHDOG_S)
    try:
        yield source, client
    finally:
        await source.close()
        await client.close()


@pytest.fixture
def wind(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the loop's clock on by so many seconds."""
    moved_s = 0.0

    def on(by_s: float) -> None:
        nonlocal moved_s
        loop = asyncio.get_running_loop()
        if not moved_s:
            clock = loop.time
            monkeypatch.setattr(loop, "time", lambda: clock() + moved_s)
        moved_s += by_s

    return on


async def test_a_refused_token_is_sent_once_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    balancer = Balancer(takes=NEW)
    caplog.set_level(logging.INFO)
    async with (
        FaultServer(asked(balancer.reply)) as server,
        clients(Endpoint(server.url(), OLD)) as (source, client),
    ):
        said: list[str] = []
        for call in (source.fleet, client.whoami, source.fleet, source.fleet, client.whoami):
            with pytest.raises(Denied) as caught:
                await call()
            said.append(str(caught.value))
    assert balancer.sent == [f"Bearer {OLD}", None, None, None, None]
    assert "answers 401" in said[0]
    assert all("not sent again" in one for one in said[1:])
    assert not any(reason(one).verbatim for one in said)
    assert [record.getMessage() for record in caplog.records if "401" in record.getMessage()] == [
        f"127.0.0.1:{server.port} refuses the token (401); it is not sent there again. Store another one."
    ]
    assert OLD not in caplog.text


async def test_a_token_that_was_changed_at_its_source_is_used_without_a_restart(tmp_path: Path) -> None:
    balancer, file = Balancer(takes=NEW), tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text(OLD)
    settings = BalancerSettings(token_file=str(file))
    async with FaultServer(asked(balancer.reply)) as server:
        endpoint = Endpoint(server.url(), OLD, again=lambda: read_token(settings, {}))
        async with clients(endpoint) as (source, client):
            with pytest.raises(Denied):
                await source.fleet()
            file.write_text(NEW)
            with pytest.raises(Denied):
                await source.fleet()  # without a token; it is what makes the console look again
            await until(lambda: endpoint.authorization() == f"Bearer {NEW}")
            assert (await source.fleet()).servers == ()
            assert (await client.whoami()).role == "lead"
    assert balancer.sent.count(f"Bearer {OLD}") == 1


async def test_an_answer_that_repeats_the_token_loses_it() -> None:
    balancer = Balancer(takes=NEW)
    async with (
        FaultServer(asked(balancer.reply)) as server,
        clients(Endpoint(server.url(), OLD)) as (_, client),
    ):
        intent = Intent(
            key="k" * 32, verb=Verb.DETACH, server="a", incarnation="i", operator="noc", reason="why", pool=None, asked_mono_s=0.0,
            asked_wall_s=0.0,
        )  # fmt: skip
        answer = await DsrActuator(client).send(intent, '"b.1"')
    assert answer.status == 401
    assert answer.message == "what is Bearer [redacted]?"


async def test_a_server_that_refuses_the_token_does_not_take_it_from_the_others() -> None:
    """`addresses.token_to_servers`: each of them is told once."""
    strict = Balancer(takes=NEW)
    async with (
        FaultServer(answering(http(fleet([])))) as dsrm,
        FaultServer(asked(strict.reply)) as refusing,
        FaultServer(answering(http(status("b")))) as taking,
    ):
        endpoint = Endpoint(dsrm.url(), OLD)
        source = DsrSource(endpoint, deadline_s=WATCHDOG_S, addresses=AddressSettings(token_to_servers=True))
        await source.fleet()
        one, other = (
            ServerEntry(name, Attachment.ATTACHED, 0, status_url=server.url("/v1/status"))
            for name, server in (("a", refusing), ("b", taking))
        )
        for _ in range(3):
            with pytest.raises(Denied):
                await source.status(one)
            await source.status(other)
        await source.close()
        assert strict.sent == [f"Bearer {OLD}", None, None]
        assert all(OLD.encode() in request for request in taking.requests)
        assert OLD.encode() in dsrm.requests[0]


@pytest.mark.parametrize("line", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    "headers",
    [("Retry-After: 20",), ("Date: Wed, 21 Oct 2015 07:27:40 GMT", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT")],
)
async def test_a_pause_that_was_asked_for_is_kept_by_all_readers(
    line: str, headers: tuple[str, ...], wind: Callable[[float], None]
) -> None:
    async with (
        FaultServer(answering(http(b"", line, *headers))) as server,
        clients(Endpoint(server.url(), OLD)) as (source, client),
    ):
        with pytest.raises(Busy, match="asks for 20 s"):
            await source.fleet()
        for _ in range(3):
            for call in (source.fleet, client.whoami, lambda: client.events(0)):
                with pytest.raises(Busy) as caught:
                    await call()
                assert 0 < (caught.value.retry_after_s or 0) <= 20.0
                assert not reason(str(caught.value)).verbatim
            wind(6.0)
        assert len(server.requests) == 1, "a request inside of Retry-After"
        server.behaviour = answering(http(fleet([])))
        wind(20.1)
        with contextlib.suppress(SourceError):
            await source.fleet()  # that connection still answers as before, or closes
        assert len(server.requests) > 1


async def test_a_pause_that_was_asked_for_by_a_refused_write_stops_no_reader() -> None:
    """Else the console could not see what became of its own request."""

    def reply(request: bytes) -> bytes:
        if request.startswith(b"POST"):
            return http({"error": {"code": "rate", "message": ""}}, "429 Too Many Requests", "Retry-After: 30")
        return http(fleet([]))

    async with FaultServer(asked(reply)) as server, clients(Endpoint(server.url())) as (source, client):
        assert (await client.post("/v1/servers/a/detach", b"{}", {})).status == 429
        await source.fleet()
        assert any(b"GET /v1/fleet" in request for request in server.requests)


async def test_one_call_that_hangs_does_not_hold_up_another() -> None:
    def reply(request: bytes) -> bytes:
        return b"" if b"/v1/events" in request else http({"name": None, "role": "lead"})

    async with FaultServer(asked(reply)) as server, clients(Endpoint(server.url())) as (_, client):
        hanging = asyncio.ensure_future(client.events(0))
        await until(lambda: server.requests)
        assert (await client.whoami()).role == "lead"
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
