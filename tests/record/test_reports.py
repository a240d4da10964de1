"""Revisions beside the snapshot: kept whole, refused where they are none, and of a newer console told so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.record.reports import ReportError, Saved, beside, read_revisions, write_revisions

HERE = Path(__file__).parents[1]


def test_what_is_written_is_read(tmp_path):
    path = beside(tmp_path / "a.dsrsnap")
    assert read_revisions(path) == ()
    kept = (Saved(1.5, "noc-2", "ja", {"measures": "対策\n[e1]"}, "why"), Saved(2.5, "noc-1", "en", {}))
    write_revisions(path, kept)
    assert read_revisions(path) == kept and [file.name for file in tmp_path.iterdir()] == ["a.dsrsnap.report.json"]


def test_every_format_ever_written_is_read():
    (one,) = read_revisions(HERE / "data" / "report-v1.report.json")
    assert one.language == "en" and "measures" in one.texts


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "not what"),
        (b'{"format": "dsrreport", "version": 2, "revisions": []}', "newer console"),
        (b'{"format": "other", "version": 1}', "no report"),
        (b'{"format": "dsrreport", "version": 1, "revisions": [{}]}', "not what"),
        (json.dumps({"format": "dsrreport", "version": 1, "revisions": 5}).encode(), "not what"),
    ],
)
def test_what_is_none_is_refused_in_one_sentence(tmp_path, body, words):
    path = tmp_path / "a.report.json"
    path.write_bytes(body)
    with pytest.raises(ReportError, match=words):
        read_revisions(path)


def test_a_full_disk_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "a.report.json"
    write_revisions(path, [Saved(1.0, "a", "en", {})])
    import os

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError, match="No space"):
        write_revisions(path, [])
    monkeypatch.undo()
    assert len(read_revisions(path)) == 1 and len(list(tmp_path.iterdir())) == 1
