"""Detach, attach, cut: the order of the checks and the memory of keys, without a socket."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from console.lab.dsrm import wire
from console.lab.dsrm.actions import Actions, Admitted, Asked, Verb
from console.lab.dsrm.table import Instant, Table
from console.lab.problem import Problem
from console.policy import LeastReported

KEY = "key-0001"


def at(s: float) -> Instant:
    return Instant(s, 1_700_000_000.0 + s)


class Bench:
    """Three servers of one pool, and a way to ask."""

    def __init__(self, per_minute: int = 0) -> None:
        self.table = Table(LeastReported(), 0.25, Random(3), at(0))
        self.actions = Actions(self.table, per_minute)
        for name in ("a", "b", "c"):
            self.join(name)

    def join(self, name: str, incarnation: str = "A") -> None:
        place = ("-a-general/8k", "127.0.0.1:9", "http://127.0.0.1:9/v1/status")
        self.table.report(name, wire.Report(incarnation, 1, 0, 12, *place), at(0))

    def ask(self, verb: Verb = "detach", server: str = "a", s: float = 1.0, **other: Any) -> dict[str, Any]:
        """Everything right unless said otherwise."""
        body = {"incarnation": "A", "operator": "noc-2", "reason": "why", **other.pop("fields", {})}
        parts = {"if_match": self.table.etag, "key": KEY, "body": json.dumps(body).encode(), **other}
        admitted = self.actions.admit(Asked(verb, server, **parts), at(s))
        return self.actions.carry_out(admitted, at(s)) if isinstance(admitted, Admitted) else admitted

    def refusal(self, **ask: Any) -> Problem:
        before = (self.table.generation, self.table.etag)
        with pytest.raises(Problem) as caught:
            self.ask(**ask)
        assert (self.table.generation, self.table.etag) == before, "a refusal changes nothing"
        return caught.value


def test_each_check_stands_before_the_next():
    """One request with everything wrong; mended one by one, each next error shows."""
    bench = Bench()
    bench.ask(server="b", key="used-key")
    bench.ask(server="c", key="other-key")
    wrong: dict[str, Any] = {
        "if_match": None,
        "key": None,
        "body": b"{",
        "server": "nobody",
    }
    seen: list[tuple[int, str]] = []

    def refused() -> None:
        problem = bench.refusal(**wrong)
        seen.append((problem.status, problem.code))

    refused()
    wrong["if_match"] = '"stale.1"'
    refused()
    wrong["key"] = "short"
    refused()
    wrong["key"] = "used-key"
    refused()
    wrong["body"] = b'{"incarnation": "B", "operator": "", "reason": "why"}'
    refused()
    wrong["body"] = b'{"incarnation": "B", "operator": "noc", "reason": "why"}'
    refused()
    wrong["key"] = KEY
    refused()
    wrong["server"] = "a"
    refused()
    wrong["body"] = b'{"incarnation": "A", "operator": "noc", "reason": "why"}'
    refused()
    wrong["if_match"] = bench.table.etag
    refused()
    assert seen == [
        (428, "precondition_required"),
        (428, "precondition_required"),
        (422, "invalid"),
        (400, "bad_request"),
        (422, "invalid"),
        (409, "key_reused"),
        (404, "unknown_server"),
        (409, "incarnation_changed"),
        (412, "generation_changed"),
        (409, "last_server"),
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"operator": ""}, "operator"),
        ({"operator": "x" * 101}, "operator"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": 7}, "reason"),
        ({"incarnation": None}, "incarnation"),
        ({"review_at": "tomorrow"}, "review_at"),
        ({"review_at": -1}, "review_at"),
    ],
)
def test_what_is_out_of_bounds_is_named(fields: dict[str, Any], field: str):
    problem = Bench().refusal(fields=fields)
    assert (problem.status, problem.code, problem.details) == (422, "invalid", {"field": field})


def test_a_missing_field_is_named():
    problem = Bench().refusal(body=b'{"incarnation": "A", "operator": "noc"}')
    assert (problem.status, problem.details) == (422, {"field": "reason"})


def test_the_same_request_again_gives_the_first_answer_and_has_no_second_effect():
    bench = Bench()
    first = bench.ask()
    generation = bench.table.generation
    body = b'{ "reason":"why","operator":"noc-2",  "incarnation":"A" }'
    again = bench.ask(s=50, body=body, if_match='"long-gone.1"')
    assert again == {**first, "replayed": True}
    assert not first["replayed"]
    bench.ask("attach", key="attach-01")
    assert bench.ask(s=60, if_match='"long-gone.1"') == {**first, "replayed": True}
    assert bench.table.fleet(at(60)).servers[0].state == "attached", "a replay is no second detach"
    assert bench.table.generation == generation + 1


@pytest.mark.parametrize("other", [{"verb": "attach"}, {"server": "b"}, {"fields": {"reason": "another"}}])
def test_a_key_belongs_to_one_request(other: dict[str, Any]):
    bench = Bench()
    bench.ask()
    assert bench.refusal(**other).code == "key_reused"


def test_a_refusal_is_not_remembered_under_its_key():
    bench = Bench()
    assert bench.refusal(if_match='"stale.1"').code == "generation_changed"
    assert not bench.ask()["replayed"]


def test_keys_are_forgotten_after_a_day_and_beyond_ten_thousand():
    bench = Bench()
    bench.ask(s=0)
    assert bench.ask(s=86_400)["replayed"]
    assert not bench.ask(s=86_401)["replayed"]
    for n in range(10_000):
        bench.ask(s=86_402, key=f"fill-{n:05d}")
    assert not bench.ask(s=86_402)["replayed"]


def test_already_so_is_success_whatever_if_match_says_and_changes_nothing():
    bench = Bench()
    bench.ask()
    generation = bench.table.generation
    answer = bench.ask(key="key-0002", if_match='"stale.1"', fields={"operator": "somebody else"})
    assert (answer["generation"], answer["replayed"]) == (generation, False)
    assert answer["server"].detached.by == "noc-2", "who did it first did it"
    assert bench.ask("attach", "b", key="key-0003", if_match='"stale.1"')["generation"] == generation


def test_a_stale_generation_is_told_what_happened():
    bench = Bench()
    stale = bench.table.etag
    bench.join("d")
    problem = bench.refusal(if_match=stale)
    assert problem.details["generation"] == bench.table.generation
    assert problem.details["etag"] == bench.table.etag
    assert problem.details["events"][-1].server == "d"


def test_an_incarnation_that_changed_is_told_the_new_one():
    bench = Bench()
    bench.join("a", "B")
    assert bench.refusal().details == {"incarnation": "B"}


def test_only_a_detached_server_can_be_cut():
    bench = Bench()
    assert bench.refusal(verb="cut").code == "not_detached"
    bench.ask()
    generation = bench.table.generation
    bench.ask("cut", key="key-cut-1")
    assert bench.table.generation == generation


def test_the_rate_limit_comes_last_counts_changes_only_and_says_when():
    bench = Bench(per_minute=1)
    bench.ask(s=10)
    assert not bench.ask(s=11, key="again-001")["replayed"], "already so: nothing to limit"
    problem = bench.refusal(server="b", key="key-0002", s=20.5)
    assert (problem.status, problem.code, problem.retry_after_s) == (429, "too_many_actions", 50)
    bench.ask(server="b", key="key-0002", s=70)
    assert bench.refusal(server="c", key="key-0003", s=71).code == "last_server", "429 stands behind it"


def test_what_the_fleet_shows_of_a_detached_server():
    bench = Bench()
    bench.ask(fields={"review_at": 1_800_000_000.0}, s=3)
    detached = bench.table.fleet(at(4)).servers[0].detached
    assert detached == wire.Detached("noc-2", at(3).wall_s, "why", KEY, "A", 1_800_000_000.0)
    event = bench.table.newest_events(1)[0]
    assert (event.kind, event.by, event.key, event.generation) == ("detach", "noc-2", KEY, bench.table.generation)
