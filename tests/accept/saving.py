"""Ctrl+S: a quarter of an hour of 128 servers as a snapshot that replays, in the CPU time that it takes beside the window."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from msgspec.structs import replace

from console.domain.view import View
from console.engine.opening import opened
from console.engine.rerun import Rerun
from console.record.reader import OpenSnapshot
from console.record.recorder import Stretch
from console.record.saving import CalledOff, save
from console.record.snapshot import Snapshot
from tests.accept.measuring import Case, Figures
from tests.support.busyfleet import busy_frames
from tests.support.recorded import record

SERVERS, SPAN_S, WITHIN_S = 128, 900.0, 3.0


def snapshot_of_a_quarter(quick: bool) -> Figures:
    """Written, verified and re-opened; called off half way it leaves nothing."""
    polls = 120 if quick else int(SPAN_S)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "a.dsrrec", Path(folder) / "a.dsrsnap"
        views = record(source, list(busy_frames(SERVERS, polls)))
        last: View = views[-1]
        first_s = last.frame.wall_s - SPAN_S

        def past() -> Stretch:
            return opened(source, first_s, last.frame.wall_s)

        steps: list[tuple[float, int]] = []
        wish = Snapshot(last, "accept", "accept", span_s=SPAN_S)
        began, cpu = time.perf_counter(), time.process_time()
        save(out, wish, past, lambda done, _: steps.append((time.perf_counter() - began, done)), lambda: False)
        cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - began
        with OpenSnapshot(out) as found:
            whole = found.verify().sealed
        again = Rerun(opened(out))
        again.run()
        size = out.stat().st_size
        out.unlink()
        off = threading.Event()
        try:
            save(out, replace(wish), past, lambda done, _: off.set() if done > 300 else None, off.is_set)
            called_off = False
        except CalledOff:
            called_off = not list(Path(folder).glob("*.dsrsnap*")) and not list(Path(folder).glob(".*part"))
    verdicts = {
        "whole": bool(whole),
        "alarms_identical": bool(again.told()["identical"]),
        "fast": quick or cpu_s <= WITHIN_S,
        "called_off_leaves_nothing": called_off,
    }
    return {
        "pass": all(verdicts.values()),
        "verdicts": verdicts,
        "servers": SERVERS,
        "polls": polls,
        "cpu_s": round(cpu_s, 2),
        "wall_s": round(wall_s, 2),
        "progress_steps": len(steps),
        "bytes": size,
        "limits": {"cpu_s": WITHIN_S},
    }


CASES = (
    Case(
        "snapshot-quarter",
        "15 minutes of 128 servers saved in under 3 s of CPU; identical alarms; called off: nothing left",
        snapshot_of_a_quarter,
        60,
    ),
)
