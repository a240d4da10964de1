"""The record of previews: scored by what came true, void where something else was done, and never narrower than it deserves."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.decide.previews import Previews, PreviewSettings
from console.domain.foresight import Came, Flow, Known, Outlook, Preview, Score
from tests.support.builders import POOL_8K, FrameMaker, Server
from tests.support.foretold import Incident, at_the_look

FLOW = Flow(4.0, 0.1, 12.0, 0.1, Known.MEASURED)
SHARES = st.floats(0.0, 1.0)


def score(error: float, came: Came = Came.AS_IS) -> Score:
    return Score((), POOL_8K, 0.0, came, 0.5, 0.5 + error, 0.0, 0.0, None)


def outlook(peak: float, servers: tuple[str, ...], *detached: str, victims: tuple[str, ...] = ()) -> Outlook:
    left = tuple(server for server in servers if server not in detached)
    none = np.zeros(len(left))
    return Outlook(
        detached, 3, left, none + 12.0, np.zeros((3, len(left))), none, peak, left[0], peak, 0.0, math.inf, victims,
        len(victims), (), math.nan, 0.05, 0.02,
    )  # fmt: skip


class Fleet:
    """Servers under a poll each second; a preview of the first one made at the start."""

    def __init__(self, *names: str, peak: float = 0.5, victims: tuple[str, ...] = ()) -> None:
        self.names = names
        self.frames = FrameMaker()
        self.record = Previews()
        frame = self.frames.make(self.servers(3))
        whole = outlook(peak, names, victims=victims)
        self.preview = Preview(
            names[:1], POOL_8K, frame.seq, frame.mono_s, frame.wall_s, 1.0, whole,
            outlook(peak, names, names[0], victims=victims), None, (), FLOW, "least-reported",
        )  # fmt: skip
        self.record.keep(self.preview, frame)

    def servers(self, truth: float, *detached: str) -> list[Server]:
        return [Server(name, truth=truth, attached=name not in detached) for name in self.names]

    def live(self, seconds: int, truth: float, *detached: str, balancer: bool = True) -> tuple[Score, ...]:
        settled: tuple[Score, ...] = ()
        for _ in range(seconds):
            settled += self.record.step(self.frames.make(self.servers(truth, *detached), balancer=balancer))
        return settled


def test_left_as_it_is_it_is_scored_so_at_sixty_seconds() -> None:
    fleet = Fleet("a", "b", "c")
    assert fleet.live(59, 9) == () and fleet.record.waiting == 1
    (one,) = fleet.live(1, 9)
    assert one.came is Came.AS_IS and one.error == 0.25 and fleet.record.waiting == 0


def test_detached_at_once_the_other_future_is_scored_of_survivors_only() -> None:
    fleet = Fleet("a", "b", "c")
    fleet.live(2, 3)
    (one,) = fleet.live(58, 6, "a")
    assert one.came is Came.DETACHED and one.error == 0.0 and one.victim_hit is None


def test_a_plan_may_take_its_set_out_in_steps_and_is_scored_as_a_set() -> None:
    whole, half, none = (Fleet("a", "b", "c") for _ in range(3))
    for fleet in (whole, half, none):
        pair = replace(fleet.preview, servers=("a", "b"), with_it=outlook(0.5, fleet.names, "a", "b"))
        fleet.record.keep(pair, fleet.frames.make(fleet.servers(3), after=0.0), acted=True, stepwise=True)
    came = [one for step in ((12, 3), (13, 6, "a"), (35, 9, "a", "b")) for one in whole.live(*step)]
    (one,) = (one for one in came if one.servers == ("a", "b"))
    assert one.came is Came.DETACHED and one.error == 0.25
    assert [one.came for one in half.live(60, 6, "a") if len(one.servers) == 2] == [Came.VOID]
    assert [one.came for one in none.live(60, 6) if len(one.servers) == 2] == [Came.VOID]


def test_a_victim_counts_where_it_was_named() -> None:
    named, unnamed = Fleet("a", "b", victims=("b", "a")), Fleet("a", "b")
    assert named.live(60, 12)[0].victim_hit is True
    assert unnamed.live(60, 12)[0].victim_hit is False


def test_something_else_a_late_detach_or_blindness_teach_nothing() -> None:
    other, late, taken_back, blind = (Fleet("a", "b", "c") for _ in range(4))
    assert [one.came for one in other.live(2, 3, "b")] == [Came.VOID]
    late.live(40, 3)
    assert [one.came for one in late.live(20, 3, "a")] == [Came.VOID]
    taken_back.live(3, 3, "a")
    assert [one.came for one in taken_back.live(1, 3)] == [Came.VOID]
    blind.live(30, 3)
    assert [one.came for one in blind.live(30, 3, balancer=False)] == [Came.VOID]
    assert late.record.margin(0.04) == 0.04 and math.isnan(late.record.scores[0].error)


def test_a_preview_of_the_same_waits_once_and_unfinished_ones_do_not_wait() -> None:
    fleet = Fleet("a", "b")
    frame = fleet.frames.make(fleet.servers(3))
    fleet.record.keep(fleet.preview, frame)
    fleet.record.keep(replace(fleet.preview, servers=("b",), as_is=None), frame)
    assert fleet.record.waiting == 1


@given(errors=st.lists(SHARES, max_size=40), own=SHARES, worse=SHARES, at=st.integers(0, 39))
def test_the_record_only_widens_and_a_worse_record_never_narrows(errors, own, worse, at) -> None:
    margin = Previews(scores=[score(error) for error in errors]).margin(own)
    assert margin >= own
    if len(errors) >= PreviewSettings().least:
        assert np.mean(np.array([*errors]) <= margin + 1e-9) >= 0.85, "it covers what it was wrong by"
    else:
        assert margin == own
    if errors:
        changed = list(errors)
        changed[at % len(errors)] = max(worse, changed[at % len(errors)])
        assert Previews(scores=[score(error) for error in changed]).margin(own) >= margin


@given(errors=st.lists(SHARES, max_size=30), void=st.lists(SHARES, max_size=30), own=SHARES)
def test_void_previews_change_nothing_and_memory_is_bounded(errors, void, own) -> None:
    scores = [score(error) for error in errors]
    voids = [replace(score(error, Came.VOID), peak_came=math.nan) for error in void]
    settings = PreviewSettings(kept=1000)
    assert Previews(settings, scores + voids).margin(own) == Previews(settings, scores).margin(own)
    assert len(Previews(PreviewSettings(kept=10), scores + voids).scores) <= 10


def test_a_wrong_capacity_widens_the_next_margin() -> None:
    """The console takes limits for double of what they are: it foretells half the share, and learns."""
    fleet = Fleet("a", "b", "c", peak=0.3)
    for _ in range(6):
        frame = fleet.frames.make(fleet.servers(3))
        fleet.record.keep(replace(fleet.preview, mono_s=frame.mono_s), frame)
        fleet.live(60, 7)
    told = fleet.record.widened(fleet.preview)
    assert told.as_is is not None and fleet.preview.as_is is not None
    assert fleet.preview.as_is.margin == 0.05 and told.as_is.margin > 0.25


def test_on_a_real_incident_the_score_is_small() -> None:
    from console.decide.whatif import forecast

    moment = at_the_look(Incident(seed=4, servers=24, rate=10.0, after_s=12.0, calm_s=60.0))
    record = Previews()
    record.keep(forecast(moment.scene, moment.muted[:1]), moment.frame)
    settled: tuple[Score, ...] = ()
    for frame in moment.sim.run(60):
        settled += record.step(frame)
    (one,) = settled
    assert one.came is Came.AS_IS and abs(one.error) <= 0.1
    assert abs(one.refused_came - one.refused_foretold) < 0.15
