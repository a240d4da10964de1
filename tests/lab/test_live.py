"""A live lab: the incident happens, ends when the silent are detached, and nothing of it stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from console.lab import LabOptions
from console.lab.process import LabNotUp, LabProcess, start_lab
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live_lab")]
POOL = "-a-general/8k"
SMALL = LabOptions(
    pools=(("8k", 8), ("16k", 2)),
    rate=(24.0, 1.0),
    night=(0.0,),
    session_s=1.5,
    limit=10,
    report_interval_s=0.05,
    leave_after_s=0.5,
)
"""36 of 80 slots of the first pool busy at full rate; sessions are short so that things happen soon."""


class Watcher:
    """Asks a lab for the truth."""

    def __init__(self, lab: LabProcess, http: httpx.Client) -> None:
        self.lab = lab
        self.http = http

    def state(self) -> dict[str, Any]:
        return self.http.get(f"{self.lab.lab_url}/lab/state").json()

    def fleet(self) -> dict[str, Any]:
        return self.http.get(f"{self.lab.dsrm_url}/v1/fleet").json()

    def load(self, rate: float) -> None:
        assert self.http.put(f"{self.lab.lab_url}/lab/load", json={"pool": POOL, "rate": rate}).status_code == 200

    def fault(self, kind: str, **more: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.lab.lab_url}/lab/faults", json={"kind": kind, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused_share(self, sessions: int) -> float:
        """Of so many new sessions, the share that were refused."""
        before = self.state()["totals"][POOL]
        after = eventually(
            lambda: (now := self.state()["totals"][POOL])["asked"] - before["asked"] >= sessions and now,
            f"{sessions} sessions",
        )
        return (after["refused"] - before["refused"]) / (after["asked"] - before["asked"])

    def detach(self, name: str) -> None:
        fleet = self.http.get(f"{self.lab.dsrm_url}/v1/fleet")
        server = next(server for server in fleet.json()["servers"] if server["id"] == name)
        answer = self.http.post(
            f"{self.lab.dsrm_url}/v1/servers/{name}/detach",
            headers={"If-Match": fleet.headers["etag"], "Idempotency-Key": f"detach-{name}"},
            json={"incarnation": server["incarnation"], "operator": "test", "reason": "silent"},
        )
        assert answer.status_code == 200, answer.text


def test_silence_at_night_then_the_ramp_is_the_incident_and_detaching_ends_it():
    with start_lab(SMALL) as lab, httpx.Client(trust_env=False) as http:
        watcher = Watcher(lab, http)
        watcher.load(24.0)
        assert watcher.refused_share(80) < 0.02, "a healthy fleet refuses nobody; a stalled machine makes reports late"
        watcher.load(0.0)
        eventually(lambda: all(not s["connections"] for s in watcher.state()["servers"]), "the night")
        eventually(lambda: all(not s["reported_connections"] for s in watcher.fleet()["servers"]), "reports of it")
        watcher.fault("mute", servers=["dsrs-003"], on=True)
        watcher.load(24.0)
        eventually(lambda: watcher.state()["totals"][POOL]["refused"] > 0, "the herd")
        assert watcher.refused_share(100) > 0.15
        state = {server["id"]: server for server in watcher.state()["servers"]}
        believed = {server["id"]: server["believed_connections"] for server in watcher.fleet()["servers"]}
        assert state["dsrs-003"]["connections"] >= 7
        assert believed["dsrs-003"] == 0
        others = [state[f"dsrs-{n:03d}"]["connections"] for n in (1, 2, 4, 5, 6, 7, 8)]
        assert sum(others) / len(others) < 4
        watcher.detach("dsrs-003")
        watcher.refused_share(20)
        assert watcher.refused_share(100) < 0.02
        errors = watcher.fleet()["errors_total"]
        assert sum(errors.values()) == sum(n for text, n in errors.items() if "maximum allowed clients" in text) > 0
        watcher.load(0.0)
        eventually(lambda: all(not s["connections"] for s in watcher.state()["servers"]), "the end of the sessions")
        refused = watcher.state()["totals"][POOL]["refused"]
        told = eventually(
            lambda: (
                (now := watcher.fleet()["pools"][POOL]["sessions_total"])["completed"]
                == now["started"] - now["refused"]
                and now
            ),
            "all outcomes at the balancer",
        )
        assert told["refused"] == refused
        assert lab.stop() == 0


def test_the_dead_leave_and_the_new_join():
    with start_lab(SMALL) as lab, httpx.Client(trust_env=False) as http:
        watcher = Watcher(lab, http)
        watcher.load(24.0)
        before = {server["id"]: server["incarnation"] for server in watcher.fleet()["servers"]}
        watcher.fault("kill", servers=["dsrs-001", "dsrs-002"])

        def ids() -> set[str]:
            return {server["id"] for server in watcher.fleet()["servers"]}

        eventually(lambda: ids() == before.keys() - {"dsrs-001", "dsrs-002"}, "the dead leaving the fleet")
        assert watcher.fault("join", pool=POOL, count=2)["servers"] == ["dsrs-011", "dsrs-012"]
        watcher.fault("kill", servers=["dsrs-001"], on=False)
        assert ids() == before.keys() - {"dsrs-002"} | {"dsrs-011", "dsrs-012"}
        reborn = next(server for server in watcher.fleet()["servers"] if server["id"] == "dsrs-001")
        assert reborn["incarnation"] != before["dsrs-001"]
        kinds = [e["kind"] for e in http.get(f"{lab.dsrm_url}/v1/events?limit=1000").json()["events"]]
        assert kinds.count("leave") == 2


def test_a_killed_server_is_the_text_of_a_refused_connection():
    options = LabOptions(pools=(("8k", 1),), rate=(20.0,), night=(20.0,), limit=100, session_s=0.5)
    with start_lab(options) as lab, httpx.Client(trust_env=False) as http:
        watcher = Watcher(lab, http)
        eventually(lambda: watcher.state()["totals"][POOL]["completed"] > 3, "sessions")
        watcher.fault("kill", servers=["dsrs-001"])
        text = "s can't connect to recognizer server (can't connect to server)"
        eventually(lambda: watcher.fleet()["errors_total"][text] > 0, "refused connections")
        assert watcher.fleet()["servers"][0]["refused_total"]["connect"] > 0
        assert watcher.fleet()["sessions_total"]["partial_server_death"] > 0


def test_a_frozen_server_is_the_bare_text():
    options = LabOptions(pools=(("8k", 1),), rate=(20.0,), night=(20.0,), limit=1000, session_s=0.5)
    with start_lab(options) as lab, httpx.Client(trust_env=False) as http:
        watcher = Watcher(lab, http)
        watcher.fault("freeze", servers=["dsrs-001"])
        bare = "s can't connect to recognizer server"
        eventually(lambda: watcher.fleet()["errors_total"][bare] > 0, "sessions without an answer")
        assert watcher.fleet()["servers"][0]["refused_total"]["no_answer"] > 0


def _family(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_it_cleanly(number: int, tmp_path: Path):
    ready = tmp_path / "ready.json"
    with start_lab(SMALL, ready) as lab, httpx.Client(trust_env=False) as http:
        Watcher(lab, http).load(24.0)
        family = _family(lab.pid)
        assert len(family) == 5, "itself, DSRM, two hosts, the front door"
        assert json.loads(ready.read_bytes())["pid"] == lab.pid
        os.kill(lab.pid, number)
        assert eventually(lambda: lab.poll() is not None and [lab.poll()], "its end", within_s=10) == [0]
        eventually(lambda: _gone(family), "the end of its processes")
        assert not ready.exists()


def test_a_killed_supervisor_leaves_nobody_behind():
    with start_lab(SMALL) as lab:
        family = _family(lab.pid)
        os.kill(lab.pid, signal.SIGKILL)
        eventually(lambda: _gone(family), "the end of its processes", within_s=10)


def test_a_lab_ends_with_its_starter(tmp_path: Path):
    """The starter is killed; it has no time to tell the lab."""
    ready = tmp_path / "ready.json"
    source = f"""
