"""The scoreboard on samples made by hand: each figure has one right answer."""

from __future__ import annotations

import numpy as np
import pytest

from console.lab.drill.samples import Event, Run, Sample, Span, Tally
from console.lab.drill.scoreboard import score, windows

PART = ("8k", "websocket")


def sample(
    at_s: float,
    sessions: dict[str, float],
    *,
    asked: int = 0,
    refused: int = 0,
    cut: int = 0,
    partial: int = 0,
    unable: set[str] | None = None,
    routed: dict[str, float] | None = None,
) -> Sample:
    """Servers `8k-1`, `16k-1`, ..: their pool is what stands before the hyphen. The limit is 12."""
    ids = tuple(sessions)
    return Sample(
        at_s,
        ids,
        tuple(server.partition("-")[0] for server in ids),
        np.array(list(sessions.values()), float),
        np.full(len(ids), 12.0),
        np.array([server in (unable or ()) for server in ids]),
        np.array([(routed or {}).get(server, 0.0) for server in ids]),
        {PART: Tally(asked=asked, refused=refused, cut=cut, partial=partial)},
    )


def run(samples: list[Sample], *events: Event, spans: tuple[Span, ...] = ()) -> Run:
    spans = spans or (Span("peak", 0.0, 1e9, "09:12", True),)
    return Run("made-up", "none", "sim", 1, 1.0, spans, tuple(samples), events)


def fleet(full: int, of: int, other_pool: int = 0) -> dict[str, float]:
    sessions = {f"8k-{n}": 12.0 if n < full else 1.0 for n in range(of)}
    return sessions | {f"16k-{n}": 1.0 for n in range(other_pool)}


def test_two_of_43_are_4_7_percent_of_the_fleet_and_more_of_their_pool():
    board = score(run([sample(t, fleet(2, 29, 14)) for t in range(10)]))
    load = board.overloaded
    assert load is not None
    assert (load.k, load.n, load.percent) == (2, 43, 4.7)
    assert (load.pool, load.pool_k, load.pool_n, load.pool_percent) == ("8k", 2, 29, 6.9)


def test_overloaded_is_at_the_limit_or_unable_in_at_least_half_of_the_polls():
    half = [sample(t, {"8k-1": 12.0 if t % 2 else 3.0, "8k-2": float("nan")}, unable={"8k-2"}) for t in range(10)]
    load = score(run(half)).overloaded
    assert load is not None and load.k == 2
    less = [sample(t, {"8k-1": 12.0 if t in (1, 3) else 3.0, "8k-2": float("nan")}) for t in range(10)]
    load = score(run(less)).overloaded
    assert load is not None and load.k == 0, "what nobody could tell is no overload"


def test_a_replaced_server_does_not_make_the_fleet_larger():
    polls = [sample(t, {f"8k-{n + (t >= 5)}": 1.0 for n in range(10)}) for t in range(10)]
    load = score(run(polls)).overloaded
    assert load is not None and load.n == 10


def test_times_count_from_the_first_fault_and_never_is_none():
    events = (Event(1.0, "alarm", "8k-1", "gap"), Event(10.0, "fault", "8k-0"), Event(13.5, "alarm", "8k-0", "silent"))
    board = score(run([sample(t, fleet(0, 3)) for t in range(30)], *events, Event(24.0, "detached", "8k-0")))
    assert (board.first_fault_s, board.first_alarm_s, board.first_detach_s) == (10.0, 3.5, 14.0)
    assert (board.stray_alarms, board.detached, board.recovery_s, board.suffered_s) == (1, 1, None, 0.0)
    board = score(run([sample(t, fleet(0, 3)) for t in range(30)]))
    assert (board.first_fault_s, board.first_alarm_s, board.first_detach_s) == (None, None, None)


def suffering(*loss: tuple[float, float, float], until: int, rate: int = 10) -> list[Sample]:
    """A sample a second; from..to loses that share of `rate` sessions a second."""
    samples: list[Sample] = []
    asked = refused = 0.0
    for t in range(until):
        samples.append(sample(t, fleet(0, 3), asked=round(asked), refused=round(refused)))
        asked += rate
        refused += rate * sum(share for start, end, share in loss if start <= t < end)
    return samples


def test_two_windows_with_a_pause_stay_two_and_a_short_dip_makes_no_third():
    found = windows(suffering((20, 60, 0.5), (64, 80, 0.5), (120, 125, 0.3), until=160))
    assert len(found) == 2
    first, second = found
    assert 20 <= first.start_s <= 21 and first.end_s is not None and 80 <= first.end_s <= 86
    assert first.peak == pytest.approx(0.5) and second.peak == pytest.approx(0.3)
    assert 120 <= second.start_s <= 121


def test_recovery_is_the_end_of_the_last_window_and_open_windows_have_none():
    event = Event(10.0, "fault", "8k-0")
    board = score(run(suffering((20, 40, 0.5), until=80), event))
    assert board.recovery_s is not None and 30 <= board.recovery_s <= 36
    board = score(run(suffering((20, 80, 0.5), until=80), event))
    assert board.recovery_s is None and board.windows[-1].end_s is None
    assert 55 <= board.suffered_s <= 60


def test_the_vendors_availability_is_100_percent_while_half_of_the_requests_fail():
    board = score(run(suffering((0, 50, 0.5), until=50)))
    assert board.sla_percent == 100.0
    assert board.success_percent == pytest.approx(50.0, abs=0.5)
    down = [sample(t, fleet(3, 3) if t > 5 else fleet(2, 3), asked=t, refused=0) for t in range(11)]
    assert score(run(down)).sla_percent == pytest.approx(50.0)


def test_outcomes_are_counted_from_the_first_sample_by_phase_and_by_part():
    samples = [sample(t, fleet(0, 3), asked=100 + 10 * t, refused=t, cut=t, partial=2 * t) for t in range(21)]
    spans = (Span("a", 0.0, 10.0, "04:07", True), Span("b", 10.0, 30.0, "09:12", True))
    board = score(run(samples, spans=spans))
    assert board.parts[PART] == Tally(asked=200, refused=20, cut=20, partial=40)
    assert board.total.lost == 80
    assert board.phases["b"][PART] == Tally(asked=100, refused=10, cut=10, partial=20)
    assert board.success_percent == pytest.approx(60.0)


def test_the_worst_is_the_one_with_the_largest_share_against_its_fair_one():
    samples = [
        sample(t, fleet(0, 4, 2), routed={"8k-2": 9.0 * t, "8k-1": 1.0 * t, "16k-0": 5.0 * t, "16k-1": 5.0 * t})
        for t in range(20)
    ]
    worst = score(run(samples)).worst
    assert worst is not None
    assert (worst.server, worst.share, worst.fair) == ("8k-2", pytest.approx(0.9), 0.25)
    assert score(run(samples[:5])).worst is None, "40 sessions are too few for a share"


def test_a_run_without_samples_has_no_scoreboard():
    with pytest.raises(ValueError, match="without samples"):
        score(run([]))
