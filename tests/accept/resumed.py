"""A measurement of many seeds that may be stopped at any moment and goes on where it was: each seed's result is kept at once.

What is kept counts for the code that made it: another state of any module that was loaded for it begins anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
KEPT = _ROOT / ".accept"
Result = dict[str, Any]


def each(name: str, one: Callable[[int], Result], seeds: Iterable[int], kept: Path = KEPT) -> dict[int, Result]:
    """`one(seed)` of every seed, by seed, on as many processes as this one may use cores; `one` is a module's function."""
    file = kept / f"{name}-{state_of_the_code(one.__module__)}.jsonl"
    kept.mkdir(exist_ok=True)
    for old in kept.glob(f"{name}-*.jsonl"):
        if old != file:
            old.unlink()
    wanted = list(seeds)
    done = {seed: result for seed, result in _read(file) if seed in set(wanted)}
    rest = [seed for seed in wanted if seed not in done]
    with file.open("a") as log:
        for seed, result in _made(one, rest):
            done[seed] = result
            log.write(json.dumps({"seed": seed, "result": result}) + "\n")
            log.flush()
    return {seed: done[seed] for seed in wanted}


def _made(one: Callable[[int], Result], seeds: list[int]) -> Iterator[tuple[int, Result]]:
    """As they come."""
    cores = len(os.sched_getaffinity(0))
    if cores == 1:
        yield from ((seed, one(seed)) for seed in seeds)
        return
    with ProcessPoolExecutor(cores) as pool:
        running = {pool.submit(one, seed): seed for seed in seeds}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def state_of_the_code(module: str) -> str:
    """A digest of every module of the product and of the tests that this one needs."""
    ask = f"import {module}, sys; print(*(getattr(one, '__file__', None) or '' for one in sys.modules.values()), sep='\\n')"
    asked = subprocess.run([sys.executable, "-c", ask], cwd=_ROOT, capture_output=True, text=True, check=True)
    found = hashlib.sha256()
    for path in sorted(map(Path, asked.stdout.splitlines())):
        if path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in ("console", "tests"):
            found.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _read(file: Path) -> list[tuple[int, Result]]:
    """A last line that was cut off counts for nothing."""
    found: list[tuple[int, Result]] = []
    for line in file.read_text().splitlines() if file.exists() else ():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        found.append((told["seed"], told["result"]))
    return found
