"""Cold start: from the command to the first picture of the real window on a live fleet, saved as PNG; imports included."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.cheapfleet import CheapFleet

ROUNDS = 5
AIM_S = 1.2


def run() -> list[dict[str, object]]:
    """Median and worst of a few starts, the first (cold file cache) left out."""
    walls: list[float] = []
    cpus: list[float] = []
    command = str(Path(sys.executable).with_name("dsr-console"))
    with tempfile.TemporaryDirectory() as home, CheapFleet(64) as fleet:
        picture = Path(home) / "first.png"
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        for _ in range(ROUNDS + 1):
            picture.unlink(missing_ok=True)
            before, began = _cpu_s(), time.perf_counter()
            child = subprocess.Popen(
                [command, "run", "--url", fleet.url, "--theme", "dark", "--screenshot", str(picture)],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while not picture.exists() and child.poll() is None and time.perf_counter() - began < 30.0:
                time.sleep(0.005)
            walls.append(time.perf_counter() - began)
            code = child.wait(30)
            cpus.append(_cpu_s() - before)
            if code != 0 or not picture.exists():
                raise RuntimeError(f"the window gave no picture (exit code {code})")
    median = statistics.median(walls[1:])
    return [
        {
            "what": "cold start to the first picture on disk, wall s",
            "n": ROUNDS,
            "median": round(median, 2),
            "worst": round(max(walls[1:]), 2),
            "aim": f"< {AIM_S}",
            "reached": median < AIM_S,
        },
        {"what": "the same start to its end, CPU s", "n": ROUNDS, "median": round(statistics.median(cpus[1:]), 2)},
    ]


def _cpu_s() -> float:
    """CPU of the ended children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
