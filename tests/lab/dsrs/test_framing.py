"""Frames of a session, however they are cut and whatever they are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.lab.dsrs import framing

KINDS = st.sampled_from([framing.AUDIO, framing.END, framing.TEXT, framing.ERROR])


@given(st.lists(st.tuples(KINDS, st.binary(max_size=300)), max_size=8), st.lists(st.integers(0, 2000), max_size=8))
def test_frames_come_out_as_they_went_in_wherever_they_are_cut(frames: list[tuple[bytes, bytes]], cuts: list[int]):
    stream = b"".join(framing.encode(kind, payload) for kind, payload in frames)
    at = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    reader = framing.FrameReader()
    assert [frame for a, b in pairwise(at) for frame in reader.feed(stream[a:b])] == frames


def test_what_was_whole_before_nonsense_counts():
    frames, whole = framing.FrameReader().feed(framing.encode(framing.TEXT, b"U 1") + b"\xff" * 9), []
    with pytest.raises(framing.BadFrame):
        whole.extend(frames)
    assert whole == [(framing.TEXT, b"U 1")]


@given(st.lists(st.binary(max_size=3000), max_size=50))
def test_junk_is_a_bad_frame_or_frames_and_nothing_else(parts: list[bytes]):
    reader = framing.FrameReader()
    try:
        frames = [frame for part in parts for frame in reader.feed(part)]
    except framing.BadFrame:
        return
    assert all(kind in b"aetx" and len(payload) <= 65_536 for kind, payload in frames)
    assert sum(5 + len(payload) for _, payload in frames) <= sum(map(len, parts))
