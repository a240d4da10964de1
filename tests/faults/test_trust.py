"""F13, F14: the two ends of TLS do not accept each other. Each cause has its sentence, nobody is sent a byte, nobody is hammered."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.domain.errors import BadAnswer, SettingsError, Unreachable, Untrusted
from console.net import ControlClient, Endpoint, Trust, tls_context
from console.net.restraint import TRUST_PAUSE_S
from console.present import reason
from console.sources.dsr import DsrSource
from tests.support.authority import Authority, Issued, serving
from tests.support.calls import WATCHDOG_S
from tests.support.faultserver import FaultServer, answering
from tests.support.payloads import fleet, http
from tests.support.tlsserver import TlsServer

pytestmark = pytest.mark.asyncio
TOKEN = "not-for-strangers-4711"
TABLE = fleet([])
GOOD = answering(http(TABLE))
Call = Callable[[], Awaitable[object]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"), "another authority")


@asynccontextmanager
async def both(url: str, trust: Trust) -> AsyncIterator[dict[str, Call]]:
    """The poll of the table and a write of the control client, each with an endpoint of its own: neither knows what the other met."""
    source = DsrSource(Endpoint(url, TOKEN, trust), deadline_s=WATCHDOG_S)
    client = ControlClient(Endpoint(url, TOKEN, trust), deadline_s=WATCHDOG_S)
    try:
        yield {"poll": source.fleet, "detach": lambda: client.post("/v1/servers/a/detach", b"{}", {})}
    finally:
        await source.close()
        await client.close()


async def refusals(url: str, trust: Trust) -> str:
    """What both say, which must be the same, and known to the window."""
    said: set[str] = set()
    async with both(url, trust) as calls:
        for call in calls.values():
            with pytest.raises(Untrusted) as caught:
                await call()
            said.add(str(caught.value))
    (sentence,) = said
    assert not reason(sentence).verbatim, "the window cannot say this in its language"
    assert TOKEN not in sentence
    return sentence


async def test_f13_a_good_certificate_is_good_with_and_without_its_pins(authority: Authority) -> None:
    issued = authority.issue()
    for pins in ((), (issued.pin,), (authority.issued.pin,), ("0" * 64, f"sha256:{issued.pin}")):
        async with (
            FaultServer(GOOD, ssl=serving(issued)) as server,
            both(server.url(), Trust(str(authority.file), pins)) as calls,
        ):
            for call in calls.values():
                await call()
            assert server.requests and all(TOKEN.encode() in request for request in server.requests)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("expired", "has expired: it must be renewed there"),
        ("not yet", "is not valid yet"),
        ("another name", "made out to another name"),
        ("self-signed", "signed by itself"),
        ("unknown authority", "comes from an authority unknown here"),
        ("wrong pin", "shows none of the pinned keys, its own is sha256/"),
    ],
)
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_f13_a_server_that_cannot_be_trusted_gets_no_byte(
    authority: Authority, stranger: Authority, kind: str, words: str, newest: ssl.TLSVersion
) -> None:
    issued: Issued = {
        "expired": lambda: authority.issue(to_days=-1.0),
        "not yet": lambda: authority.issue(from_days=1.0),
        "another name": lambda: authority.issue("dsrm.example"),
        "self-signed": authority.self_signed,
        "unknown authority": stranger.issue,
        "wrong pin": authority.issue,
    }[kind]()
    pins = (authority.issue().pin,) if kind == "wrong pin" else ()
    with TlsServer(serving(issued, newest=newest), TABLE) as server:
        assert words in await refusals(server.url(), Trust(str(authority.file), pins))
    assert (server.connections, server.received) == (2, b"")


async def test_f13_a_self_signed_certificate_is_trusted_where_it_is_named(authority: Authority) -> None:
    issued = authority.self_signed()
    async with FaultServer(GOOD, ssl=serving(issued)) as server, both(server.url(), Trust(str(issued.pem))) as calls:
        for call in calls.values():
            await call()


async def test_f14_a_client_certificate_lets_us_in(authority: Authority) -> None:
    ours = authority.issue("console", client=True)
    side = serving(authority.issue(), clients=authority.file)
    async with (
        FaultServer(GOOD, ssl=side) as server,
        both(server.url(), Trust(str(authority.file), (), str(ours.pem))) as calls,
    ):
        for call in calls.values():
            await call()
        assert {request.split(b" ", 2)[1] for request in server.requests} >= {b"/v1/fleet", b"/v1/servers/a/detach"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("absent", "wants a client certificate"),
        ("expired", "Our client certificate has expired on"),
        ("of a stranger", "does not know the authority of our client certificate"),
        ("not for clients", "refuses our client certificate"),
    ],
)
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_f14_a_server_that_does_not_take_our_certificate_gets_no_byte(
    authority: Authority, stranger: Authority, kind: str, words: str, newest: ssl.TLSVersion
) -> None:
    if kind == "absent" and newest is ssl.TLSVersion.TLSv1_2:
        words = "may want a client certificate"  # that is all that TLS 1.2 lets the server say
    ours = {
        "absent": lambda: None,
        "expired": lambda: authority.issue("console", to_days=-1.0, client=True),
        "of a stranger": lambda: stranger.issue("console", client=True),
        "not for clients": lambda: authority.issue("console"),
    }[kind]()
    side = serving(authority.issue(), clients=authority.file, newest=newest)
    with TlsServer(side, TABLE) as server:
        trust = Trust(str(authority.file), (), None if ours is None else str(ours.pem))
        assert words in await refusals(server.url(), trust)
    assert (server.connections, server.received) == (0 if kind == "expired" else 2, b"")


async def test_f14_a_server_that_hangs_up_without_a_word_gets_no_byte_either(authority: Authority) -> None:
    """asyncio's own servers send no alert, they just close."""
    side = serving(authority.issue(), clients=authority.file)
    async with FaultServer(GOOD, ssl=side) as server:
        assert "hung up after the handshake" in await refusals(server.url(), Trust(str(authority.file)))
        assert server.requests == []


