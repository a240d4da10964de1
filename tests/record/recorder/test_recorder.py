"""The recorder's file: what is on disk after a stop, a kill, a full disk, damage, a newer version; and that it never holds anybody up."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from console.domain.history import Mark, Track
from console.record.recorder import Entry, Event, Recorder, Recording, RecordingError, Tick, read_past
from console.record.recorder import recorder as module
from console.record.recorder.database import create_or_open
from console.record.recorder.tables import Tables
from console.store import Store, StoreSettings
from tests.support.busyfleet import busy_frames
from tests.support.recorded import CLOSE_S, incident_frames, record

ROOT = Path(__file__).parents[3]
WATCHDOG_S = 60.0


def until(true, what: str) -> None:
    """Waits for another thread's doing."""
    end = time.monotonic() + WATCHDOG_S
    while not true():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.005)


def entry(frame, events=()):
    capacity = frame.rows.capacity
    return Entry(Tick(frame, np.zeros(capacity), np.zeros(capacity, dtype=np.uint8)), tuple(events))


def tables(path, wall_s=1.0):
    return Tables(create_or_open(path), "0.1", "lab", "{}", wall_s)


def walls(path):
    with Recording(path) as recording:
        return [tick.frame.wall_s for _, tick in recording.stretch().ticks()]


@pytest.fixture(scope="module")
def frames():
    return list(busy_frames(12, 200))


def test_what_was_seen_is_on_disk_and_history_begins_with_it(tmp_path):
    path, frames = tmp_path / "a.dsrrec", incident_frames(per_pool=6, calm=40, muted=30, ramp=60)
    views = record(path, frames)
    assert views[-1].health.recorder_error is None and views[-1].health.unrecorded == 0
    assert walls(path) == [frame.wall_s for frame in frames]
    after = frames[-1]
    past = read_past(path, after.wall_s + 5.0, 1.0, StoreSettings())
    assert past is not None
    store = Store(after.rows.capacity)
    store.restore(past, after)
    cut, lived = store.cut(), views[-1].history
    seen = len(frames)
    for track in Track:
        np.testing.assert_array_equal(cut.track(track, 0, seen), lived.track(track, 0, seen), err_msg=track.value)
    np.testing.assert_array_equal(cut.marks(0, seen), lived.marks(0, seen))
    np.testing.assert_array_equal(cut.wall(0, seen), lived.wall(0, seen))
    for name in lived.series_names:
        np.testing.assert_array_equal(cut.series(name, 0, seen), lived.series(name, 0, seen))
    # From the last poll up to now nothing was seen, and that is what history says.
    assert cut.last > seen and (cut.marks(seen, cut.last) & Mark.ABSENT).all()
    assert store.cut_day().last >= len(frames) // 10 - 1


def test_two_runs_are_two_runs_and_the_time_between_is_told(tmp_path, frames):
    path = tmp_path / "a.dsrrec"
    for part in (frames[:70], frames[100:130]):
        recorder = Recorder(path)
        for frame in part:
            until(lambda: recorder.backlog < 60, "room")  # noqa: B023  used at once
            recorder.take(entry(frame))
        recorder.close(CLOSE_S)
        assert recorder.error is None and recorder.written == len(part)
    with Recording(path) as recording:
        stretch = recording.stretch()
    assert [event.kind for event in stretch.events] == ["run", "run"]
    assert {tick.run for _, tick in _ticks(path)} == {1, 2}
    assert walls(path) == [frame.wall_s for frame in (*frames[:70], *frames[100:130])]


def _ticks(path):
    with Recording(path) as recording:
        return list(recording.stretch().ticks())


def test_it_is_bounded_by_size_and_age(tmp_path, frames):
    path = tmp_path / "a.dsrrec"
    table = tables(path)
    for number, frame in enumerate(frames[:180]):
        with table.transaction():
            table.add(entry(frame).tick, b"state" if number % 50 == 0 else None)
            table.event("note", frame.wall_s, "{}")
        table.committed()
        table.tidy(1e9, 100.0)
    base = sqlite3.connect(path)
    assert [first for (first,) in base.execute("SELECT first FROM block")] == [61, 121]
    assert base.execute("SELECT min(tick) FROM event").fetchone()[0] >= 60
    for frame in frames[:70]:  # one more seal, now with hardly any room
        with table.transaction():
            table.add(entry(frame).tick, None)
        table.committed()
        table.tidy(1.0, 1e9)
    assert base.execute("SELECT count(*) FROM block").fetchone()[0] == 1
    base.close()


