"""Archives from anybody: what is refused, at once and without growing; and no change of a snapshot goes unseen."""

from __future__ import annotations

import io
import json
import random
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from console.record.container import MOST_BYTES, BadSnapshot
from console.record.reader import OpenSnapshot
from console.record.snapshot import Snapshot, write_snapshot
from tests.support.builders import FrameMaker, Server
from tests.support.mutations import mutated
from tests.support.views import ViewMaker

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    maker, frames = ViewMaker(), FrameMaker()
    view = maker.last(frames.make([Server(name, truth=1, belief=8) for name in "ab"]) for _ in range(4))
    path = tmp_path_factory.mktemp("whole") / "a.dsrsnap"
    return write_snapshot(path, Snapshot(view, "lab", "0.1", pictures={"window": b"\x89PNG picture"}))


def archive(path: Path, members: dict[str, bytes] | list[tuple[zipfile.ZipInfo | str, bytes]], **options) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, body in members.items() if isinstance(members, dict) else members:
            out.writestr(name, body, **options)
    return path


def refused(path: Path, *words: str) -> str:
    tracemalloc.start()
    try:
        with pytest.raises(BadSnapshot) as caught, OpenSnapshot(path) as found:
            found.verify()
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert "\n" not in message and any(word in message for word in words), message
    return message


MANIFEST = json.dumps({"format": "dsrsnap", "version": 2, "members": {}}).encode()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "A.json",
        "x" * 200,
        "a\\b",
        "\u202etxt.json",
        "con:aux",
        "a//b",
        "dir/",
        "-rf",
    ],
)
def test_hostile_names(tmp_path, name):
    refused(archive(tmp_path / "a.dsrsnap", {"manifest.json": MANIFEST, name: b"x"}), "name that no console gives")
    assert [found.name for found in tmp_path.iterdir()] == ["a.dsrsnap"]


def test_links_duplicates_and_strangers(tmp_path):
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    refused(archive(tmp_path / "a", [("manifest.json", MANIFEST), (link, b"/etc/passwd")]), "a link")
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = archive(tmp_path / "b", [("manifest.json", MANIFEST), ("x", b"1"), ("x", b"2")])
    refused(twice, "twice")
    refused(archive(tmp_path / "c", {"manifest.json": MANIFEST, "x": b"1"}), "x was added")
    refused(archive(tmp_path / "d", {"x": b"1", "manifest.json": MANIFEST}), "not its first member")
    wants = json.dumps({"format": "dsrsnap", "version": 2, "members": {"x": {"sha256": "0", "bytes": 1}}}).encode()
    refused(archive(tmp_path / "e", {"manifest.json": wants}), "x is missing")
    refused(archive(tmp_path / "f", {"manifest.json": b"[" * 100_000}), "no JSON")
    refused(archive(tmp_path / "g", {"manifest.json": b"[]"}), "no JSON object")
    refused(archive(tmp_path / "h", {f"m{n}": b"" for n in range(65)}), "members")


def test_bombs_and_forged_sizes(tmp_path):
    zeros = bytes(MOST_BYTES + 1)
    refused(archive(tmp_path / "a", {"manifest.json": zeros}), "too much")
    small = archive(tmp_path / "b", {"manifest.json": bytes(1 << 20)})
    body = bytearray(small.read_bytes())
    at = body.rfind(b"PK\x01\x02")
    for where, size in ((24, 1 << 16), (24, (1 << 32) - 1), (20, (1 << 31) - 1), (20, 3)):
        changed = bytearray(body)
        changed[at + where : at + where + 4] = struct.pack("<L", size)
        (tmp_path / "c").write_bytes(changed)
        refused(tmp_path / "c", "too much", "not the member", "longer", "another size")
    both = bytearray(body)  # directory and local header agree, the stream is longer
    for place in (at + 24, 22):
        both[place : place + 4] = struct.pack("<L", 1 << 12)
    (tmp_path / "d").write_bytes(both)
    refused(tmp_path / "d", "longer than the archive claims")
    overlap = bytearray(archive(tmp_path / "e", {"manifest.json": MANIFEST, "x": MANIFEST}).read_bytes())
    entry = overlap.rfind(b"PK\x01\x02")
    overlap[entry + 42 : entry + 46] = struct.pack("<L", 0)
    (tmp_path / "e").write_bytes(overlap)
    refused(tmp_path / "e", "not the member", "overlap")


