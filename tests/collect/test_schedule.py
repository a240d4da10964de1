"""Phases, pauses and turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.collect.schedule import current_turn, fingerprint, next_turn, pause, phase

marks = st.integers(0, 2**64 - 1)


def test_phases_spread_a_fleet_and_stay_the_same() -> None:
    phases = sorted(phase(fingerprint(f"dsrs-{number:04d}")) for number in range(1000))
    assert 0.1 <= phases[0] < phases[-1] < 0.9
    fullest = max(
        sum(1 for one in phases if low <= one < low + 0.05) for low in (0.1 + 0.05 * step for step in range(16))
    )
    assert fullest < 2 * 1000 / 16
    assert phase(fingerprint("dsrs-0001")) == phase(fingerprint("dsrs-0001"))
    assert fingerprint("dsrs-0001") == 18274211745291911097, "phases change with every start if this does"


@given(marks, st.integers(1, 60), st.integers(1, 10_000))
def test_pauses_grow_to_their_bound_and_never_end_polling(mark: int, longest: int, misses: int) -> None:
    assert pause(1, mark, longest) == 1
    assert 1 <= pause(misses, mark, longest) <= longest
    assert pause(misses, mark, longest) >= min(2 ** min(misses - 1, 6), longest) / 2 - 0.5


def test_servers_that_die_together_are_not_tried_together() -> None:
    assert len({pause(5, fingerprint(f"dsrs-{number}"), 8) for number in range(64)}) >= 4


@given(
    start=st.floats(0, 1e6),
    interval=st.floats(0.1, 60),
    offset=st.floats(0, 1),
    gaps=st.lists(st.floats(0, 500), min_size=1, max_size=20),
)
def test_turns_move_on_and_are_never_caught_up_in_a_burst(
    start: float, interval: float, offset: float, gaps: list[float]
) -> None:
    now, last, tick = start, -1, -1
    for gap in gaps:
        turn = next_turn(start, interval, offset, now, last)
        assert turn > last
        assert start + (turn + offset) * interval >= now - 1e-6 * interval - 1e-6
        last = turn
        now = max(now, start + (turn + offset) * interval) + gap
        ticked = current_turn(start, interval, now, tick)
        assert ticked > tick
        assert (now - start) / interval - ticked < 1 + 1e-6, "a tick that was missed for longer is left out"
        tick = ticked
