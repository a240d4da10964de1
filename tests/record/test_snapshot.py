"""A snapshot says exactly what history holds, can be checked without us, and is whole or absent."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from console.domain.frame import RowTable
from console.domain.history import Track
from console.record import snapshot as module
from console.record.snapshot import Snapshot, SnapshotError, file_name, write_snapshot
from tests.support.builders import FrameMaker, Server
from tests.support.views import ViewMaker, incident


@pytest.fixture(scope="module")
def shot():
    _, _, view, _ = incident()
    return Snapshot(
        view, "tokyo prod", "0.1", {"poll": {"interval_s": 1.0}}, {"python": "3.11"}, {"window": b"\x89PNG window"}
    )


def read(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_manifest_comes_first_and_names_every_member_with_its_hash(shot, tmp_path):
    found = read(write_snapshot(tmp_path / "a.dsrsnap", shot))
    assert next(iter(found)) == "manifest.json"
    manifest = json.loads(found.pop("manifest.json"))
    assert (manifest["format"], manifest["version"], manifest["environment"]) == ("dsrsnap", 2, "tokyo prod")
    assert manifest["window"]["ticks"] == shot.view.history.last
    assert list(found) == sorted(found)
    assert {name: entry["sha256"] for name, entry in manifest["members"].items()} == {
        name: hashlib.sha256(body).hexdigest() for name, body in found.items()
    }
    assert found["pictures/window.png"] == b"\x89PNG window"


def test_the_arrays_are_those_of_history(shot, tmp_path):
    found = read(write_snapshot(tmp_path / "a.dsrsnap", shot))
    history = shot.view.history
    for track in Track:
        kept = np.load(io.BytesIO(found[f"frames/{track.value}.npy"]), allow_pickle=False)
        np.testing.assert_array_equal(kept, history.track(track, history.first, history.last))
    marks = np.load(io.BytesIO(found["frames/marks.npy"]), allow_pickle=False)
    np.testing.assert_array_equal(marks, history.marks(history.first, history.last))
    rows = json.loads(found["frames/rows.json"])
    assert [row["id"] for row in rows] == [row.id for row in shot.view.frame.rows.rows]
    lines = list(csv.reader(io.StringIO(found["frames/truth.csv"].decode())))
    truth = history.track(Track.TRUTH, history.first, history.last)
    assert lines[0] == ["wall_s", *(row.id for row in shot.view.frame.rows)]
    assert [float(cell) if cell else None for cell in lines[-1][1:]] == [
        None if np.isnan(value) else float(value) for value in truth[:, -1]
    ]
    alarms = json.loads(found["alarms.json"])
    assert (
        {alarm["rule"] for alarm in alarms}
        == {alarm.rule for alarm in shot.view.alarms}
        >= {"silent", "gap", "saturation"}
    )
    assert alarms[0]["priority"] == "high"
    assert {cycle["alarm"]["rule"] for cycle in json.loads(found["cycles.json"])} >= {"silent", "gap"}
    assert json.loads(found["ledger.json"]) == []


def test_intervals_without_sight_go_along():
    frames, maker = FrameMaker(), ViewMaker()
    maker.take(frames.make([Server("dsrs-001")]))
    view = maker.take(frames.make([Server("dsrs-001")], balancer=False))
    (interval,) = json.loads(module.members(Snapshot(view, "x", "0"))["ledger.json"])
    assert (interval["source"], interval["cause"], interval["end_wall_s"]) == ("balancer", "timeout", None)
    assert interval["start_wall_s"] == view.frame.wall_s


def test_free_slots_are_left_out_and_a_server_that_left_within_the_window_is_in(tmp_path):
    frames, maker = FrameMaker(), ViewMaker()
    a, b, c = (Server(name, truth=1, belief=1, pool="p") for name in "abc")
    maker.last(frames.make([a, b, c]) for _ in range(3))
    view = maker.last(frames.make([a, c]) for _ in range(3))
    rows = view.frame.rows
    # As after an hour: nobody holds the first slot any more, and its history has gone.
    free = replace(view, frame=replace(view.frame, rows=RowTable((None, *rows.rows[1:]), rows.version)))
    found = read(write_snapshot(tmp_path / "a.dsrsnap", Snapshot(free, "x", "0.1")))
    assert [row["id"] for row in json.loads(found["frames/rows.json"])] == ["b", "c"]
    truth = np.load(io.BytesIO(found["frames/truth.npy"]), allow_pickle=False)
    assert truth.shape == (2, 6)
    assert np.isfinite(truth[0, :3]).all()
    assert np.isnan(truth[0, 3:]).all()
    assert np.isfinite(truth[1]).all()
    assert found["frames/truth.csv"].decode().splitlines()[0] == "wall_s,b,c"


def test_the_same_moment_gives_the_same_bytes(shot, tmp_path):
    one, two = (write_snapshot(tmp_path / name, shot).read_bytes() for name in ("a.dsrsnap", "b.dsrsnap"))
    assert one == two


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "\rx", "\0x"])
def test_a_hostile_name_is_no_formula_and_a_negative_number_stays_one(name, tmp_path):
    frames, maker = FrameMaker(), ViewMaker()
    view = maker.last(frames.make([Server(name, truth=1, belief=8, pool=name)]) for _ in range(4))
    found = read(write_snapshot(tmp_path / "a.dsrsnap", Snapshot(view, name, "0.1")))
    for member in (name for name in found if name.endswith(".csv")):
        for line in csv.reader(io.StringIO(found[member].decode(), newline="")):
            for cell in line:
                assert not cell.startswith(("=", "+", "@", "\t", "\r", "\0")), member
                assert not cell.startswith("-") or float(cell) < 0
    newest = next(iter(list(csv.DictReader(io.StringIO(found["newest.csv"].decode(), newline="")))))
    assert newest["server"] == f"'{name}"
    assert float(newest["gap"]) < 0


def test_the_file_name_holds_nothing_of_a_hostile_environment(shot):
    assert re.fullmatch(
        r"20250120-\d{6}-[A-Za-z0-9_-]{1,40}\.dsrsnap", file_name(replace(shot, environment="../../etc/ツ" * 9))
    )
    assert file_name(replace(shot, environment="")).endswith("-fleet.dsrsnap")


def test_a_failed_write_leaves_the_old_file_and_no_other(shot, tmp_path, monkeypatch):
    path = tmp_path / "a.dsrsnap"
    path.write_bytes(b"old")
    for failing in ("fsync", "replace"):

        def refuse(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            if failing == "fsync":
                patched.setattr(module.os, "fsync", refuse)
            else:
                patched.setattr(module.Path, "replace", refuse)
            with pytest.raises(SnapshotError, match="No space left"):
                write_snapshot(path, shot)
        assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a.dsrsnap", b"old")]


ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from console.record.snapshot import Snapshot, write_snapshot
from tests.support.views import incident
after = int(sys.argv[2])
def progress(done, of):
    if done == after:
        os.kill(os.getpid(), signal.SIGKILL)
write_snapshot(Path(sys.argv[1]), Snapshot(incident(ramp_polls=2)[2], "x", "0"), progress)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_kill_leaves_no_half_file_and_its_rest_is_swept_up(shot, tmp_path):
    path = tmp_path / "a.dsrsnap"
    for after in (1, 9):
        done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(after)], cwd=ROOT, check=False)
        assert done.returncode == -9
        assert not path.exists()
        assert len(list(tmp_path.iterdir())) == 1
    write_snapshot(path, shot)
    assert [found.name for found in tmp_path.iterdir()] == ["a.dsrsnap"]
