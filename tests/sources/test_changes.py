"""The balancer's log of changes, followed from reading to reading."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.errors import DeadlinePassed, Unreachable
from console.domain.readings import FleetReading
from console.net import Endpoint, HttpAnswer
from console.sources.changes import KEPT, ChangeLog
from console.sources.dsr import DsrSource
from tests.support.calls import WATCHDOG_S
from tests.support.faultserver import FaultServer, asked
from tests.support.payloads import Json, body, fleet, http

pytestmark = pytest.mark.asyncio


def event(seq: int) -> Json:
    return {"seq": seq, "time": 1.0, "kind": "detach", "server": "a", "by": "noc", "generation": seq, "key": f"k{seq}"}


class Log:
    """A balancer's log of so many events, or what it says instead."""

    def __init__(self, count: int = 0) -> None:
        self.count, self.asked = count, list[str]()
        self.instead: HttpAnswer | Exception | None = None

    async def __call__(self, path: str, deadline_s: float) -> HttpAnswer:
        self.asked.append(path)
        if isinstance(self.instead, Exception):
            raise self.instead
        return self.instead or HttpAnswer(200, [], body(self.answer(path)))

    def answer(self, path: str) -> Json:
        after, limit = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        told = [event(seq) for seq in range(after + 1, min(after + limit, self.count) + 1)]
        return {"oldest": 1, "events": told, "next": told[-1]["seq"] if told else after}


def reading(generation: int, life: str = "b1") -> FleetReading:
    return FleetReading(1.0, "dsrm-1", life, generation, ())


async def test_it_is_asked_only_for_what_is_new_and_only_where_something_is() -> None:
    log = Log(2)
    changes = ChangeLog(log)
    first = await changes.upto(reading(2), WATCHDOG_S)
    assert [one.key for one in first.changes] == ["k1", "k2"] and first.changes_known
    assert (await changes.upto(reading(2), WATCHDOG_S)).changes == first.changes and len(log.asked) == 1
    log.count = 3
    assert [one.seq for one in (await changes.upto(reading(3), WATCHDOG_S)).changes] == [1, 2, 3]
    assert log.asked[-1] == "/v1/events?after=2&limit=1000"
    log.count = 1
    again = await changes.upto(reading(1, "b2"), WATCHDOG_S)
    assert [one.seq for one in again.changes] == [1], "a new life has a log of its own"


async def test_a_log_that_cannot_be_read_costs_no_fleet_and_is_read_the_next_time() -> None:
    log = Log(1)
    changes = ChangeLog(log)
    for failure in (Unreachable("gone"), DeadlinePassed("late"), HttpAnswer(503, [], b"")):
        log.instead = failure
        assert (await changes.upto(reading(1), WATCHDOG_S)).changes_known is False
    assert (await changes.upto(reading(1), 0.0)).changes_known is False, "no time was left"
    log.instead = None
    assert (await changes.upto(reading(1), WATCHDOG_S)).changes_known is True


@pytest.mark.parametrize("instead", [HttpAnswer(404, [], b""), HttpAnswer(403, [], b""), HttpAnswer(200, [], b"{}")])
async def test_a_balancer_without_a_log_is_asked_once(instead: HttpAnswer) -> None:
    log = Log()
    log.instead = instead
    changes = ChangeLog(log)
    for generation in (1, 2):
        assert (await changes.upto(reading(generation), WATCHDOG_S)).changes_known is None
    assert len(log.asked) == 1


async def test_a_long_log_is_read_to_its_end_and_its_newest_part_is_kept() -> None:
    log = Log(12_500)
    changes = ChangeLog(log)
    assert (await changes.upto(reading(1), WATCHDOG_S)).changes_known is False, "more than one reading may ask for"
    whole = await changes.upto(reading(1), WATCHDOG_S)
    assert whole.changes_known and len(whole.changes) == KEPT and whole.changes[-1].seq == 12_500


async def test_on_the_wire_table_and_log_come_from_one_balancer_with_one_token() -> None:
    log = Log(1)

    def answer(request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        return http(log.answer(path) if path.startswith("/v1/events") else fleet())

    async with FaultServer(asked(answer)) as dsrm:
        source = DsrSource(Endpoint(dsrm.url(), "S3cret"), deadline_s=WATCHDOG_S)
        read: Any = await source.fleet()
        await source.close()
        assert read.changes_known and [one.by for one in read.changes] == ["noc"]
        assert all(b"Authorization: Bearer S3cret\r\n" in request for request in dsrm.requests)
        assert len(dsrm.requests) == 2
