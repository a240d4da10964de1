"""`alarms`: the figures of what a window kept, in three forms; and one sentence where nothing is kept."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pytest

from console.cli import main
from console.domain.lifecycle import Raising
from console.domain.states import Priority
from console.record.state import StateFile

URL = "http://127.0.0.1:9"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "s.toml").write_text(f'[balancer]\nurl = "{URL}"\n[console]\njournal_folder = "{tmp_path / "kept"}"\n')
    return tmp_path


def test_the_figures_in_three_forms(folder: Path, capsys: pytest.CaptureFixture[str]):
    file = StateFile(folder / "kept" / "state.db")
    now_s = time.time()
    file.save(URL, {}, [Raising(now_s - n, f"gap:s{n % 3}\x1b", "gap", Priority.LOW) for n in range(30, 0, -1)])
    file.close()
    arguments = ["alarms", "--config", str(folder / "s.toml")]
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["raised"] == 30 and found["by_priority"]["low"]["share"] == 1.0
    assert main([*arguments, "--csv"]) == 0
    table = {line["figure"]: line for line in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert table["peak_per_10_min"]["value"] == "30" and table["peak_per_10_min"]["band"] == "bad"
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert "peak_per_10_min" in text and "EEMUA 191" in text and "\x1b" not in text


def test_where_nothing_is_kept_it_says_so_and_leaves_no_file(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["alarms", "--config", str(folder / "s.toml")]) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and "Nothing is kept" in told.err
    assert not (folder / "kept").exists()
    StateFile(folder / "kept" / "state.db").close()
    assert main(["alarms", "--config", str(folder / "s.toml")]) == 1
    assert f"Nothing is kept of {URL}" in capsys.readouterr().err
