"""`python -m tests.accept.grid --hours 24 --seeds 20`: false alarms in healthy virtual load, over the whole grid.

It may be stopped and goes on where it was. The hours of a cell are spread over the seeds. Each finished run is one line of
`--into`; a run counts only while the rules, the simulation and the load are what they were (their fingerprint is in the line).
`--print` shows the table and writes nothing. Of each seed the longest run counts: a shorter one may be its beginning.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tests.accept.measuring import MEASURED, machine, show
from tests.support.healthyday import Cell, run_cell

QUIET_BELOW = 0.25
"""Herd number below which a cell is to be quiet (domain: reports-only herds by itself where the interval is long)."""
REPORTS_S, POLLS_S = (0.25, 1.0, 2.0, 5.0, 10.0), (1.0, 2.0, 5.0)
LOADS = ((12, 12.0, 1.0), (12, 12.0, 3.0), (100, 180.0, 1.5), (100, 180.0, 4.5), (100, 180.0, 4.0), (100, 180.0, 12.0))
"""Limit, seconds of a session, new sessions per second of the larger pool: 1x and 3x of three loads."""
FILE = MEASURED / "alarms-grid.json"
_ROOT = Path(__file__).parents[2]
_LATER = frozenset(
    ("announce", "flood", "ledger", "lifecycle", "orders", "performance", "roll", "sightlog", "standing")
)
"""Modules of `detect` that say what becomes of an alarm once it was found: no result depends on them."""
_LEAST_S = 600.0
"""A shorter run is no health: sessions of three minutes have to come and go, and every server is replaced once."""


def cells() -> tuple[Cell, ...]:
    """All of the grid, in the order of the table."""
    return tuple(Cell(report, poll, *load) for load in LOADS for report in REPORTS_S for poll in POLLS_S)


def fingerprint() -> str:
    """Of everything that a result depends on."""
    found = hashlib.sha256()
    rooms = ("console/detect", "console/sim", "console/policy")
    files = [file for room in rooms for file in sorted((_ROOT / room).rglob("*.py")) if file.stem not in _LATER]
    others = ("console/domain/frame.py", "tests/support/healthyday.py", "tests/support/incident.py")
    for file in (*files, *(_ROOT / other for other in others)):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def key(cell: Cell, seed: int, seconds: float) -> str:
    """Names one run."""
    return f"{cell.limit}/{cell.session_s:g}/{cell.rate:g}/{cell.report_s:g}/{cell.poll_s:g}/{seed}/{seconds:g}"


def run_one(cell: Cell, seed: int, seconds: float) -> dict[str, Any]:
    """One seed of one cell."""
    began = time.process_time()
    found = run_cell(cell, seed, seconds)
    return {
        "key": key(cell, seed, seconds),
        "false": found.false,
        "restarts": found.restarts,
        "lives": found.lives,
        "polls": found.polls,
        "examples": found.examples,
        "cpu_s": round(time.process_time() - began, 2),
    }


def kept(file: Path, of: str) -> dict[str, dict[str, Any]]:
    """The runs in a file that still count, by key; a line that was cut by a kill is dropped."""
    runs: dict[str, dict[str, Any]] = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        try:
            run = json.loads(line)
        except ValueError:
            continue
        if run.get("of") == of:
            runs[run["key"]] = run
    return runs


def rows(runs: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One for each cell of the grid: what was run, and what was raised."""
    table: list[dict[str, Any]] = []
    for cell in cells():
        mine = [run for name, run in runs.items() if name.startswith(key(cell, 0, 0).rsplit("/", 2)[0] + "/")]
        raised: Counter[str] = Counter()
        for run in mine:
            raised.update(run["false"])
        longest: dict[str, float] = {}
        for run in mine:
            *_, seed, seconds = run["key"].split("/")
            longest[seed] = max(longest.get(seed, 0.0), float(seconds))
        hours = sum(longest.values()) / 3600.0
        table.append(
            {
                "limit": cell.limit,
                "session_s": cell.session_s,
                "rate_per_s": cell.rate,
                "report_s": cell.report_s,
                "poll_s": cell.poll_s,
                "herd_number": round(cell.herd_number, 3) if math.isfinite(cell.herd_number) else None,
                "must_be_quiet": cell.herd_number < QUIET_BELOW,
                "seeds": len(longest),
                "virtual_hours": round(hours, 4),
                "restarts": sum(run["lives"] for run in mine),
                "alarms": dict(sorted(raised.items())),
                "examples": [example for run in mine for example in run["examples"]][:3],
            }
        )
    return table


