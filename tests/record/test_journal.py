"""The journal against torn lines, a full disk, a second writer and files that are not ours."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import JournalError
from console.record import Journal


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_line_is_numbered_versioned_and_dated_by_both_clocks(tmp_path: Path) -> None:
    path = tmp_path / "new" / "journal.jsonl"
    journal = Journal(path)
    journal.append("intent", {"server": "dsrs-007", "reason": "信念 \u2028 12/12"})
    journal.append("outcome", {"status": 200})
    journal.close()
    first, second = lines(path)
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["journal"] == 2 and first["kind"] == "intent" and first["body"]["reason"] == "信念 \u2028 12/12"
    assert first["wall_s"] > 1e9 and second["mono_s"] >= first["mono_s"]
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(JournalError, match="closed"):
        journal.append("late", {})


@given(cut=st.integers(min_value=1, max_value=400), count=st.integers(min_value=1, max_value=4))
def test_whatever_the_power_cut_leaves_whole_lines_stay_and_the_rest_is_kept_aside(
    cut: int, count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "journal.jsonl"
    journal = Journal(path)
    for number in range(count):
        journal.append("rung", {"n": number})
    journal.close()
    whole = path.read_bytes()
    kept = whole[: max(0, len(whole) - cut)]
    path.write_bytes(kept)
    again = Journal(path)
    again.append("after", {})
    again.close()
    complete = kept[: kept.rfind(b"\n") + 1]
    assert path.read_bytes().startswith(complete)
    told = lines(path)
    assert [line["seq"] for line in told] == list(range(1, len(told) + 1))
    aside = list(path.parent.glob("*.torn-*"))
    if kept == complete:
        assert not aside and told[-2:][0]["kind"] != "torn"
    else:
        assert aside[0].read_bytes() == kept[len(complete) :]
        assert told[-2]["kind"] == "torn" and told[-2]["body"]["kept_in"] == aside[0].name


def test_a_full_disk_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.symlink_to("/dev/full")
    journal = Journal(path)
    with pytest.raises(JournalError, match=r"could not be written: No space left on device\. Nothing is sent"):
        journal.append("intent", {})
    journal.close()


def test_after_a_failed_write_no_half_line_stays_and_it_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    work = f"""
import resource, signal
from pathlib import Path
from console.domain.errors import JournalError
from console.record import Journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path({str(path)!r}))
journal.append("intent", {{}})
room = Path({str(path)!r}).stat().st_size + 40
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
try:
    journal.append("intent", {{"reason": "x" * 200}})
except JournalError as error:
    print("refused:", "File too large" in str(error))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append("intent", {{"n": 2}})
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=True)
    assert done.stdout == "refused: True\n"
    assert [(line["seq"], line["body"]) for line in lines(path)] == [(1, {}), (2, {"n": 2})]


def test_two_consoles_share_a_file_without_sharing_numbers(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    one, two = Journal(path), Journal(path)
    for number in range(5):
        (one if number % 2 else two).append("rung", {"n": number})
    assert [(line["seq"], line["body"]["n"]) for line in lines(path)] == [(n + 1, n) for n in range(5)]
    one.close()
    two.close()


@pytest.mark.parametrize("foreign", [b"something else\n", b'{"journal": 3, "seq": 1}\n', b"[]\n"])
def test_a_file_that_is_not_ours_is_not_touched(tmp_path: Path, foreign: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(foreign)
    with pytest.raises(JournalError, match="not one of this version"):
        Journal(path)
    assert path.read_bytes() == foreign


def test_what_is_not_json_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(JournalError, match="cannot be written as JSON"):
        journal.append("intent", {"share": float("nan")})
    journal.append("intent", {})
    assert len(lines(journal.path)) == 1
    journal.close()
