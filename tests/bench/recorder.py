"""The flight recorder at 1,000 servers and 1 Hz: bytes a sample, CPU a tick, and how long a day takes to open. Also an hour's replay."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from console.detect import Detectors, GapEstimator
from console.engine.counterfactual import identical
from console.engine.judging import Judging
from console.record.frozen import freeze
from console.record.recorder import Recording, Tick, read_past, rounded
from console.record.recorder.block import Block
from console.record.recorder.database import create_or_open
from console.record.recorder.packing import write_block
from console.record.recorder.tables import Tables
from console.store import Store, StoreSettings
from tests.support.busyfleet import busy_frames
from tests.support.incident import FULL, VirtualFleet
from tests.support.recorded import record

SERVERS = 1000
HOUR = 3600
OPENINGS = 3


def run() -> list[dict[str, object]]:
    """Rows of the bench."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_write(Path(folder) / "day.dsrrec"), *_open(Path(folder) / "day.dsrrec"), *_replay(Path(folder))]


def _write(path: Path) -> list[dict[str, object]]:
    """An hour, tick by tick, as the recorder's thread does it."""
    base = create_or_open(path)
    tables = Tables(base, "bench", "bench", "{}", 1.0)
    estimator, detectors = GapEstimator(), Detectors()
    round_s = add_s = seal_s = freeze_s = worst_s = 0.0
    for number, seen in enumerate(busy_frames(SERVERS, HOUR)):
        before = time.process_time()
        frame = rounded(seen)
        round_s += time.process_time() - before
        estimate = estimator.step(frame)
        detectors.step(frame, estimate)
        state = None
        if number % 600 == 599:
            before = time.process_time()
            state = freeze((estimator, detectors))
            freeze_s += time.process_time() - before
        marks = np.zeros(frame.rows.capacity, dtype=np.uint8)
        before = time.process_time()
        with tables.transaction():
            tables.add(Tick(frame, estimate.gap, marks), state)
        add_s, before = add_s + time.process_time() - before, time.process_time()
        tables.committed()
        took_s = time.process_time() - before
        seal_s, worst_s = seal_s + took_s, max(worst_s, took_s)
    samples, packed = base.execute("SELECT sum(samples), sum(length(body)) FROM block").fetchone()
    day_bytes = base.execute("SELECT sum(length(body)) FROM day").fetchone()[0]
    base.close()
    cost_ms = (round_s + add_s + seal_s + freeze_s) / HOUR * 1000
    return [
        {
            "what": f"sealed, {SERVERS} servers, every number told and noisy, bytes a sample",
            "n": samples,
            "value": round(packed / samples, 3),
            "aim": "< 0.6",
            "reached": packed / samples < 0.6,
            "a_server_and_poll": round(packed / (SERVERS * HOUR), 2),
            "mb_a_day": round((packed + day_bytes) * 24 / 1e6),
        },
        {
            "what": f"CPU a tick at {SERVERS} servers, ms (rounding, writing, sealing, state)",
            "n": HOUR,
            "value": round(cost_ms, 2),
            "of_a_core_at_1_hz": f"{cost_ms / 10:.2f} %",
            "aim": "< 1 %",
            "reached": cost_ms < 10,
            "parts": [round(part / HOUR * 1000, 2) for part in (round_s, add_s, seal_s, freeze_s)],
            "longest_seal_ms": round(worst_s * 1000),
        },
    ]


def _open(path: Path) -> list[dict[str, object]]:
    """The day is the hour's coarse columns again and again; the hour itself is real."""
    base = create_or_open(path)
    rows = base.execute("SELECT first, last, first_wall_s, last_wall_s, body FROM day ORDER BY first").fetchall()
    for hour in range(1, 24):
        for first, last, first_s, last_s, body in rows:
            ticks = [
                replace(tick, frame=replace(tick.frame, wall_s=tick.frame.wall_s - hour * HOUR)) for tick in Block(body)
            ]
            base.execute(
                "INSERT INTO day VALUES (?,?,?,?,?)",
                (
                    first - hour * HOUR,
                    last - hour * HOUR,
                    first_s - hour * HOUR,
                    last_s - hour * HOUR,
                    write_block(ticks),
                ),
            )
    base.close()
    newest = next(iter(busy_frames(SERVERS, 1)))
    newest = replace(newest, wall_s=newest.wall_s + HOUR)
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(OPENINGS):
        store = Store(newest.rows.capacity)
        began, before = time.perf_counter(), time.process_time()
        past = read_past(path, newest.wall_s, 1.0, StoreSettings())
        assert past is not None
        store.restore(past, newest)
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - before)
        day = store.cut_day()
        seen_s = newest.wall_s - day.wall(0, 1)[0]
        assert store.cut().last >= HOUR - 1 and day.last > 7800 and seen_s > 86000, "the day is not all there"
    median = statistics.median(walls)
    return [
        {
            "what": f"an hour and a day of {SERVERS} servers into the rings, wall s",
            "n": OPENINGS,
            "median": round(median, 2),
            "cpu": round(statistics.median(cpus), 2),
            "aim": "< 2",
            "reached": median < 2.0,
        }
    ]


def _replay(folder: Path) -> list[dict[str, object]]:
    fleet = VirtualFleet(1, per_pool=64)
    fleet.rate.update({pool: rate * 1.5 for pool, rate in FULL.items()})
    path = folder / "hour.dsrrec"
    record(path, list(fleet.run(HOUR)))
    with Recording(path) as recording:
        stretch = recording.stretch()
        began, before = time.perf_counter(), time.process_time()
        judging = Judging(stretch)
        judging.run()
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - before
        found = judging.found
        assert judging.exact and identical(stretch, found)
    return [
        {
            "what": "replay of an hour of 128 servers, headless, wall s",
            "n": found.polls,
            "value": round(wall_s, 2),
            "cpu": round(cpu_s, 2),
            "alarms": len(found.changes),
            "aim": "< 5",
            "reached": wall_s < 5.0,
        }
    ]
