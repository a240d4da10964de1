"""`dsr-console audit`: where the record is, what it says, and whether somebody changed it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main
from console.record import Journal, signer


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record of three lines and its checkpoint, in a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    state = tmp_path / "dsr-console"
    journal = Journal(state / "actions.jsonl", signer=signer(state), state=state)
    told = {"key": "k", "verb": "detach", "server": "dsrs-007", "operator": "noc-2", "reason": "belief \x1b[31mfrozen"}
    journal.append("intent", told)
    journal.append("outcome", {"key": "k", "status": 200})
    journal.append("refusal", {**told, "refused_by": "floor"})
    journal.close()
    return journal.path


def test_path_key_and_show(written: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["audit", "path"]) == 0
    assert capsys.readouterr().out == f"{written}\n"
    assert main(["audit", "key"]) == 0
    assert capsys.readouterr().out == (written.parent / "audit.pub").read_text()
    assert main(["audit", "show", "--last", "2"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "refusal  operator=noc-2 verb=detach server=dsrs-007 refused_by=floor" in first
    assert "\x1b" not in first
    assert "checkpoint" in second
    assert main(["audit", "show", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.encode() for line in lines] == written.read_bytes().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["intent", "outcome", "refusal", "checkpoint"]


def test_verify_ends_with_0_or_names_the_first_bad_line_and_ends_with_1(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    whole = written.read_bytes()
    head = json.loads(whole.splitlines()[-1])["hash"]
    assert main(["audit", "verify", "--head", head]) == 0
    assert f"head 4 {head}" in capsys.readouterr().out
    elsewhere = tmp_path / "copy.jsonl"
    elsewhere.write_bytes(whole)
    assert main(["audit", "verify", "--file", str(elsewhere), "--key", str(written.parent / "audit.pub")]) == 0
    assert "1 signatures good" in capsys.readouterr().out
    elsewhere.write_bytes(whole.replace(b'"status":200', b'"status":409'))
    assert main(["audit", "verify", "--file", str(elsewhere)]) == 1
    assert f"{elsewhere}, line 2: it was changed" in capsys.readouterr().out
    cut = b"".join(whole.splitlines(keepends=True)[:2])
    elsewhere.write_bytes(cut)
    assert main(["audit", "verify", "--file", str(elsewhere)]) == 0, "the chain itself is whole"
    assert main(["audit", "verify", "--file", str(elsewhere), "--head", head]) == 1
    written.write_bytes(cut)
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert "line number 4 is missing" in capsys.readouterr().out
    written.unlink()
    assert main(["audit", "verify"]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["verify", "--nonsense"], ["show", "--last", "0"]])
def test_wrong_usage_is_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["audit", *arguments])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
