"""The shadow balancer: what would have been refused and who would have got what, against fleets that really ran so."""

from __future__ import annotations

import numpy as np
import pytest

from console.decide.shadow import ShadowBalancer
from console.domain.errors import SettingsError
from console.domain.foresight import ShadowView
from console.domain.states import Verb
from console.policy import by_name
from console.sim import Fault, Load, Plan, PoolPlan, Simulation
from tests.support.builders import POOL_8K, POOL_16K, FrameMaker, make_fleet

SESSION_S = 12.0


def drill(algorithm: str, seed: int, shadow: ShadowBalancer, *, mute: bool = True) -> tuple[Simulation, ShadowView]:
    """43 servers, 2 fall silent at 1 a second, then the ramp to 16 for a minute; a second pool beside it stays calm."""
    plan = Plan(
        (PoolPlan(POOL_8K, 43, 1.0), PoolPlan(POOL_16K, 8, 1.0)), balancing=by_name(algorithm), report_interval_s=0.5
    )
    sim, view = Simulation(plan, seed), None
    for second in range(95):
        if second == 20 and mute:
            sim.do(Fault("mute", tuple(sim.idle(2, POOL_8K))))
        if second == 30:
            sim.do(Load(16.0, POOL_8K))
        view = shadow.step(sim.next(), session_s=SESSION_S)
    assert view is not None
    return sim, view


def test_on_the_drill_the_alternatives_lose_less_than_a_tenth_and_the_control_what_was_lost() -> None:
    _, view = drill("least-reported", 3, ShadowBalancer())
    control = view.control
    assert control.refused_really > 300 and not view.assumed_algorithm
    assert control.refused == pytest.approx(control.refused_really, rel=0.35), "the error of the method"
    for shadow in view.shadows:
        assert shadow.refused < control.refused_really / 10, shadow.algorithm
        assert shadow.moved > 2 * control.moved, "more than chance moves"


@pytest.mark.parametrize("algorithm", ["exclude-stale", "count-in-flight", "expire-to-average"])
def test_a_shadow_does_what_a_fleet_under_it_really_does(algorithm: str) -> None:
    """The same incident under that algorithm for real: refused alike, and as many sessions at the end."""
    _, foretold = drill("least-reported", 5, ShadowBalancer((algorithm,)))
    real, _ = drill(algorithm, 5, ShadowBalancer(()))
    total = real.truth().total
    (shadow,) = foretold.shadows
    assert abs(shadow.refused / shadow.asked - total.refused / total.asked) < 0.03
    assert shadow.held.sum() == pytest.approx(total.open, rel=0.25)


def test_the_silent_ones_are_who_would_have_got_less() -> None:
    sim, view = drill("least-reported", 7, ShadowBalancer(("exclude-stale",)))
    (shadow,) = view.shadows
    routed = sim.truth().routed
    muted = np.argsort(-routed)[:2]
    assert set(np.argsort(-shadow.elsewhere)[:2].tolist()) == set(muted.tolist())
    assert (shadow.elsewhere[muted] > 0.8 * routed[muted]).all()
    assert view.elsewhere(shadow, POOL_8K) > 10 * view.elsewhere(shadow, POOL_16K)
    assert shadow.moved == view.elsewhere(shadow, POOL_8K) + view.elsewhere(shadow, POOL_16K)


def test_detached_ones_get_nothing_in_any_shadow() -> None:
    sim, shadow = Simulation(Plan((PoolPlan(POOL_8K, 8, 4.0),)), 1), ShadowBalancer()
    for frame in sim.run(10):
        shadow.step(frame, session_s=SESSION_S)
    sim.ask(Verb.DETACH, "dsrs-001")
    views = [view for frame in sim.run(60) if (view := shadow.step(frame, session_s=SESSION_S)) is not None]
    for late in (*views[-1].shadows, views[-1].control):
        assert late.held[0] == 0
    for before, after in zip(views[1].shadows, views[-1].shadows, strict=True):
        assert before.elsewhere[0] == after.elsewhere[0]


def test_a_restart_of_the_balancer_a_gap_and_silence_of_it() -> None:
    sim, shadow = Simulation(Plan((PoolPlan(POOL_8K, 8, 6.0),)), 1), ShadowBalancer()
    for frame in sim.run(30):
        view = shadow.step(frame, session_s=SESSION_S)
    assert view is not None and view.control.asked > 100
    sim.do(Fault("balancer_down"))
    assert shadow.step(sim.next(), session_s=SESSION_S) is None
    sim.do(Fault("balancer_down", on=False))
    sim.do(Fault("balancer_restarts"))
    view = shadow.step(sim.next(), session_s=SESSION_S)
    assert view is not None and view.control.asked == 0 and view.since_wall_s == sim.wall_s
    for _ in range(5):
        view = shadow.step(sim.next(), session_s=SESSION_S)
    assert view is not None and view.control.asked > 10
    sim.advance(60.0)
    view = shadow.step(sim.next(), session_s=SESSION_S)
    assert view is not None and view.control.asked == 0, "a long gap starts anew"


def test_newcomers_and_new_lives_count_from_their_first_frame() -> None:
    sim, shadow = Simulation(Plan((PoolPlan(POOL_8K, 4, 8.0),)), 1), ShadowBalancer(("count-in-flight",))
    for frame in sim.run(20):
        shadow.step(frame, session_s=SESSION_S)
    sim.do(Fault("kill", ("dsrs-001",)))
    for frame in sim.run(3):
        shadow.step(frame, session_s=SESSION_S)
    sim.do(Fault("kill", ("dsrs-001",), on=False))
    sim.join(POOL_8K, 2)
    for frame in sim.run(3):
        view = shadow.step(frame, session_s=SESSION_S)
    assert view is not None and len(view.control.held) == 6
    assert (view.control.held <= 12).all() and (view.shadows[0].held >= 0).all()


def test_an_unknown_algorithm_is_assumed_and_an_unknown_alternative_refused() -> None:
    with pytest.raises(SettingsError, match="no algorithm"):
        ShadowBalancer(("the best one",))
    frames, shadow = FrameMaker(algorithm="of its own"), ShadowBalancer()
    for _ in range(2):
        view = shadow.step(frames.make(make_fleet(4)), session_s=SESSION_S)
    assert view is not None and view.assumed_algorithm and view.control.algorithm == "least-reported"
