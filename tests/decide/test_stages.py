"""The staged way back: when it is due, that it keeps a simulated herd off, and that the gate says so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from msgspec.structs import replace

from console.decide.gates import (
    GateSettings,
    Situation,
    appraise,
    herd_number,
    lead_s,
    settled,
    taken,
    wait_s,
)
from console.domain.frame import Column
from console.domain.safety import Gate, Move, Verdict
from console.domain.states import Verb
from console.sim import Plan, PoolPlan, Simulation
from tests.support.situations import mates, situation

SETTINGS = GateSettings()
POOL = "-a-general/8k"


def asked(**changes: object) -> Situation:
    """An empty, healthy server is to come back into a pool that gets 19 x 0.8 sessions a second, reported every 5 s."""
    pool = mates(20, detached=[0], sessions=[0.0] + [6.0] * 19, rate=0.8)
    return situation(pool, Verb.ATTACH, report_interval_s=5.0, detached_for_s=1e6, **changes)


def herd(found: Situation) -> Gate:
    return next(gate for gate in appraise(found, SETTINGS).gates if gate.name == "herd")


def test_the_gate_names_the_stages_as_the_way_out_and_they_are_one() -> None:
    gate = herd(asked())
    assert gate.verdict is Verdict.HOLD and "attach it in stages" in gate.sentence
    (way,) = gate.ways
    assert way.move is Move.STAGE and way.servers == ("s-000",) and str(way.said) == "attach s-000 in stages"
    assert herd(taken(asked(), way)).passed


def test_no_stage_helps_where_the_others_hold_more_than_it_may_come_to() -> None:
    full = asked()
    assert full.mates is not None
    full = full.with_mates(replace(full.mates, sessions=np.array([0.0] + [11.0] * 19)))
    assert math.isnan(lead_s(full.mates, SETTINGS.peak_share))
    gate = herd(full)
    assert gate.verdict is Verdict.HOLD and not gate.ways
    assert herd(replace(full, staged=True)).verdict is Verdict.HOLD


def test_it_is_due_so_long_before_its_next_report_that_it_then_holds_what_the_others_hold() -> None:
    pool = asked().mates
    lead = lead_s(pool, SETTINGS.peak_share)
    assert lead == pytest.approx(6.0 / (19 * 0.8))
    assert wait_s(lead, 0.0, 5.0) == pytest.approx(5.0 - lead)
    assert wait_s(lead, 4.0, 5.0) == pytest.approx(1.0 - lead)
    assert wait_s(lead, 4.9, 5.0) == pytest.approx(5.1 - lead), "too late for this one: the next"
    assert wait_s(lead, 14.0, 5.0) == pytest.approx(1.0 - lead)
    for unknown in (wait_s(lead, math.nan, 5.0), wait_s(lead, 1.0, math.nan), lead_s(None, 0.85)):
        assert math.isnan(unknown)
    assert math.isnan(lead_s(mates(1, detached=[0]), 0.85))


def test_a_load_has_settled_when_two_readings_agree_and_never_above_the_limit() -> None:
    assert settled(5.0, 6.0, 12.0, 0.85) is True
    assert settled(1.0, 6.0, 12.0, 0.85) is False
    assert settled(math.nan, 6.0, 12.0, 0.85) is False
    assert settled(11.0, 11.0, 12.0, 0.85) is None


def comes_back(seed: int, *, timed: bool) -> float:
    """Most sessions within the first report interval after the attach, over what half of the others held before."""
    plan = Plan((PoolPlan(POOL, 16, 10.0),), report_interval_s=2.0, session_s=12.0)
    sim = Simulation(plan, seed)
    sim.advance(40)
    sim.ask(Verb.DETACH, sim.truth().ids[3])
    sim.advance(40)
    age, sessions = float(sim.frame()[Column.REPORT_AGE][3]), sim.truth().sessions
    pool = mates(16, target=3, detached=[3], sessions=sessions.tolist(), rate=10.0 / 15)
    assert herd_number(pool, plan.report_interval_s) > 1
    lead = lead_s(pool, 0.85)
    sim.advance(wait_s(lead, age, plan.report_interval_s) if timed else plan.report_interval_s - age + 0.01)
    sim.ask(Verb.ATTACH, sim.truth().ids[3])
    most = 0.0
    for _ in range(8):
        sim.advance(0.25)
        most = max(most, float(sim.truth().sessions[3]))
    return most / max(1.0, float(np.median(np.delete(sessions, 3))))


def test_in_the_simulation_it_comes_back_as_one_among_others_and_unguarded_it_is_run_over() -> None:
    timed, unguarded = (np.mean([comes_back(seed, timed=way) for seed in range(3)]) for way in (True, False))
    assert timed < 1.2
    assert unguarded > 1.35
