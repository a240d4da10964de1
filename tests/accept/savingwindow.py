"""Ctrl+S in the real window: 128 real servers over loopback, a quarter of an hour in the recorder, the key pressed, and who waits for it.

The first minutes come from the recorder, as after a restart; the servers, the engine, the recorder and the window are the product's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.accept.measuring import Case, Figures

SERVERS, SPAN_S, WITHIN_S, STALL_S = 128, 900.0, 3.0, 0.1
TIMES, LOOK_S, PULSE_MS = 3, 6.0, 10


def ctrl_s(quick: bool) -> Figures:
    """In a process of its own, on whatever screen there is (offscreen where none is)."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.accept.savingwindow"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
    )
    if done.returncode != 0:
        return {"pass": False, "why": done.stderr[-2000:]}
    return json.loads(done.stdout.splitlines()[-1])


def _past(path: Path, ports: list[int], now_s: float) -> None:
    """A quarter of an hour of those very servers, up to a few seconds ago."""
    from console.domain.frame import Row, RowTable
    from tests.support.busyfleet import busy_frames
    from tests.support.recorded import record

    frames = list(busy_frames(SERVERS, int(SPAN_S) - 5))
    rows: list[Row | None] = [
        None
        if row is None
        else replace(row, id=f"dsrs-{slot:04d}", incarnation=f"i{slot}", address=f"127.0.0.1:{ports[slot]}")
        for slot, row in enumerate(frames[0].rows.rows)
    ]
    table, shift = RowTable(tuple(rows), 1), now_s - 8.0 - frames[-1].wall_s
    record(path, [replace(frame, rows=table, wall_s=frame.wall_s + shift) for frame in frames])


def _main() -> dict[str, Any]:
    from PySide6.QtCore import QSettings, Qt, QTimer
    from PySide6.QtTest import QTest

    from console.app import bootstrap, qtloop
    from console.app.shell import Shell
    from console.cli.window import live_fleet
    from console.domain.clock import MachineClock
    from console.domain.tasks import spawn
    from console.engine.assemble import SECTIONS
    from console.engine.opening import opened
    from console.engine.recording import recorder_file
    from console.engine.rerun import Rerun
    from console.record.reader import OpenSnapshot
    from console.settings import load
    from tests.support.cheapfleet import CheapFleet
    from tests.support.desk import until

    with tempfile.TemporaryDirectory() as name, CheapFleet(SERVERS) as cheap:
        folder = Path(name)
        settings = load(
            None,
            SECTIONS,
            {
                "balancer": {"url": cheap.url},
                "recorder": {"folder": str(folder / "recorder")},
                "console": {"journal_folder": str(folder / "audit"), "snapshot_folder": str(folder / "out")},
            },
        )
        file = recorder_file(settings)
        file.parent.mkdir(parents=True)
        _past(file, cheap.ports, time.time())
        app, kept = bootstrap.prepare(QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat), "en", "dark")

        def never(*_: object) -> Any:
            raise AssertionError("nobody asked for another fleet")

        shell = Shell(app, kept, MachineClock(), never, never)
        shell.window.resize(1920, 1080)
        beats: list[float] = []
        pulse = QTimer()
        pulse.setTimerType(Qt.TimerType.PreciseTimer)
        pulse.timeout.connect(lambda: beats.append(time.perf_counter()))
        found: dict[str, Any] = {}

        def longest(since: float, until_: float) -> float:
            inside = [since, *(at for at in beats if since < at < until_), until_]
            return max(after - before for before, after in pairwise(inside)) - PULSE_MS / 1000

        async def press() -> None:
            import asyncio

            written: list[tuple[float, Path]] = []
            shell.saving.written.connect(lambda path: written.append((time.perf_counter(), path)))

            def ready() -> bool:
                view = None if shell._desk is None else shell._desk.view
                return view is not None and view.frame.seq >= 8 and view.history.last - view.history.first >= SPAN_S

            await until(ready, "a quarter of an hour of history")
            pulse.start(PULSE_MS)
            await asyncio.sleep(1.0)
            begun = time.perf_counter()
            await asyncio.sleep(LOOK_S)
            found["idle_stall_s"] = longest(begun, time.perf_counter())
            totals, stalls = [], []
            for number in range(TIMES):
                pressed = time.perf_counter()
                QTest.keyClick(shell.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
                await until(lambda number=number: len(written) > number, "the snapshot")
                totals.append(written[-1][0] - pressed)
                stalls.append(longest(pressed, written[-1][0]))
                await asyncio.sleep(2.0)
            found["total_s"], found["stall_s"] = totals, stalls
            found["file"] = written[-1][1]

        async def main() -> int:
            beside = spawn(press(), "operator")
            beside.add_done_callback(lambda _: shell.end())
            code = await shell.live(live_fleet(settings), None)
            await beside
            return code

        code = qtloop.run(app, main)
        path: Path = found.pop("file")
        with OpenSnapshot(path) as snapshot:
            sealed = snapshot.verify().sealed
            pictures = sorted(member for member in snapshot.names if member.endswith(".png"))
            ticks = snapshot.manifest["window"]["ticks"]
        again = Rerun(opened(path))
        again.run()
        told = again.told()
        verdicts = {
            "fast": max(found["total_s"]) <= WITHIN_S,
            "no_stall": max(found["stall_s"]) <= STALL_S,
            "whole": bool(sealed) and ticks >= SPAN_S - 20,
            "pictures": {"pictures/window.png", "pictures/maps.png", "pictures/map-truth.png"} <= set(pictures),
            "alarms_identical": bool(told["identical"]) or not told["exact"],
            "ended_cleanly": code == 0,
        }
        figures = {
            "pass": all(verdicts.values()),
            "verdicts": verdicts,
            "servers": SERVERS,
            "polls": ticks,
            "platform": app.platformName(),
            "total_s": [round(one, 2) for one in found["total_s"]],
            "longest_stall_ms": [round(1000 * one) for one in found["stall_s"]],
            "longest_stall_ms_without": round(1000 * found["idle_stall_s"]),
            "pictures": pictures,
            "bytes": path.stat().st_size,
            "limits": {"total_s": WITHIN_S, "longest_stall_ms": 1000 * STALL_S},
        }
        bootstrap.close_windows()
        return figures


CASES = (
    Case(
        "snapshot-window",
        "Ctrl+S in the window: 15 minutes of 128 servers with all pictures in under 3 s, and no stall over 0.1 s",
        ctrl_s,
        60,
    ),
)


if __name__ == "__main__":
    print(json.dumps(_main()), flush=True)
    os._exit(0)  # the figures are out; how Qt ends is measured elsewhere
