"""The gates one by one: what is refused, with which numbers, and what would make it pass."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from console.decide import PlanSettings, SafetySettings
from console.decide.gates import (
    GateSettings,
    Known,
    Request,
    admits,
    appraise,
    appraise_set,
    heals_in_s,
    herd_number,
    judge,
    lapsed,
    scaled,
    situate,
    stage_s,
)
from console.domain.errors import SettingsError
from console.domain.frame import Column, Frame
from console.domain.safety import Appraisal, Consent, Deed, Gate, Light, Move, Role, Standing, Verdict
from console.domain.states import Reach, Verb
from tests.support.builders import POOL_8K, FrameMaker, Server, make_fleet, make_frame
from tests.support.situations import mates, situation

SETTINGS = GateSettings()
LEAD = Standing(Role.LEAD)


def ask(frame: Frame, server: str = "dsrs-001", verb: Verb = Verb.DETACH, age: float = 0.5, **known: Any) -> Appraisal:
    about = Known(now_s=100.0 + age, received_s=100.0, silent_limit_s=1.0, standing=LEAD, **known)
    return appraise(situate(frame, Request(verb, server), about, SETTINGS), SETTINGS)


def refusing(appraisal: Appraisal) -> str | None:
    return next((gate.name for gate in appraisal.gates if gate.verdict is Verdict.REFUSE), None)


def gate(appraisal: Appraisal, name: str) -> Gate:
    return next(gate for gate in appraisal.gates if gate.name == name)


def deed(server: str = "dsrs-002", at: float = 90.0, verb: Verb = Verb.DETACH, **more: Any) -> Deed:
    return Deed(f"{server}-{at}", verb, server, more.pop("pool", POOL_8K), at, **more)


def test_a_calm_fleet_lets_the_click_through_and_tells_every_gate() -> None:
    appraisal = ask(make_frame(make_fleet(20)))
    assert [one.name for one in appraisal.gates] == [
        "in_flight", "busy", "stale", "concurrency", "role", "armed",
        "blind", "target_truth", "last_server", "floor", "percent", "cool_down", "capacity",
    ]  # fmt: skip
    assert appraisal.light is Light.GREEN and appraisal.first is None
    assert all(not one.sentence and not one.ways for one in appraisal.gates)
    assert admits(appraisal, Consent(), Role.OPERATOR) is None


def test_a_silent_server_may_be_detached_its_old_belief_is_the_fault() -> None:
    fleet = make_fleet(20)
    fleet[0] = structs.replace(fleet[0], age=500.0, belief=0, truth=12)
    assert ask(make_frame(fleet), suspects=frozenset({"dsrs-001"})).light is Light.GREEN


def test_three_of_64_go_one_after_the_other_and_the_fourth_waits() -> None:
    """The right detach of the incident: no gate stands in its way, also with the herd's arrivals on the three."""
    fleet = make_fleet(64)
    bad = ["dsrs-001", "dsrs-002", "dsrs-003"]
    frame = make_frame(fleet)
    rates = frame[Column.TRUTH] * 0.0 + 0.2
    rates[:3] = 3.0
    done: tuple[Deed, ...] = ()
    for number, server in enumerate(bad):
        found = ask(make_frame(fleet), server, suspects=frozenset(bad[number:]), deeds=done, routed_per_s=rates)
        assert found.light is Light.GREEN, found.first
        fleet[number].attached = False
        done = (deed(server, 90.0 + number), *done)
    found = ask(make_frame(fleet), "dsrs-004", deeds=done)
    cool, share = gate(found, "cool_down"), gate(found, "percent")
    assert (cool.value, cool.limit, cool.verdict) == (3, 3, Verdict.REFUSE) and cool.breakable
    assert [way.seconds for way in cool.ways] == [590.0], "until the oldest of the three is ten minutes old"
    assert share.verdict is Verdict.HOLD and share.value == 0.125
    assert ask(make_frame(fleet), "dsrs-040", deeds=done).light is Light.GREEN, "another pool has its own budget"
    as_plan = tuple(structs.replace(one, plan="p1") for one in done)
    assert gate(ask(make_frame(fleet), "dsrs-004", deeds=as_plan), "cool_down").value == 1, "a plan is one action"


@pytest.mark.parametrize(
    ("age", "misses", "passes"), [(2.0, 0, True), (2.1, 0, False), (0.9, 1, True), (1.1, 1, False), (0.0, 3, False)]
)
def test_a_view_of_more_than_two_polls_is_stale(age: float, misses: int, passes: bool) -> None:
    frames = FrameMaker()
    frame = frames.make(make_fleet(20))
    for _ in range(misses):
        frame = frames.make(make_fleet(20), balancer=False)
    found = gate(ask(frame, age=age), "stale")
    assert found.passed is passes and found.limit == 2.0
    if not passes:
        assert "wait" in found.sentence and found.ways[0].move is Move.LOOK