def test_a_million_entries_are_not_even_read(tmp_path):
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 64, 64, len(directory), 0, 0)
    (tmp_path / "a").write_bytes(directory + end)
    refused(tmp_path / "a", "not where it should be")


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"\x00" * 5000, b"SQLite format 3\x00" * 40])
def test_what_is_no_archive(tmp_path, body):
    (tmp_path / "a").write_bytes(body)
    refused(tmp_path / "a", "no ZIP", "members", "no snapshot")


def test_a_folder_and_nothing_at_all(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(BadSnapshot):
            OpenSnapshot(path)


def test_arrays_of_objects_and_of_forged_shapes(whole, tmp_path):
    pickled = io.BytesIO()
    np.save(pickled, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    forged = io.BytesIO()
    np.lib.format.write_array_header_1_0(forged, {"shape": (1 << 40, 1 << 20), "fortran_order": False, "descr": "<f8"})
    long = b"\x93NUMPY\x01\x00" + struct.pack("<H", 60_000) + b"{" * 60_000
    for body in (pickled.getvalue(), forged.getvalue(), long, b"\x93NUMPY\x09\x00xx", b""):
        import hashlib

        entry = {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
        manifest = json.dumps({"format": "dsrsnap", "version": 2, "members": {"a.npy": entry}}).encode()
        path = archive(tmp_path / "a", {"manifest.json": manifest, "a.npy": body})
        with OpenSnapshot(path) as found, pytest.raises(BadSnapshot):
            found.array("a.npy")


def test_a_whole_one_is_whole_and_other_tools_open_it(whole):
    with OpenSnapshot(whole) as found:
        result = found.verify()
        assert (result.sealed, result.key) == (True, None)
        assert found.array("frames/truth.npy").shape == (2, 4)
    with zipfile.ZipFile(whole) as other:
        assert other.testzip() is None


def test_no_change_goes_unseen(whole, tmp_path):
    body, chance = whole.read_bytes(), random.Random(47)
    for number in range(150):
        changed, what = mutated(body, chance)
        assert changed != body
        (tmp_path / "a.dsrsnap").write_bytes(changed)
        with pytest.raises(BadSnapshot), OpenSnapshot(tmp_path / "a.dsrsnap") as found:
            found.verify()
            pytest.fail(f"mutation {number}, {what}, was not seen")


def test_the_first_bad_member_is_named(whole, tmp_path):
    with zipfile.ZipFile(whole) as found:
        members = {name: found.read(name) for name in found.namelist()}
    members["figures.json"] = members["figures.json"].replace(b"servers", b"Servers")
    with pytest.raises(BadSnapshot) as caught, OpenSnapshot(archive(tmp_path / "a", members)) as found:
        found.verify()
    assert caught.value.member == "figures.json"


def test_one_that_another_tool_packed_again_is_called_altered(whole, tmp_path):
    with zipfile.ZipFile(whole) as found:
        members = {name: found.read(name) for name in found.namelist()}
    refused(archive(tmp_path / "a", members), "altered")


def test_a_sample_of_version_1_opens_for_ever_and_a_newer_one_says_so(whole, tmp_path):
    with OpenSnapshot(HERE / "data" / "snapshot-v1.dsrsnap") as found:
        assert found.verify().sealed is None
        assert (found.manifest["version"], found.manifest["recording"], found.manifest["environment"]) == (
            2,
            None,
            "sample",
        )
        assert found.array("frames/truth.npy").shape == (6, 40)
        assert {alarm["rule"] for alarm in found.json("alarms.json")} == {"silent", "gap", "saturation"}
        assert found.stretch() is None
    newer = MANIFEST.replace(b'"version": 2', b'"version": 3')
    refused(archive(tmp_path / "a", {"manifest.json": newer}), "newer console")
