"""What a detach would do: against what the same fleet then does, for one server and for sets, and what cannot be told is said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from msgspec import structs

from console.decide.drain import LONGEST_S, drain
from console.decide.scene import NoForecast, scene
from console.decide.whatif import Study, WhatIfSettings, forecast
from console.detect import GapEstimator
from console.domain.foresight import MARKS_S, Assumption, Binding, Flow, Known
from console.domain.frame import Column, Frame
from console.domain.states import Reach
from console.policy import LeastReported
from console.present.foretold import drain_words
from tests.support.builders import POOL_8K, FrameMaker, Server, make_fleet
from tests.support.foretold import POOL, Incident, at_the_look, drawn, filling, what_came
from tests.support.words import english

REFERENCE = Incident(seed=5, servers=32, muted=3, rate=12.0, after_s=12.0)
FLOW = Flow(rate=4.0, rate_margin=0.1, session_s=12.0, session_margin=0.1, known=Known.MEASURED)


@pytest.fixture(scope="module")
def moment():
    return at_the_look(REFERENCE)


def scene_of(servers: list[Server], flow: Flow = FLOW, **balancer: object):
    frames, estimator = FrameMaker(), GapEstimator()
    for _ in range(2):  # a gap shows once it is known what came since the report
        estimator.step(frames.make(servers))
    frame = frames.make(servers)
    frame = structs.replace(frame, balancer=structs.replace(frame.balancer, **balancer))
    return scene(frame, estimator.step(frame), {POOL_8K: flow}, POOL_8K)


def test_one_detach_moves_the_herd_and_the_set_ends_it(moment) -> None:
    preview = forecast(moment.scene, moment.muted[:1])
    assert preview.done and preview.as_is and preview.with_it and preview.smallest
    assert preview.as_is.refused_share > 0.3 and preview.with_it.refused_share > 0.3
    assert set(preview.with_it.carriers) == set(moment.muted[1:])
    smallest = preview.smallest
    assert smallest.found and smallest.minimal and set(smallest.servers) == set(moment.muted)
    assert smallest.outlook is not None and smallest.outlook.refused_share <= 0.01
    came = what_came(REFERENCE, smallest.servers)
    assert came.refused_share <= 0.01
    assert smallest.outlook.peak_share == pytest.approx(came.peak_share, abs=0.15)


def test_over_many_incidents_it_says_what_comes() -> None:
    off, named, filled = [], 0, 0
    for seed in range(8):
        incident = drawn(seed)
        moment = at_the_look(incident)
        asked = moment.muted[:1] if seed % 2 else moment.muted
        preview = forecast(moment.scene, asked, seed=seed)
        for outlook, detached in ((preview.as_is, ()), (preview.with_it, asked)):
            assert outlook is not None
            came = what_came(incident, detached)
            off.append(abs(outlook.peak_share - came.peak_share))
            if came.victim is not None:
                filled += 1
                named += came.victim in outlook.victims
    assert np.mean(np.array(off) <= 0.1 + 1e-9) >= 0.85, off
    assert filled >= 2 and named / filled >= 0.75


def test_the_countdown_comes_true() -> None:
    errors = []
    for seed in range(6):
        incident = filling(seed)
        foretold = forecast(at_the_look(incident).scene, seed=seed).countdown_s
        came = what_came(incident, ()).full_s
        # Just short of ever filling up, chance decides; then both say the same or the forecast has failed.
        errors.append(0.0 if foretold == came else abs(min(foretold, 60.0) - min(came, 60.0)) / min(came, 60.0))
    assert np.median(errors) < 0.3, errors
    assert max(errors) < 1.0


def test_steps_are_one_run_each_and_every_state_can_be_shown(moment) -> None:
    study = Study(moment.scene, moment.muted[:1], seed=3)
    assert study.preview.as_is is None and math.isnan(study.preview.countdown_s)
    runs, steps = 0, 0
    while study.step():
        steps += 1
        preview = study.preview
        now = sum(outlook.runs for outlook in (preview.as_is, preview.with_it) if outlook is not None)
        assert now - runs <= 1, "a step is one run"
        runs = now
    assert steps >= 6 and study.done and not study.step()
    whole = forecast(moment.scene, moment.muted[:1], seed=3)
    assert whole.with_it is not None and study.preview.with_it is not None
    assert np.array_equal(whole.with_it.loads, study.preview.with_it.loads), "the same seed says the same"
    # Another card of the same pool has the rest of the work done already.
    other = Study(moment.scene, moment.muted[1:2], seed=3, after=study)
    more = 0
    while other.step():
        more += 1
    assert more <= 3
    assert other.preview.smallest is not None and other.preview.smallest.found


def test_loads_are_of_the_survivors_at_the_marks(moment) -> None:
    preview = forecast(moment.scene, moment.muted)
    told = preview.with_it
    assert told is not None and told.loads.shape == (len(MARKS_S), REFERENCE.servers - 3)
    assert not set(told.ids) & set(moment.muted)
    assert (told.loads <= told.peak + 1e-9).all() and (told.peak <= told.limit).all()
    assert told.margin >= 1 / 12 and told.refused_margin > 0


def test_a_calm_pool_has_nothing_to_end() -> None:
    preview = forecast(scene_of(make_fleet(16, pools=[POOL_8K], truth=3)))
    assert preview.smallest is not None and preview.smallest.found and preview.smallest.servers == ()
    assert preview.as_is is not None and preview.as_is.victims == () and preview.countdown_s == math.inf


def test_nobody_may_be_left_over_and_strangers_are_named() -> None:
    place = scene_of(make_fleet(2, pools=[POOL_8K]))
    with pytest.raises(NoForecast, match="no attached server"):
        Study(place, ("dsrs-001", "dsrs-002"))
    with pytest.raises(NoForecast, match="dsrs-009"):
        Study(place, ("dsrs-009",))
    frame = FrameMaker().make(make_fleet(2, pools=[POOL_8K]))
    with pytest.raises(NoForecast, match="how many sessions"):
        scene(frame, GapEstimator().step(frame), {}, POOL_8K)
    with pytest.raises(NoForecast, match="lists no server"):
        scene(frame, GapEstimator().step(frame), {None: FLOW}, None)


@pytest.mark.parametrize(
    ("balancer", "assumed", "name"),
    [
        ({"algorithm": "count-in-flight"}, set(), "count-in-flight"),
        ({"algorithm": "of its own"}, {Assumption.ALGORITHM}, "least-reported"),
        ({"algorithm": None}, {Assumption.ALGORITHM}, "least-reported"),
        ({"algorithm": "both", "algorithm_parameters": {"colour": 7}}, {Assumption.PARAMETERS}, "both"),
    ],
)
def test_what_the_balancer_does_not_tell_is_assumed_and_said(balancer, assumed, name) -> None:
    place = scene_of(make_fleet(8, pools=[POOL_8K]), **balancer)
    assert place.assumed == assumed and place.balancing.name == name


def test_an_assumed_length_a_missing_truth_and_a_missing_limit_are_said_and_widen_the_margin() -> None:
    fleet = make_fleet(12, pools=[POOL_8K], truth=4)
    known = forecast(scene_of(fleet))
    fleet[3] = Server("dsrs-004", truth=None, belief=4)
    fleet[4] = Server("dsrs-005", truth=4, limit=None)
    guess = structs.replace(FLOW, session_s=40.0, session_margin=0.5, known=Known.ASSUMED)
    place = scene_of(fleet, guess)
    assert place.assumed == {Assumption.SESSION_LENGTH, Assumption.TRUTH, Assumption.LIMITS}
    vague = forecast(place)
    assert vague.as_is is not None and known.as_is is not None
    assert vague.as_is.margin > known.as_is.margin


def test_dead_and_stuck_ones_are_run_as_what_they_are() -> None:
    """Sessions sent to a dead one are refused; one whose reports do not move draws like a silent one."""
    fleet = make_fleet(12, pools=[POOL_8K], truth=4)
    fleet[0] = Server("dsrs-001", truth=None, belief=0, age=60.0, reach=Reach.UNREACHABLE)
    place = scene_of(fleet)
    assert place.dead == ("dsrs-001",)
    preview = forecast(place)
    assert preview.as_is is not None and preview.as_is.refused_share > 0.6
    assert preview.smallest is not None and preview.smallest.servers == ("dsrs-001",)
    fleet[0] = Server("dsrs-001", truth=12, belief=0, age=0.1)
    place = scene_of(fleet)
    assert place.stuck == place.suspects == ("dsrs-001",)
    assert forecast(place).as_is.refused_share > 0.3  # type: ignore[union-attr]


def test_memory_may_be_what_runs_out_first() -> None:
    gib = 1024.0**3
    fleet = [
        Server(f"dsrs-{n:03d}", truth=3 + n % 3, memory=((6.0 + 0.4 * (3 + n % 3)) * gib, 8.5 * gib)) for n in range(8)
    ]
    preview = forecast(scene_of(fleet))
    assert preview.as_is is not None and preview.as_is.binding is Binding.MEMORY
    assert preview.as_is.memory_share > preview.as_is.peak_share


def test_a_search_is_bounded_and_never_takes_everybody() -> None:
    fleet = [Server(f"dsrs-{n:03d}", truth=12, belief=0, age=90.0) for n in range(6)]
    preview = forecast(scene_of(fleet), (), WhatIfSettings(runs=1, most_set=3, most_tries=8))
    assert preview.smallest is not None and not preview.smallest.found
    assert len(preview.smallest.servers) <= 3 and preview.smallest.tries <= 10


def frame_with(ages: dict[Column, float], truth: float | None = 8) -> Frame:
    return FrameMaker().make(make_fleet(1, pools=[POOL_8K], truth=truth, values=ages))


def test_the_drain_follows_the_ages_and_says_what_is_not_known() -> None:
    old = frame_with({Column.SESSION_AGE_P50: 11.0, Column.SESSION_AGE_P90: 12.0, Column.SESSION_AGE_MAX: 13.0})
    young = frame_with({Column.SESSION_AGE_P50: 0.1, Column.SESSION_AGE_P90: 0.2, Column.SESSION_AGE_MAX: 0.3})
    strange = frame_with({Column.SESSION_AGE_P50: 1.0, Column.SESSION_AGE_P90: 2.0, Column.SESSION_AGE_MAX: 9000.0})
    soon, late, odd = (drain(frame, "dsrs-001", FLOW) for frame in (old, young, strange))
    assert soon.certain and soon.p50_s < soon.p90_s
    assert late.p50_s > 12.0 and soon.p50_s < late.p50_s - 1.5, "older sessions end sooner"
    assert not odd.certain and odd.overdue and odd.bound_s == LONGEST_S
    assert not soon.overdue and not late.overdue
    assumed = drain(strange, "dsrs-001", structs.replace(FLOW, known=Known.ASSUMED))
    assert not assumed.certain and not assumed.overdue, "what is usual is not known"
    said = [english(drain_words(one)) for one in (soon, odd, assumed)]
    assert said[0].startswith("dsrs-001 is empty in about ")
    assert "older than usual and may last up to 24 h" in said[1] and "sessions end within " in said[1]
    assert said[2] == "dsrs-001 may take up to 24 h 0 min to become empty"
    assert drain(frame_with({}, truth=0), "dsrs-001", FLOW).bound_s == 0.0
    unknown = drain(frame_with({}, truth=None), "dsrs-001", FLOW)
    assert unknown.sessions is None and math.isnan(unknown.p50_s)


def test_the_reference_is_what_the_name_says(moment) -> None:
    assert moment.scene.pool == POOL and isinstance(moment.scene.balancing, LeastReported)
    assert set(moment.scene.suspects) == set(moment.muted)