async def test_f14_one_try_in_30_s_for_all_clients_of_an_endpoint(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many polls and calls within two pauses; the loop's clock is moved, nothing waits."""
    side = serving(authority.issue(), clients=authority.file)
    with TlsServer(side, TABLE) as server:
        endpoint = Endpoint(server.url(), TOKEN, Trust(str(authority.file)))
        source, client = DsrSource(endpoint, deadline_s=WATCHDOG_S), ControlClient(endpoint, deadline_s=WATCHDOG_S)
        loop = asyncio.get_running_loop()
        clock, moved_s = loop.time, 0.0
        monkeypatch.setattr(loop, "time", lambda: clock() + moved_s)
        tries: dict[float, int] = {}
        for moved_s in (0.0, 0.5, 10.0, 29.0, 40.0, 45.0, 69.0, 80.0, 109.0):
            for call in (source.fleet, client.whoami, client.whoami):
                with pytest.raises(Untrusted, match="wants a client certificate"):
                    await call()
            tries[moved_s] = server.connections
        await source.close()
        await client.close()
    assert list(tries.values()) == [1, 1, 1, 1, 2, 2, 2, 3, 3], f"not one try in {TRUST_PAUSE_S:g} s"
    assert server.received == b""


async def test_a_renewed_certificate_is_read_without_a_restart(authority: Authority, tmp_path: Path) -> None:
    pem = tmp_path / "console.pem"
    shutil.copy(authority.issue("console", to_days=-1.0, client=True).pem, pem)
    trust = Trust(str(authority.file), (), str(pem))
    before = tls_context(trust)
    assert tls_context(trust) is before
    shutil.copy(authority.issue("console", client=True).pem, pem)
    os.utime(pem, ns=(1, 1))
    after = tls_context(trust)
    assert after is not before and after.expires_wall_s > before.expires_wall_s
    pem.write_text("half a file")
    os.utime(pem, ns=(2, 2))
    assert tls_context(trust) is after, "somebody is just writing it"


async def test_files_that_cannot_be_used_are_named_with_the_remedy(authority: Authority, tmp_path: Path) -> None:
    ours, other = authority.issue("console", client=True), authority.issue("other", client=True)
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate")
    rubbish.chmod(0o600)
    for trust, words in (
        (Trust(str(tmp_path / "none.pem")), "No such file"),
        (Trust(str(rubbish)), "CA file cannot be used"),
        (Trust(None, (), str(rubbish)), "no certificate in it"),
        (Trust(None, (), str(ours.pem), str(other.pem)), "belongs to another certificate"),
    ):
        with pytest.raises(SettingsError, match=words):
            tls_context(trust)
    shutil.copy(ours.pem, wide := tmp_path / "wide.pem")
    wide.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        tls_context(Trust(None, (), str(wide)))
    for pins in (("sha256/short",), ("1234",), ("z" * 64,), ("md5:" + "0" * 64,)):
        with pytest.raises(SettingsError, match="no pin"):
            Trust(None, pins)
    with pytest.raises(SettingsError, match="without its certificate"):
        Trust(None, (), None, str(ours.pem))


async def test_an_encrypted_key_is_refused_and_nobody_is_asked_on_the_terminal(
    authority: Authority, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    ours = authority.issue("console", client=True)
    key = load_pem_private_key(ours.pem.read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.touch(mode=0o600)
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    with pytest.raises(SettingsError, match="must not be encrypted"):
        tls_context(Trust(None, (), str(ours.pem), str(locked)))


async def test_no_tls_at_all_is_no_question_of_trust(authority: Authority) -> None:
    async with FaultServer(lambda it: it.send(http(b"no TLS here", "400 Bad Request"))) as server:
        url = server.url().replace("http:", "https:")
        client = ControlClient(Endpoint(url, TOKEN, Trust(str(authority.file))), deadline_s=WATCHDOG_S)
        with pytest.raises(Unreachable, match="TLS") as caught:
            await client.whoami()
        assert not isinstance(caught.value, Untrusted)
        await client.close()


async def test_keys_of_connections_are_written_to_no_file(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    async with FaultServer(GOOD, ssl=serving(authority.issue())) as server:
        client = ControlClient(Endpoint(server.url(), TOKEN, Trust(str(authority.file))), deadline_s=WATCHDOG_S)
        with contextlib.suppress(BadAnswer):
            await client.whoami()
        await client.close()
        assert len(server.requests) == 1
    assert not (tmp_path / "keys.log").exists()
