"""`snapshot report`: three forms, two languages, a file or standard output."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from console.cli import main
from tests.support.reported import recorded


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "a.dsrrec"
    recorded(path)
    return path


def test_markdown_and_html_in_both_languages(source, tmp_path, capsys):
    for language, word in (("en", "Phenomenon"), ("ja", "現象")):
        assert main(["snapshot", "report", str(source), "--lang", language, "--zone", "Asia/Tokyo"]) == 0
        assert word in capsys.readouterr().out
        out = tmp_path / f"a.{language}.html"
        assert main(["snapshot", "report", str(source), "--lang", language, "--format", "html", "--out", str(out)]) == 0
        assert "pieces of evidence" in capsys.readouterr().out and word in out.read_text()


def test_a_snapshot_and_the_recording_that_it_came_from_tell_the_same(source, tmp_path, capsys):
    snap = tmp_path / "a.dsrsnap"
    assert main(["snapshot", "export", "--recorder", str(source), "--out", str(snap)]) == 0
    capsys.readouterr()
    told = []
    for file in (source, snap):
        assert main(["snapshot", "report", str(file), "--zone", "UTC"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


def test_a_redacted_export_and_report_name_nobody(source, tmp_path, capsys):
    snap = tmp_path / "a.dsrsnap"
    assert main(["snapshot", "export", "--recorder", str(source), "--out", str(snap), "--redact"]) == 0
    assert main(["snapshot", "report", str(source), "--redact"]) == 0
    assert main(["snapshot", "report", str(snap)]) == 0
    out = capsys.readouterr().out
    assert "server-0002" in out and "dsrs-" not in out


def test_the_pdf_embeds_its_fonts(source, tmp_path):
    """In a process of its own, as the command line runs: no application, no display."""
    out = tmp_path / "a.pdf"
    code = "import sys; from console.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "snapshot", "report", str(source), "--lang", "ja", "--format", "pdf", "--out", str(out)],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    body = out.read_bytes()
    assert body.startswith(b"%PDF-") and b"%%EOF" in body[-64:]
    fonts, embedded = len(re.findall(rb"/Type /FontDescriptor", body)), len(re.findall(rb"/FontFile[23]? ", body))
    assert fonts >= 1 and embedded == fonts
    assert b"/JavaScript" not in body and b"/URI" not in body


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (["--format", "pdf"], 2, "needs a file"),
        (["--zone", "Mars/Olympus"], 2, "no time zone"),
        (["--zone", "../../etc/passwd"], 2, "no time zone"),
        (["--out", "/nowhere/a.md"], 1, "could not be written"),
    ],
)
def test_what_cannot_be_is_said(source, capsys, flags, code, words):
    assert main(["snapshot", "report", str(source), *flags]) == code
    assert words in capsys.readouterr().err
