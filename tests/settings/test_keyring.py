"""F52: a keyring that is absent, locked, broken or hanging costs two seconds at most, and never the token."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring as library
import pytest
from keyring.backends import fail

from console.cli import main
from console.domain.errors import SettingsError
from console.present import reason
from console.settings import BalancerSettings, keyring
from console.settings.keyring import KeyringUnusable
from console.settings.redaction import REDACTOR
from console.settings.secrets import read_token
from tests.support.keyrings import Broken, Forgetful, Hanging, Locked, Working

URL = "https://dsrm.example:8443"
TOKEN = "keyring-canary-91c2"
BALANCER = BalancerSettings(url=URL + "/base", token_keyring=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Iterator[Working]:
    """The one that the test's parameter names, a working one otherwise."""
    before = library.get_keyring()
    made = getattr(request, "param", Working)()
    library.set_keyring(made)
    yield made
    if isinstance(made, Hanging):
        made.released.set()
        for thread in threading.enumerate():
            if thread.name == "dsr-keyring":
                thread.join(20)
    library.set_keyring(before)


def test_the_token_is_kept_for_one_balancer_and_no_other(backend: Working):
    assert keyring.store(URL, TOKEN).endswith("Working")
    assert read_token(BALANCER, {}) == TOKEN
    assert REDACTOR.clean(TOKEN) == "[redacted]"
    for other in ("https://dsrm.example:8444", "http://dsrm.example:8443", "https://dsrm2.example:8443"):
        with pytest.raises(SettingsError, match="keeps no token"):
            read_token(BalancerSettings(url=other, token_keyring=True), {})
    assert keyring.forget(URL)
    assert not keyring.forget(URL)
    assert backend.kept == {}


@pytest.mark.parametrize(
    ("backend", "words"),
    [(fail.Keyring, "There is no keyring"), (Locked, "is locked"), (Broken, "failed (RuntimeError)")],
    indirect=["backend"],
)
def test_what_hinders_the_keyring_is_one_sentence_and_the_next_source_is_read(backend, words: str, tmp_path: Path):
    with pytest.raises(SettingsError) as caught:
        read_token(BALANCER, {})
    assert words in str(caught.value)
    assert not reason(str(caught.value)).verbatim, "the window cannot say this in its language"
    told: list[str] = []
    both = BalancerSettings(url=URL, token_keyring=True, token_env="T")
    assert read_token(both, {"T": "from-the-environment"}, told.append) == "from-the-environment"
    assert len(told) == 1
    assert words in told[0]
    with pytest.raises(KeyringUnusable):
        keyring.fetch(URL)


@pytest.mark.parametrize("backend", [Hanging], indirect=True)
def test_one_that_hangs_is_given_up_and_costs_one_thread(backend: Hanging):
    for _ in range(3):
        with pytest.raises(KeyringUnusable, match="did not answer") as caught:
            keyring.fetch(URL, 0.05)
        assert not reason(str(caught.value)).verbatim
    assert backend.asked == 1
    assert [thread.name for thread in threading.enumerate()].count("dsr-keyring") == 1
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "dsr-keyring"), (
        "it would hold up the end"
    )
    assert keyring.READ_S == 2.0
    backend.released.set()
    assert keyring.fetch(URL, 20.0) is None, "once it answers again it is asked again"


@pytest.mark.parametrize("backend", [Forgetful], indirect=True)
def test_one_that_only_pretends_to_keep_is_found_out(backend: Working):
    with pytest.raises(KeyringUnusable, match="nothing is kept"):
        keyring.store(URL, TOKEN)


def run(monkeypatch: pytest.MonkeyPatch, typed: str, *words: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return main(["token", *words])


def test_the_command_keeps_forgets_and_says_where(
    backend: Working, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    assert run(monkeypatch, f"{TOKEN}\nmore\n", "set", "--url", URL) == 0
    assert backend.kept == {("dsr-console", URL): TOKEN}
    config = tmp_path / "settings.toml"
    config.write_text(f'[balancer]\nurl = "{URL}"\ntoken_keyring = true\ntoken_env = "NO_SUCH_VARIABLE"\n')
    assert run(monkeypatch, "", "where", "--config", str(config)) == 0
    assert f"used: keyring, {URL}" in capsys.readouterr().out
    assert run(monkeypatch, "", "forget", "--config", str(config)) == 0
    assert run(monkeypatch, "", "where", "--config", str(config)) == 1
    said = capsys.readouterr().out
    assert "holds none" in said
    assert "is empty or not set" in said
    assert "used: none" in said
    assert TOKEN not in said
    for typed in ("\n", "two words\n", ""):
        assert run(monkeypatch, typed, "set", "--url", URL) == 2
    assert backend.kept == {}
    with pytest.raises(SystemExit):
        run(monkeypatch, "", "set", "an-argument-is-no-place-for-it")


@pytest.mark.parametrize("backend", [fail.Keyring], indirect=True)
def test_without_a_keyring_nothing_is_kept_anywhere(
    backend: Working, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert run(monkeypatch, f"{TOKEN}\n", "set", "--url", URL) == 1
    assert "There is no keyring" in capsys.readouterr().err
    assert list(tmp_path.rglob("*")) == []
