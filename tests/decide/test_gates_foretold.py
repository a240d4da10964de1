"""The gates with a what-if at hand: the worse of both counts, a stale one or one of another fleet not at all, and it says which."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from console.decide.gates import (
    Foretold,
    GateSettings,
    Known,
    Mates,
    Projection,
    Request,
    Situation,
    appraise,
    appraise_set,
    judge,
    known_sets,
    situate,
    taken,
)
from console.decide.whatif import forecast
from console.domain.safety import Gate, Light, Move, Role, Standing, Verdict
from console.domain.states import Verb
from tests.support import foretold
from tests.support.builders import make_fleet, make_frame
from tests.support.situations import mates, situation

SETTINGS = GateSettings()


def told(pool: Mates, with_it: float, without: float = 3.0, *, ahead: tuple[int, ...] = (), **changes: Any) -> Foretold:
    """Of the detach of the target (and `ahead`): every survivor comes to so many sessions."""
    gone = {pool.target, *ahead}
    ids = tuple(name for place, name in enumerate(pool.ids) if place not in gone and bool(pool.attached[place]))
    servers = frozenset(pool.ids[place] for place in gone)
    made = Foretold(servers, 99.0, ids, np.full(len(ids), without), np.full(len(ids), with_it), 0.02)
    return replace(made, **changes)


def asked(pool: Mates, *known: Foretold, **changes: Any) -> Situation:
    return situation(pool, foretold=known, base=pool, **changes)


def room(found: Situation) -> Gate:
    return next(gate for gate in judge(found, SETTINGS) if gate.name == "capacity")


@pytest.mark.parametrize(
    ("with_it", "without", "verdict"),
    [
        (0.0, 0.0, Verdict.PASS),
        (10.2, 3.0, Verdict.PASS),
        (10.3, 3.0, Verdict.HOLD),
        (11.39, 3.0, Verdict.HOLD),
        (11.5, 3.0, Verdict.REFUSE),
        (12.0, 12.0, Verdict.PASS),
        (12.0, 11.8, Verdict.PASS),
        (12.0, 11.7, Verdict.REFUSE),
    ],
)
def test_a_what_if_makes_it_stricter_unless_it_is_full_anyway(with_it: float, without: float, verdict: Verdict) -> None:
    pool = mates(20)
    assert room(asked(pool)).verdict is Verdict.PASS
    found = room(asked(pool, told(pool, with_it, without)))
    assert found.verdict is verdict and found.breakable is (verdict is Verdict.REFUSE)
    assert str(found.grounds) == "By the what-if of 0 s ago and the projection, the worse of both."


def test_a_better_what_if_changes_no_verdict_of_the_projection() -> None:
    for sessions, rate in ((9.0, 0.8), (10.0, 0.9), (11.0, 0.8), (5.0, 0.5)):
        pool = mates(6, sessions=sessions, rate=rate)
        plain, better = room(asked(pool)), room(asked(pool, told(pool, 0.0, 0.0)))
        assert (better.verdict, better.value, better.said) == (plain.verdict, plain.value, plain.said)


def test_only_one_of_this_very_fleet_and_set_is_used() -> None:
    pool = mates(20, detached=(7,))
    bad = told(pool, 12.0)
    assert room(asked(pool, bad)).verdict is Verdict.REFUSE
    for other in (
        replace(bad, servers=frozenset({"s-001"})),
        replace(bad, ids=bad.ids[1:], with_it=bad.with_it[1:], without=bad.without[1:]),
        replace(bad, ids=("s-007", *bad.ids[1:])),
        replace(bad, ids=("new-1", *bad.ids[1:])),
    ):
        found = room(asked(pool, other))
        assert found.passed
        assert str(found.grounds) == "By the plain projection alone: no fresh what-if of this set is at hand."


def test_it_counts_who_is_detached_as_the_gate_of_the_percentage_does() -> None:
    pool = mates(20, detached=(7,))
    found = asked(pool, told(pool, 3.0))
    share = next(gate for gate in judge(found, SETTINGS) if gate.name == "percent")
    assert share.value == pytest.approx(1 - len(found.foretold[0].ids) / 20)


def test_it_grows_old_and_then_is_left_aside() -> None:
    frame = make_frame(make_fleet(20))
    ids = tuple(row.id for row in frame.rows if row.pool == frame.rows.get("dsrs-001").pool and row.id != "dsrs-001")
    bad = Foretold(frozenset({"dsrs-001"}), frame.mono_s - 10.0, ids, np.zeros(len(ids)), np.full(len(ids), 1e3), 0.02)
    for age, verdict in ((0.5, Verdict.REFUSE), (5.0, Verdict.REFUSE), (5.5, Verdict.PASS)):
        known = Known(100.0 + age, 100.0, 1.0, standing=Standing(Role.LEAD), foretold=(bad,))
        found = appraise(situate(frame, Request(Verb.DETACH, "dsrs-001"), known, SETTINGS), SETTINGS)
        gate = next(gate for gate in found.gates if gate.name == "capacity")
        assert gate.verdict is verdict
        assert ("10 s ago" in str(gate.grounds) or "15 s ago" in str(gate.grounds)) is (verdict is Verdict.REFUSE)


def test_memory_goes_by_the_sessions_of_the_what_if() -> None:
    pool = mates(20, memory_limit=1000.0, sessions=[3.0] * 10 + [4.0] * 10)
    pool = replace(pool, memory=100.0 + 100.0 * pool.sessions)
    assert room(asked(pool)).passed
    found = room(asked(pool, told(pool, 8.0)))
    assert found.verdict is Verdict.HOLD and "memory" in found.sentence and found.value == 0.9


def test_a_set_is_judged_by_the_what_if_of_the_set() -> None:
    pool = mates(64, suspects=(0, 1, 2))
    both = tuple(
        situation(
            replace(pool, target=place), foretold=(told(pool, 12.0, ahead=(1, 2)),), base=replace(pool, target=place)
        )
        for place in (0, 1, 2)
    )
    assert appraise_set(both[:2], SETTINGS).light is Light.GREEN, "of two of them nothing is foretold"
    found = appraise_set(both, SETTINGS)
    assert found.light is Light.RED and found.server == "s-002"
    assert found.first is not None and found.first.name == "capacity"


def test_ways_out_take_the_what_if_along() -> None:
    """What it says beyond the projection does not go away because somebody waits or another server joins."""
    met: set[Move] = set()
    for seed in range(60):
        dice = random.Random(seed)
        count = dice.choice((4, 6, 10, 20))
        pool = mates(
            count,
            detached=dice.sample(range(1, count), dice.randrange(2)),
            sessions=dice.choice((3.0, 6.0, 9.0)),
            rate=dice.choice((0.0, 0.4, 0.7)),
        )
        found = asked(pool, told(pool, dice.uniform(6.0, 16.0), dice.uniform(0.0, 6.0)))
        gate = next(gate for gate in appraise(found, SETTINGS).gates if gate.name == "capacity")
        for way in gate.ways:
            met.add(way.move)
            after = room(taken(found, way))
            assert after.passed, (seed, way)
            assert room(replace(taken(found, way), foretold=())).passed, "never better than the projection alone"
            assert "what-if" in str(after.grounds)
    assert {Move.WAIT, Move.JOIN} <= met


def test_histories_with_what_ifs_are_never_looser_than_without() -> None:
    """Random pools and what-ifs: the verdict with one is the projection's or stricter."""
    stricter = 0
    for seed in range(800):
        dice = random.Random(seed)
        count = dice.choice((1, 2, 3, 5, 11, 20))
        pool = mates(
            count,
            detached=[place for place in range(1, count) if dice.random() < 0.1],
            suspects=[place for place in range(count) if dice.random() < 0.1],
            sessions=dice.choice((0.0, 3.0, 9.0, 11.0, 12.0)),
            rate=dice.choice((0.0, 0.3, 0.8)),
        )
        plain = room(asked(pool))
        both = room(
            asked(pool, told(pool, dice.uniform(0.0, 14.0), dice.uniform(0.0, 14.0), margin=dice.choice((0.02, 0.2))))
        )
        assert both.verdict >= plain.verdict
        stricter += both.verdict > plain.verdict
    assert stricter > 50


