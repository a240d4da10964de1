"""DSRM's table and decisions, without a socket."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.dsrm import wire
from console.lab.dsrm.table import SESSION_TTL_S, Instant, Table
from console.lab.problem import Problem
from console.policy import LeastReported

POOL = "-a-general/8k"


def at(s: float) -> Instant:
    return Instant(s, 1_700_000_000.0 + s)


def report(seq: int = 1, connections: int = 0, incarnation: str = "A", limit: int = 2, **other: Any) -> wire.Report:
    place = {"pool": POOL, "address": "127.0.0.1:9", "status_url": "http://127.0.0.1:9/v1/status"}
    return wire.Report(incarnation, seq, connections, limit, **{**place, **other})


def new_table() -> Table:
    return Table(LeastReported(), 0.25, Random(3), at(0))


def kinds(table: Table) -> list[str]:
    return [event.kind for event in table.events(0, 1000)[1]]


def pick(table: Table, s: float = 0.0) -> wire.Picked:
    return table.pick(wire.PickRequest(POOL, "websocket"), at(s))


def test_the_first_report_of_an_incarnation_joins_and_an_old_one_changes_nothing():
    table = new_table()
    table.report("a", report(5, 1), at(1))
    etag = table.etag
    table.report("a", report(5, 9), at(2))
    table.report("a", report(4, 9), at(3))
    line = table.fleet(at(4)).servers[0]
    assert (line.reported_connections, line.reported_seq, line.report_age_s) == (1, 5, 3.0)
    table.report("a", report(6, 2), at(5))
    assert table.fleet(at(5)).servers[0].reported_connections == 2
    assert table.etag == etag, "a report is no change of membership"
    assert kinds(table) == ["start", "join"]


def test_a_new_incarnation_of_a_detached_server_joins_attached_with_a_new_base():
    table = new_table()
    table.report("a", report(), at(0))
    table.report("b", report(), at(0))
    pick(table)
    row = table.get("a")
    assert row is not None
    table.detach(row, wire.ActionRequest("A", "op", "why"), "key-12345", at(1))
    table.report("a", report(1, incarnation="B"), at(2))
    line = table.fleet(at(2)).servers[0]
    assert (line.state, line.incarnation, line.routed_total, line.detached) == ("attached", "B", 0, None)
    table.report("a", report(99, 7, incarnation="A"), at(3))
    assert table.fleet(at(3)).servers[0].incarnation == "B", "a late report of the former life does not bring it back"
    assert kinds(table) == ["start", "join", "join", "detach", "join"]


def test_a_silent_server_looks_idle_for_ever_and_gets_everything():
    table = new_table()
    table.report("silent", report(1, 0, limit=12), at(0))
    for n in range(1, 30):
        table.report("other", report(n, 1, limit=12), at(n))
        assert pick(table, n).server == "silent"
    line = next(line for line in table.fleet(at(29)).servers if line.id == "silent")
    assert (line.believed_connections, line.in_flight, line.routed_total, line.report_age_s) == (0, 29, 29, 29.0)


def test_no_available_server_is_counted_as_a_refused_session():
    table = new_table()
    table.report("a", report(1, 2, limit=2), at(0))
    with pytest.raises(Problem) as caught:
        pick(table)
    assert (caught.value.status, caught.value.code) == (503, "no_available_server")
    fleet = table.fleet(at(1))
    for scope in (fleet, fleet.pools[POOL], fleet.interfaces["websocket"]):
        assert scope.sessions_total["started"] == scope.sessions_total["refused"] == 1
        assert scope.errors_total[MAXIMUM_CLIENTS] == 1
    assert fleet.servers[0].refused_total == {"maximum_clients": 0, "connect": 0, "no_answer": 0}


@pytest.mark.parametrize(
    ("text", "where"),
    [(MAXIMUM_CLIENTS, "maximum_clients"), (CANNOT_CONNECT_TO_SERVER, "connect"), (CANNOT_CONNECT, "no_answer")],
)
def test_an_outcome_counts_once_and_on_the_server_it_was_sent_to(text: str, where: str):
    table = new_table()
    table.report("a", report(), at(0))
    session = pick(table).session
    table.end(session, wire.EndRequest("refused", text))
    with pytest.raises(Problem, match="ended already"):
        table.end(session, wire.EndRequest("refused", text))
    fleet = table.fleet(at(1))
    assert fleet.servers[0].refused_total[where] == 1
    assert fleet.errors_total[text] == 1
    assert fleet.sessions_total["refused"] == 1


def test_sessions_that_nobody_ends_are_forgotten_after_their_time():
    table = new_table()
    table.report("a", report(), at(0))
    old, new = pick(table, 0).session, pick(table, 10).session
    table.forget_sessions(at(SESSION_TTL_S + 5))
    with pytest.raises(Problem):
        table.end(old, wire.EndRequest("completed"))
    table.end(new, wire.EndRequest("completed"))


def test_error_texts_from_the_network_cannot_grow_the_table_without_bound():
    table = new_table()
    table.report("a", report(limit=1000), at(0))
    with pytest.raises(Problem) as caught:
        for n in range(1000):
            table.end(pick(table).session, wire.EndRequest("refused", f"text {n}"))
    assert caught.value.status == 422
    assert len(table.fleet(at(0)).errors_total) == 100


def test_only_the_overdue_may_leave_and_only_once():
    table = new_table()
    table.report("a", report(), at(0))
    table.report("b", report(), at(50))
    (row,) = table.overdue(at(61), 60)
    assert row.id == "a"
    table.leave(row, at(61))
    table.leave(row, at(61))
    assert kinds(table) == ["start", "join", "join", "leave"]
    table.report("a", report(7), at(62))
    assert kinds(table)[-1] == "join", "who comes back joins again"


@given(st.integers(0, 30), st.integers(1, 40))
def test_events_can_be_read_in_pages(after: int, limit: int):
    table = new_table()
    for n in range(19):
        table.report(f"s{n}", report(), at(n))
    oldest, events, following = table.events(after, limit)
    wanted = list(range(after + 1, 21))[:limit]
    assert oldest == 1
    assert [event.seq for event in events] == wanted
    assert following == (wanted[-1] if wanted else after)
