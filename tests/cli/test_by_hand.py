"""`detach ID --by-hand`: the operator's word about the site's own command goes on record, and nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.mark.parametrize("word", ["done", "failed"])
def test_it_is_on_record_and_no_balancer_is_asked(word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings = tmp_path / "settings.toml"
    settings.write_text('[balancer]\nurl = "http://127.0.0.1:1"\n[safety]\nmanual_command = "ssh lb1 drain {server}"\n')
    arguments = ["detach", "dsrs-007", "--config", str(settings), "--by-hand", word, "--operator", "noc-2"]
    assert main(arguments) == 0
    assert f"noc-2 says of the command for dsrs-007: {word}" in capsys.readouterr().out
    lines = [json.loads(line) for line in (tmp_path / "dsr-console" / "actions.jsonl").read_text().splitlines()]
    (said,) = (line["body"] for line in lines if line["kind"] == "manual_said")
    assert (said["server"], said["command"], said["said"], said["operator"]) == (
        "dsrs-007", "ssh lb1 drain dsrs-007", word, "noc-2",
    )  # fmt: skip
    assert main(["audit", "verify"]) == 0


def test_a_detach_still_wants_a_reason_and_a_review_time_has_bounds(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["detach", "dsrs-007", "--url", "http://127.0.0.1:1"])
    assert "--reason" in capsys.readouterr().err
    for wrong in ("0", "49h", "10s", "soon", "-1h", "nan"):
        with pytest.raises(SystemExit) as ended:
            main(["detach", "dsrs-007", "--url", "http://127.0.0.1:1", "--reason", "x", f"--review={wrong}"])
        assert ended.value.code == 2
        assert "as 30m or 2h" in capsys.readouterr().err