def test_an_unknown_server_and_one_that_left() -> None:
    for frame in (make_frame([Server("dsrs-009")]), make_frame([Server("dsrs-001", listed=False), Server("dsrs-009")])):
        found = ask(frame)
        assert refusing(found) == "unknown_server" and not found.breakable and not found.ways_out


@pytest.mark.parametrize(
    ("lost", "of", "name"), [(3, 20, None), (4, 20, "blind"), (2, 10, None), (2, 5, None), (3, 6, "blind")]
)
def test_detaching_is_locked_when_too_much_truth_is_missing(lost: int, of: int, name: str | None) -> None:
    fleet = make_fleet(of, pools=[POOL_8K])
    for server in fleet[-lost:]:
        server.reach = Reach.TIMEOUT
    assert refusing(ask(make_frame(fleet))) == name or (of == 5 and refusing(ask(make_frame(fleet))) == "floor")
    for server in fleet:
        server.attached = False
    attach = ask(make_frame(fleet), verb=Verb.ATTACH, reporting_since_s=make_frame(fleet)[Column.TRUTH] * 0.0)
    assert attach.light is Light.GREEN, "attaching adds capacity: it stays possible"


def test_a_target_out_of_sight_needs_three_lost_polls_and_a_seen_fleet() -> None:
    def target(misses: int, others_lost: int) -> str | None:
        fleet = make_fleet(40)
        fleet[0] = structs.replace(fleet[0], reach=Reach.UNREACHABLE, values={Column.MISSES: misses})
        for server in fleet[1 : 1 + others_lost]:
            server.reach = Reach.TIMEOUT
        return refusing(ask(make_frame(fleet)))

    assert target(2, 0) == "target_truth"
    assert target(3, 0) is None
    assert target(3, 3) is None
    assert target(3, 4) == "target_truth"


@pytest.mark.parametrize(
    ("count", "detached", "light", "name"),
    [
        (1, 0, Light.RED, "last_server"),
        (2, 0, Light.RED, "floor"),
        (3, 0, Light.RED, "floor"),
        (4, 0, Light.GREEN, None),
        (9, 0, Light.GREEN, None),
        (9, 1, Light.AMBER, "percent"),
        (9, 2, Light.RED, "percent"),
        (20, 1, Light.GREEN, None),
        (20, 2, Light.AMBER, "percent"),
        (20, 5, Light.AMBER, "percent"),
        (20, 6, Light.RED, "percent"),
        (20, 9, Light.RED, "percent"),
    ],
)
def test_percent_and_floor_are_counted_after_the_action(
    count: int, detached: int, light: Light, name: str | None
) -> None:
    pool = mates(count, detached=range(count - detached, count))
    found = appraise(situation(pool), SETTINGS)
    assert found.light is light and (found.first.name if found.first else None) == name
    if count == 20 and detached == 9:
        assert not gate(found, "percent").breakable, "half of a pool is never reached"
    share = gate(found, "percent")
    if share.verdict is not Verdict.PASS:
        assert isinstance(share.value, float) and isinstance(share.limit, float)
        assert share.value > share.limit, "the limit that is shown is the one that it breaks"
        assert share.verdict is not Verdict.REFUSE or share.limit == SETTINGS.detached_share_held
    if light is Light.RED and count in (2, 3):
        assert found.breakable and not appraise(situation(mates(1)), SETTINGS).breakable


