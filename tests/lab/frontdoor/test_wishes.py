"""What a client asks for: the grammar of `s` and `d`, formats, keys, and the limits' own flag."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.errors import SettingsError
from console.lab.frontdoor.form import Form
from console.lab.frontdoor.grammar import Wish, read_conditions, read_start
from console.lab.frontdoor.http1 import Head
from console.lab.frontdoor.keys import Keys, read_keys
from console.lab.frontdoor.limits import DoorLimits
from tests.support.doorfleet import wav


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("s 16K -a-general authorization=K", Wish("16K", "-a-general", {"authorization": "K"})),
        ("s LSB8K -a-general", Wish("LSB8K", "-a-general", {})),
        ("s 16K \x01 authorization=K", Wish("16K", None, {"authorization": "K"})),
        ("s 16K", Wish("16K", None, {})),
        ("s", Wish("", None, {})),
        (
            's 8k -a-general profileWords="東京 とうきょう|""x""  y" authorization=K unknown= segmenterProperties="a=1 b=2"',
            Wish(
                "8k",
                "-a-general",
                {
                    "profileWords": '東京 とうきょう|"x"  y',
                    "authorization": "K",
                    "unknown": "",
                    "segmenterProperties": "a=1 b=2",
                },
            ),
        ),
        ('s 8K -a authorization=K profileWords="no end', Wish("8K", "-a", {"authorization": "K"})),
        ("s 8K -a authorization=first authorization=second", Wish("8K", "-a", {"authorization": "first"})),
    ],
)
def test_the_s_command(text: str, wish: Wish):
    assert read_start(text) == wish


@pytest.mark.parametrize(
    ("text", "engine", "key"),
    [
        ("-a-general", "-a-general", None),
        ("grammarFileNames=-a-general profileWords=a%20b", "-a-general", None),
        ("grammarFileNames=%2Da%2Dgeneral authorization=K%3D", "-a-general", "K="),
        ("", None, None),
        ("authorization=K", None, "K"),
    ],
)
def test_the_d_parameter(text: str, engine: str | None, key: str | None):
    named, parameters = read_conditions(text)
    assert (named, parameters.get("authorization")) == (engine, key)


def form(query: str = "", boundary: str | None = None) -> Form:
    headers = {} if boundary is None else {"content-type": f"multipart/form-data; boundary={boundary}"}
    return Form(Head("POST", "/v1/recognize", query, headers, keep_alive=True))


def test_what_comes_after_the_audio_counts_for_nothing():
    sent = b'--B\r\nContent-Disposition: form-data; name="d"\r\n\r\n-a-general\r\n'
    audio = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nSOUND\r\n'
    key = b'--B\r\nContent-Disposition: form-data; name="u"\r\n\r\nlab\r\n'
    late, good = form(boundary="B"), form(boundary="B")
    assert late.feed(sent + audio + key + b"--B--") == good.feed(sent + key + audio + b"--B--") == b"SOUND"
    assert (late.key, good.key, late.engine) == (None, "lab", "-a-general")


def test_the_query_may_say_all_and_wins():
    bare = form("d=grammarFileNames%3D-a-general%20authorization%3Dinner&c=MSB16K")
    assert (bare.key, bare.engine, bare.feed(b"xyz")) == ("inner", "-a-general", b"xyz")
    assert (bare.audio_format(b"") or pytest.fail("no format")).name == "MSB16K"
    both = form("u=query", "B")
    both.feed(b'--B\r\nContent-Disposition: form-data; name="u"\r\n\r\npart\r\n--B')
    assert both.key == "query"


@pytest.mark.parametrize(
    ("query", "start", "name"),
    [
        ("", wav(b"", 8000), "8K"),
        ("", wav(b"", 11_025), "8K"),
        ("", wav(b"", 44_100), "16K"),
        ("", b"\x00" * 64, "16K"),
        ("c=mulaw", b"", "MULAW"),
        ("c=nonsense", b"", None),
    ],
)
def test_the_format_is_named_or_told_by_the_audio(query: str, start: bytes, name: str | None):
    found = form(query).audio_format(start)
    assert (None if found is None else found.name) == name


def test_keys(tmp_path: Path):
    file = tmp_path / "keys"
    file.write_text("# ours\n first \n\nsecond\n")
    keys = Keys(read_keys(file))
    assert [keys.accept(key) for key in ("first", "second", "lab", "", None)] == [True, True, False, False, False]
    assert read_keys(None) == ("lab",)
    file.write_text("# none\n")
    for path in (file, tmp_path / "nowhere"):
        with pytest.raises(SettingsError, match="--app-key-file"):
            read_keys(path)


def test_limits_travel_as_text_and_wrong_ones_are_told():
    limits = DoorLimits(no_communication_s=0.25, connections=10)
    assert DoorLimits.parse(limits.to_text()) == limits
    assert DoorLimits().to_text() == ""
    for text, says in (
        ("speed=1", "no limit 'speed'"),
        ("connections=many", "no number"),
        ("connections=0", "between 1 and 65536"),
        ("session_s=nan", "between 0.1 and 86400 s"),
    ):
        with pytest.raises(SettingsError, match=says):
            DoorLimits.parse(text)