def lines(table: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The printed grid."""
    yield f"{'limit':>5} {'rate/s':>6} {'report':>6} {'poll':>4} {'H':>6} {'seeds':>5} {'hours':>6}  alarms"
    for row in table:
        number = "inf" if row["herd_number"] is None else f"{row['herd_number']:.3f}"
        told = ", ".join(f"{rule} {count}" for rule, count in row["alarms"].items()) or "none"
        if not row["seeds"]:
            told = "NOT MEASURED"
        elif not row["must_be_quiet"]:
            told += " (herding)" if row["alarms"] else " (H is large)"
        elif row["alarms"]:
            told += "  FALSE"
        yield (
            f"{row['limit']:5d} {row['rate_per_s']:6g} {row['report_s']:6g} {row['poll_s']:4g} {number:>6} "
            f"{row['seeds']:5d} {row['virtual_hours']:6.2f}  {told}"
        )


def summary(table: list[dict[str, Any]], hours: float, seeds: int, command: str) -> dict[str, Any]:
    """What docs/measured keeps. It passes only where every cell that must be quiet was run in full and was quiet."""
    calm = [row for row in table if row["must_be_quiet"]]
    false = sum(sum(row["alarms"].values()) for row in calm)
    ran = [row for row in calm if row["seeds"]]
    whole = [row for row in calm if row["seeds"] >= seeds and row["virtual_hours"] >= hours - 1e-3]
    return {
        "case": "alarms_grid",
        "claim": f"no false alarm where the herd number is below {QUIET_BELOW}",
        "command": command,
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
        "pass": not false and len(whole) == len(calm),
        "limits": {"alarms": 0, "herd_number_below": QUIET_BELOW, "virtual_hours": hours, "seeds": seeds},
        "false_alarms": false,
        "calm_cells": len(calm),
        "calm_cells_run": len(ran),
        "calm_cells_in_full": len(whole),
        "calm_virtual_hours": round(sum(row["virtual_hours"] for row in calm), 2),
        "virtual_hours": round(sum(row["virtual_hours"] for row in table), 2),
        "not_measured": None
        if len(whole) == len(calm)
        else f"{len(calm) - len(whole)} of {len(calm)} calm cells have not had {hours:g} h over {seeds} seeds yet",
        "cells": table,
    }


def chosen(words: list[str]) -> list[Cell]:
    """Cells by their places in the table (`3`, `10-14`), `calm`, `herding`, or all."""
    every = list(cells())
    if not words:
        return every
    places: set[int] = set()
    for word in words:
        if word in ("calm", "herding"):
            places |= {n for n, cell in enumerate(every) if (cell.herd_number < QUIET_BELOW) is (word == "calm")}
            continue
        first, _, last = word.partition("-")
        places |= set(range(int(first), int(last or first) + 1))
    return [every[place] for place in sorted(places)]


def main() -> int:
    """Exit code: 1 where a calm cell alarmed."""
    parser = argparse.ArgumentParser("python -m tests.accept.grid")
    parser.add_argument("--hours", type=float, default=24.0, help="virtual hours of each cell, over all seeds")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument(
        "--cells", nargs="*", default=[], help="places in the table (3, 10-14), calm, herding; none: all"
    )
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no run after so long; 0: run to the end")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--into", type=Path, default=Path("grid.jsonl"), help="where finished runs are kept")
    parser.add_argument("--print", action="store_true", help="only print what there is")
    arguments = parser.parse_args()
    of = fingerprint()
    runs = kept(arguments.into, of)
    seconds = max(_LEAST_S, arguments.hours * 3600.0 / arguments.seeds)
    if not arguments.print:
        os.nice(10)
        jobs = [
            (cell, seed, seconds)
            for seed in range(1, arguments.seeds + 1)  # all cells once before any twice
            for cell in chosen(arguments.cells)
            if key(cell, seed, seconds) not in runs
        ]
        _run(jobs, arguments, of, runs)
    table = rows(runs)
    for line in lines(table):
        show(line)
    command = f"python -m tests.accept.grid --hours {arguments.hours:g} --seeds {arguments.seeds}"
    found = summary(table, arguments.hours, arguments.seeds, command)
    lengths = Counter(name.rsplit("/", 1)[1] for name in runs)
    found["runs_by_seconds"] = {length: lengths[length] for length in sorted(lengths, key=float)}
    show(
        f"{found['false_alarms']} false alarms in {found['calm_virtual_hours']:g} h; {found['not_measured'] or 'all run'}"
    )
    if not arguments.print:
        MEASURED.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    return int(found["false_alarms"] > 0)


def _run(jobs: list[tuple[Cell, int, float]], arguments: argparse.Namespace, of: str, runs: dict[str, Any]) -> None:
    """One process a core, handed one run at a time, so that a stop loses at most what runs just then."""
    until = time.monotonic() + arguments.minutes * 60.0 if arguments.minutes else math.inf
    waiting = iter(jobs)
    with ProcessPoolExecutor(arguments.jobs) as pool, arguments.into.open("a") as file:
        under_way = {pool.submit(run_one, *job) for _, job in zip(range(arguments.jobs), waiting, strict=False)}
        while under_way:
            done = next(as_completed(under_way))
            under_way.discard(done)
            run = done.result()
            runs[run["key"]] = run
            file.write(json.dumps({"of": of, **run}) + "\n")
            file.flush()
            told = ", ".join(f"{rule} {count}" for rule, count in run["false"].items()) or "quiet"
            show(f"{run['key']:40} {told} ({run['cpu_s']:g} s)")
            if time.monotonic() < until and (job := next(waiting, None)) is not None:
                under_way.add(pool.submit(run_one, *job))


if __name__ == "__main__":
    sys.exit(main())
