"""The canary's own proof: a leak of each kind is found, and a test that leaks is failed."""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.support.canary import CANARY, VARIABLE, Lookout, after_each, watch_children

PLANTED = "planted-leak-0f5d"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def lookout() -> Lookout:
    return Lookout(PLANTED)


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samples/notes.json", data)
    return file.getvalue()


def stored(folder: Path, value: bytes | str) -> bytes:
    path = folder / "made.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE blocks (data)")
    connection.execute("INSERT INTO blocks VALUES (?)", (value,))
    connection.commit()
    connection.close()
    return path.read_bytes()


SAID = json.dumps({"filler": "x" * 300, "authorization": f"Bearer {PLANTED}"}).encode()
KINDS = {
    "plain": lambda _: SAID,
    "utf-16": lambda _: SAID.decode().encode("utf-16-le"),
    "archive": lambda _: zipped(SAID),
    "archive in an archive": lambda _: zipped(zipped(SAID)),
    "gzip": lambda _: gzip.compress(SAID),
    "database": lambda folder: stored(folder, SAID.decode()),
    "packed blob of a database": lambda folder: stored(folder, zlib.compress(SAID)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_finds_a_leak_in_a_file_however_it_is_packed(lookout: Lookout, kind: str, tmp_path: Path):
    folder = tmp_path / "seen" / "deeper"
    folder.mkdir(parents=True)
    (folder / "file").write_bytes(KINDS[kind](tmp_path))
    (folder / "innocent").write_bytes(zipped(b"nothing to see"))
    lookout.files([tmp_path / "seen"])
    assert lookout.found
    assert all("innocent" not in one for one in lookout.found)
    assert lookout.looked["file"] >= 3


def test_it_finds_a_leak_in_a_log_before_anybody_takes_it_out(lookout: Lookout):
    log = logging.getLogger("canary.proof")
    log.addHandler(lookout)
    log.propagate = False
    try:
        log.warning("nothing to see")
        assert not lookout.found
        log.warning("header %s", {"Authorization": PLANTED})
        try:
            raise ValueError("outer") from RuntimeError(PLANTED)
        except ValueError:
            log.exception("failed")
    finally:
        log.removeHandler(lookout)
    assert len(lookout.found) == 2
    assert PLANTED not in str(lookout.found), "what is told of a leak must not leak it"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_it_finds_a_leak_in_the_arguments_of_a_child_and_of_its_child(lookout: Lookout):
    end = watch_children(lookout)
    waiting = "import sys; print(1, flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {waiting!r}, {'plan' + 'ted'!r} + '-leak-0f5d'])"
    try:
        with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()
            assert not lookout.found, "the child itself shows nothing"
            assert [one.partition(":")[0] for one in after_each(lookout, windows=False)] == ["command line"]
            process.stdin.close()
        subprocess.run([sys.executable, "-c", "", f"--token={PLANTED}"], check=True, timeout=60)
    finally:
        end()
    assert lookout.found == ["argument: arguments of a child"]


def test_it_finds_a_leak_in_a_window(lookout: Lookout, qapp):
    from PySide6.QtGui import QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QLabel, QLineEdit, QTableView

    label, tip, table, field = QLabel("calm"), QLabel("calm"), QTableView(), QLineEdit()
    lookout.widgets()
    assert not lookout.found
    label.setText(f"401 for {PLANTED}")
    tip.setToolTip(PLANTED)
    field.setText(PLANTED)
    model = QStandardItemModel(1, 1, table)
    model.setItem(0, 0, QStandardItem(PLANTED))
    table.setModel(model)
    lookout.widgets()
    assert {one.partition(": ")[2] for one in lookout.found} >= {"QLabel", "QLineEdit", "QTableView"}
    assert len(lookout.found) >= 4
    for widget in (label, tip, table, field):
        widget.deleteLater()


LEAKS = {
    "log": 'logging.getLogger("dsr.net").warning("sent %s", CANARY)',
    "file": '(tmp_path / "actions.jsonl").write_text(CANARY)',
    "output": "print(CANARY)",
    "argument": 'subprocess.run([sys.executable, "-c", "", CANARY], check=True)',
    "nothing": "pass",
}


@pytest.mark.parametrize("kinds", ["log argument file output", "nothing"])
def test_a_test_that_leaks_is_failed(kinds: str, tmp_path: Path):
    """The suite's own device, in a session of its own."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    tests = [f"def test_{kind}(tmp_path: Path):\n    {LEAKS[kind]}\n" for kind in kinds.split()]
    head = f'import logging, os, subprocess, sys\nfrom pathlib import Path\nCANARY = os.environ["{VARIABLE}"]\n'
    (tmp_path / "test_leaking.py").write_text(head + "".join(tests))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", os.devnull,
         "--basetemp", str(tmp_path / "base"), str(tmp_path / "test_leaking.py")],
        capture_output=True, text=True, timeout=100, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: "another-canary-for-a-leak",
             "XDG_STATE_HOME": str(tmp_path), "DSR_CANARY_REPORT": ""},
    )  # fmt: skip
    if kinds == "nothing":
        assert done.returncode == 0, done.stdout
        return
    assert done.returncode == 1, done.stdout
    for kind in kinds.split():
        assert f"'{kind}: " in done.stdout
    assert CANARY not in done.stdout
