"""The latch of every rule, for all slots at once, against the same thing written slowly for one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from console.detect.latch import ChatterSettings, Delay, Latch, Latches

SAMPLE = st.sampled_from(["over", "between", "calm", "unknown"])


class Slow:
    """One slot, as the words say it."""

    def __init__(self, delay: Delay) -> None:
        self.delay, self.on, self.seen, self.calm_s, self.was_calm = delay, False, [], 0.0, False

    def step(self, elapsed: float, sample: str) -> bool:
        if sample == "unknown":
            self.was_calm = False
            return self.on
        self.seen.append(sample == "over")
        if not self.on:
            if sum(self.seen[-self.delay.of :]) >= self.delay.need:
                self.on, self.calm_s, self.was_calm = True, 0.0, sample == "calm"
            return self.on
        if sample != "calm":
            self.calm_s, self.was_calm = 0.0, False
            return True
        self.calm_s += elapsed if self.was_calm else 0.0
        self.was_calm = True
        if self.calm_s >= self.delay.off_s - 1e-9:
            self.on, self.seen, self.calm_s = False, [], 0.0
        return self.on


@given(
    delay=st.builds(
        lambda need, more, off: Delay(need, need + more, off),
        st.integers(1, 3),
        st.integers(0, 2),
        st.sampled_from([0.0, 3.0, 10.0]),
    ),
    runs=st.lists(st.lists(SAMPLE, min_size=40, max_size=40), min_size=1, max_size=4),
    elapsed=st.sampled_from([0.25, 1.0, 4.0]),
)
def test_all_slots_at_once_do_what_one_does(delay: Delay, runs: list[list[str]], elapsed: float) -> None:
    fast, slow = Latches(delay), [Slow(delay) for _ in runs]
    for step in range(40):
        now = [run[step] for run in runs]
        on = fast.step(
            elapsed,
            np.array([sample == "over" for sample in now]),
            np.array([sample == "calm" for sample in now]),
            np.array([sample != "unknown" for sample in now]),
        )
        assert on.tolist() == [one.step(elapsed, sample) for one, sample in zip(slow, now, strict=True)]


def test_what_is_not_known_neither_raises_nor_clears() -> None:
    latch = Latch(Delay(need=2, of=3, off_s=2.0))
    assert not latch.step(1, wanted=True, calm=False)
    assert not latch.step(1, wanted=True, calm=False, known=False)
    assert latch.step(1, wanted=True, calm=False)
    assert latch.step(1, wanted=False, calm=True)
    for _ in range(100):
        assert latch.step(1, wanted=False, calm=True, known=False)
    assert latch.step(1, wanted=False, calm=True)  # one good sample after the darkness proves no two seconds
    assert latch.step(1, wanted=False, calm=True)
    assert not latch.step(1, wanted=False, calm=True)


def test_a_slot_that_starts_anew_forgets() -> None:
    latches = Latches(Delay(need=2, of=2))
    yes, no = np.array([True]), np.array([False])
    latches.step(1, yes, no, yes)
    assert not latches.step(1, yes, no, yes, anew=yes)[0]
    assert latches.step(1, yes, no, yes, anew=no)[0]
    assert not latches.step(1, yes, no, yes, anew=yes)[0]


@given(
    samples=st.lists(
        st.tuples(st.booleans(), st.booleans(), st.booleans(), st.sampled_from([0.5, 1.0, 9.0])), max_size=80
    ),
    need=st.integers(1, 3),
    off_s=st.sampled_from([0.0, 2.0, 10.0]),
    guarded=st.booleans(),
)
def test_a_latch_for_one_thing_is_what_those_for_many_are(
    samples: list[tuple[bool, bool, bool, float]], need: int, off_s: float, guarded: bool
) -> None:
    delay = Delay(need, 3, off_s, ChatterSettings(cycles=1, within_s=20.0, forget_s=30.0) if guarded else None)
    one, many = Latch(delay), Latches(delay)
    for wanted, calm, known, elapsed_s in samples:
        on = one.step(elapsed_s, wanted, calm, known)
        assert on == many.step(elapsed_s, np.array([wanted]), np.array([calm]), np.array([known]))[0] == one.on
        assert one.chattering == bool(many.chattering.any()) is not many.quiet
        assert one.idle == many.idle
