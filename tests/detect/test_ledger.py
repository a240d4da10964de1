"""The blindness ledger: each interval without sight, whole and once; and no statistic that uses what was not seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.detect import Detectors, GapEstimator
from console.detect.ledger import Ledger, LedgerSettings
from console.domain.frame import Column, Frame
from console.domain.lifecycle import Unseen
from console.domain.states import Reach
from console.store import Store, StoreSettings
from tests.support.builders import FrameMaker, Server
from tests.support.incident import FULL, VirtualFleet


def fleet(*dark: str, of: int = 4) -> list[Server]:
    return [Server(f"s{n}", reach=Reach.TIMEOUT if f"s{n}" in dark else Reach.OK) for n in range(of)]


@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(["s0", "s1", "s2"]))), max_size=40))
def test_intervals_are_the_frames_that_lack_a_source(frames):
    maker, ledger = FrameMaker(), Ledger()
    lacked: dict[str, list[float]] = {}
    for balancer, dark in frames:
        frame = maker.make(fleet(*dark), balancer=balancer)
        if not balancer:
            lacked.setdefault("balancer", []).append(frame.mono_s)
        for server in dark if balancer or frame.listed.any() else ():
            lacked.setdefault(server, []).append(frame.mono_s)
        ledger.step(frame)
    found: dict[str, list[float]] = {}
    for one in ledger.intervals:
        end = one.end_mono_s if one.end_mono_s is not None else maker.mono + 1.0
        assert end > one.start_mono_s and one.cause == "timeout"
        inside = np.arange(one.start_mono_s, end - 0.5, 1.0).tolist()
        found.setdefault(one.server or "balancer", []).extend(inside)
    assert {name: sorted(times) for name, times in found.items()} == lacked


def test_a_console_that_stood_still_was_blind_to_all_whatever_the_wall_clock_says():
    maker, ledger = FrameMaker(), Ledger()
    ledger.step(maker.make(fleet()))
    maker.wall -= 3600.0
    (interval,) = ledger.step(maker.make(fleet(), after=600.0))
    assert (interval.source, interval.cause) == (Unseen.ALL, "stood_still")
    assert interval.end_wall_s == interval.start_wall_s + 600.0
    assert interval.end_mono_s == interval.start_mono_s + 600.0
    assert ledger.step(maker.make(fleet(), after=2.5)) == (interval,), "a late Frame is no standstill"


def test_who_leaves_or_is_replaced_ends_its_interval_and_the_new_one_begins_its_own():
    maker, ledger = FrameMaker(), Ledger()
    ledger.step(maker.make(fleet("s1")))
    gone = fleet("s1")
    gone[1] = replace(gone[1], listed=False)
    (interval,) = ledger.step(maker.make(gone))
    assert interval.end_wall_s is not None
    ledger.step(maker.make(fleet("s1")))
    other = replace(fleet("s1")[1], incarnation="inc-2")
    servers = fleet()
    servers[1] = other
    assert sum(one.end_wall_s is None for one in ledger.step(maker.make(servers))) == 1


def test_it_stays_bounded_and_says_what_it_left_off():
    maker, ledger = FrameMaker(), Ledger(LedgerSettings(kept=64))
    for number in range(100):
        ledger.step(maker.make(fleet("s0", "s1") if number % 2 else fleet()))
    assert len(ledger.intervals) <= 64 + 2
    assert ledger.dropped == 98 - 64
    assert ledger.intervals[-1].start_mono_s >= maker.mono - 1.0


BLIND = (Column.LAST_TRUTH, Column.TRUTH_AGE)
"""What a Frame still holds of a server that it could not read: memory, and its age."""


@pytest.mark.parametrize("dark", [3, 20])
def test_no_statistic_uses_a_cell_that_was_not_seen(dark: int):
    """Two runs alike but for what stands in the cells that were not seen: every figure, verdict and suspect is the same.

    Forecasts (countdown, no spare server) are no statistics: they fall back on the last count, so as not to be calmer for want of one.
    """
    told = []
    for lie in (0.0, 1e6):
        virtual, estimator, detectors = VirtualFleet(seed=3), GapEstimator(), Detectors()
        store = Store(64, StoreSettings(ticks=120, coarse_columns=60))
        virtual.rate.update(FULL)
        said = []
        for number in range(40):
            frame = blinded(virtual.next(), dark if number > 15 else 0, lie)
            estimate = estimator.step(frame)
            store.append(frame, estimate.gap, estimate.silent)
            judged = detectors.step(frame, estimate)
            verdicts = [one for one in judged.alarms if one.rule != "n-plus-one"]
            spread = [(one.pool, one.rate_per_s, one.n_eff, one.n_fair) for one in judged.herds]
            who = [one.server for one in judged.suspects]
            said.append(repr((judged.figures, verdicts, spread, judged.sight, who)))
        told.append(said)
        assert judged.figures.sessions_unknown == dark
        known = frame.listed & ~np.isnan(frame[Column.TRUTH])
        assert judged.figures.sessions == frame[Column.TRUTH][known].sum()
    assert told[0] == told[1]


def blinded(frame: Frame, dark: int, lie: float) -> Frame:
    """The same Frame, as if the first servers could not be read; `lie` stands where only memory is left."""
    values, reach = frame.values.copy(), frame.reach.copy()
    status = [
        Column.TRUTH, Column.STARTED, Column.STARTED_TOTAL, Column.REFUSED_TOTAL, Column.MEMORY_USED, Column.CPU, Column.LAG,
        Column.SENT_SEQ, Column.SENT_AGE, Column.SENT_CONNECTIONS, Column.UPTIME, Column.FIRST_RESULT, Column.SKEW,
    ]  # fmt: skip
    values[status, :dark] = np.nan
    for column in BLIND:
        values[column, :dark] = lie
    reach[:dark] = Reach.TIMEOUT
    return replace(frame, values=values, reach=reach)


def test_what_came_while_nobody_looked_is_no_burst_when_sight_is_back():
    """The first reading after a blind minute brings a minute's errors: they are held against a minute, not against ten seconds."""
    maker, estimator, detectors = FrameMaker(), GapEstimator(), Detectors()
    raised = []
    for number in range(400):
        dark = 300 <= number < 360
        frame = maker.make(fleet(), balancer=not dark, errors={"s can't connect to recognizer server": 2 * number // 5})
        judged = detectors.step(frame, estimator.step(frame))
        raised += [(number, alarm.rule) for alarm in judged.alarms if alarm.rule != "blind" and number > 100]
    assert raised == []
