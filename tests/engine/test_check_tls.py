"""`check` on TLS: what the balancer shows, whether it is pinned, how long certificates are good, and each failure in its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.clock import MachineClock
from console.engine.check import check_endpoints
from console.engine.exits import Exit
from console.net import ControlClient, Endpoint, Trust
from console.net.trust import pin_of
from console.sources.dsr import DsrSource
from tests.support.authority import Authority, Issued, serving
from tests.support.calls import WATCHDOG_S
from tests.support.payloads import fleet
from tests.support.tlsserver import TlsServer

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


class Later(MachineClock):
    """A workstation whose day is another one."""

    def __init__(self, days: float) -> None:
        self._days = days

    def wall(self) -> float:
        return super().wall() + 86400.0 * self._days


async def checked(url: str, trust: Trust, days: float = 0.0) -> Exit:
    endpoint = Endpoint(url, "secret-token-1", trust)
    source, client = DsrSource(endpoint, deadline_s=WATCHDOG_S), ControlClient(endpoint, deadline_s=WATCHDOG_S)
    return await check_endpoints(source, client, Later(days))


async def test_it_tells_the_keys_that_can_be_pinned(authority: Authority, capsys: pytest.CaptureFixture[str]) -> None:
    issued, ours = authority.issue(to_days=100), authority.issue("console", to_days=10, client=True)
    with TlsServer(serving(issued), fleet([])) as server:
        assert await checked(server.url(), Trust(str(authority.file), (), str(ours.pem))) is Exit.OK
    said = capsys.readouterr().out
    assert "ok     TLS: TLSv1.3, its certificate is good until " in said
    assert "-      TLS: no key is pinned (balancer.pins)" in said
    for one, whose in ((issued, "its own"), (authority.issued, "an authority's")):
        assert f"{pin_of(bytes.fromhex(one.pin))}  {whose}\n" in said
    assert "-      TLS: our client certificate is good until " in said, "less than 30 days"
    assert "secret-token-1" not in said


@pytest.mark.parametrize(("pin", "verdict", "code"), [("right", "ok", Exit.OK), ("wrong", "FAILED", Exit.UNREACHED)])
async def test_it_judges_the_pin(
    authority: Authority, capsys: pytest.CaptureFixture[str], pin: str, verdict: str, code: Exit
) -> None:
    issued = authority.issue()
    pins = (issued.pin if pin == "right" else "0" * 64,)
    with TlsServer(serving(issued), fleet([])) as server:
        assert await checked(server.url(), Trust(str(authority.file), pins)) is code
    said = capsys.readouterr().out
    assert f"{verdict:7}TLS: its key is {'a' if pin == 'right' else 'none of the'} pinned" in said
    assert ("shows none of the pinned keys" in said) == (pin == "wrong")


async def test_it_says_why_a_certificate_is_not_accepted(
    authority: Authority, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    makers: dict[str, Callable[[], Issued]] = {
        "has expired": lambda: authority.issue(to_days=-1),
        "made out to another name": lambda: authority.issue("dsrm.example"),
        "signed by itself": authority.self_signed,
        "authority unknown here": Authority(tmp_path, "a stranger").issue,
    }
    for words, make in makers.items():
        with TlsServer(serving(make()), fleet([])) as server:
            assert await checked(server.url(), Trust(str(authority.file))) is Exit.UNREACHED
            assert server.received == b""
        said = capsys.readouterr().out
        assert said.startswith("FAILED TLS: The certificate of ")
        assert words in said


async def test_it_says_when_a_token_would_cross_the_network_readable(capsys: pytest.CaptureFixture[str]) -> None:
    endpoint = Endpoint("http://192.0.2.1:9", "secret-token-1")
    source, client = DsrSource(endpoint, deadline_s=0.01), ControlClient(endpoint, deadline_s=0.01)
    assert await check_endpoints(source, client) is Exit.UNREACHED
    assert "everybody on the way can read the token" in capsys.readouterr().out
