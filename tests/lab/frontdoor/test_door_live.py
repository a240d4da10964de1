"""The door in a real lab: fifty clients of all kinds, each `s` error by its real cause, sessions cut, and the command `say`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli import main
from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab import LabOptions
from console.lab.client import speak
from console.lab.frontdoor.limits import DoorLimits
from console.lab.process import start_lab
from tests.support.allclients import COMPLETED, Crowd
from tests.support.doorfleet import tone, wav
from tests.support.fieldclient import field_http
from tests.support.live import POOL_8K, POOL_16K, Lab
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live_lab")]
LIMIT = 60


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text("first\nlab\n")
    options = LabOptions(
        pools=(("8k", 3), ("16k", 1)),
        rate=(0.0,),
        night=(0.0,),
        limit=LIMIT,
        report_interval_s=0.05,
        hosts=1,
        capacity=500.0,
        app_key_file=keys,
        door=DoorLimits(no_communication_s=60, pick_timeout_s=30),
    )
    with start_lab(options, timeout_s=60.0) as process:
        yield Lab(process)


def port(lab: Lab) -> int:
    return int(lab.process.front_door.rsplit(":", 1)[1])


def ws(lab: Lab) -> str:
    return f"ws://127.0.0.1:{port(lab)}/v1/"


def websocket_sessions(lab: Lab) -> dict[str, int]:
    return lab.fleet()["interfaces"]["websocket"]["sessions_total"]


def servers(lab: Lab, pool: str) -> list[str]:
    return [server["id"] for server in lab.state()["servers"] if server["pool"] == pool and server["alive"]]


def test_fifty_clients_of_all_kinds_at_once_and_the_balancer_counts_them(lab: Lab):
    before = {name: line["sessions_total"] for name, line in lab.fleet()["interfaces"].items()}
    crowd = Crowd(port(lab), tone(2), 50)
    assert crowd.told() == {"websocket": {COMPLETED}, "http": {COMPLETED}}

    def counted() -> bool:
        now = {name: line["sessions_total"] for name, line in lab.fleet()["interfaces"].items()}
        return all(
            now[name][word] - before[name][word] == count
            for name, count in crowd.interfaces.items()
            for word in ("started", "completed")
        )

    eventually(counted, "each of them, started and completed")
    eventually(lambda: lab.state()["front_door"]["connections"] == 0, "no connection left")


@pytest.mark.parametrize(("kind", "text"), [("refuse", CANNOT_CONNECT_TO_SERVER), ("freeze", CANNOT_CONNECT)])
def test_a_broken_server_gives_its_text(lab: Lab, kind: str, text: str):
    before = lab.fleet()["errors_total"][text]
    lab.fault(kind, servers(lab, POOL_8K))
    try:
        spoken = asyncio.run(speak(ws(lab), tone(1), "LSB8K", pace=None))
        with field_http(port(lab)) as client:
            answer = client.talk(tone(1))
    finally:
        lab.fault(kind, servers(lab, POOL_8K), on=False)
    assert (spoken.outcome, spoken.error) == ("refused", text)
    assert (answer["code"], answer["message"]) == ("!", "failed to connect to recognizer server")
    eventually(lambda: lab.fleet()["errors_total"][text] == before + 2, "both in the balancer's count")
    assert asyncio.run(speak(ws(lab), tone(1), "LSB8K", pace=None)).outcome == "completed"


def test_a_silent_server_is_full_while_the_balancer_takes_it_for_idle_and_its_death_cuts_everybody(lab: Lab):
    (server,) = servers(lab, POOL_16K)
    lab.fault("mute", [server])
    before = websocket_sessions(lab)

    async def story() -> tuple[str | None, set[tuple[str, str | None]]]:
        talks = [asyncio.create_task(speak(ws(lab), tone(600, 100), "LSB16K")) for _ in range(LIMIT)]
        truth = next(one for one in lab.state()["servers"] if one["id"] == server)["connections"]
        while truth < LIMIT:
            await asyncio.sleep(0.05)
            assert not any(one.done() for one in talks)
            truth = next(one for one in lab.state()["servers"] if one["id"] == server)["connections"]
        believed = next(one for one in lab.fleet()["servers"] if one["id"] == server)["believed_connections"]
        assert believed == 0
        refused = await speak(ws(lab), tone(1, 100), "LSB16K", pace=None)
        lab.fault("kill", [server])
        cut = await asyncio.gather(*talks)
        return refused.error, {(one.outcome, one.error) for one in cut}

    refused, cut = asyncio.run(story())
    assert refused == MAXIMUM_CLIENTS
    assert cut == {("partial_server_death", "p can't feed audio data to recognizer server")}
    eventually(
        lambda: websocket_sessions(lab)["partial_server_death"] - before["partial_server_death"] == LIMIT, "the deaths"
    )


def test_say_over_both_interfaces(lab: Lab, tmp_path: Path, capsys, monkeypatch):
    file = tmp_path / "hello.wav"
    file.write_bytes(wav(tone(2)))
    monkeypatch.setenv("OUR_KEY", "first")
    monkeypatch.setenv("THEIR_KEY", "other")
    url = f"ws://127.0.0.1:{port(lab)}"
    assert main(["say", str(file), "--url", url, "--pace", "0", "--key-env", "OUR_KEY", "--engine", "-a-general"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("s", "S 0", "e")
    assert "completed (2 final results, first result after" in told.err
    assert main(["say", str(file), "--url", url, "--http", "--pace", "0", "--format", "8K"]) == 0
    assert '"code":"","message":""}' in capsys.readouterr().out
    assert main(["say", str(file), "--url", url, "--pace", "0", "--key-env", "THEIR_KEY"]) == 4
    assert "refused: s received illegal service authorization" in capsys.readouterr().err
    lab.fault("slow", servers(lab, POOL_8K), factor=1e6)
    try:
        assert main(["say", str(file), "--url", url, "--pace", "0", "--timeout", "0.3"]) == 5
    finally:
        lab.fault("slow", servers(lab, POOL_8K), on=False)
    assert "partial_client_timeout (0 final results" in capsys.readouterr().err
