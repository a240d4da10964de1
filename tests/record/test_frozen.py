"""The detectors' state: from a kept one they go on as if nothing had happened; from anybody else's bytes nothing is run."""

from __future__ import annotations

import zlib

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.detect import Detectors, GapEstimator
from console.record.frozen import FrozenError, freeze, thaw
from console.record.recorder import rounded
from tests.support.incident import FULL, VirtualFleet


def fresh():
    return GapEstimator(), Detectors()


def step(pair, frame):
    estimator, detectors = pair
    return detectors.step(frame, estimator.step(frame))


def lived(polls):
    fleet, pair = VirtualFleet(3, per_pool=6), fresh()
    frames = [rounded(frame) for frame in fleet.run(30)]
    fleet.mute("dsrs-001", "dsrs-002")
    frames += [rounded(frame) for frame in fleet.run(20)]
    fleet.rate.update({pool: rate / 5 for pool, rate in FULL.items()})
    frames += [rounded(frame) for frame in fleet.run(60)]
    for frame in frames[:polls]:
        step(pair, frame)
    return pair, frames[polls:]


@pytest.mark.parametrize("polls", [0, 1, 33, 60])
def test_they_go_on_as_if_nothing_had_happened(polls):
    pair, rest = lived(polls)
    kept = freeze(pair)
    again = thaw(kept, fresh())
    assert freeze(again) == kept
    for frame in rest:
        one, other = step(pair, frame), step(again, frame)
        assert repr((one.alarms, one.changes, one.figures, one.suspects, one.sight)) == repr(
            (other.alarms, other.changes, other.figures, other.suspects, other.sight)
        )
    assert one.alarms


def packed(text: object) -> bytes:
    body = msgspec.json.encode(text)
    return b"DSRS1" + zlib.compress(len(body).to_bytes(8, "little") + body)


@pytest.mark.parametrize(
    "text",
    [
        ["o", 0, "os:system", []],
        ["o", 0, "subprocess:Popen", [["args", "true"]]],
        ["o", 0, "console.record.journal:Journal", []],
        ["o", 0, "console.domain.clock:time.time", []],
        ["o", 0, "console.detect.book:AlarmBook.step", []],
        ["o", 0, "console.domain.tasks:asyncio.Task", []],
        ["o", 0, "console.detect.nothing:Rule", []],
        ["o", 0, "console.detect.book:AlarmBook", [["_open", ["d", 1, []]], ["more", 1]]],
        ["e", "console.domain.states:Reach", "__class__"],
        ["r", 7],
        ["a", 0, ["|O", [1], 0, 8], True],
        ["a", 0, ["<f8", [1 << 40], 0, 8], True],
        ["a", 0, ["<f8", [-1], 0, -8], True],
        ["x", 0],
        [],
    ],
)
def test_only_what_judges_is_made_and_nothing_is_run(text):
    with pytest.raises(FrozenError):
        thaw(packed(text), fresh())


@settings(max_examples=100)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_changed_bytes_raise_one_error_or_give_other_values(at, bits):
    body = bytearray(KEPT)
    body[at % len(body)] ^= bits
    try:
        thaw(bytes(body), fresh())
    except FrozenError as error:
        assert "\n" not in str(error)


def test_what_has_no_form_is_refused():
    for value in (print, object(), open, np.array([object()]), {"a": lambda: 1}):
        with pytest.raises(FrozenError):
            freeze(value)


KEPT = freeze(lived(10)[0])