class Full:
    """A disk without room: every write fails as SQLite says it."""

    def __init__(self, monkeypatch) -> None:
        self.on, real = False, Tables.add

        def add(tables, tick, state):
            if self.on:
                raise sqlite3.OperationalError("database or disk is full")
            real(tables, tick, state)

        monkeypatch.setattr(Tables, "add", add)


def test_a_full_disk_is_told_and_it_goes_on_by_itself(tmp_path, frames, monkeypatch):
    monkeypatch.setattr(module, "_RETRY_S", 0.02)
    full, path = Full(monkeypatch), tmp_path / "a.dsrrec"
    recorder = Recorder(path)
    recorder.take(entry(frames[0]))
    until(lambda: recorder.written == 1, "the first poll")
    full.on = True
    recorder.take(entry(frames[1]))
    until(lambda: recorder.error is not None, "the sentence")
    error = recorder.error
    assert error is not None and "disk is full" in error and "Memory goes on" in error and "\n" not in error
    full.on = False
    until(lambda: recorder.error is None, "recovery by itself")
    recorder.take(entry(frames[2]))
    recorder.close(CLOSE_S)
    assert recorder.dropped == 0  # what waited was written when there was room
    assert walls(path) == [frame.wall_s for frame in frames[:3]]
    assert {tick.run for _, tick in _ticks(path)} == {1}


def test_a_disk_that_hangs_holds_nobody_up_and_what_it_lost_is_counted(tmp_path, frames, monkeypatch):
    import threading

    answers, real = threading.Event(), Tables.add
    monkeypatch.setattr(Tables, "add", lambda *args: (answers.wait(WATCHDOG_S), real(*args))[1])
    recorder = Recorder(tmp_path / "a.dsrrec")
    for frame in frames * 3:
        recorder.take(entry(frame))
    error = recorder.error
    assert error is not None and "does not answer" in error
    lost = recorder.dropped
    assert lost >= 3 * len(frames) - 2 * module._WAITING - 1
    answers.set()
    recorder.close(CLOSE_S)
    assert recorder.written + recorder.dropped == 3 * len(frames)
    with Recording(tmp_path / "a.dsrrec") as recording:
        events = recording.stretch().events
    assert [event.body["polls"] for event in events if event.kind == "lost"] in ([lost], [])
    assert recorder.wants_state or lost


def test_a_folder_that_cannot_be_made_is_told(tmp_path, frames):
    (tmp_path / "file").write_text("in the way")
    recorder = Recorder(tmp_path / "file" / "a.dsrrec")
    until(lambda: recorder.error is not None, "the sentence")
    recorder.take(entry(frames[0]))
    recorder.close(CLOSE_S)
    assert recorder.written == 0


