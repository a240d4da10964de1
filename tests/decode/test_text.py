"""Text from the network is fit for a screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.decode import clean_text, is_id


@given(st.text(max_size=600), st.integers(1, 200))
def test_always_printable_bounded_and_settled(text: str, longest: int) -> None:
    clean = clean_text(text, longest)
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in clean)
    assert len(clean) <= 4 * longest + 1
    assert clean_text(clean, longest + 1) == clean


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=128))
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


def test_tricks() -> None:
    assert clean_text("dsrs\u202e700-\x1b[31m\n\t\x00") == "dsrs700-[31m"
    assert clean_text("a" + "\u0301" * 50) == "a" + "\u0301" * 3
    assert clean_text("x" * 10_000) == "x" * 128 + "…"
    assert clean_text("会話_汎用") == "会話_汎用"


@pytest.mark.parametrize("text", ["dsrs-017", "a", "会話", "a/b", "a b", "%2e"])
def test_ids(text: str) -> None:
    assert is_id(text)
