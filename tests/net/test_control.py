"""The control client: one deadline, one origin, nothing followed, nothing repeated."""

from __future__ import annotations

import gzip
import logging

import pytest

from console.decode import Whoami
from console.domain.errors import BadAnswer, DeadlinePassed, Denied, Unreachable
from console.domain.readings import Change
from console.net import ControlClient, Endpoint
from tests.support.faultserver import ENDLESS_CHUNKS, FaultServer, answering, asked, dripping, hanging, reset_after
from tests.support.payloads import http

pytestmark = pytest.mark.asyncio


async def test_sends_the_token_and_no_more(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    caplog.set_level(logging.INFO)
    async with FaultServer(asked(http)) as server:
        client = ControlClient(Endpoint(server.url("/base"), token="S3cret"))
        answer = await client.post("/v1/x?token=abc", b"{}", {"If-Match": '"b.1"'})
        assert answer.body.startswith(b"POST /base/v1/x?token=abc HTTP/1.1\r\n")
        assert b"authorization: bearer s3cret\r\n" in server.requests[0].lower()
        assert b"S3cret" not in answer.body, "an answer that repeats the token loses it"
        assert b"accept-encoding: identity\r\n" in answer.body.lower()
        await client.close()
    assert "token=abc" not in caplog.text
    assert "S3cret" not in caplog.text


async def test_redirects_lead_nowhere() -> None:
    async with FaultServer(answering(http(b"{}"))) as canary:
        location = f"Location: {canary.url('/latest/meta-data')}"
        async with FaultServer(answering(http(b"", "307 Temporary Redirect", location))) as server:
            client = ControlClient(Endpoint(server.url(), token="S3cret"))
            with pytest.raises(BadAnswer, match="never followed"):
                await client.post("/v1/x", b"{}", {})
            await client.close()
        assert canary.connections == 0


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (hanging(), DeadlinePassed),
        (dripping(http(b"{}"), 0.05), DeadlinePassed),
        (reset_after(b"HTTP/1.1 200 OK\r\n"), Unreachable),
        (ENDLESS_CHUNKS, BadAnswer),
        (answering(http(gzip.compress(b"{}", mtime=0), "200 OK", "Content-Encoding: gzip")), BadAnswer),
        (answering(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), BadAnswer),
    ],
)
async def test_asks_once_and_says_what_went_wrong(behaviour, error: type[Exception]) -> None:
    async with FaultServer(behaviour) as server:
        client = ControlClient(Endpoint(server.url()), deadline_s=0.5 if error is DeadlinePassed else 20.0)
        with pytest.raises(error):
            await client.post("/v1/x", b"{}", {})
        assert len(server.requests) == 1
        await client.close()


async def test_reads_who_i_am_and_what_happened() -> None:
    event = {
        "seq": 88,
        "time": 1.5,
        "kind": "detach",
        "server": "a",
        "by": "noc\u202e",
        "reason": None,
        "generation": 3,
        "key": "k",
    }
    answers = (
        http({"name": None, "role": "lead"}),
        http({"oldest": 1, "events": [event], "next": 88}),
        http(b"", "403 No"),
    )
    async with FaultServer(answering(*answers)) as server:
        client = ControlClient(Endpoint(server.url()))
        assert await client.whoami() == Whoami(None, "lead")
        assert await client.events(87) == ((Change(88, 1.5, "detach", "a", "noc", None, 3, "k"),), 88)
        assert server.requests[1].startswith(b"GET /v1/events?after=87&limit=100 HTTP/1.1\r\n")
        with pytest.raises(Denied):
            await client.whoami()
        await client.close()
