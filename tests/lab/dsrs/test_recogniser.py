"""The recogniser: order, form and times of its events, whatever it hears."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.lab.audio import FORMATS
from console.lab.dsrs.phrases import PHRASES
from console.lab.dsrs.recogniser import BLOCK_S, Recogniser
from tests.support.sound import named, silence, tone

_UTTERANCE = re.compile(r"SC(U*)EA")


@cache
def blocks(name: str) -> tuple[bytes, bytes]:
    return silence(named(name), BLOCK_S), tone(named(name), BLOCK_S)


def events(pattern: list[bool], name: str = "LSB8K", update_ms: int = 1000) -> list[str]:
    """What comes of loud and quiet blocks."""
    recogniser = Recogniser(named(name), lambda number: f"u{number}", update_ms)
    heard = [event for loud in pattern for event in recogniser.hear(blocks(name)[loud])]
    return heard + recogniser.finish()


def runs(*lengths: int) -> list[bool]:
    """So many quiet blocks, so many loud ones, and so on."""
    return [bool(index % 2) for index, length in enumerate(lengths) for _ in range(length)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 30), max_size=12),
    st.sampled_from(["LSB8K", "MSB16K", "MULAW", "ALAW"]),
    st.sampled_from([0, 300, 1000]),
)
def test_whatever_is_heard_comes_in_order_and_in_form(lengths: list[int], name: str, update_ms: int):
    pattern = runs(*lengths)
    heard = events(pattern, name, update_ms)
    assert heard == events(pattern, name, update_ms), "the same audio gives the same events"
    assert _UTTERANCE.sub("", "".join(event[0] for event in heard)) == ""
    if update_ms == 0:
        assert not any(event.startswith("U") for event in heard)
    bounds = [int(event[2:]) for event in heard if event[0] in "SE"]
    assert bounds == sorted(bounds)
    assert all(0 <= at <= len(pattern) * 100 for at in bounds)
    finals = [json.loads(event[2:]) for event in heard if event[0] == "A"]
    assert [final["utteranceid"] for final in finals] == [f"u{n + 1}" for n in range(len(finals))]
    for final, start, end in zip(finals, bounds[::2], bounds[1::2], strict=True):
        (result,) = final["results"]
        assert (final["code"], final["message"], final["text"]) == ("", "", result["text"])
        assert (result["starttime"], result["endtime"]) == (start, end)
        tokens = result["tokens"]
        assert "".join(token["written"] for token in tokens) == final["text"]
        assert [tokens[0]["starttime"], tokens[-1]["endtime"]] == [start, end]
        assert all(one["endtime"] == other["starttime"] for one, other in pairwise(tokens))
        assert all(0 < token["confidence"] <= 1 for token in tokens)


@pytest.mark.parametrize("name", list(FORMATS))
def test_speech_is_found_in_every_format(name: str):
    heard = events(runs(5, 75, 8), name)
    # 11,025 does not divide into blocks: they fall short of 100 ms by a hair.
    assert [heard[0][0], heard[-2][0]] == ["S", "E"]
    assert [int(heard[0][2:]), int(heard[-2][2:])] == pytest.approx([500, 8000], abs=5)
    sentence = "".join(written for written, _ in PHRASES[0])
    assert json.loads(heard[-1][2:])["text"] == sentence
    interim = [json.loads(event[2:])["text"] for event in heard if event[0] == "U"]
    assert len(interim) == 8
    assert all(later.startswith(earlier) for earlier, later in pairwise(interim))
    assert sentence.startswith(interim[-1])


def test_an_utterance_ends_after_30_seconds_and_the_speech_goes_on_in_another():
    heard = events(runs(0, 650))
    assert [event for event in heard if event[0] in "SE"] == [
        "S 0", "E 30000", "S 30000", "E 60000", "S 60000", "E 65000",
    ]  # fmt: skip


def test_a_click_and_a_short_pause_are_nothing():
    assert events(runs(5, 1, 9)) == []
    assert [event for event in events(runs(0, 10, 4, 10)) if event[0] in "SE"] == ["S 0", "E 2400"]
