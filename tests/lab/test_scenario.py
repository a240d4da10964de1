"""The demo as data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.lab.scenario import DEMO, guide, next_place, silent_places


def test_the_default_demo_silences_three_that_stand_apart():
    assert [f"dsrs-{place + 1:03d}" for place in silent_places(32, 1)] == ["dsrs-007", "dsrs-023", "dsrs-031"]


@given(st.integers(1, 200), st.integers(-50, 50))
def test_the_silent_ones_exist_differ_and_never_are_the_whole_pool(size: int, seed: int):
    taken: set[int] = set()
    for place in silent_places(size, seed):
        taken.add(next_place(place, size, taken))
    assert len(taken) == len(silent_places(size, seed)) <= 3
    assert all(0 <= place < size for place in taken)
    assert len(taken) < size


@pytest.mark.parametrize(
    ("elapsed_s", "step", "name", "next_in_s"),
    [(0, 1, "quiet", 20), (19.5, 1, "quiet", 0.5), (20, 2, "mute", 15), (36, 3, "ramp", 4), (400, 4, "run", None)],
)
def test_the_guide_says_where_we_are(elapsed_s: float, step: int, name: str, next_in_s: float | None):
    told = guide(elapsed_s, ["dsrs-007"])
    assert (told["step"], told["steps"], told["name"], told["next_in_s"]) == (step, len(DEMO), name, next_in_s)
    assert told["schema"] == "guide/1"