def test_capacity_counts_only_whom_the_action_pushes_over() -> None:
    # 10 servers with 10 of 12 each, every second one new session each 1.2 s: the target's share would lift the others to 93 %
    pool = mates(10, sessions=10.0, rate=10 / 12)
    found = gate(appraise(situation(pool), SETTINGS), "capacity")
    assert found.verdict is Verdict.HOLD and 0.92 < float(found.value or 0) < 0.93
    assert "s-001 would peak at 93% of its slots within 60 s (limit 85%)" in found.sentence
    found = gate(appraise(situation(mates(10, sessions=11.0, rate=11 / 12)), SETTINGS), "capacity")
    assert found.verdict is Verdict.REFUSE and found.breakable
    crowd = mates(10, sessions=[3.0, *[12.0] * 9], rate=0.0)
    assert gate(appraise(situation(crowd), SETTINGS), "capacity").limit == 1.0, (
        "nobody is pushed over; the reserve is gone"
    )
    full = [12.0] + [3.0] * 18 + [12.0]
    calm = [0.25] * 19 + [0.25]
    found = appraise(situation(mates(20, sessions=full, rate=calm)), SETTINGS)
    assert found.light is Light.GREEN, "a neighbour that is full anyway is not held against it"
    assert found.prediction is not None and found.prediction.peak_share < 0.85
    unknown = appraise(situation(mates(20, limit=float("nan"))), SETTINGS)
    assert gate(unknown, "capacity").verdict is Verdict.HOLD, "what cannot be told is never green"
    loads = [2.0, 4.0, 6.0, 8.0, 8.0, 6.0, 4.0, 2.0, 8.0, 8.0]
    heavy = structs.replace(mates(10, sessions=loads, rate=0.7, memory_limit=8e9), memory=4e9 + np.array(loads) * 4e8)
    assert "of its memory" in gate(appraise(situation(heavy), SETTINGS), "capacity").sentence
    models = mates(10, sessions=1.0, rate=1 / 12, memory=6.5e9, memory_limit=8e9)
    assert gate(appraise(situation(models), SETTINGS), "capacity").passed, (
        "an idle server's models are no cost of a session"
    )


def test_the_way_back_is_guarded_unless_it_undoes_a_fresh_mistake() -> None:
    fleet = make_fleet(20)
    fleet[0] = structs.replace(fleet[0], attached=False, age=60.0)
    frame = make_frame(fleet)
    found = gate(ask(frame, verb=Verb.ATTACH), "reporting")
    assert found.verdict is Verdict.REFUSE and "make it report first" in found.sentence
    fresh = deed("dsrs-001", 90.0, reported_fresh=True)
    assert ask(frame, verb=Verb.ATTACH, deeds=(fresh,)).light is Light.GREEN
    for not_so in (
        deed("dsrs-001", 90.0),
        deed("dsrs-001", -600.0, reported_fresh=True),
        deed("dsrs-002", 90.0, reported_fresh=True),
    ):
        assert refusing(ask(frame, verb=Verb.ATTACH, deeds=(not_so,))) == "reporting"
    attached_since = deed("dsrs-001", 95.0, Verb.ATTACH)
    assert refusing(ask(frame, verb=Verb.ATTACH, deeds=(attached_since, fresh))) == "reporting"
    untold = make_frame([structs.replace(server, age=None) for server in fleet])
    assert ask(untold, verb=Verb.ATTACH).light is Light.GREEN, "this balancer tells no ages: no verdict, no refusal"


def test_back_only_after_ten_seconds_of_reports_drained_and_after_its_pause() -> None:
    out = mates(20, detached=[0], sessions=[0.0] + [3.0] * 19)
    back = situation(out, Verb.ATTACH, reported_for_s=4.0, offences=2, detached_for_s=25.0)
    found = appraise(back, SETTINGS)
    assert refusing(found) == "reporting" and heals_in_s(found) == 35.0
    assert gate(found, "pause").limit == 60.0 and gate(found, "pause").verdict is Verdict.HOLD
    assert found.ways_out[0].seconds == 6.0, "the pause itself only asks for a reason"
    hot = situation(mates(20, detached=[0], sessions=[9.0] + [3.0] * 19), Verb.ATTACH)
    assert refusing(appraise(hot, SETTINGS)) == "median"
    swollen = situation(mates(20, detached=[0], sessions=0.0, memory=7e9, memory_limit=8e9), Verb.ATTACH)
    assert refusing(appraise(swollen, SETTINGS)) == "memory"
    herd = gate(appraise(structs.replace(situation(out, Verb.ATTACH), report_interval_s=10.0), SETTINGS), "herd")
    assert herd.verdict is Verdict.HOLD and herd.value == round(19 * 0.25 * 10 / 12, 2)
    assert (
        GateSettings().pause_most_s == 300.0
        and gate(appraise(structs.replace(back, offences=40), SETTINGS), "pause").limit == 300.0
    )


@pytest.mark.parametrize(
    ("changes", "name", "move"),
    [
        ({"in_flight": ("detach", "s-005")}, "in_flight", Move.SETTLE),
        ({"asked_to_wait_s": 12.0}, "busy", Move.WAIT),
        ({"arming": True, "armed": False}, "armed", Move.ARM),
        ({"role": Role.VIEWER}, "role", Move.ROLE),
        ({"role": None}, "role", Move.LOOK),
        ({"version": None}, "concurrency", None),
        ({"seen_incarnation": "a", "incarnation": "b"}, "concurrency", None),
    ],
)
@pytest.mark.parametrize("verb", list(Verb))
def test_what_no_break_glass_opens(changes: dict[str, Any], name: str, move: Move | None, verb: Verb) -> None:
    pool = mates(20, detached=[] if verb is Verb.DETACH else [0], sessions=1.0)
    found = appraise(situation(pool, verb, cuts=True, held=(1, 1), **changes), SETTINGS)
    assert refusing(found) == name and not found.breakable
    assert [way.move for way in found.ways_out] == ([] if move is None else [move])
    why = admits(found, Consent("because", "because"), Role.LEAD)
    assert why is not None and "does not open this" in str(why)


