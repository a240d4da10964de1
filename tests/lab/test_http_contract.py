"""DSRM and DSRS over real sockets, by hand: what schemathesis cannot know."""

from __future__ import annotations

import itertools
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest

from console.lab.dsrs import framing
from console.lab.process import LabProcess, start_lab
from tests.lab.conftest import QUIET
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("quiet_lab")]
POOL = "-a-general/8k"
_numbers = itertools.count(1)


class Desk:
    """Somebody who reads the fleet and acts on it."""

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=10)

    def fleet(self) -> dict[str, Any]:
        return self.http.get("/v1/fleet").json()

    def server(self, name: str) -> dict[str, Any]:
        return next(server for server in self.fleet()["servers"] if server["id"] == name)

    def act(self, verb: str, name: str, key: str | None = None, etag: str | None = None) -> httpx.Response:
        return self.http.post(
            f"/v1/servers/{name}/{verb}",
            headers={
                "If-Match": etag or self.http.get("/v1/fleet").headers["etag"],
                "Idempotency-Key": key or f"test-key-{next(_numbers):05d}",
            },
            json={"incarnation": self.server(name)["incarnation"], "operator": "test", "reason": "because"},
        )

    def pick(self, pool: str = POOL) -> httpx.Response:
        return self.http.post("/v1/pick", json={"pool": pool, "interface": "direct"})

    def end(self, session: str, **outcome: Any) -> httpx.Response:
        return self.http.post(f"/v1/sessions/{session}/end", json=outcome)


@pytest.fixture
def desk(quiet_lab: LabProcess) -> Iterator[Desk]:
    desk = Desk(quiet_lab.dsrm_url)
    with desk.http:
        yield desk


@pytest.fixture
def order(quiet_lab: LabProcess) -> Iterator[Callable[..., httpx.Response]]:
    """Gives the lab an order."""
    with httpx.Client(base_url=quiet_lab.lab_url, trust_env=False, timeout=10) as http:

        def give(method: str, path: str, **json: Any) -> httpx.Response:
            return http.request(method, path, json=json)

        yield give


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def open_session(address: str, session: str = "s", pool: str = POOL, early: bytes = b"") -> tuple[socket.socket, bytes]:
    """A session on a bare socket, and the head of the answer; `early` frames leave with the request."""
    host, port = address.split(":")
    sock = socket.create_connection((host, int(port)), timeout=10)
    body = f'{{"session": "{session}", "pool": "{pool}", "format": "LSB8K"}}'.encode()
    head = (
        f"POST /v1/sessions HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: dsr-session/1\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    sock.sendall(head.encode() + body + early)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(65_536)
    return sock, answer


def read_rest(sock: socket.socket) -> bytes:
    data = b""
    while part := sock.recv(65_536):
        data += part
    return data


def test_detach_and_attach_show_in_fleet_etag_and_events(desk: Desk):
    before = desk.http.get("/v1/fleet")
    generation = before.json()["balancer"]["generation"]
    assert before.headers["etag"] == f'"{before.json()["balancer"]["incarnation"]}.{generation}"'
    answer = desk.act("detach", "dsrs-002", key="detach-002")
    assert answer.status_code == 200
    assert answer.json()["generation"] == generation + 1
    server = desk.server("dsrs-002")
    assert (server["state"], server["detached"]["by"], server["detached"]["key"]) == ("detached", "test", "detach-002")
    assert desk.http.get("/v1/fleet").headers["etag"] != before.headers["etag"]
    assert code(desk.act("detach", "dsrs-003", etag=before.headers["etag"])) == (412, "generation_changed")
    assert desk.act("attach", "dsrs-002").json()["server"]["detached"] is None
    events = desk.http.get("/v1/events", params={"limit": 1000}).json()
    assert [event["kind"] for event in events["events"]][-2:] == ["detach", "attach"]
    assert desk.http.get("/v1/events", params={"after": events["next"]}).json()["events"] == []


def test_a_lost_answer_can_be_asked_for_again(desk: Desk):
    etag = desk.http.get("/v1/fleet").headers["etag"]
    first = desk.act("detach", "dsrs-001", key="lost-answer", etag=etag).json()
    again = desk.act("detach", "dsrs-001", key="lost-answer", etag=etag).json()
    assert again == {**first, "replayed": True}
    assert code(desk.act("detach", "dsrs-002", key="lost-answer")) == (409, "key_reused")
    desk.act("attach", "dsrs-001")


def test_the_last_server_of_a_pool_stays(desk: Desk):
    assert desk.act("detach", "dsrs-005").status_code == 200
    assert code(desk.act("detach", "dsrs-006")) == (409, "last_server")
    assert desk.act("attach", "dsrs-005").status_code == 200


@pytest.mark.parametrize("missing", ["If-Match", "Idempotency-Key"])
def test_a_missing_header_is_428(desk: Desk, missing: str):
    headers = {"If-Match": '"x.1"', "Idempotency-Key": "12345678"}
    del headers[missing]
    answer = desk.http.post("/v1/servers/dsrs-001/detach", headers=headers, content=b"no json")
    assert code(answer) == (428, "precondition_required")
    assert answer.json()["error"]["details"] == {"header": missing}


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "word"),
    [
        ("PUT", "/v1/reports/x", b"{", 400, "bad_request"),
        ("PUT", "/v1/reports/x", b'"\xff"', 400, "bad_request"),
        ("POST", "/v1/pick", b"[" * 50_000, 400, "bad_request"),
        ("POST", "/v1/pick", b'{"pool": "-a-general/8k"}', 422, "invalid"),
        ("POST", "/v1/pick", b'{"pool": "-a-general/8k", "interface": "fax"}', 422, "invalid"),
        ("POST", "/v1/pick", b" " * 70_000, 413, "too_large"),
        ("POST", "/v1/sessions/nobody/end", b'{"outcome": "completed"}', 404, "unknown_session"),
        ("GET", "/v1/events?after=-1", b"", 422, "invalid"),
        ("GET", "/v1/events?limit=0", b"", 422, "invalid"),
        ("GET", "/v1/nothing", b"", 404, "not_found"),
        ("DELETE", "/v1/fleet", b"", 405, "method_not_allowed"),
    ],
)
def test_errors_have_one_form(desk: Desk, method: str, path: str, content: bytes, status: int, word: str):
    answer = desk.http.request(method, path, content=content)
    assert code(answer) == (status, word)
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_a_session_from_pick_to_end(desk: Desk):
    picked = desk.pick().json()
    before = desk.server(picked["server"])
    audio = framing.encode(framing.AUDIO, b"x" * 100)
    sock, answer = open_session(picked["address"], picked["session"], early=audio[:3])
    with sock:
        assert answer.startswith(b"HTTP/1.1 101 ")
        eventually(lambda: desk.server(picked["server"])["reported_connections"] == 1, "the report of 1")
        status = httpx.get(before["status_url"], trust_env=False).json()
        assert (status["connections"], status["id"]) == (1, picked["server"])
        assert 0 <= status["session_age_s"]["max"] <= status["uptime_s"]
        sock.sendall(audio[3:] + framing.encode(framing.END))
        assert list(framing.FrameReader().feed(read_rest(sock))) == [(framing.END, b"")], "silence has no result"
    assert desk.end(picked["session"], outcome="completed").status_code == 204
    assert code(desk.end(picked["session"], outcome="completed")) == (404, "unknown_session")
    eventually(lambda: desk.server(picked["server"])["reported_connections"] == 0, "the report of 0")


