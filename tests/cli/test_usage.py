"""Wrong usage and wrong settings: exit code 2 and one clear sentence, before anything is started."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from console import __version__
from console.cli import main


@pytest.fixture(autouse=True)
def nobody_s_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required"),
        (["fly"], "invalid choice"),
        (["watch", "--nonsense"], "unrecognized arguments"),
        (["watch", "--for", "-1"], "'-1' is not a number of seconds above 0"),
        (["watch", "--interval", "soon"], "'soon' is not a number of seconds above 0"),
        (["watch", "--url", "http://127.0.0.1:9", "--config", "x"], "not allowed with"),
        (["detach", "--url", "http://127.0.0.1:9", "--reason", "x"], "ID"),
        (["detach", "dsrs-001", "--url", "http://127.0.0.1:9"], "--reason"),
        (["detach", "dsrs-001", "--reason", " "], "1 to 500 characters"),
        (["attach", "dsrs-001", "--reason", "x" * 501], "1 to 500 characters"),
        (["attach", "dsrs-001", "--reason", "x", "--operator", "y" * 101], "1 to 100 characters"),
        (["lab", "--seed", "x"], "--seed"),
        (["say", "x.wav"], "--url"),
        (["say", "x.wav", "--url", "ws://127.0.0.1:9", "--pace", "-1"], "'-1' is not a number of seconds"),
        (["say", "x.wav", "--url", "ws://127.0.0.1:9", "--engine"], "--engine"),
    ],
)
def test_bad_usage_is_one_sentence_and_2(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert says in told.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["watch"], "Give --url"),
        (["detach", "dsrs-001", "--reason", "x"], "Give --url"),
        (["check"], "Give --url"),
        (["watch", "--url", "nonsense"], "Write http://HOST:PORT"),
        (["watch", "--url", "http://127.0.0.1:9", "--interval", "0.01"], "Allowed: 0.1 to 60 s."),
        (["watch", "--url", "http://127.0.0.1:9", "--on-alarm", "sh -c 'x"], "Mind the quotes"),
        (["watch", "--url", "http://127.0.0.1:9", "--token-env", "NO_SUCH_VARIABLE"], "--token-env"),
        (["watch", "--config", "/nowhere/x.toml"], "no such file"),
        (["run", "--demo", "--url", "http://127.0.0.1:9"], "--demo brings its own balancer"),
        (["lab", "--pools", "8k"], "--pools"),
        (["lab", "--door", "speed=9"], "there is no limit 'speed'"),
        (["lab", "--app-key-file", "/nowhere/keys"], "cannot be read"),
        (["say", "/nowhere/x.wav", "--url", "ws://127.0.0.1:9"], "Name a readable audio file"),
        (["say", __file__, "--url", "ws://127.0.0.1:9"], "no WAV header"),
        (["say", __file__, "--url", "wss://127.0.0.1:9", "--format", "8K"], "Write ws://HOST:PORT"),
        (["say", __file__, "--url", "ws://127.0.0.1:9", "--format", "9K"], "is no audio format"),
        (["say", __file__, "--url", "ws://127.0.0.1:9", "--format", "8K", "--key-env", "NO_SUCH_KEY"], "is not set"),
    ],
)
def test_bad_settings_are_2(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.err.startswith("dsr-console: ")


def test_check_names_every_problem_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "s.toml"
    file.write_text(
        '[poll]\ninterval_s = 0\n\n[alarms.silence]\nintervalls = 3\n[balancer]\ntoken = "hunter2hunter2"\n'
    )
    assert main(["check", "--config", str(file)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[2] for line in told] == ["2", "5", "7"]
    assert "Did you mean intervals?" in told[1]
    assert "hunter2" not in "".join(told)


def test_the_user_s_own_settings_are_found_but_not_used_for_another_balancer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    own = tmp_path / "XDG_CONFIG_HOME" / "dsr-console" / "settings.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[broken\n")
    assert main(["watch"]) == 2
    assert f"{own}:1" in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert main(["check", "--url", f"http://127.0.0.1:{port}"]) == 6


def test_an_unreachable_balancer_is_6_for_watch_and_a_refusal_for_detach(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("console.engine.command.READY_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert main(["watch", "--url", url, "--interval", "0.1", "--for", "0.5", "--json"]) == 6
    assert "never reached" in capfd.readouterr().err
    assert main(["detach", "dsrs-001", "--url", url, "--reason", "x", "--json"]) == 3
    assert '"step": "refused"' in capfd.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"dsr-console {__version__}\n"


def test_a_journal_that_cannot_be_written_sends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_text("")
    settings = tmp_path / "s.toml"
    settings.write_text(f'[balancer]\nurl = "http://127.0.0.1:9"\n[console]\njournal_folder = "{tmp_path}/file/x"\n')
    assert main(["detach", "dsrs-001", "--config", str(settings), "--reason", "x"]) == 3
    assert "nothing was sent" in capsys.readouterr().err


def test_a_window_that_cannot_be_loaded_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(sys.modules, "console.app", None)  # the import now fails, as where a library of Qt is missing
    assert main(["run", "--url", "http://127.0.0.1:9"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("dsr-console: The window cannot open: ")
    assert told.count("\n") == 1