def test_amber_needs_a_reason_red_a_lead_with_a_typed_one() -> None:
    amber = appraise(situation(mates(9, detached=[8])), SETTINGS)
    assert "needs a reason" in str(admits(amber, Consent(hold_reason=" "), Role.LEAD))
    assert admits(amber, Consent("it burns"), Role.OPERATOR) is None
    red = appraise(situation(mates(9, detached=[8, 7])), SETTINGS)
    assert "Way out: attach s-007, s-008." in str(admits(red, Consent("it burns"), Role.LEAD))
    assert "the lead's" in str(admits(red, Consent(break_glass="it burns"), Role.OPERATOR))
    assert admits(red, Consent(break_glass="it burns"), Role.LEAD) is None


def test_a_set_is_judged_as_if_its_first_steps_were_done() -> None:
    pool = mates(32)
    three = tuple(situation(structs.replace(pool, target=index)) for index in range(3))
    assert appraise_set(three, SETTINGS).light is Light.GREEN
    assert appraise_set(three[:1] * 1, SETTINGS).light is Light.GREEN
    five = tuple(situation(structs.replace(pool, target=index)) for index in range(5))
    found = appraise_set(five, SETTINGS)
    assert found.light is Light.AMBER and gate(found, "percent").value == round(5 / 32, 4)
    assert appraise_set(tuple(situation(mates(6, target=n)) for n in range(6)), SETTINGS).light is Light.RED
    spent = tuple(structs.replace(one, detach_ages_s=(1.0, 2.0)) for one in three)
    assert appraise_set(spent, SETTINGS).light is Light.GREEN, "one action more, not three"


def test_a_drill_s_speed_scales_times_and_nothing_else() -> None:
    fast = scaled(SETTINGS, 10.0)
    assert (fast.detaches_s, fast.reports_s, fast.horizon_s) == (60.0, 1.0, 6.0)
    assert (fast.detached_share, fast.floor, fast.stale_polls) == (0.1, 3, 2.0)
    assert scaled(SafetySettings(), 10.0).idle_s == 90.0 and scaled(PlanSettings(), 10.0).patience_s == 9.0
    with pytest.raises(ValueError, match="speed"):
        scaled(SETTINGS, 0.0)
    with pytest.raises(SettingsError, match="detached_share"):
        GateSettings(detached_share=0.4)


def test_judging_tells_the_same_without_ways() -> None:
    world = situation(mates(9, detached=[8, 7]))
    plain, full = judge(world, SETTINGS), appraise(world, SETTINGS).gates
    assert [structs.replace(one, ways=()) for one in full] == list(plain)


@given(rate=st.floats(0.01, 50.0), limit=st.integers(1, 500), held=st.floats(0.0, 1.0), interval=st.floats(0.05, 30.0))
def test_a_stage_never_fills_it_above_the_limit_where_no_stage_would(
    rate: float, limit: int, held: float, interval: float
) -> None:
    """All that arrives comes to it until its first report: unguarded it is full within one interval where H is above 1."""
    pool = structs.replace(
        mates(2, detached=[0], sessions=[held * limit, 0.0], limit=float(limit)), routed_per_s=np.array([0.0, rate])
    )
    number, seconds = herd_number(pool, interval), stage_s(pool, 0.85)
    unguarded = held * limit + rate * interval
    if number > 1:
        assert unguarded > limit * (1 - 1e-9)
        assert held * limit + rate * seconds <= max(0.85, held) * limit * (1 + 1e-9)
    elif held < 0.85:
        assert unguarded <= limit * (1 + 1e-9)


def test_in_a_time_lapse_only_the_memory_of_what_was_done_is_shorter() -> None:
    fast = GateSettings(**lapsed(60.0))
    assert (fast.detaches_s, fast.pause_s, fast.pause_most_s, fast.offences_s) == (10.0, 0.5, 5.0, 60.0)
    assert dataclasses.replace(fast, detaches_s=600.0, pause_s=30.0, pause_most_s=300.0, offences_s=3600.0) == SETTINGS
    assert GateSettings(**lapsed(1.0)) == SETTINGS
    with pytest.raises(ValueError, match="above 0"):
        lapsed(0.0)
