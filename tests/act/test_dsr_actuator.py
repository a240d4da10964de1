"""Detach and attach over the wire: asked once, whatever happens."""

from __future__ import annotations

import json

import pytest

from console.act import DsrActuator
from console.domain.actions import Answer, Intent
from console.domain.states import Verb
from console.net import ControlClient, Endpoint
from tests.support.calls import WATCHDOG_S
from tests.support.faultserver import Behaviour, FaultServer, answering, ending_after, hanging, reset_after
from tests.support.payloads import http, server

pytestmark = pytest.mark.asyncio

INTENT = Intent(
    "key-0001", Verb.DETACH, "dsrs/ 7?", "i1", "8k", "noc-2", "frozen at 0", 0.0, 0.0, review_at=1737407200.0
)


async def send(behaviour: Behaviour, deadline_s: float = WATCHDOG_S) -> tuple[Answer, bytes]:
    async with FaultServer(behaviour) as dsrm:
        actuator = DsrActuator(ControlClient(Endpoint(dsrm.url(), "tok"), deadline_s=deadline_s))
        answer = await actuator.send(INTENT, '"b1.7"')
        await actuator.close()
        assert len(dsrm.requests) == 1
        return answer, dsrm.requests[0]


async def test_says_all_that_the_contract_asks_for() -> None:
    done = {"server": server(), "generation": 8, "replayed": True}
    answer, request = await send(answering(http(done)))
    assert answer == Answer(200, generation=8, replayed=True)
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/servers/dsrs%2F%207%3F/detach HTTP/1.1\r\n")
    lower = head.lower()
    assert b'\r\nif-match: "b1.7"' in lower
    assert b"\r\nidempotency-key: key-0001" in lower
    assert b"\r\nauthorization: bearer tok" in lower
    assert json.loads(body) == {
        "incarnation": "i1",
        "operator": "noc-2",
        "reason": "frozen at 0",
        "review_at": 1737407200.0,
    }


async def test_refusals_keep_their_word_and_their_details() -> None:
    refusal = {
        "error": {
            "code": "generation_changed",
            "message": "Changed.",
            "details": {"generation": 9, "events": [{"seq": 1}]},
        }
    }
    answer, _ = await send(answering(http(refusal, "412 Precondition Failed")))
    assert (answer.status, answer.code, answer.message, answer.generation) == (412, "generation_changed", "Changed.", 9)
    assert answer.details["events"] == '[{"seq": 1}]'
    busy = {"error": {"code": "too_many_actions", "message": "Slowly.", "details": {}}}
    answer, _ = await send(answering(http(busy, "429 Too Many Requests", "Retry-After: 12")))
    assert (answer.status, answer.code, answer.retry_after_s) == (429, "too_many_actions", 12.0)
    answer, _ = await send(answering(http(b"<html>", "502 Bad Gateway")))
    assert (answer.status, answer.code) == (502, None)


@pytest.mark.parametrize(
    "behaviour",
    [
        reset_after(b""),
        reset_after(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        ending_after(b""),
        ending_after(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        answering(http(b"not JSON")),
        answering(http(b"", "302 Found", "Location: http://127.0.0.1:1/")),
    ],
)
async def test_no_answer_that_proves_anything_is_an_unknown_outcome(behaviour: Behaviour) -> None:
    answer, _ = await send(behaviour)
    assert answer.status is None
    assert answer.message


async def test_silence_is_an_unknown_outcome_too() -> None:
    answer, _ = await send(hanging(), deadline_s=0.3)
    assert answer.status is None
