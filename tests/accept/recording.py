"""Cases of the recording: kills at random moments in the recorder and in an export, damaged files, changed snapshots."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from console.engine.exporting import export
from console.record.container import BadSnapshot
from console.record.reader import OpenSnapshot
from console.record.recorder import Entry, Recorder, Recording
from console.record.snapshot import remove_leftovers
from tests.accept.measuring import Case, Figures
from tests.record.recorder.test_recorder import CHILD, entry
from tests.support.busyfleet import busy_frames
from tests.support.mutations import mutated
from tests.support.recorded import incident_frames, record

ROOT = Path(__file__).parents[2]
WATCHDOG_S = 60.0
EXPORTS = """
import asyncio, sys
from pathlib import Path
from console.engine.exporting import export
from console.record.recorder import Recording
with Recording(Path(sys.argv[1])) as recording:
    stretch = recording.stretch()
    print("ready", flush=True)
    while True:
        asyncio.run(export(stretch, Path(sys.argv[2]), product="0", versions={}))
"""


def _killed(code: str, *arguments: str, after_s: float) -> str:
    """Runs `code` until `after_s` after its first line, kills it, and returns what it said."""
    child = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(after_s)
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read()
    child.stdout.close()
    child.wait(WATCHDOG_S)
    return first + rest


def kills_of_the_recorder(quick: bool) -> Figures:
    """At most 2 samples lost: those told as written are all there."""
    chance, times, lost_most, kept_all = random.Random(43), 10 if quick else 200, 0, 0
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.dsrrec"
            said = _killed(CHILD, str(path), after_s=chance.uniform(0.0, 0.4)).split()
            base = sqlite3.connect(path)
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the file is damaged"
            base.close()
            with Recording(path) as recording:
                walls = [tick.frame.wall_s for _, tick in recording.stretch().ticks()]
            assert walls == [walls[0] + number for number in range(len(walls))], "a poll is missing in the middle"
            lost_most, kept_all = max(lost_most, len(said) - len(walls)), kept_all + len(walls)
    return {
        "pass": lost_most <= 0,
        "kills": times,
        "polls": kept_all,
        "lost_most": lost_most,
        "limits": {"lost_most": 2},
    }


def kills_of_an_export(quick: bool) -> Figures:
    """Under the final name there is a whole file or none; what is left over is swept up."""
    chance, times, whole = random.Random(42), 10 if quick else 200, 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.dsrrec"
        record(source, incident_frames(per_pool=4, calm=30, muted=20, ramp=20))
        for _ in range(times):
            out = Path(folder) / "out" / "a.dsrsnap"
            _killed(EXPORTS, str(source), str(out), after_s=chance.uniform(0.0, 0.5))
            if out.exists():
                with OpenSnapshot(out) as found:
                    found.verify()
                whole += 1
                out.unlink()
            if out.parent.exists():
                remove_leftovers(out.parent)
                left = [found.name for found in out.parent.iterdir()]
                assert not left, f"left over: {left}"
    return {"pass": whole > 0, "kills": times, "whole_files": whole, "half_files": 0, "limits": {"half_files": 0}}


def mutations_of_a_snapshot(quick: bool) -> Figures:
    """Every change is seen."""
    chance, times, unseen = random.Random(47), 100 if quick else 1000, list[str]()
    with tempfile.TemporaryDirectory() as folder:
        source, whole = Path(folder) / "a.dsrrec", Path(folder) / "a.dsrsnap"
        record(source, incident_frames(per_pool=4, calm=30, muted=20, ramp=20))
        with Recording(source) as recording:
            asyncio.run(export(recording.stretch(), whole, product="0", versions={}))
        body = whole.read_bytes()
        for _ in range(times):
            changed, what = mutated(body, chance)
            whole.write_bytes(changed)
            try:
                with OpenSnapshot(whole) as found:
                    found.verify()
                unseen.append(what)
            except BadSnapshot:
                continue
    return {"pass": not unseen, "mutations": times, "unseen": unseen, "bytes": len(body), "limits": {"unseen": 0}}


def damaged_files(quick: bool) -> Figures:
    """A file with random bytes changed, or cut: the recorder records again within 3 s, and says so where it began anew."""
    chance, times, slowest, anew = random.Random(44), 10 if quick else 200, 0.0, 0
    frames = list(busy_frames(8, 80))
    with tempfile.TemporaryDirectory() as folder:
        good = Path(folder) / "good.dsrrec"
        recorder = Recorder(good)
        for frame in frames:
            recorder.take(entry(frame))
        recorder.close(WATCHDOG_S)
        body = good.read_bytes()
        for number in range(times):
            path = Path(folder) / f"{number}" / "a.dsrrec"
            path.parent.mkdir()
            changed = bytearray(body)
            if chance.random() < 0.2:
                del changed[chance.randrange(len(changed)) :]
            for _ in range(chance.choice([1, 8, 200])):
                if changed:
                    changed[chance.randrange(len(changed))] = chance.randrange(256)
            path.write_bytes(changed)
            began = time.monotonic()
            recorder = Recorder(path)
            recorder.take(Entry(entry(frames[0]).tick))
            while recorder.written < 1 and time.monotonic() < began + WATCHDOG_S:
                time.sleep(0.002)
            slowest, anew = max(slowest, time.monotonic() - began), anew + (recorder.error is not None)
            assert recorder.written == 1, f"file {number}: {recorder.error}"
            recorder.close(WATCHDOG_S)
    return {
        "pass": slowest <= 3.0,
        "files": times,
        "set_aside": anew,
        "slowest_s": round(slowest, 2),
        "limits": {"slowest_s": 3.0},
    }


CASES = (
    Case("recorder-kill", "200 kills: no poll that was written is lost", kills_of_the_recorder, 400),
    Case("export-kill", "200 kills in an export: a whole file or none", kills_of_an_export, 500),
    Case("snapshot-mutations", "1,000 changes of a snapshot, each one seen", mutations_of_a_snapshot, 30),
    Case("recorder-damage", "200 damaged recordings: recording again within 3 s", damaged_files, 250),
)
