"""Headers of WAV files that come in pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.lab.dsrs.wav import UnsupportedAudio, WavHead
from tests.support.sound import named, wav

DATA = bytes(range(200))
LIST = b"LIST" + (5).to_bytes(4, "little") + b"hello\0"


@given(st.lists(st.integers(0, 300), max_size=8))
def test_however_it_is_cut_the_audio_is_the_audio(cuts: list[int]):
    whole = wav(DATA, 11_025, extra=LIST) + b"id3 and the like"
    head = WavHead(named("8K"))
    at = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    assert b"".join(head.feed(whole[a:b]) for a, b in pairwise(at)) == DATA
    assert head.audio is not None
    assert (head.audio.rate_hz, head.audio.encoding, head.audio.bytes_per_s) == (11_025, "lsb16", 22_050)


def test_a_length_that_its_writer_did_not_know_has_no_end():
    whole = bytearray(wav(DATA, 16_000))
    whole[40:44] = b"\xff\xff\xff\xff"
    head = WavHead(named("16K"))
    assert head.feed(bytes(whole)) + head.feed(DATA) == DATA + DATA


@pytest.mark.parametrize(("tag", "encoding"), [(6, "alaw"), (7, "mulaw")])
def test_companded_audio_has_a_byte_a_sample(tag: int, encoding: str):
    head = WavHead(named("8K"))
    head.feed(wav(DATA, tag=tag, bits=8))
    assert head.audio is not None
    assert (head.audio.encoding, head.audio.bytes_per_s) == (encoding, 8000)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("8K", b"OggS" + DATA),
        ("8K", b"RIFF\0\0\0\0AVI " + DATA),
        ("8K", DATA),
        ("8K", wav(DATA, 16_000)),
        ("16K", wav(DATA, 8000)),
        ("8K", wav(DATA, 0)),
        ("8K", wav(DATA, channels=2)),
        ("8K", wav(DATA, bits=24)),
        ("8K", wav(DATA, tag=3, bits=32)),
        ("8K", b"RIFF\0\0\0\0WAVEdata" + bytes(200)),
        ("8K", b"RIFF\0\0\0\0WAVEJUNK\xff\xff\xff\xff" + bytes(200)),
        ("8K", b"RIFF\0\0\0\0WAVE" + LIST * 400),
    ],
)
def test_what_is_not_what_the_format_says_is_refused(name: str, data: bytes):
    with pytest.raises(UnsupportedAudio):
        WavHead(named(name)).feed(data)