@pytest.mark.parametrize("damage", ["noise", "cut", "head", "newer", "foreign"])
def test_a_file_that_cannot_be_used_is_set_aside_and_told(tmp_path, frames, damage):
    path = tmp_path / "a.dsrrec"
    recorder = Recorder(path)
    for frame in frames[:70]:
        recorder.take(entry(frame))
    recorder.close(CLOSE_S)
    body = path.read_bytes()
    if damage in ("newer", "foreign"):
        base = sqlite3.connect(path)
        base.execute("PRAGMA user_version=99" if damage == "newer" else "PRAGMA application_id=7")
        base.close()
    else:
        changed = {
            "noise": b"\xa5" * 9000 + body[9000:],
            "cut": body[: len(body) // 3],
            "head": b"no database" + body[11:],
        }
        path.write_bytes(changed[damage])
    again = Recorder(path)
    until(lambda: again.error is not None, "the sentence")
    again.take(entry(frames[80]))
    until(lambda: again.written == 1, "a fresh start")
    error = again.error
    assert error is not None and "set aside" in error and "\n" not in error
    again.close(CLOSE_S)
    assert walls(path) == [frames[80].wall_s]
    assert len([found for found in tmp_path.iterdir() if ".dsrrec." in found.name and "lock" not in found.name]) >= 1


def test_a_second_console_does_not_record_and_takes_over(tmp_path, frames, monkeypatch):
    monkeypatch.setattr(module, "_RETRY_S", 0.02)
    path = tmp_path / "a.dsrrec"
    one = Recorder(path)
    one.take(entry(frames[0]))
    until(lambda: one.written == 1, "the first one's poll")
    two = Recorder(path)
    two.take(entry(frames[1]))
    until(lambda: two.error is not None, "the sentence")
    assert "Another console" in (two.error or "")
    one.close(CLOSE_S)
    until(lambda: two.error is None, "the lock")
    two.take(entry(frames[2]))
    two.close(CLOSE_S)
    assert walls(path) == [frames[0].wall_s, frames[2].wall_s]


def test_the_file_is_for_its_owner_only(tmp_path, frames):
    path = tmp_path / "deep" / "a.dsrrec"
    recorder = Recorder(path)
    recorder.take(entry(frames[0], [Event("note", 1.0, {"text": "x"})]))
    recorder.close(CLOSE_S)
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(RecordingError, match="There is no recording"):
        Recording(tmp_path / "none.dsrrec")


CHILD = """
import sys
from pathlib import Path
from console.record.recorder import Entry, Recorder, Tick
from tests.support.busyfleet import busy_frames
import numpy as np, time
recorder = Recorder(Path(sys.argv[1]))
for number, frame in enumerate(busy_frames(8, 100000)):
    capacity = frame.rows.capacity
    recorder.take(Entry(Tick(frame, np.zeros(capacity), np.zeros(capacity, dtype=np.uint8))))
    while recorder.written < number + 1:
        time.sleep(0.0002)
    print(number + 1, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("after", [1, 60, 118])
def test_a_kill_loses_nothing_that_was_written(tmp_path, after):
    path = tmp_path / "a.dsrrec"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    said = 0
    while said < after:
        said = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    said = max([said, *map(int, child.stdout.read().split())])
    child.wait(WATCHDOG_S)
    child.stdout.close()
    base = sqlite3.connect(path)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()
    kept = walls(path)
    assert len(kept) >= said and kept == [kept[0] + number for number in range(len(kept))]
    recorder = Recorder(path)  # what the killed one left open is sealed
    until(lambda: _sealed(path, len(kept)), "the seal")
    recorder.close(CLOSE_S)
    assert recorder.error is None and walls(path) == kept


def _sealed(path, ticks):
    base = sqlite3.connect(path)
    try:
        left, sealed = base.execute("SELECT (SELECT count(*) FROM tick), (SELECT max(last) FROM block)").fetchone()
    finally:
        base.close()
    return left == 0 and sealed == ticks


def test_an_engine_begins_with_the_history_of_the_one_before(tmp_path):
    path, frames = tmp_path / "a.dsrrec", incident_frames(per_pool=4, calm=50, muted=0, ramp=0)
    record(path, frames[:40])
    views = record(path, frames[43:])
    history = views[0].history
    walls_now = history.wall(history.first, history.last)
    assert [wall for wall in walls_now if wall in {frame.wall_s for frame in frames[:40]}] == [
        frame.wall_s for frame in frames[:40]
    ]
    assert history.wall(history.last - 1, history.last)[0] == frames[43].wall_s
    np.testing.assert_array_equal(history.track(Track.TRUTH, 0, 40)[0], [frame.values[0, 0] for frame in frames[:40]])


def test_damage_that_looks_like_a_full_disk_is_seen_as_damage(tmp_path, frames, monkeypatch):
    path = tmp_path / "a.dsrrec"
    recorder = Recorder(path)
    for frame in frames[:70]:
        recorder.take(entry(frame))
    recorder.close(CLOSE_S)
    body = bytearray(path.read_bytes())
    body[8192:12288] = bytes(4096)  # a page of a table
    path.write_bytes(body)
    real = module.create_or_open

    def create(place):
        if place.stat().st_size == len(body):
            raise sqlite3.OperationalError("database or disk is full")
        return real(place)

    def no_file_yet(place):
        return create(place) if place.exists() else real(place)

    monkeypatch.setattr(module, "create_or_open", no_file_yet)
    again = Recorder(path)
    again.take(entry(frames[80]))
    until(lambda: again.written == 1, "a fresh start")
    assert "set aside" in (again.error or "")
    again.close(CLOSE_S)
