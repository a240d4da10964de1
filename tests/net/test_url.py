"""URLs from a hostile list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import SettingsError
from console.net import Endpoint, Url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file:///etc/passwd",
        "gopher://10.0.0.1:70/",
        "http://user:secret@10.0.0.1/",
        "http://10.0.0.1/a b",
        "http://10.0.0.1/\r\nX-Injected: 1",
        "http://10.0.0.1:0/",
        "http://10.0.0.1:65536/",
        "http://10.0.0.1/#x",
        "http://[::1/",
        "http://[fe80::1%eth0]:2000/",
        "http://127.1:2000/",
        "http://0177.0.0.1:2000/",
        "http://2130706433:2000/",
        "http:// 10.0.0.1/",
        "http://例え:2000/",
        "http://10.0.0.1\\@evil/",
        "//10.0.0.1/",
        "http://10.0.0.1/" + "a" * 600,
    ],
)
def test_refuses_what_is_not_a_plain_address(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Url.parse(text)


def test_parts() -> None:
    url = Url.parse("HTTP://DSRS-1.Example.NET:21017/v1/status?x=1")
    assert (url.scheme, url.host, url.port, url.target) == ("http", "dsrs-1.example.net", 21017, "/v1/status?x=1")
    assert not url.numeric
    six = Url.parse("https://[FD00:0:0::5]/")
    assert (six.host, six.port, six.authority, six.numeric) == ("fd00::5", 443, "[fd00::5]", True)


@given(st.text(max_size=80) | st.text(alphabet="htps:/[]@%.0123456789abc#?\r\n ", max_size=60).map("http://".__add__))
def test_whatever_is_accepted_can_stand_in_a_request(text: str) -> None:
    try:
        url = Url.parse(text)
    except ValueError:
        return
    line = f"GET {url.target} HTTP/1.1|Host: {url.authority}"
    assert line.isascii()
    assert line.isprintable()
    assert "@" not in url.authority
    assert Url.parse(str(url)) == url


def test_an_endpoint_keeps_its_secret() -> None:
    endpoint = Endpoint("http://10.0.0.5:8000/dsr/", token="S3cret")
    assert "S3cret" not in repr(endpoint)
    assert "S3cret" not in str(endpoint)
    assert str(endpoint.at("/v1/fleet")) == "http://10.0.0.5:8000/dsr/v1/fleet"


@pytest.mark.parametrize(
    ("url", "token"), [("ftp://x", None), ("http://x/?q=1", None), ("http://x", "a\nb"), ("http://x", " ")]
)
def test_an_endpoint_that_cannot_work_says_what_to_do(url: str, token: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        Endpoint(url, token)
    assert caught.value.remedy
    assert not (token or "").strip() or str(token) not in str(caught.value)


def test_only_what_is_this_machine_by_its_own_word_is_loopback() -> None:
    here = ("http://127.0.0.1:9", "http://127.8.0.1", "https://[::1]:9/x", "http://LOCALHOST:9")
    assert all(Url.parse(text).loopback for text in here)
    away = ("http://10.0.0.1", "http://0.0.0.0", "http://localhost.example.net", "https://[::2]", "http://dsrm")
    assert not any(Url.parse(text).loopback for text in away)
