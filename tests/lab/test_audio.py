"""Names of audio formats."""

from __future__ import annotations

import pytest

from console.lab.audio import FORMATS, parse_format

EIGHT = {"8K", "LSB8K", "MSB8K", "LSB11K", "MSB11K", "MULAW", "ALAW"}


def test_every_name_has_its_pool_whatever_its_case():
    assert len(FORMATS) == 18
    assert {name for name, audio in FORMATS.items() if audio.pool_rate == 8} == EIGHT
    for name, audio in FORMATS.items():
        assert parse_format(name.lower()) is parse_format(name) is audio
        assert audio.name == name


@pytest.mark.parametrize(
    ("name", "bytes_per_s"),
    [
        ("8K", 16_000),
        ("16k", 32_000),
        ("MULAW", 8000),
        ("alaw", 8000),
        ("LSB11K", 22_050),
        ("MSB22K", 44_100),
        ("LSB48K", 96_000),
    ],
)
def test_a_second_of_audio_has_its_bytes(name: str, bytes_per_s: int):
    audio = parse_format(name)
    assert audio is not None
    assert audio.bytes_per_s == bytes_per_s
    assert audio.header == (name.upper() in {"8K", "16K"})


@pytest.mark.parametrize(
    "name", ["", "K", "LSB", "LSB9K", "9K", "LSB8", "MP3", "8K ", "ＬＳＢ８Ｋ", "ſSB8K", "x" * 10_000]
)
def test_no_other_name_is_one(name: str):
    assert parse_format(name) is None
