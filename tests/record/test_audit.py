"""The audit file against whoever changes it: every change is found, and the first bad line is named."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.domain.errors import JournalError
from console.record import Journal, signer
from console.record.audit import records, verify
from console.record.chain import Head, canonical, sealed
from console.record.keys import Verifier, verifier
from tests.support.auditchanges import mistaken

LINES = 24


def written(folder: Path, count: int = LINES, **options: int) -> Path:
    path = folder / "actions.jsonl"
    journal = Journal(path, signer=signer(folder / "state"), state=folder / "state", **options)
    for number in range(count):
        journal.append(
            "intent" if number % 2 else "outcome", {"n": number, "server": f"dsrs-{number:03d}", "why": "信"}
        )
    journal.close()
    return path


def key(folder: Path) -> Verifier:
    return verifier(folder / "state" / "audit.pub")


def test_what_was_written_verifies_and_shows(tmp_path: Path) -> None:
    path = written(tmp_path)
    result = verify(path, key(tmp_path), state=tmp_path / "state")
    assert result.finding is None
    assert (result.lines, result.checkpoints, result.unsigned) == (LINES + 1, 1, 0)
    assert [record["kind"] for record in records(path)][-2:] == ["intent", "checkpoint"]
    assert stat.S_IMODE((tmp_path / "state" / "audit.key").stat().st_mode) == 0o600
    assert "PRIVATE" not in (tmp_path / "state" / "audit.pub").read_text()
    assert signer(tmp_path / "state").public.name == key(tmp_path).name, "the key is made once"


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity"])
def test_a_number_that_json_cannot_hold_is_a_bad_line_and_no_crash(tmp_path: Path, number: str) -> None:
    path = written(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    wall = json.dumps(json.loads(lines[3])["wall_s"]).encode()
    assert wall in lines[3]
    path.write_bytes(b"".join([*lines[:3], lines[3].replace(wall, number.encode()), *lines[4:]]))
    finding = verify(path, key(tmp_path)).finding
    assert finding is not None and finding.line == 4


def test_a_thousand_changes_of_the_file_are_all_found_and_the_first_bad_line_is_named(tmp_path: Path) -> None:
    wrong, made = mistaken(tmp_path, 1000, seed=7)
    assert wrong == []
    assert min(made.values()) > 100


def test_a_chain_written_anew_from_some_line_on_fails_at_its_signature(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = path.read_bytes().splitlines()
    head = Head(4, json.loads(lines[3])["hash"])
    forged = lines[:4]
    for line in lines[4:]:
        record = json.loads(line)
        del record["hash"]
        body = {**record["body"], "operator": "nobody"} if record["kind"] != "checkpoint" else record["body"]
        if record["kind"] == "checkpoint":
            body = {**body, "head": head.hash}
        made, digest = sealed({**record, "prev": head.hash, "body": body})
        head = Head(record["seq"], digest)
        forged.append(made)
    path.write_bytes(b"\n".join(forged) + b"\n")
    finding = verify(path, key(tmp_path), state=tmp_path / "state").finding
    assert finding is not None and finding.line == LINES + 1 and "signature" in finding.why
    for place in (path.with_name("actions.jsonl.head"), *(tmp_path / "state" / "heads").iterdir()):
        place.unlink()
    written(tmp_path / "other")
    assert verify(path, key(tmp_path / "other")).finding is not None, "somebody else's key"
    assert verify(path, None).finding is None, "without a key only the chain is looked at, and it is whole"
    old = json.loads(lines[-1])["hash"]
    finding = verify(path, None, head=old).finding
    assert finding is not None and old in finding.why, "a head that was noted elsewhere tells it all the same"


def test_lines_of_the_first_version_stay_readable_and_are_anchored(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    old = b"".join(
        json.dumps({"journal": 1, "seq": n, "wall_s": 1.0, "mono_s": 1.0, "kind": "rung", "body": {"n": n}}).encode()
        + b"\n"
        for n in (1, 2, 3)
    )
    path.write_bytes(old)
    journal = Journal(path)
    journal.append("intent", {"n": 4})
    journal.close()
    assert path.read_bytes().startswith(old)
    assert [record["seq"] for record in records(path)] == [1, 2, 3, 4, 5]
    assert verify(path, None).finding is None
    path.write_bytes(path.read_bytes().replace(b'"n": 2', b'"n": 9'))
    finding = verify(path, None).finding
    assert finding is not None and finding.line == 4 and "version 1" in finding.why


def test_a_full_file_is_set_aside_and_the_chain_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path, 60, most_bytes=4000, keep_files=3)
    full = sorted(tmp_path.glob("actions.0*.jsonl"))
    assert len(full) == 3 and all(file.stat().st_size < 6000 for file in full)
    state = tmp_path / "state"
    result = verify(path, key(tmp_path), state=state)
    assert result.finding is None and result.files == 4 and result.checkpoints >= 3
    seqs = [record["seq"] for record in records(path)]
    assert seqs == list(range(seqs[0], seqs[-1] + 1)) and seqs[0] > 1
    kept = full[0].read_bytes()
    full[0].unlink()
    finding = verify(path, key(tmp_path), state=state).finding
    assert finding is not None and full[0].name in finding.why, "it was not removed for its age"
    full[0].write_bytes(kept)
    full[1].write_bytes(full[1].read_bytes().replace(b'"server":"dsrs', b'"server":"dsrx', 1))
    finding = verify(path, key(tmp_path), state=state).finding
    assert finding is not None and finding.file == full[1]


def test_several_consoles_at_once_keep_one_chain_also_over_new_files(tmp_path: Path) -> None:
    path, made, each = tmp_path / "actions.jsonl", signer(tmp_path), 60

    def write(writer: int) -> None:
        journal = Journal(path, signer=made, state=tmp_path, most_bytes=3000, keep_files=1000)
        for number in range(each):
            journal.append("rung", {"writer": writer, "n": number})
        journal.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    result = verify(path, made.public, state=tmp_path)
    assert result.finding is None and result.files > 10
    told = [record["body"] for record in records(path) if record["kind"] == "rung"]
    for writer in range(4):
        assert [body["n"] for body in told if body["writer"] == writer] == list(range(each))


def test_a_console_that_died_between_two_files_leaves_a_chain_that_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.rename(path.with_name(f"actions.{LINES + 1:010d}.jsonl"))
    journal = Journal(path, signer=signer(tmp_path / "state"), state=tmp_path / "state")
    journal.append("intent", {})
    journal.close()
    assert verify(path, key(tmp_path), state=tmp_path / "state").finding is None
    assert [json.loads(line)["kind"] for line in path.read_text().splitlines()] == ["rotated", "intent", "checkpoint"]


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    signer(tmp_path)
    (tmp_path / "audit.key").chmod(0o644)
    with pytest.raises(JournalError, match="chmod 600"):
        signer(tmp_path)
    (tmp_path / "audit.key").chmod(0o600)
    (tmp_path / "audit.key").write_text("no key")
    with pytest.raises(JournalError, match="holds no key"):
        signer(tmp_path)


def test_one_spelling_only() -> None:
    assert canonical({"b": 1, "a": "é"}) == b'{"a":"\\u00e9","b":1}'
