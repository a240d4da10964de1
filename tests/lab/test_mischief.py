"""What the lab can do to DSRM: reports ignored, lies for each step of the ladder, restarts, another algorithm."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from console.lab.dsrm import wire
from console.lab.dsrm.actions import Actions, Admitted, Asked, Verb
from console.lab.dsrm.mischief import Mischief, NoAnswer
from console.lab.dsrm.table import Instant, Table
from console.lab.problem import Problem
from console.policy import CountInFlight, ExcludeStale, LeastReported

POOL = "-a-general/8k"


@dataclass
class Bench:
    """A table of servers a, b, c with its mischief, on a clock that a test moves."""

    table: Table = field(init=False)
    actions: Actions = field(init=False)
    mischief: Mischief = field(init=False)
    now_s: float = 0.0
    seq: int = 0
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.table = Table(LeastReported(), 0.25, Random(3), self.now())
        self.actions = Actions(self.table, 0)
        self.mischief = Mischief(self.table, self.actions, self.now, lambda s, call: self.later.append((s, call)))
        for server in "abc":
            self.report(server)

    def now(self) -> Instant:
        return Instant(self.now_s, 1_700_000_000.0 + self.now_s)

    def report(self, server: str, connections: int = 0, incarnation: str = "A") -> None:
        self.seq += 1
        place = (POOL, "127.0.0.1:9", "http://127.0.0.1:9/v1/status")
        self.table.report(server, wire.Report(incarnation, self.seq, connections, 12, *place), self.now())

    def strike(self, kind: str, *, on: bool = True, seconds: float | None = None, **more: Any) -> dict[str, Any]:
        return self.mischief.strike({"kind": kind, "on": on, "seconds": seconds, "mode": "", "servers": [], **more})

    def ask(self, verb: Verb, server: str = "a", key: str = "key-12345") -> tuple[int, dict[str, Any]]:
        body = json.dumps({"incarnation": "A", "operator": "noc", "reason": "why"}).encode()
        admitted = self.actions.admit(Asked(verb, server, self.table.etag, key, body), self.now())
        assert isinstance(admitted, Admitted)
        return self.mischief.carry_out(admitted)

    def state(self, server: str = "a") -> str:
        return next(line.state for line in self.table.fleet(self.now()).servers if line.id == server)

    def picked(self, count: int = 60) -> set[str]:
        return {self.table.pick(wire.PickRequest(POOL, "direct"), self.now()).server for _ in range(count)}


def test_ignored_reports_are_received_and_not_used():
    bench = Bench()
    bench.report("a", 1)
    assert bench.strike("ignore", servers=["a", "nobody"])["servers"] == ["a"]
    bench.picked(1)
    bench.now_s = 5.0
    bench.report("a", 7)
    line = bench.table.fleet(bench.now()).servers[0]
    assert (line.reported_connections, line.report_age_s) == (1, 5.0)
    assert (line.received_seq, line.received_age_s) == (bench.seq, 0.0)
    assert line.received_seq > line.reported_seq
    bench.strike("ignore", on=False, servers=["a"])
    bench.report("a", 8)
    line = bench.table.fleet(bench.now()).servers[0]
    assert (line.reported_connections, line.reported_seq, line.report_age_s) == (8, bench.seq, 0.0)


@pytest.mark.parametrize("verb", ["detach", "attach"])
def test_each_lie_is_caught_by_another_step_of_the_ladder(verb: Verb):
    """Answer, what the fleet shows, what is routed: an honest balancer agrees on all three, each liar breaks one."""
    seen: dict[str, tuple[int | None, bool, bool]] = {}
    for mode in ("", "does_nothing", "never_does", "still_routes", "takes_back", "times_out"):
        bench = Bench()
        if verb == "attach":
            bench.ask("detach", key="before-123")
        if mode:
            bench.strike("balancer_lies", mode=mode)
        generation, wanted = bench.table.generation, f"{verb}ed"
        try:
            status, _ = bench.ask(verb)
        except NoAnswer:
            status = None
        shown, routed = bench.state() == wanted, ("a" in bench.picked()) is (verb == "attach")
        seen[mode] = (status, shown, routed)
        assert (bench.table.generation != generation) is shown
        if mode == "takes_back":
            [(seconds, call)] = bench.later
            assert seconds == 3.0
            call()
            assert bench.state() != wanted
            assert bench.table.newest_events(1)[0].by == "dsrm"
    assert seen == {
        "": (200, True, True),
        "does_nothing": (200, False, False),
        "never_does": (202, False, False),
        "still_routes": (200, True, False),
        "takes_back": (200, True, True),
        "times_out": (None, True, True),
    }


def test_an_honest_balancer_again_does_what_it_shows():
    bench = Bench()
    bench.strike("balancer_lies", mode="still_routes")
    bench.ask("detach")
    assert "a" in bench.picked()
    bench.strike("balancer_lies", on=False)
    assert "a" not in bench.picked()
    with pytest.raises(Problem, match="knows no lie 'perjury'; it knows does_nothing, "):
        bench.strike("balancer_lies", mode="perjury")


def test_a_balancer_that_forgets_knows_nobody_until_the_next_reports():
    bench = Bench()
    bench.strike("balancer_lies", mode="takes_back")
    bench.ask("detach", "b")
    bench.picked(5)
    etag = bench.table.etag
    bench.strike("balancer_forgets")
    assert bench.table.fleet(bench.now()).servers == []
    assert bench.table.etag != etag
    assert [event.kind for event in bench.table.events(0, 10)[1]] == ["start"]
    for server in "abc":
        bench.report(server)
    bench.later[0][1]()
    fleet = bench.table.fleet(bench.now())
    assert {line.state for line in fleet.servers} == {"attached"}
    assert {line.routed_total for line in fleet.servers} == {0}
    assert fleet.sessions_total["started"] == 0
    assert bench.ask("detach", "b")[0] == 200, "keys are not kept across a restart"


def test_a_plain_restart_keeps_reports_and_detached_states_and_counts_anew():
    bench = Bench()
    bench.ask("detach", "b")
    bench.picked(5)
    incarnation = bench.table.incarnation
    bench.strike("balancer_restarts")
    fleet = bench.table.fleet(bench.now())
    assert {line.id: line.state for line in fleet.servers} == {"a": "attached", "b": "detached", "c": "attached"}
    assert {(line.routed_total, line.in_flight) for line in fleet.servers} == {(0, 0)}
    assert fleet.balancer.incarnation != incarnation
    assert fleet.sessions_total["started"] == 0
    assert POOL in fleet.pools


def test_another_algorithm_is_an_event_and_a_new_generation():
    bench = Bench()
    generation = bench.table.generation
    bench.table.use(ExcludeStale(stale_after_intervals=4.0), bench.now(), "lab")
    fleet = bench.table.fleet(bench.now())
    assert (fleet.balancer.algorithm, fleet.balancer.generation) == ("exclude-stale", generation + 1)
    assert fleet.balancer.algorithm_parameters == {"stale_after_intervals": 4.0, "panic_share": 0.0}
    event = bench.table.newest_events(1)[0]
    assert (event.kind, event.server, event.by, event.generation) == ("algorithm", None, "lab", generation + 1)
    assert event.reason == "least-reported -> exclude-stale (stale_after_intervals 4, panic_share 0)"
    bench.now_s = 1.01
    for server in "ab":
        bench.report(server)
    assert bench.picked() == {"a", "b"}, "c has been silent for more than 4 intervals"
    assert [line.believed_connections for line in bench.table.fleet(bench.now()).servers] == [0, 0, None]
    bench.table.use(CountInFlight(), bench.now())
    bench.picked(3)
    assert sum(line.believed_connections or 0 for line in bench.table.fleet(bench.now()).servers) > 0