import pathlib, sys
from console.lab import LabOptions
from console.lab.process import start_lab
lab = start_lab(LabOptions(pools=(("8k", 2),), rate=(1.0,)), pathlib.Path({str(ready)!r}))
print("up", flush=True)
sys.stdin.read()
"""
    starter = subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        family = _family(json.loads(ready.read_bytes())["pid"])
        starter.kill()
        eventually(lambda: _gone(family), "the end of the lab", within_s=10)


def test_a_process_that_dies_ends_the_lab_with_an_error():
    with start_lab(SMALL) as lab:
        family = _family(lab.pid)
        family[-1].kill()
        assert eventually(lambda: lab.poll() is not None and [lab.poll()], "its end") == [1]
        eventually(lambda: _gone(family), "the end of its processes")


def test_a_port_that_is_taken_is_said_and_the_tokens_are_nobodys_business(capfd: pytest.CaptureFixture[str]):
    with start_lab(LabOptions(pools=(("8k", 1),), rate=(0.0,), tokens=True)) as lab:
        path = Path(lab.ready["tokens_file"])
        assert path.stat().st_mode & 0o777 == 0o600
        secrets = lab.tokens().values()
        arguments = [word for process in _family(lab.pid) for word in process.cmdline()]
        assert not any(secret in word for secret in secrets for word in arguments)
        port = int(lab.dsrm_url.rpartition(":")[2])
        with pytest.raises(LabNotUp):
            start_lab(LabOptions(pools=(("8k", 1),), rate=(0.0,), port=port))
        assert f"port {port} cannot be had" in capfd.readouterr().err
        assert lab.stop() == 0
        assert not path.exists()