def test_a_full_server_says_so_and_one_that_loses_its_client_has_room_again(desk: Desk):
    server = desk.server("dsrs-003")
    held = [open_session(server["address"])[0] for _ in range(3)]
    refused, answer = open_session(server["address"])
    refused.close()
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b'"full"' in answer
    for sock in held:
        sock.close()
    eventually(lambda: desk.server("dsrs-003")["reported_connections"] == 0, "its clients being gone")
    assert httpx.get(server["status_url"], trust_env=False).json()["sessions_total"]["refused"] == 1


def test_broken_frames_end_a_session(desk: Desk):
    sock, answer = open_session(desk.server("dsrs-001")["address"], early=struct.pack(">Ic", 2**31, b"a"))
    with sock:
        frames = answer.partition(b"\r\n\r\n")[2] + read_rest(sock)  # the error may come along with the head
    ((kind, _),) = framing.FrameReader().feed(frames)
    assert kind == framing.ERROR


def test_cut_ends_the_sessions_of_a_detached_server(desk: Desk):
    address = desk.server("dsrs-004")["address"]
    held = [open_session(address)[0] for _ in range(2)]
    assert code(desk.act("cut", "dsrs-004")) == (409, "not_detached")
    desk.act("detach", "dsrs-004")
    etag = desk.http.get("/v1/fleet").headers["etag"]
    first = desk.act("cut", "dsrs-004", key="cut-key-1", etag=etag)
    assert (first.status_code, first.json()["cut"]) == (200, 2)
    for sock in held:
        with sock:
            ((kind, _),) = framing.FrameReader().feed(read_rest(sock))
        assert kind == framing.ERROR
    assert desk.act("cut", "dsrs-004", key="cut-key-1", etag=etag).json() == {**first.json(), "replayed": True}
    assert desk.http.get("/v1/fleet").headers["etag"] == etag, "a cut is no change of state"
    desk.act("attach", "dsrs-004")


def test_metrics_say_what_the_fleet_says(desk: Desk):
    text = desk.http.get("/metrics").text
    server = desk.fleet()["servers"][0]
    assert f'dsrm_routed_total{{server="{server["id"]}",pool="{POOL}"}} {float(server["routed_total"])}' in text
    assert text.endswith("# EOF\n")
    own = httpx.get(server["status_url"].replace("/v1/status", "/metrics"), trust_env=False).text
    assert f'dsrs_max_connections{{pool="{POOL}"}} 3.0' in own


