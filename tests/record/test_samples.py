"""Files of every format ever written, kept for ever: each opens with what it holds, and a newer one says that it is newer."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from console.domain.errors import ConsoleError
from console.engine.assemble import SECTIONS
from console.engine.counterfactual import recorded_settings, run_through
from console.engine.reporting import facts_from
from console.record import migrations, reports
from console.record.audit import verify
from console.record.reader import OpenSnapshot
from console.record.recorder import Recorder, Recording
from console.record.snapshot import VERSION
from console.record.state import StateFile
from console.settings import load

DATA = Path(__file__).parents[1] / "data"


def test_every_format_has_its_samples_and_its_steps():
    for number in range(1, VERSION + 1):
        assert (DATA / f"snapshot-v{number}.dsrsnap").is_file(), "a new format begins with a sample of the old one"
    assert set(migrations.STEPS) == set(range(1, VERSION))
    assert set(reports.STEPS) == set(range(1, reports.VERSION))
    for stem in ("recorder-v1.dsrrec", "audit-v2.jsonl", "settings-v1.toml", "report-v1.report.json"):
        assert (DATA / stem).is_file()
    assert list(DATA.glob("state-v*.db"))


def test_a_snapshot_of_version_2_replays_and_reports():
    with OpenSnapshot(DATA / "snapshot-v2.dsrsnap") as found:
        assert found.verify().sealed
        stretch = found.stretch()
        assert stretch is not None
        result, _ = asyncio.run(run_through(stretch, recorded_settings(stretch), from_state=False))
        assert result.polls == 70 and any(alarm.rule == "silent" for _, alarm in result.changes)
    facts = facts_from(DATA / "snapshot-v2.dsrsnap")
    assert len(facts.silences) == 3


def test_a_recording_of_version_1_is_read_and_written_on(tmp_path):
    path = tmp_path / "a.dsrrec"
    shutil.copy(DATA / "recorder-v1.dsrrec", path)
    with Recording(path) as recording:
        ticks = list(recording.stretch().ticks())
    assert len(ticks) == 70 and ticks[0][1].frame.rows.get("dsrs-001") is not None
    recorder = Recorder(path)
    recorder.close(60.0)
    assert recorder.error is None
    with Recording(path) as recording:
        assert len(list(recording.stretch().ticks())) == 70


def test_a_newer_recording_says_so(tmp_path):
    path = tmp_path / "a.dsrrec"
    shutil.copy(DATA / "recorder-v1.dsrrec", path)
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(ConsoleError, match="newer"):
        Recording(path)


@pytest.mark.parametrize("sample", sorted(DATA.glob("state-v*.db")), ids=lambda path: path.stem)
def test_the_alarms_state_is_brought_forward(tmp_path, sample):
    path = tmp_path / "state.db"
    shutil.copy(sample, path)
    file = StateFile(path)
    kept = file.load("http://a")
    file.close()
    assert len(kept.cycles) == 3 and kept.notes[0].text == "shift over" and kept.raisings[0].rule == "gap"


def test_an_audit_of_version_2_verifies(tmp_path):
    path = tmp_path / "actions.jsonl"
    shutil.copy(DATA / "audit-v2.jsonl", path)
    assert verify(path, None, state=tmp_path).finding is None
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    assert verify(path, None, state=tmp_path).finding is not None
    assert {json.loads(line)["journal"] for line in lines} == {2}


def test_settings_of_schema_1_load_and_newer_ones_say_so(tmp_path):
    settings = load(DATA / "settings-v1.toml", SECTIONS)
    assert settings.plain()["poll"]["interval_s"] == 0.5
    newer = tmp_path / "settings.toml"
    newer.write_text((DATA / "settings-v1.toml").read_text().replace("schema = 1", "schema = 2"))
    with pytest.raises(ConsoleError, match="schema"):
        load(newer, SECTIONS)
