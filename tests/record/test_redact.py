"""Pseudonyms: no name is left in any member, the same name is the same pseudonym everywhere, and it still replays."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
import zlib

import numpy as np
import pytest
from msgspec.structs import replace

from console.engine.exporting import export
from console.engine.opening import opened
from console.engine.reporting import facts_of, written
from console.record.reader import OpenSnapshot
from console.record.recorder.block import Block
from console.record.redact import pseudonyms, redacted
from console.record.reports import Saved, beside, write_revisions
from console.record.saving import save
from console.record.snapshot import Snapshot
from console.report.pages import Pages
from tests.support.recorded import incident_frames, record
from tests.support.reported import JST, NOTE, OPERATOR, recorded, told

ENVIRONMENT, ADDRESS = "tokyo-prod", "10.20.30.40:9000"


@pytest.fixture(scope="module")
def stretch(tmp_path_factory):
    path = tmp_path_factory.mktemp("redact") / "a.dsrrec"
    recorded(path)
    found = told(path)
    settings = {**found.settings, "balancer": {"url": "https://dsrm.tokyo.example:8443", "environment": ENVIRONMENT}}
    return replace(found, environment=ENVIRONMENT, settings={**settings, "console": {"operator": OPERATOR}})


@pytest.fixture(scope="module")
def names(stretch) -> set[str]:
    servers = {row.id for _, tick in stretch.ticks() for row in tick.frame.rows}
    balancers = {tick.frame.balancer.id for _, tick in stretch.ticks()} - {None}
    addresses = {row.address for _, tick in stretch.ticks() for row in tick.frame.rows if row.address}
    return servers | balancers | addresses | {OPERATOR, ENVIRONMENT, ADDRESS, "tokyo", "10.20.30.40"}


def insides(path):
    """Every member, and what is packed within it: blocks' indexes and facts, deflated parts, arrays."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            body = archive.read(name)
            yield name, body
            for found in () if not name.endswith(".bin") else re.finditer(rb"\x78[\x01\x5e\x9c\xda]", body):
                try:
                    yield name, zlib.decompressobj().decompress(body[found.start() :], 1 << 20)
                except zlib.error:
                    continue


def test_no_name_is_left_in_any_member(stretch, names, tmp_path):
    found = redacted(stretch)
    path, carries = asyncio.run(export(found, tmp_path / "a.dsrsnap", product="0", versions={}))
    searched = 0
    for member, body in insides(path):
        searched += 1
        for name in names:
            assert name.encode() not in body, f"{name} in {member}"
    assert searched > 40, "blocks were looked into"
    assert carries["ticks"] == len(list(stretch.ticks())) and carries["alarms_recompute"]
    with OpenSnapshot(path) as opened:
        assert opened.verify().sealed
        rows = opened.json("frames/rows.json")
        assert not [name for name in opened.names if name.startswith("pictures/")]
    assert {row["id"] for row in rows} == {f"server-{number:04}" for number in range(1, 33)}


def test_the_plain_bundle_holds_the_names(stretch, tmp_path):
    path, _ = asyncio.run(export(stretch, tmp_path / "a.dsrsnap", product="0", versions={}))
    everything = b"".join(body for _, body in insides(path))
    assert all(name.encode() in everything for name in (OPERATOR, ENVIRONMENT, ADDRESS, "dsrs-001"))


