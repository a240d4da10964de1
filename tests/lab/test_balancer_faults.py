"""The faults of DSRM and its algorithm, on a running lab, through the lab's own interface."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from console.lab.process import LabProcess, start_lab
from console.policy import NAMES
from tests.lab.conftest import QUIET
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("balancer_faults")]
POOL = "-a-general/8k"


class Desk:
    """Reads and acts on the balancer, and breaks it through the lab."""

    def __init__(self, lab: LabProcess) -> None:
        self.dsrm = httpx.Client(base_url=lab.dsrm_url, trust_env=False, timeout=10)
        self.lab = httpx.Client(base_url=lab.lab_url, trust_env=False, timeout=10)
        self._keys = itertools.count(10_000_000)

    def fleet(self) -> dict[str, Any]:
        return self.dsrm.get("/v1/fleet").json()

    def server(self, name: str) -> dict[str, Any]:
        return next(server for server in self.fleet()["servers"] if server["id"] == name)

    def fault(self, kind: str, servers: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
        answer = self.lab.post("/lab/faults", json={"kind": kind, "servers": list(servers), **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def detach(self, name: str, timeout: float = 10.0) -> httpx.Response:
        return self.dsrm.post(
            f"/v1/servers/{name}/detach",
            headers={"If-Match": self.dsrm.get("/v1/fleet").headers["etag"], "Idempotency-Key": str(next(self._keys))},
            json={"incarnation": self.server(name)["incarnation"], "operator": "test", "reason": "because"},
            timeout=timeout,
        )


@pytest.fixture(scope="module")
def running() -> Iterator[LabProcess]:
    with start_lab(QUIET) as lab:
        yield lab


@pytest.fixture
def desk(running: LabProcess) -> Iterator[Desk]:
    desk = Desk(running)
    with desk.dsrm, desk.lab:
        yield desk
        for kind in ("balancer_down", "balancer_slow", "balancer_lies"):
            desk.fault(kind, on=False)
        desk.fault("balancer_forgets")
        eventually(lambda: len(desk.fleet()["servers"]) == 6, "all six in the table again")


def test_the_algorithm_changes_at_run_time_and_is_an_event(desk: Desk):
    before = desk.fleet()["balancer"]
    for name in [*NAMES[1:], NAMES[0]]:
        done = desk.lab.put("/lab/algorithm", json={"name": name})
        assert done.status_code == 200, done.text
        balancer = desk.fleet()["balancer"]
        assert balancer["algorithm"] == done.json()["name"] == name
        assert balancer["algorithm_parameters"] == done.json()["parameters"]
        assert desk.dsrm.post("/v1/pick", json={"pool": POOL, "interface": "direct"}).status_code == 200
    assert desk.fleet()["balancer"]["generation"] == before["generation"] + len(NAMES)
    events = desk.dsrm.get("/v1/events").json()["events"]
    assert [event["kind"] for event in events[-len(NAMES) :]] == ["algorithm"] * len(NAMES)
    assert desk.lab.put("/lab/algorithm", json={"name": NAMES[0]}).json()["generation"] == events[-1]["generation"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"name": "round-robin"}, "There is no algorithm 'round-robin'; there are least-reported"),
        ({"name": "both", "parameters": {"panic_share": 2}}, "panic_share is 2.0; it must be a number from 0 to 1"),
    ],
)
def test_a_wrong_algorithm_is_one_sentence_and_changes_nothing(desk: Desk, wanted: dict[str, Any], words: str):
    before = desk.fleet()["balancer"]
    refused = desk.lab.put("/lab/algorithm", json=wanted)
    assert refused.status_code == 422
    assert words in refused.json()["error"]["message"]
    assert desk.fleet()["balancer"] == before


def test_ignored_reports_arrive_and_are_not_used(desk: Desk):
    assert desk.fault("ignore", ("dsrs-002",))["servers"] == ["dsrs-002"]
    used = desk.server("dsrs-002")["reported_seq"]
    eventually(lambda: desk.server("dsrs-002")["received_seq"] > used + 3, "newer reports that are not used")
    line = desk.server("dsrs-002")
    assert line["reported_seq"] == used
    assert line["report_age_s"] > line["received_age_s"]
    desk.fault("ignore", ("dsrs-002",), on=False)
    eventually(lambda: desk.server("dsrs-002")["reported_seq"] > used, "its reports used again")


def test_a_balancer_that_is_down_refuses_and_comes_back_on_its_port(desk: Desk):
    desk.fault("balancer_down")
    with pytest.raises(httpx.ConnectError):
        desk.dsrm.get("/v1/fleet")
    assert desk.lab.get("/lab/state").json()["dsrm"]["down"] is True
    desk.fault("balancer_down", on=False)
    eventually(lambda: all(s["report_age_s"] < 1 for s in desk.fleet()["servers"]), "fresh reports")
    assert len(desk.fleet()["servers"]) == 6


def test_a_slow_balancer_answers_late_and_takes_reports_in_time(desk: Desk):
    desk.fault("balancer_slow", seconds=0.4)
    answer = desk.dsrm.get("/v1/fleet")
    assert answer.elapsed.total_seconds() >= 0.4
    seq = desk.server("dsrs-001")["reported_seq"]
    eventually(lambda: desk.server("dsrs-001")["reported_seq"] > seq, "reports while it is slow")


def test_a_detach_that_times_out_is_done_all_the_same(desk: Desk):
    desk.fault("balancer_lies", mode="times_out")
    with pytest.raises(httpx.ReadTimeout):
        desk.detach("dsrs-003", timeout=0.3)
    assert desk.server("dsrs-003")["state"] == "detached"


def test_a_detach_that_is_taken_back(desk: Desk):
    desk.fault("balancer_lies", mode="takes_back", seconds=0.2)
    assert desk.detach("dsrs-003").json()["server"]["state"] == "detached"
    eventually(lambda: desk.server("dsrs-003")["state"] == "attached", "the detach taken back")


def test_restarts_with_and_without_its_memory(desk: Desk):
    desk.detach("dsrs-001")
    first = desk.fleet()["balancer"]["incarnation"]
    desk.fault("balancer_restarts")
    assert desk.server("dsrs-001")["state"] == "detached"
    second = desk.fleet()["balancer"]["incarnation"]
    desk.fault("balancer_forgets")
    eventually(lambda: len(desk.fleet()["servers"]) == 6, "six reports")
    assert desk.server("dsrs-001")["state"] == "attached"
    assert len({first, second, desk.fleet()["balancer"]["incarnation"]}) == 3
    assert desk.lab.post("/lab/faults", json={"kind": "balancer_lies", "mode": "perjury"}).status_code == 422
