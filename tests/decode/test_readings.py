"""Bodies of the contract, and what is missing in them, become readings."""

from __future__ import annotations

import json

import pytest

from console.decode import decode_fleet, decode_status
from console.domain.errors import BadAnswer
from console.domain.states import Attachment
from tests.support.payloads import body, fleet, server, status


def test_a_whole_fleet() -> None:
    detached = {
        "by": "noc-2",
        "at": 1737400000.0,
        "reason": "frozen",
        "key": "k",
        "incarnation": "i1",
        "review_at": None,
    }
    document = fleet(
        [
            server("a"),
            server("b", state="detached", detached=detached, report_age_s=None),
            server("c", state="resting"),
        ],
        balancer={"algorithm_parameters": {"choices": 2, "name": "x\x1b[31m", "deep": {"a": [1]}}},
        pools={"8k": {"errors_total": {"s can't connect": 2}, "sessions_total": {"started": 9}}},
    )
    reading = decode_fleet(body(document), '"b1.7"')
    assert (reading.balancer_id, reading.incarnation, reading.generation, reading.etag) == ("dsrm-1", "b1", 7, '"b1.7"')
    assert reading.algorithm_parameters == {"choices": 2, "name": "x[31m", "deep": '{"a": [1]}'}
    first, second, third = reading.servers
    assert (first.attachment, first.believed_connections, first.report_age_s) == (Attachment.ATTACHED, 3, 0.31)
    assert (second.attachment, second.report_age_s) == (Attachment.DETACHED, None)
    assert second.detached is not None
    assert (second.detached.by, second.detached.reason) == ("noc-2", "frozen")
    assert third.attachment is Attachment.UNKNOWN
    assert reading.pools["8k"].errors_total == {"s can't connect": 2}


def test_a_balancer_that_compares_averages_believes_fractions() -> None:
    (entry,) = decode_fleet(body(fleet([server("a", believed_connections=4.25)]))).servers
    assert entry.believed_connections == 4.25


def test_only_what_is_required() -> None:
    reading = decode_fleet(
        b'{"time":1,"balancer":{"id":"b","incarnation":"i","generation":0},"servers":[{"id":"a","state":"attached","routed_total":0}]}'
    )
    (entry,) = reading.servers
    missing = (entry.incarnation, entry.status_url, entry.max_connections, entry.believed_connections, entry.in_flight)
    assert missing == (None,) * 5
    assert reading.etag == '"i.0"'
    assert decode_status(b'{"id":"a","incarnation":"i","connections":0,"x":[{}]}').started_total is None


def test_a_whole_status() -> None:
    reading = decode_status(body(status()))
    assert (reading.connections, reading.started_total, reading.session_age_p90_s) == (11, 5120, 11.0)
    assert (reading.memory_pressure, reading.sent_seq, reading.cpu, reading.lag_s) == (0.12, 4711, 0.93, 0.42)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "a\nb"},
        {"id": "a" * 129},
        {"id": "\u202edsrs"},
        {"id": ".."},
        {"id": " a"},
        {"id": 7},
        {"state": None},
        {"routed_total": None},
        {"routed_total": -1},
        {"routed_total": 2**53 + 1},
        {"routed_total": 1.5},
        {"routed_total": "1"},
        {"routed_total": True},
        {"report_age_s": -0.1},
        {"report_age_s": 1e17},
        {"refused_total": {"x": -1}},
        {"pool": 3},
    ],
)
def test_a_server_that_breaks_the_contract(change: dict) -> None:
    with pytest.raises(BadAnswer, match=r"^The fleet .+\.$"):
        decode_fleet(body(fleet([server("ok"), server(**{"name": "x", **change})])))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"time":NaN}',
        body(fleet([server("a"), server("a")])),
        body(fleet(schema="dsrm/2")),
        body(fleet(balancer={"id": ""})),
        body(fleet(time=-1)),
        body(fleet(errors_total={f"e{number}": 1 for number in range(1001)})),
        body(fleet())[:-1],
        body(fleet()) + b" x",
        body(fleet()).replace(b'"time": ', b'"deep": ' + b"[" * 100_000 + b', "time": '),
        b'{"servers":[' + b'{"id":"a","state":"","routed_total":0},' * 200_000 + b"]}",
        body(fleet())[:-1]
        + b',"refused_total":{'
        + b",".join(b'"%d":1' % number for number in range(1_100_000))
        + b"}}",
    ],
    ids=lambda raw: raw[:20],
)
def test_a_fleet_that_breaks_the_contract(raw: bytes) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode_fleet(raw)
    assert len(str(caught.value)) < 300


def test_ten_thousand_servers_and_not_one_more() -> None:
    small = [{"id": f"s{number}", "state": "attached", "routed_total": 0} for number in range(10_001)]
    with pytest.raises(BadAnswer, match="10001 servers"):
        decode_fleet(body(fleet(small)))
    assert len(decode_fleet(body(fleet(small[:10_000]))).servers) == 10_000


@pytest.mark.parametrize("etag", ["", "W/x", '"' + "a" * 300 + '"', '"a\x80"', "b1.7", '"a\r\n"'])
def test_an_etag_that_cannot_be_sent_back_is_made_from_the_body(etag: str) -> None:
    assert decode_fleet(body(fleet()), etag).etag == '"b1.7"'


def test_names_of_counters_that_become_the_same_add_up() -> None:
    document = fleet(errors_total={"s can't\u200b connect": 1, "s can't connect": 2})
    assert decode_fleet(body(document)).fleet.errors_total == {"s can't connect": 3}


def test_an_unpaired_surrogate_is_no_text() -> None:
    raw = json.dumps(status()).replace('"last_error": null', '"last_error": "\\ud800"').encode()
    with pytest.raises(BadAnswer):
        decode_status(raw)
