"""How the commands end: exit codes, signals, readers that leave, and what they must never say."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.live import COMMAND, POOL_8K, POOL_16K, Watching, lab, run
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.xdist_group("lab-ends")
def test_each_outcome_has_its_exit_code_and_no_token_is_ever_shown(tmp_path: Path):
    with lab(seed=12, pools=(("8k", 5), ("16k", 1)), tokens=True, night=(0.5,), actions_per_minute=2) as fleet:
        tokens = fleet.process.tokens()
        table = {role: f"TOKEN_{role.upper()}" for role in tokens}
        environ = {name: tokens[role] for role, name in table.items()}
        said = ""

        def attempt(verb: str, server: str, role: str | None, *flags: str) -> tuple[int, list[str]]:
            nonlocal said
            who = () if role is None else ("--token-env", table[role])
            done = run(
                verb, server, "--url", fleet.url, "--reason", "ends", "--json", *who, *flags,
                environ={**environ, "XDG_STATE_HOME": str(tmp_path)},
            )  # fmt: skip
            said += done.stdout + done.stderr
            return done.returncode, [json.loads(line)["step"] for line in done.stdout.splitlines()]

        servers = fleet.state()["servers"]
        eights = [server["id"] for server in servers if server["pool"] == POOL_8K]
        (last,) = [server["id"] for server in servers if server["pool"] == POOL_16K]
        assert attempt("detach", "dsrs-999", "operator") == (3, ["refused"]), "the balancer lists no such server"
        assert attempt("detach", last, "operator") == (3, ["refused"]), "the last of its pool"
        assert attempt("detach", eights[0], "viewer") == (3, ["refused"]), "a viewer's console sends nothing"
        code, steps = attempt("detach", eights[0], "operator", "--wait", "0.01")
        assert code == 5, "sent, but not proved in so short a time"
        assert steps[0] == "requested"
        assert "effective" not in steps
        code, steps = attempt("attach", eights[0], "operator")
        assert (code, steps[-1]) == (0, "effective")
        assert attempt("detach", eights[1], "operator") == (4, ["requested", "rejected"]), "the balancer's rate limit"

        done = run("watch", "--url", fleet.url, "--for", "2", "--json", environ=environ)
        said += done.stdout + done.stderr
        assert done.returncode == 6, "without a token the balancer never answers"
        done = run("check", "--url", fleet.url, "--token-env", table["viewer"], environ=environ)
        said += done.stdout + done.stderr
        assert done.returncode == 0
        assert "6 of 6 answer" in done.stdout
        assert "may only watch" in done.stdout

        (secret := tmp_path / "token").write_text(tokens["operator"])
        secret.chmod(0o600)
        config = tmp_path / "settings.toml"
        config.write_text(
            f'[balancer]\nurl = "{fleet.url}"\ntoken_file = "{secret}"\n'
            f'[console]\nlog_level = "debug"\nlog_file = "{tmp_path}/log.jsonl"\njournal_folder = "{tmp_path}"\n'
        )
        done = run("watch", "--config", str(config), "--for", "3", "--json")
        said += done.stdout + done.stderr
        assert done.returncode == 0, done.stderr
        done = run("attach", eights[0], "--config", str(config), "--reason", "the log of all this")
        said += done.stdout + done.stderr
        files = list(tmp_path.rglob("*.jsonl"))
        assert {"log.jsonl", "actions.jsonl"} <= {file.name for file in files}
        for file in files:
            said += file.read_text()
        assert '"kind":"intent"' in said
        assert "the log of all this" in said
        assert [role for role, token in tokens.items() if token in said] == []


@pytest.mark.xdist_group("lab-ends")
def test_signals_and_lost_readers_end_watch_cleanly(tmp_path: Path):
    with lab(seed=13, pools=(("8k", 4),), rate=(2.0,), night=(1.0,)) as fleet:
        heart = tmp_path / "heart"
        for number in (signal.SIGTERM, signal.SIGINT):
            with Watching(fleet.url, "--interval", "0.2", "--heartbeat", str(heart)) as watch:
                watch.frames(3, 30)
                assert watch.end(number) == 0
                assert watch.broken == []
        assert heart.exists()
        with Watching(fleet.url, "--interval", "0.2", "--for", "2") as watch:
            assert watch.result(30) == 0
            assert len(watch.all("frame")) >= 2
        piped = subprocess.Popen(
            [COMMAND, "watch", "--url", fleet.url, "--interval", "0.2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert piped.stdout is not None
        assert piped.stderr is not None
        piped.stdout.readline()
        piped.stdout.close()
        assert piped.wait(30) == 0
        assert piped.stderr.read() == b""
        piped.stderr.close()


@pytest.mark.xdist_group("lab-ends")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_lab_ends_cleanly_on_a_signal(number: int, tmp_path: Path):
    ready = tmp_path / "ready.json"
    with subprocess.Popen(
        [COMMAND, "lab", "--pools", "8k:2", "--rate", "2", "--ready-file", str(ready)], stdout=subprocess.DEVNULL
    ) as started:
        try:
            eventually(ready.exists, "the lab's ready file")
            told = json.loads(ready.read_text())
            assert told["pid"] == started.pid
            done = run("check", "--url", told["dsrm_url"])
            assert done.returncode == 0
            started.send_signal(number)
            assert started.wait(30) == 0
        finally:
            started.kill()
    assert run("check", "--url", told["dsrm_url"]).returncode == 6


@pytest.mark.xdist_group("lab-demo")
def test_the_demo_without_a_display_runs_lab_and_watch_and_loads_no_qt():
    code = (
        "import sys\nfrom console.cli import main\ncode = main(['run', '--demo', '--for', '4'])\n"
        "assert not {'PySide6', 'widgets'} & set(sys.modules), 'Qt was loaded'\nsys.exit(code)"
    )
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "There is no display here" in done.stderr
    assert "Quiet: a healthy fleet at night." in done.stderr
    assert "64 servers: 64 attached" in done.stdout


@pytest.mark.xdist_group("lab-demo")
def test_the_demo_in_a_window_ends_with_its_lab(tmp_path: Path):
    home = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with subprocess.Popen(
        [COMMAND, "run", "--demo", "--for", "4", "--theme", "dark"],
        env={**os.environ, **home},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as window:
        _, told = window.communicate(timeout=120)
    assert (window.returncode, told) == (0, "")
    eventually(lambda: not _session(window.pid), "the end of all its processes")


def _session(leader: int) -> list[int]:
    """Processes of a session that still live."""
    found: list[int] = []
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == leader:
                found.append(pid)
    return found