def test_a_muted_server_reports_no_more_and_all_else_goes_on(desk: Desk, order: Callable[..., httpx.Response]):
    eventually(lambda: desk.server("dsrs-001")["reported_connections"] == 0, "its report of 0")
    other = order("POST", "/lab/faults", kind="mute", servers=["dsrs-001"], only_if_reported=2).json()
    assert (other["servers"], other["reported"]) == ([], {})
    told = order("POST", "/lab/faults", kind="mute", servers=["dsrs-001"], on=True, only_if_reported=0).json()
    assert (told["servers"], told["reported"]) == (["dsrs-001"], {"dsrs-001": 0})
    at = told["t"]
    seq = eventually(
        lambda: (s := desk.server("dsrs-001"))["report_age_s"] > 0.5 and s["reported_seq"], "half a second of silence"
    )
    assert at <= desk.fleet()["time"]
    status = httpx.get(desk.server("dsrs-001")["status_url"], trust_env=False).json()
    assert status["reporting"]["last_sent_seq"] == seq
    assert status["reporting"]["last_sent_age_s"] > 0.4
    order("POST", "/lab/faults", kind="mute", servers=["dsrs-001"], on=False)
    eventually(lambda: desk.server("dsrs-001")["reported_seq"] > seq, "reports again")


def test_a_frozen_server_accepts_and_never_answers_until_it_thaws(desk: Desk, order: Callable[..., httpx.Response]):
    url = desk.server("dsrs-002")["status_url"]
    order("POST", "/lab/faults", kind="freeze", servers=["dsrs-002"])
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, timeout=0.3, trust_env=False)
    eventually(lambda: desk.server("dsrs-002")["report_age_s"] > 0.3, "its silence")
    order("POST", "/lab/faults", kind="freeze", servers=["dsrs-002"], on=False)
    assert httpx.get(url, trust_env=False).status_code == 200


def test_another_id_and_another_clock(desk: Desk, order: Callable[..., httpx.Response]):
    url = desk.server("dsrs-003")["status_url"]
    order("POST", "/lab/faults", kind="wrong_id", servers=["dsrs-003"])
    order("POST", "/lab/faults", kind="skew", servers=["dsrs-003"], seconds=-3600)
    status = httpx.get(url, trust_env=False).json()
    assert status["id"] != "dsrs-003"
    assert status["time"] < desk.fleet()["time"] - 3500
    for kind in ("wrong_id", "skew"):
        order("POST", "/lab/faults", kind=kind, servers=["dsrs-003"], on=False)
    status = httpx.get(url, trust_env=False).json()
    assert (status["id"], abs(status["time"] - desk.fleet()["time"]) < 60) == ("dsrs-003", True)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/lab/faults", {"kind": "gremlins", "servers": ["dsrs-001"]}, 400),
        ("POST", "/lab/faults", {"kind": "mute", "servers": ["dsrs-999"]}, 404),
        ("POST", "/lab/faults", {"kind": "mute"}, 422),
        ("POST", "/lab/faults", {"servers": ["dsrs-001"]}, 422),
        ("POST", "/lab/faults", {"kind": "join", "pool": "nowhere"}, 404),
        ("PUT", "/lab/load", {"rate": -1}, 422),
        ("PUT", "/lab/load", {"rate": 1, "pool": "nowhere"}, 404),
        ("GET", "/lab/guide", {}, 404),
        ("GET", "/lab", {}, 404),
        ("POST", "/lab/state", {}, 405),
    ],
)
def test_wrong_orders(order: Callable[..., httpx.Response], method: str, path: str, body: dict[str, Any], status: int):
    answer = order(method, path, **body)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_roles_may_do_what_they_may():
    with start_lab(replace(QUIET, tokens=True, actions_per_minute=2)) as lab, ExitStack() as ends:
        tokens = {**lab.tokens(), "nobody": None, "stranger": "no-such-token"}
        desks = {role: Desk(lab.dsrm_url, token) for role, token in tokens.items()}
        for desk in desks.values():
            ends.enter_context(desk.http)
        assert code(desks.pop("nobody").http.get("/v1/fleet")) == (401, "unauthenticated")
        wrong = desks.pop("stranger").http.get("/v1/fleet")
        assert (code(wrong), wrong.headers["www-authenticate"]) == ((401, "unauthenticated"), "Bearer")
        for role, desk in desks.items():
            assert desk.http.get("/v1/whoami").json() == {"name": f"lab-{role}", "role": role}
        forbidden = (403, "forbidden")
        assert code(desks["viewer"].act("detach", "dsrs-001")) == forbidden
        assert code(desks["service"].act("detach", "dsrs-001")) == forbidden
        assert desks["operator"].act("detach", "dsrs-001").status_code == 200
        assert code(desks["operator"].act("cut", "dsrs-001")) == forbidden
        assert desks["lead"].act("cut", "dsrs-001").json()["cut"] == 0
        limited = desks["lead"].act("attach", "dsrs-001")
        assert code(limited) == (429, "too_many_actions")
        assert 1 <= int(limited.headers["retry-after"]) <= 60
        assert code(desks["lead"].pick()) == forbidden
        picked = desks["service"].pick().json()
        sock, answer = open_session(picked["address"])
        sock.close()
        assert answer.startswith(b"HTTP/1.1 401 ")
