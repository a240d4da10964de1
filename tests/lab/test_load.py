"""Which interface a session takes, and what is said there."""

from __future__ import annotations

from collections import Counter

import pytest

from console.lab.load.driver import Totals
from console.lab.load.mix import Mix
from console.lab.load.session import Ended
from console.lab.load.talk import talk


def test_shares_are_kept_and_the_same_seed_takes_the_same_turns():
    def turns(seed: int, pool: str = "8k") -> list[str]:
        mix = Mix(seed, pool, {"websocket": 0.3, "http": 0.1})
        return [mix.take() for _ in range(2000)]

    assert turns(1) == turns(1) != turns(2)
    assert turns(1) != turns(1, "16k")
    counts = Counter(turns(1))
    assert abs(counts["websocket"] - 600) < 80
    assert abs(counts["http"] - 200) < 60


@pytest.mark.parametrize(
    ("shares", "only"), [({}, "direct"), ({"websocket": 1.0}, "websocket"), ({"http": 1.0}, "http")]
)
def test_all_of_one_is_all_of_one(shares: dict[str, float], only: str):
    mix = Mix(1, "8k", shares)
    assert {mix.take() for _ in range(200)} == {only}


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_what_is_said_has_the_length_asked_for_and_pauses(rate_hz: int):
    audio = talk(rate_hz, 9.5)
    assert len(audio) == rate_hz * 2 * 9.5
    second = rate_hz * 2
    assert [any(audio[n * second : (n + 1) * second]) for n in range(9)] == [
        True,
        True,
        True,
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_every_outcome_is_counted_once_and_texts_are_kept_verbatim():
    totals = Totals()
    text = "s can't connect to recognizer server"
    for ended in (
        Ended("completed"),
        Ended("refused", text),
        Ended("refused", text),
        Ended("partial_server_timeout", "e timeout occurred"),
    ):
        totals.ended(ended)
    truth = totals.truth()
    assert (truth["completed"], truth["refused"], truth["partial_server_timeout"], truth["partial_server_death"]) == (
        1,
        2,
        1,
        0,
    )
    assert truth["errors"] == {text: 2, "e timeout occurred": 1}