def test_what_the_window_saves_under_pseudonyms_holds_no_name_either(names, tmp_path):
    source = tmp_path / "a.dsrrec"
    views = record(source, incident_frames(per_pool=4, calm=10, muted=20, ramp=20))
    audit = b"".join(
        json.dumps(
            {"kind": "intent", "operator": OPERATOR, "server": "dsrs-002", "host": "noc-pc-7", "wall_s": at}
        ).encode()
        + b"\n"
        for at in (1.0, 2.0)
    )
    settings = {"balancer": {"url": "https://dsrm.tokyo.example:8443"}, "console": {"operator": OPERATOR}}
    wish = Snapshot(
        views[-1], ENVIRONMENT, "0", settings, {"platform": "Linux-6.1"}, audit=audit, span_s=30.0
    )  # fmt: skip

    def past():
        return opened(source, views[20].frame.wall_s, views[-1].frame.wall_s)

    path = save(tmp_path / "a.dsrsnap", wish, past, lambda done, of: None, lambda: False, redact=True)
    plain = save(tmp_path / "b.dsrsnap", wish, past, lambda done, of: None, lambda: False)
    told = {"dsrs-001", "dsrs-002", "noc-pc-7", OPERATOR, ENVIRONMENT, "tokyo", views[-1].frame.balancer.id}
    assert all(name.encode() in b"".join(body for _, body in insides(plain)) for name in told)
    for member, body in insides(path):
        for name in names | told:
            assert name.encode() not in body, f"{name} in {member}"
    with OpenSnapshot(path) as found:
        assert found.verify().sealed and found.manifest["redacted"] and found.manifest["environment"] == "fleet"
        rows, inside = found.json("frames/rows.json"), found.stretch()
        assert inside is not None and len(list(inside.ticks())) >= 30
        lines = [json.loads(line) for line in found.read("audit.jsonl").splitlines()]
    assert {row["id"] for row in rows} == {f"server-{number:04}" for number in range(1, 9)}
    assert [line["server"] for line in lines] == ["server-0002"] * 2 and lines[0]["operator"].startswith("person-")


def test_a_time_is_no_address(stretch):
    known = pseudonyms(stretch)
    for text in ("at 04:07:09", "2025-01-21T04:07:09Z", "5 h 05 min, 12.5 %"):
        assert known.of(text) == text
    for text in ("2001:db8:0:0:0:0:0:7", "fe80::1", "10.1.2.3:80"):
        assert known.of(f"from {text} on").startswith("from address-")


def test_the_same_name_is_the_same_pseudonym_in_frames_events_and_texts(stretch):
    known, found = pseudonyms(stretch), redacted(stretch)
    for (_, one), (_, other) in zip(stretch.ticks(), found.ticks(), strict=True):
        assert [known[row.id] for row in one.frame.rows] == [row.id for row in other.frame.rows]
        np.testing.assert_array_equal(one.frame.values, other.frame.values)
    actions = [event.body for event in found.events if event.kind == "action"]
    assert {body["intent"]["server"] for body in actions} == {known["dsrs-002"]}
    (note,) = [event.body for event in found.events if event.kind == "note"]
    assert known["dsrs-002"] in note["text"] and note["by"] == known[OPERATOR] == actions[0]["intent"]["operator"]
    assert "address-" in note["text"] and note["text"] != NOTE
    assert json.dumps([event.body for event in redacted(stretch).events]) == json.dumps(
        [event.body for event in found.events]
    )
    assert Block(found.pieces[0].load()) is not None and found.state is None


def test_the_report_under_pseudonyms_has_the_same_figures(stretch, names, tmp_path):
    source = tmp_path / "a.dsrsnap"
    write_revisions(
        beside(source), [Saved(1.7e9, "tanaka", "en", {"measures": "dsrs-002 by tanaka at 192.0.2.7 [e1]"})]
    )
    plain, hidden = (facts_of(one) for one in (stretch, redacted(stretch)))
    assert plain.overload.percent == hidden.overload.percent and plain.fleet == hidden.fleet
    for language in ("en", "ja"):
        pages = Pages(written(stretch, language, JST, source, redact=True), JST)
        for page in (pages.html(), pages.markdown(), pages.printed(), pages.figure()):
            assert not [name for name in (*names, "tanaka", "192.0.2.7") if name in page]


def test_a_name_that_is_a_part_of_another_word_does_not_tear_it(stretch):
    known = pseudonyms(replace(stretch, events=()), ["ann", "noc"])
    assert known.of("announced by ann, noc-2 and dsrs-0011") == (
        f"announced by {known['ann']}, {known['noc']}-2 and {known['dsrs-001']}1"
    )
    assert io.StringIO(known.of("see http://h.example/a?b and [fe80::1]:80")).read().count("address-") == 2
