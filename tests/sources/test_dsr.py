"""The native source, on real sockets: who is asked, with which secret, and whose answer counts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from console.domain.errors import BadAnswer, Busy, Denied, NoAddress, NotAllowed, Unreachable, WrongServer
from console.domain.readings import ServerEntry
from console.domain.states import Attachment
from console.net import Endpoint, Names
from console.sources.addresses import AddressSettings
from console.sources.dsr import DsrSource
from tests.support.calls import WATCHDOG_S
from tests.support.faultserver import FaultServer, answering
from tests.support.payloads import fleet, http, server, status

pytestmark = pytest.mark.asyncio


def entry(name: str, url: str | None, address: str | None = None) -> ServerEntry:
    return ServerEntry(name, Attachment.ATTACHED, 0, status_url=url, address=address)


@asynccontextmanager
async def source(url: str, token: str | None = None, **more: object) -> AsyncIterator[DsrSource]:
    made = DsrSource(Endpoint(url, token), deadline_s=WATCHDOG_S, **more)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.close()


async def test_reads_the_balancer_and_its_servers_and_keeps_the_token_at_home() -> None:
    async with FaultServer(answering(http(status("dsrs-001")))) as dsrs:
        listed = http(fleet([server("dsrs-001", status_url=dsrs.url("/v1/status"))]), "200 OK", 'ETag: "b1.7"')
        async with FaultServer(answering(listed)) as dsrm, source(dsrm.url(), "S3cret") as dsr:
            reading = await dsr.fleet()
            assert reading.etag == '"b1.7"'
            assert (await dsr.status(reading.servers[0])).connections == 11
            assert b"Authorization: Bearer S3cret\r\n" in dsrm.requests[0]
            assert b"S3cret" not in dsrs.requests[0]
        async with (
            FaultServer(answering(listed)) as dsrm,
            source(dsrm.url(), "S3cret", addresses=AddressSettings(token_to_servers=True)) as dsr,
        ):
            await dsr.status((await dsr.fleet()).servers[0])
            assert b"Authorization: Bearer S3cret\r\n" in dsrs.requests[1]


async def test_the_answer_of_another_server_is_no_truth() -> None:
    async with (
        FaultServer(answering(http(status("dsrs-002")))) as dsrs,
        FaultServer(answering(http(fleet()))) as dsrm,
        source(dsrm.url()) as dsr,
    ):
        await dsr.fleet()
        with pytest.raises(WrongServer, match="dsrs-002 answers"):
            await dsr.status(entry("dsrs-001", dsrs.url("/v1/status")))


async def test_an_address_without_a_url_is_asked_at_the_usual_path_and_none_at_all_says_so() -> None:
    async with (
        FaultServer(answering(http(status("dsrs-001")))) as dsrs,
        FaultServer(answering(http(fleet()))) as dsrm,
        source(dsrm.url()) as dsr,
    ):
        await dsr.fleet()
        assert (await dsr.status(entry("dsrs-001", None, f"127.0.0.1:{dsrs.port}"))).id == "dsrs-001"
        assert dsrs.requests[0].startswith(b"GET /v1/status HTTP/1.1\r\n")
        with pytest.raises(NoAddress):
            await dsr.status(entry("dsrs-001", None))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("401 Unauthorized", Denied),
        ("403 Forbidden", Denied),
        ("429 Too Many Requests", Busy),
        ("503 Service Unavailable", Busy),
        ("500 Internal Server Error", BadAnswer),
        ("404 Not Found", BadAnswer),
    ],
)
async def test_status_codes(line: str, error: type[Exception]) -> None:
    async with FaultServer(answering(http(b"{}", line, "Retry-After: 4"))) as dsrm, source(dsrm.url()) as dsr:
        with pytest.raises(error) as caught:
            await dsr.fleet()
        assert getattr(caught.value, "retry_after_s", 4.0) == 4.0
        with pytest.raises(error):
            await dsr.status(entry("dsrs-001", dsrm.url("/v1/status")))


async def test_names_are_judged_by_what_they_resolve_to() -> None:
    table = {
        "inner.example": ("127.0.0.1",),
        "metadata.example": ("169.254.169.254",),
        "both.example": ("8.8.8.8", "127.0.0.1"),
    }
    async with FaultServer(answering(http(status("dsrs-001")))) as dsrs, FaultServer(answering(http(fleet()))) as dsrm:
        async with source(dsrm.url(), names=Names(_resolver(table))) as dsr:
            await dsr.fleet()
            for name in ("inner.example", "both.example"):
                assert (await dsr.status(entry("dsrs-001", f"http://{name}:{dsrs.port}/v1/status"))).connections == 11
            with pytest.raises(NotAllowed, match="link-local"):
                await dsr.status(entry("dsrs-001", f"http://metadata.example:{dsrs.port}/v1/status"))
            with pytest.raises(Unreachable, match="could not be resolved"):
                await dsr.status(entry("dsrs-001", f"http://nowhere.example:{dsrs.port}/v1/status"))
        table["dsrm.example"] = ("127.0.0.1",)
        async with source(f"http://dsrm.example:{dsrm.port}", names=Names(_resolver(table))) as dsr:
            assert (await dsr.fleet()).generation == 7


def _resolver(table: dict[str, tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    def lookup(host: str) -> tuple[str, ...]:
        if host not in table:
            raise OSError("unknown")
        return table[host]

    return lookup
