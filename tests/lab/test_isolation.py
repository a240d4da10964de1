"""Servers that break, die and come back, many to a process and one each; and that nothing outlives the lab."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from console.lab import LabOptions
from console.lab.dsrs import framing
from console.lab.process import LabProcess, start_lab
from tests.lab.test_http_contract import open_session, read_rest
from tests.support.sound import named, tone
from tests.support.waiting import eventually

POOL = "-a-general/8k"
HOSTED = LabOptions(
    pools=(("8k", 6),), rate=(0.0,), night=(0.0,), report_interval_s=0.05, hosts=1, leave_after_s=0.5, boot_delay_s=0.1
)
OPTIONS = {
    "hosted": HOSTED,
    "process": LabOptions(**{**{n: getattr(HOSTED, n) for n in HOSTED.__slots__}, "isolation": "process"}),
}


def _marked(isolation: str, group: str) -> Any:
    return pytest.param(isolation, marks=[pytest.mark.slow, pytest.mark.xdist_group(f"{group}_{isolation}")])


class Desk:
    """Gives a lab orders and asks all who know something."""

    def __init__(self, lab: LabProcess) -> None:
        self.lab = lab
        self.http = httpx.Client(trust_env=False, timeout=20)

    def fault(self, kind: str, server: str, on: bool = True, **more: Any) -> httpx.Response:
        body = {"kind": kind, "servers": [server], "on": on, **more}
        return self.http.post(f"{self.lab.lab_url}/lab/faults", json=body)

    def state(self) -> dict[str, Any]:
        return self.http.get(f"{self.lab.lab_url}/lab/state").json()

    def true(self, server: str) -> dict[str, Any]:
        return next(line for line in self.state()["servers"] if line["id"] == server)

    def believed(self, server: str) -> dict[str, Any] | None:
        servers = self.http.get(f"{self.lab.dsrm_url}/v1/fleet").json()["servers"]
        return next((line for line in servers if line["id"] == server), None)

    def status(self, server: str) -> dict[str, Any]:
        return self.http.get(f"http://127.0.0.1:{self.true(server)['port']}/v1/status").json()

    def address(self, server: str) -> str:
        return f"127.0.0.1:{self.true(server)['port']}"

    def scale(self, on: bool) -> None:
        answer = self.http.put(f"{self.lab.lab_url}/lab/autoscaler", json={"on": on, "boot_s": 0.1})
        assert answer.json()["on"] is on


@pytest.fixture(scope="module", params=[_marked("hosted", "isolation"), _marked("process", "isolation")])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with start_lab(OPTIONS[request.param], timeout_s=60) as lab:
        desk = Desk(lab)
        with desk.http:
            yield desk
        assert lab.stop() == 0


def isolated(desk: Desk) -> bool:
    servers = desk.state()["servers"]
    return len({server["pid"] for server in servers}) == len(servers)


@pytest.mark.parametrize(
    ("kind", "more", "number_goes_on", "arrives"),
    [
        ("mute", {}, False, False),
        ("lost_report", {}, True, False),
        ("repeat", {}, False, False),
        ("stuck", {}, True, True),
        ("late_report", {"seconds": 2.0}, True, False),
    ],
)
def test_each_way_to_be_silent_leaves_its_own_traces(
    desk: Desk, kind: str, more: dict[str, Any], number_goes_on: bool, arrives: bool
):
    server = "dsrs-001"
    eventually(lambda: (desk.believed(server) or {}).get("reported_connections") == 0, "its report of 0")
    assert desk.fault(kind, server, **more).json()["servers"] == [server]
    assert desk.state()["faults"] == {server: [kind]}
    sock, answer = open_session(desk.address(server))
    with sock:
        assert answer.startswith(b"HTTP/1.1 101 ")
        sent = desk.status(server)["reporting"]
        got = desk.believed(server)
        assert got is not None
        if number_goes_on:
            eventually(lambda: desk.status(server)["reporting"]["last_sent_seq"] > sent["last_sent_seq"] + 5, "numbers")
            assert desk.status(server)["reporting"]["last_error"] is None
        else:
            own = "last_sent_age_s" if kind == "mute" else "uptime_s"
            eventually(lambda: (desk.status(server)["reporting"] | desk.status(server))[own] > 0.5, "half a second")
            assert desk.status(server)["reporting"]["last_sent_seq"] <= sent["last_sent_seq"] + 1
        if arrives:
            eventually(lambda: (desk.believed(server) or {})["reported_seq"] > got["reported_seq"] + 5, "its reports")
        seen = desk.believed(server)
        assert seen is not None
        assert seen["reported_connections"] == 0, "nobody knows of the session"
        assert desk.true(server)["connections"] == 1
        assert desk.fault(kind, server, on=False).status_code == 200
        eventually(lambda: (desk.believed(server) or {})["reported_connections"] == 1, "the truth")
    assert desk.state()["faults"] == {}


def test_who_refuses_keeps_its_port_its_sessions_and_its_reports(desk: Desk):
    address = desk.address("dsrs-002")
    sock, _ = open_session(address)
    with sock:
        assert desk.fault("refuse", "dsrs-002").status_code == 200
        with pytest.raises(ConnectionRefusedError):
            open_session(address)
        believed = desk.believed("dsrs-002")
        assert believed is not None
        eventually(lambda: (desk.believed("dsrs-002") or {})["reported_seq"] > believed["reported_seq"] + 3, "reports")
        sock.sendall(framing.encode(framing.END))
        assert list(framing.FrameReader().feed(read_rest(sock))) == [(framing.END, b"")]
        assert desk.state()["faults"] == {"dsrs-002": ["refuse"]}
        assert desk.fault("refuse", "dsrs-002", on=False).status_code == 200
    again, answer = open_session(address)
    again.close()
    assert answer.startswith(b"HTTP/1.1 101 ")


def test_counters_fall_back_while_the_life_goes_on(desk: Desk):
    open_session(desk.address("dsrs-003"))[0].close()
    before = desk.status("dsrs-003")
    assert before["sessions_total"]["started"] == 1
    desk.fault("counter_reset", "dsrs-003")
    after = desk.status("dsrs-003")
    assert (after["sessions_total"]["started"], after["incarnation"]) == (0, before["incarnation"])


def test_who_is_frozen_answers_nobody_and_goes_on_when_thawed(desk: Desk):
    address, pid = desk.address("dsrs-003"), desk.true("dsrs-003")["pid"]
    sock, _ = open_session(address)
    with sock, httpx.Client(trust_env=False, timeout=0.5) as hasty:
        assert desk.fault("freeze", "dsrs-003").status_code == 200
        if isolated(desk):
            eventually(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED, "SIGSTOP")
            refused = desk.fault("mute", "dsrs-003")
            assert (refused.status_code, refused.json()["error"]["code"]) == (409, "frozen")
        with pytest.raises(httpx.ReadTimeout):
            hasty.get(f"http://{address}/v1/status")
        true = desk.true("dsrs-003")
        assert (true["frozen"], true["faults"], true["connections"]) == (True, ["freeze"], 1)
        sock.sendall(framing.encode(framing.AUDIO, tone(named("LSB8K"), 1)) + framing.encode(framing.END))
        assert desk.fault("freeze", "dsrs-003", on=False).status_code == 200
        kinds = [kind for kind, _ in framing.FrameReader().feed(read_rest(sock))]
    assert kinds == [framing.TEXT] * 5 + [framing.END]
    assert desk.state()["faults"] == {}


def test_who_leaks_dies_at_the_cap_and_is_replaced_by_another_that_reports_0(desk: Desk):
    desk.scale(on=True)
    server = "dsrs-004"
    sock, _ = open_session(desk.address(server))
    with sock:
        assert desk.fault("leak", server, bytes_per_s=6e9).status_code == 200
        sock.settimeout(60)
        with pytest.raises(ConnectionResetError):
            read_rest(sock)
    (death,) = eventually(lambda: [d for d in desk.state()["deaths"] if d["server"] == server], "its death")
    assert death["cause"] == "memory"
    if isolated(desk):
        assert death["code"] == -signal.SIGKILL
        assert death["held_bytes"] > 12 * 2**20, "really held: 8 GiB in the scale of 1:512, less what it had at first"
    with pytest.raises(ConnectionRefusedError):
        open_session(desk.address(server))
    (replaced,) = eventually(
        lambda: [one for one in desk.state()["autoscaler"]["replacements"] if one["server"] == server],
        "its replacement",
    )  # others, which earlier tests have ended, are replaced too
    assert replaced["pool"] == POOL
    assert replaced["by"] > "dsrs-006"
    new = desk.believed(replaced["by"])
    assert new is not None
    assert (new["reported_connections"], new["pool"]) == (0, POOL)
    eventually(lambda: desk.believed(server) is None, "the dead one leaving the balancer")
    true = desk.true(server)
    assert (true["alive"], true["connections"]) == (False, 0)
    desk.scale(on=False)


def test_who_is_killed_may_come_back_under_its_own_name(desk: Desk):
    before = desk.true("dsrs-005")
    sock, _ = open_session(desk.address("dsrs-005"))
    with sock:
        assert desk.fault("kill", "dsrs-005").json()["servers"] == ["dsrs-005"]
        with pytest.raises(ConnectionResetError):
            read_rest(sock)
    assert desk.state()["faults"] == {"dsrs-005": ["kill"]}
    assert desk.fault("mute", "dsrs-005").status_code == 422
    assert desk.fault("kill", "dsrs-005").json()["servers"] == [], "it is dead already"
    assert desk.fault("kill", "dsrs-005", on=False).json()["servers"] == ["dsrs-005"]
    after = desk.true("dsrs-005")
    assert after["alive"]
    assert after["incarnation"] != before["incarnation"]
    assert [death["cause"] for death in desk.state()["deaths"]][-1] == "asked"


@pytest.mark.parametrize("desk", [_marked("process", "isolation")], indirect=True)
def test_a_server_that_somebody_kills_does_not_end_the_lab(desk: Desk):
    desk.scale(on=True)
    count = len(desk.state()["autoscaler"]["replacements"])
    os.kill(desk.true("dsrs-006")["pid"], signal.SIGKILL)
    replaced = eventually(lambda: desk.state()["autoscaler"]["replacements"][count:], "its replacement")
    assert [line["server"] for line in replaced] == ["dsrs-006"]
    assert desk.state()["deaths"][-1]["cause"] == "unasked"
    assert desk.lab.poll() is None
    desk.scale(on=False)


@pytest.mark.parametrize("isolation", [_marked("hosted", "orphans"), _marked("process", "orphans")])
def test_a_killed_supervisor_leaves_no_process_and_no_port(isolation: str):
    with start_lab(OPTIONS[isolation], timeout_s=60) as lab:
        desk = Desk(lab)
        with desk.http:
            state = desk.state()
            family = [psutil.Process(lab.pid), *psutil.Process(lab.pid).children(recursive=True)]
            assert len(family) == (4 if isolation == "hosted" else 4 + 6), (
                "itself, DSRM, the door, a host or the nursery"
            )
            urls = [value for value in lab.ready.values() if str(value).startswith("http")]
            ports = [urlsplit(url).port for url in urls] + [server["port"] for server in state["servers"]]
            assert all(listens(port) for port in ports)
            desk.fault("freeze", "dsrs-001")
        sock, _ = open_session(f"127.0.0.1:{state['servers'][1]['port']}")
        with sock:
            os.kill(lab.pid, signal.SIGKILL)
            with pytest.raises(ConnectionResetError):
                read_rest(sock)
        eventually(lambda: not any(_runs(process) for process in family), "the end of its processes", within_s=10)
        eventually(lambda: not any(listens(port) for port in ports), "the end of its ports", within_s=10)


def test_a_dead_nursery_ends_the_lab_and_its_servers():
    with start_lab(OPTIONS["process"], timeout_s=60) as lab:
        family = psutil.Process(lab.pid).children(recursive=True)
        nursery = next(process for process in family if process.children())
        nursery.kill()
        assert eventually(lambda: lab.poll() is not None and [lab.poll()], "its end") == [1]
        eventually(lambda: not any(_runs(process) for process in family), "the end of its processes")


def _runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def listens(port: int | None) -> bool:
    """Whether somebody has the port."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port or 0))
            sock.listen()
        except OSError:
            return True
    return False