def test_the_real_what_if_of_the_incident_lets_the_right_set_through() -> None:
    """Three silent ones of 64 while the herd is on them: each alone and all together stay green, by both."""
    moment = foretold.at_the_look(foretold.Incident(3, servers=64, rate=16.0))
    preview = forecast(moment.scene, (moment.muted[0],))
    known = known_sets([preview])
    assert frozenset(moment.muted[:1]) in {one.servers for one in known}
    about = Known(
        moment.frame.mono_s, moment.frame.mono_s, moment.estimate.silent_limit_s, moment.estimate.interval_s,
        routed_per_s=moment.estimate.routed_10s / moment.estimate.seconds_10, suspects=frozenset(moment.muted),
        standing=Standing(Role.OPERATOR), foretold=known,
    )  # fmt: skip
    situations = tuple(situate(moment.frame, Request(Verb.DETACH, server), about, SETTINGS) for server in moment.muted)
    first = appraise(situations[0], SETTINGS)
    assert first.light is Light.GREEN, first.first
    assert "what-if" in str(first.gates[-1].grounds) and first.prediction is not None
    assert first.prediction.foretold_share > 0
    smallest = preview.smallest
    assert smallest is not None and set(smallest.servers) == set(moment.muted)
    found = appraise_set(situations, SETTINGS)
    assert found.light is Light.GREEN, found.first
    assert "what-if" in str(next(gate for gate in found.gates if gate.name == "capacity").grounds)


def test_the_projection_is_asked_and_no_run_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The click waits for no simulation."""
    monkeypatch.setattr("console.sim.simulation.Simulation.advance", lambda *_: pytest.fail("a gate simulates"))
    pool = mates(200)
    assert room(asked(pool, told(pool, 12.0))).verdict is Verdict.REFUSE
    assert Projection().outlook(pool, 60.0) is not None
