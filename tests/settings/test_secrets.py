"""A token comes from outside the file, only its owner can read it, and it never reaches a log."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain.errors import SettingsError
from console.settings import BalancerSettings
from console.settings.redaction import REDACTOR, set_up_logging
from console.settings.secrets import read_token

CANARY = "canary-7f3a9c1e"


@pytest.fixture(autouse=True)
def root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_token_from_the_environment():
    assert read_token(BalancerSettings(token_env="T"), {"T": f" {CANARY}\n"}) == CANARY
    assert read_token(BalancerSettings(), {"T": CANARY}) is None


@pytest.mark.parametrize("value", ["", "  ", "two words", "lin\ne", "ünicode"])
def test_what_is_no_token_is_refused_and_not_echoed(value: str):
    with pytest.raises(SettingsError, match="environment variable T") as caught:
        read_token(BalancerSettings(token_env="T"), {"T": value})
    assert not value.strip() or value not in str(caught.value)


def test_token_file_must_be_private(tmp_path: Path):
    file = tmp_path / "token"
    file.write_text(CANARY + "\n")
    file.chmod(0o600)
    settings = BalancerSettings(token_file=str(file))
    assert read_token(settings, {}) == CANARY
    for mode in (0o640, 0o604, 0o660):
        file.chmod(mode)
        with pytest.raises(SettingsError, match="chmod 600"):
            read_token(settings, {})
    with pytest.raises(SettingsError, match="no such file"):
        read_token(BalancerSettings(token_file=str(tmp_path / "none")), {})
    with pytest.raises(SettingsError, match="is a directory"):
        read_token(BalancerSettings(token_file=str(tmp_path)), {})


def blow_up() -> None:
    raise RuntimeError(f"GET / with {CANARY}")


def log_it_every_way() -> None:
    log = logging.getLogger("dsr.test")
    log.warning("plain %s", CANARY)
    log.warning("as header %r", {"Authorization": f"Bearer {CANARY}"})
    try:
        blow_up()
    except RuntimeError:
        log.exception("failed with %s", CANARY, stack_info=True)


def test_registered_secrets_reach_no_log(tmp_path: Path):
    REDACTOR.register(CANARY)
    stream = io.StringIO()
    set_up_logging("info", stream=stream)
    log_it_every_way()
    file = tmp_path / "logs" / "console.jsonl"
    set_up_logging("info", str(file))
    log_it_every_way()
    written = file.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["level"] for line in lines] == ["warning", "warning", "error"]
    assert "RuntimeError: GET / with [redacted]" in lines[-1]["error"]
    assert "RuntimeError" in stream.getvalue()
    assert CANARY not in written + stream.getvalue()
    assert stream.getvalue().count("plain") == 1, "a second set-up replaces the first"


def test_a_log_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="log_file"):
        set_up_logging("info", str(tmp_path / "file" / "x.log"))


@pytest.mark.skipif(os.name == "nt", reason="file modes are a POSIX matter")
def test_reading_a_token_registers_it(tmp_path: Path):
    other = "another-canary-5512"
    assert read_token(BalancerSettings(token_env="T"), {"T": other}) == other
    assert REDACTOR.clean(f"x{other}y") == "x[redacted]y"
